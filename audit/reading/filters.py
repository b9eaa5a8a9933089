"""What an auditor may ask the trail for, on the page and through the API alike."""

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils import timezone

from audit.models import Person
from audit.recording.sentences import SENTENCES
from audit.search import words
from audit.search.asking import Asked
from audit.selectors import kinds_of_things
from core.actor import SYSTEM

MOST_PEOPLE = 100  # who go by a name
# The filters that ask for exactly what a column says.
_COLUMNS = {
    "action": "action",
    "scheme": "scheme",
    "outcome": "outcome",
    "kind": "subject_kind",
    "owner": "owner_id",
    "step_id": "step_id",
}


class EntryFilter(forms.Form):
    """Every field narrows the list; an empty one asks for nothing. Days are whole days, here."""

    text = forms.CharField(
        max_length=200,
        required=False,
        label="Words",
        help_text="Of the sentence or of a comment, or any id. "
        "“In quotes” for a phrase, -word to leave out, or, begin*.",
    )
    person = forms.CharField(
        max_length=255, required=False, help_text="Part of the name, or the person's id."
    )
    since = forms.DateField(
        required=False, label="From", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        required=False, label="To", widget=forms.DateInput(attrs={"type": "date"})
    )
    action = forms.CharField(max_length=100, required=False, help_text="The event's whole name.")
    scheme = forms.CharField(
        max_length=100, required=False, help_text="The subject that the question belongs to."
    )
    outcome = forms.CharField(max_length=40, required=False, help_text="Such as APPROVED.")
    kind = forms.CharField(
        max_length=40, required=False, label="Kind of thing", help_text="Such as question or task."
    )
    subject = forms.CharField(
        max_length=255, required=False, label="Thing", help_text="Id of the task, request, …"
    )
    owner = forms.CharField(
        max_length=255, required=False, help_text="Id of the requester whose thing it is."
    )
    workflow_id = forms.CharField(
        max_length=100, required=False, label="Workflow id", help_text="Of the request it serves."
    )
    step_id = forms.CharField(
        max_length=20, required=False, label="Step id", help_text="The stage, counted from 0."
    )
    request_id = forms.CharField(
        max_length=64, required=False, label="Request id", help_text="As in X-Request-ID."
    )
    people_only = forms.BooleanField(
        required=False,
        label="Only what people did",
        help_text="Leaves out what the machine did by itself.",
    )

    actions = sorted(SENTENCES)
    first_fields = ("text", "person", "since", "until")
    _words: words.Words | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].widget.attrs["list"] = "actions"

    @property
    def first(self) -> list[forms.BoundField]:
        return [self[name] for name in self.first_fields]

    @property
    def more(self) -> list[forms.BoundField]:
        """Those that are folded away."""
        shown = {*self.first_fields, "people_only"}
        return [self[name] for name in self.fields if name not in shown]

    @property
    def asks_for_more(self) -> bool:
        return any(self.data.get(field.name) for field in self.more)

    def clean_text(self) -> str:
        typed: str = self.cleaned_data["text"]
        if typed and not _is_id(typed):
            try:
                self._words = words.read(typed)
            except words.NothingToFind as refusal:
                raise forms.ValidationError(str(refusal), code="nothing_to_find") from None
        return typed

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day is before the first.")
        return cleaned

    def asked(self) -> Asked:
        """What a valid form asks for."""
        given, asked = self.cleaned_data, Asked()
        for field, column in _COLUMNS.items():
            if given[field]:
                asked.has(column, [given[field]])
        if given["person"]:
            asked.has("actor_id", _people(given["person"]))
        if self._words:
            asked.says(self._words)
        elif given["text"]:
            asked.names(given["text"].lower(), kinds_of_things())
        if given["subject"]:
            asked.concerns(kinds_of_things(), given["subject"])
        if given["workflow_id"]:
            asked.bears(workflow_id=given["workflow_id"])
        if given["request_id"]:
            asked.bears(correlation_id=given["request_id"])
        if given["people_only"]:
            asked.lacks("actor_id", SYSTEM.id)
        asked.between(
            given["since"] and _midnight(given["since"]),
            given["until"] and _midnight(given["until"] + timedelta(days=1)),
        )
        return asked

    def spoken(self, name: str, value: str) -> str:
        """What a filter is set to, in words."""
        if name in ("person", "owner"):
            label = Person.objects.filter(pk=value).values_list("label", flat=True).first()
            return str(label or value)
        return value


def _is_id(typed: str) -> bool:
    try:
        return str(UUID(typed)) == typed.lower()
    except ValueError:
        return False


def _people(typed: str) -> list[str]:
    """The id as it was typed, and the ids of who goes by such a name."""
    named = Person.objects.filter(Q(label__icontains=typed)).values_list("pk", flat=True)
    return [typed, *named[:MOST_PEOPLE]]


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
