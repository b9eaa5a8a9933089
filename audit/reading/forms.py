"""What people fill in to take the trail away."""

import re
from typing import Any

from django import forms

from audit.reading.selection import Selection
from audit.recording.sentences import SENTENCES
from audit.services.exporting import people_called
from core.errors import DomainError

_DAY = {"type": "date"}
_KIND = re.compile(r"[a-z][a-z0-9_-]*")
_ACTION = re.compile(r"[a-z0-9_-]+([.:][a-z0-9_.]*)?")


class ExportForm(forms.Form):
    """Which entries, and whether with names. Nothing filled in means the whole trail."""

    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs=_DAY))
    until = forms.DateField(required=False, label="To", widget=forms.DateInput(attrs=_DAY))
    action = forms.CharField(
        max_length=100,
        required=False,
        help_text="The event's whole name.",
        widget=forms.TextInput(attrs={"list": "actions"}),
    )
    person = forms.CharField(
        max_length=255, required=False, help_text="Part of the name, or the person's id."
    )
    kind = forms.CharField(
        max_length=40, required=False, label="Kind of thing", help_text="Such as question or task."
    )
    thing = forms.CharField(max_length=255, required=False, label="Thing", help_text="Its id.")
    with_names = forms.BooleanField(required=False, label="With names, addresses and free texts")

    actions = sorted(SENTENCES)

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day is before the first.")
        if cleaned.get("kind") and not _KIND.fullmatch(cleaned["kind"]):
            self.add_error("kind", "A kind is a word in lower case.")
        if bool(cleaned.get("kind")) != bool(cleaned.get("thing")):
            self.add_error("thing", "Kind and id go together.")
        if cleaned.get("person"):
            self._find_people(cleaned["person"])
        return cleaned

    def _find_people(self, words: str) -> None:
        try:
            self.people = people_called(words)
        except DomainError as refusal:
            self.add_error("person", str(refusal))

    people: tuple[str, ...] = ()

    @property
    def selection(self) -> Selection:
        """What a valid form asks for."""
        asked = self.cleaned_data
        return Selection(
            since=asked["since"].isoformat() if asked["since"] else "",
            until=asked["until"].isoformat() if asked["until"] else "",
            action=asked["action"],
            people=self.people,
            kind=asked["kind"],
            thing=asked["thing"],
        )


class StreamForm(forms.Form):
    """Where entries are sent, and which."""

    name = forms.CharField(max_length=60, help_text="How you know the receiver.")
    url = forms.CharField(
        max_length=500, label="Address", help_text="It gets a POST for each entry, signed."
    )
    actions = forms.CharField(
        required=False,
        max_length=1000,
        label="Only actions that begin with",
        help_text="One a line, such as approvals.task_ or accounts. Empty for all.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    people_only = forms.BooleanField(required=False, label="Only what people did")

    def clean_actions(self) -> list[str]:
        found = self.cleaned_data["actions"].split()
        if not all(_ACTION.fullmatch(each) for each in found):
            raise forms.ValidationError("Actions are words in lower case, joined by dots.")
        return sorted(set(found))

    @property
    def filter(self) -> dict[str, Any]:
        """The filter as a stream keeps it."""
        asked = self.cleaned_data
        found: dict[str, Any] = {"actions": asked["actions"]} if asked["actions"] else {}
        return found | ({"people_only": True} if asked["people_only"] else {})


class NewStreamForm(StreamForm):
    """A new stream may begin with the first entry there is."""

    from_start = forms.BooleanField(
        required=False, label="Begin with the first entry, not with the next"
    )
