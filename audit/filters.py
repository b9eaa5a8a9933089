"""What an auditor may ask the trail for, on the page and through the API alike."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.postgres.search import SearchQuery
from django.utils import timezone

from audit.models import EntryQuerySet
from audit.sentences import SENTENCES


class EntryFilter(forms.Form):
    """Every field narrows the list; an empty one asks for nothing. Days are whole days, here."""

    text = forms.CharField(
        max_length=200,
        required=False,
        label="Words",
        help_text="Words of the sentence or the reason.",
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
    subject = forms.CharField(
        max_length=255, required=False, label="Thing", help_text="Id of the task, request, …"
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].widget.attrs["list"] = "actions"

    @property
    def asks_for_more(self) -> bool:
        """Whether one of the fields that are folded away is in use."""
        return any(self.data.get(name) for name in ("action", "subject", "request_id"))

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day is before the first.")
        return cleaned

    def narrow(self, entries: EntryQuerySet) -> EntryQuerySet:
        """The entries that a valid form asks for."""
        asked = self.cleaned_data
        if asked["text"]:
            entries = entries.filter(
                search=SearchQuery(asked["text"], config="english", search_type="websearch")
            )
        if asked["person"]:
            entries = entries.by_person(asked["person"])
        if asked["action"]:
            entries = entries.filter(action=asked["action"])
        if asked["subject"]:
            entries = entries.filter(subject_id=asked["subject"])
        if asked["request_id"]:
            entries = entries.filter(correlation_id=asked["request_id"])
        if asked["people_only"]:
            entries = entries.by_people()
        if asked["since"]:
            entries = entries.filter(happened_at__gte=_midnight(asked["since"]))
        if asked["until"]:
            entries = entries.filter(happened_at__lt=_midnight(asked["until"] + timedelta(days=1)))
        return entries


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
