"""One entry, with everything that is known about it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, AUDITORS, role_required
from audit import selectors
from audit.models import Entry
from audit.pages.archived import archived
from audit.reading import histories, showing
from audit.reading.archive import segment_of
from audit.reading.naming import Names, timeline_url

SEEN_THINGS = ("question", "task", "request", "policy")


@require_safe
@never_cache
@role_required(AUDITORS, ADMINISTRATORS)
def entry(request: PersonRequest, sequence: int) -> HttpResponse:
    """What happened, what changed field by field, who did it, from where, and who had seen it."""
    found = Entry.objects.named().filter(sequence=sequence).first()
    if found is None and (segment := segment_of(sequence)):
        return archived(request, segment, sequence)
    if found is None:
        raise Http404("There is no such entry.")
    record = selectors.record_of(sequence)
    names = Names(request.user, showing.pairs_of(record))
    things = [(kind, thing) for kind, thing in record["links"]]
    context = {
        "entry": found,
        "record": record,
        "changes": showing.changes_of(record, names),
        "detail": showing.fields_of(record["detail"], names),
        "actor": {
            name: showing.shown(name, record["actor"].get(name), names)
            for name in ("label", "ip", "client")
        },
        "reason": showing.shown("reason", record["reason"], names),
        "owner": names.title("user", found.owner_id) if found.owner_id else "",
        "things": [_thing(names, kind, thing) for kind, thing in things],
        "sights": histories.sights(
            [pair for pair in things if pair[0] in SEEN_THINGS], until=sequence
        ),
        "earlier": _neighbour(sequence, "lt", "-sequence"),
        "later": _neighbour(sequence, "gt", "sequence"),
    }
    return render(request, "audit/entry.html", context)


def _thing(names: Names, kind: str, thing: str) -> dict[str, Any]:
    known = names.thing(kind, thing)
    return {
        "kind": kind.replace("_", " "),
        "title": known.title,
        "id": thing,
        "url": known.url,
        "timeline": timeline_url(kind, thing),
    }


def _neighbour(sequence: int, side: str, order: str) -> int | None:
    rows = Entry.objects.filter(**{f"sequence__{side}": sequence}).order_by(order)
    found: int | None = rows.values_list("sequence", flat=True).first()
    return found
