"""For support: what was made of any event for anybody, and why somebody was not told."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import PersonRequest
from accounts.roles import ADMINISTRATORS, AUDITORS, role_required
from core.pages import neighbours, page_of
from notifications import services
from notifications.models import Trace
from notifications.selectors import (
    Sought,
    Voice,
    about,
    explain,
    happened,
    key_in,
    life_of,
    people_called,
    traces_of,
    why_not,
)

_ID = {"spellcheck": "false", "autocomplete": "off"}


class TracesForm(forms.Form):
    """Whose, of which event, about what."""

    person = forms.CharField(
        required=False, max_length=255, help_text="Name, e-mail address or id."
    )
    about = forms.CharField(
        required=False,
        max_length=300,
        label="Question, request or task",
        help_text="Its id, or the address of its page.",
        widget=forms.TextInput(attrs=_ID),
    )
    event = forms.UUIDField(
        required=False,
        label="Event",
        help_text="Its id, as the audit trail has it.",
        widget=forms.TextInput(attrs=_ID),
        error_messages={"invalid": "This is no id of an event."},
    )
    people: list[User]

    def clean(self) -> dict[str, Any]:
        words = self.cleaned_data.get("person", "").strip()
        self.people = people_called(words) if words else []
        if words and not self.people:
            self.add_error("person", "Nobody is called so.")
        return self.cleaned_data

    @property
    def sought(self) -> Sought:
        """What a valid form asks for; of several people that fit, none yet."""
        event: UUID | None = self.cleaned_data["event"]
        return Sought(
            person=self.people[0] if len(self.people) == 1 else None,
            event_id=event,
            key=key_in(self.cleaned_data["about"]),
        )


@require_safe
@never_cache
@role_required(AUDITORS, ADMINISTRATORS)
def traces(request: PersonRequest) -> HttpResponse:
    """Who was told what or not, the newest first; of one event and person also why not."""
    form = TracesForm(request.GET)
    if not form.is_valid():
        return render(request, "notifications/traces.html", {"form": form}, status=422)
    sought = form.sought
    if len(form.people) > 1:
        return render(request, "notifications/traces.html", _choices(request, form))
    services.note_look(sought, by=request.user, through="page")
    page = page_of(request, traces_of(sought), ("-id",))
    event = happened(sought.event_id) if sought.event_id else None
    untold = sought.person if event and not page.items else None
    context = {
        "form": form,
        "person": sought.person,
        "page": page,
        "rows": [(trace, about(trace, Voice.THEY)) for trace in page.items],
        "event": event,
        "why_not": why_not(untold, event.event) if untold and event else None,
        **neighbours(request, page),
    }
    return render(request, "notifications/traces.html", context)


@require_safe
@never_cache
@role_required(AUDITORS, ADMINISTRATORS)
def trace(request: PersonRequest, trace_id: int) -> HttpResponse:
    """One event and one person, from the rule to each attempt."""
    found = get_object_or_404(
        Trace.objects.select_related("recipient", "notification"), pk=trace_id
    )
    sought = Sought(person=found.recipient, event_id=found.event_id)
    services.note_look(sought, by=request.user, through="page")
    told = found.notification
    context = {
        "each": explain([found], Voice.THEY)[0],
        "told": told,
        "life": life_of(told, Voice.THEY) if told else [],
    }
    return render(request, "notifications/trace.html", context)


def _choices(request: HttpRequest, form: TracesForm) -> dict[str, Any]:
    """The people who fit, each with the address that asks for them."""
    asked = request.GET.copy()
    choices = []
    for person in form.people:
        asked["person"] = str(person.pk)
        choices.append((person, f"?{asked.urlencode()}"))
    return {"form": form, "choices": choices}
