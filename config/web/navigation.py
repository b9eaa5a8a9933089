"""The places a person may go, as the sidebar shows them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from accounts.roles import ADMINISTRATORS, ALL_ROLES, ASSESSORS, AUDITORS, REQUESTERS, has_role
from aiqueries.rules import MAY_ASK, MAY_SEE_ACCEPTANCE, MAY_SEE_COSTS


@dataclass(frozen=True, kw_only=True)
class Item:
    """One place. `also` are the names of pages that belong to it."""

    name: str
    label: str
    icon: str
    roles: tuple[str, ...] = ALL_ROLES
    also: tuple[str, ...] = ()
    local_only: bool = False
    for_everybody: bool = False
    for_staff: bool = False


@dataclass(frozen=True, kw_only=True)
class Section:
    title: str
    items: tuple[Item, ...]
    at_foot: bool = False


SECTIONS = (
    Section(
        title="Work",
        items=(
            Item(
                name="inbox",
                label="Inbox",
                icon="inbox",
                roles=(ASSESSORS, ADMINISTRATORS),
                also=("review",),
            ),
            Item(name="requests", label="Requests", icon="list-checks", also=("request",)),
            Item(
                name="questions",
                label="Questions",
                icon="file-question-mark",
                also=("question", "submit"),
            ),
            Item(
                name="import",
                label="Import",
                icon="file-up",
                roles=(REQUESTERS, ADMINISTRATORS),
                also=("import-preview",),
            ),
        ),
    ),
    Section(
        title="AI",
        items=(
            Item(name="ai-ask", label="Ask a model", icon="sparkles", roles=MAY_ASK),
            Item(
                name="ai-queries",
                label="Queries",
                icon="history",
                roles=MAY_ASK,
                also=("ai-query",),
            ),
            Item(
                name="ai-prompts",
                label="Review notes",
                icon="list-checks",
                roles=MAY_SEE_ACCEPTANCE,
            ),
            Item(name="ai-costs", label="Costs", icon="chart-column", roles=MAY_SEE_COSTS),
        ),
    ),
    Section(
        title="Insight",
        items=(
            Item(
                name="activity",
                label="Activity",
                icon="activity",
                roles=(ADMINISTRATORS, AUDITORS),
            ),
            Item(
                name="executions",
                label="Executions",
                icon="workflow",
                roles=(ADMINISTRATORS, AUDITORS),
                also=("execution",),
            ),
            Item(
                name="audit",
                label="Audit trail",
                icon="history",
                roles=(ADMINISTRATORS, AUDITORS),
                also=(
                    "audit-entry",
                    "audit-thing",
                    "audit-request",
                    "audit-coverage",
                    "audit-holds",
                    "audit-exports",
                    "audit-streams",
                    "audit-stream",
                ),
            ),
            Item(
                name="audit-proof",
                label="Proof",
                icon="shield",
                roles=(ADMINISTRATORS, AUDITORS),
                also=("audit-drill",),
            ),
            Item(
                name="notification-traces",
                label="Who was told",
                icon="bell",
                roles=(ADMINISTRATORS, AUDITORS),
                also=("notification-trace",),
            ),
            Item(
                name="mailbox",
                label="Mailbox",
                icon="mail",
                local_only=True,
                for_everybody=True,
            ),
        ),
    ),
    Section(
        title="Account",
        at_foot=True,
        items=(
            Item(name="admin:index", label="Administration", icon="shield", for_staff=True),
            Item(
                name="settings",
                label="Settings",
                icon="settings",
                for_everybody=True,
                also=("absences",),
            ),
        ),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Link:
    """An item as this person sees it on this page."""

    name: str
    label: str
    icon: str
    url: str
    is_current: bool
    count: int | None = None  # what waits there, for the places that count


@dataclass(frozen=True, kw_only=True)
class Group:
    title: str
    at_foot: bool
    items: list[Link] = field(default_factory=list)


def navigation(request: HttpRequest, counts: dict[str, int]) -> list[Group]:
    """The sections with the places this person may go to; a section without any is left out."""
    groups = [
        Group(
            title=section.title,
            at_foot=section.at_foot,
            items=list(_links(section, request, counts)),
        )
        for section in SECTIONS
    ]
    return [group for group in groups if group.items]


def _links(section: Section, request: HttpRequest, counts: dict[str, int]) -> Iterator[Link]:
    here = request.resolver_match.view_name if request.resolver_match else ""
    for item in section.items:
        url = address(item.name)
        if url and _may_see(item, request):
            yield Link(
                name=item.name,
                label=item.label,
                icon=item.icon,
                url=url,
                is_current=here in (item.name, *item.also),
                count=counts.get(item.name),
            )


def _may_see(item: Item, request: HttpRequest) -> bool:
    if item.local_only and not settings.ON_THIS_MACHINE:
        return False
    if item.for_staff:
        return request.user.is_staff
    return item.for_everybody or has_role(request.user, *item.roles)


def address(name: str) -> str:
    """The named page's address, or nothing where this installation has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
