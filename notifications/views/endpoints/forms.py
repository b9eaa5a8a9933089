"""What people fill in about endpoints."""

from typing import Any

from django import forms

from notifications.kinds import KINDS
from notifications.models import Endpoint
from notifications.rules.facts import FACTS


class EndpointForm(forms.Form):
    """Where messages go, and of what."""

    name = forms.CharField(max_length=60, help_text="How you know the receiver.")
    url = forms.CharField(
        max_length=500,
        label="Address",
        required=False,
        help_text="Only its end is shown. Fill it in to change it.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )
    kinds = forms.MultipleChoiceField(
        required=False,
        label="Only these",
        help_text="None means all.",
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, of_organisation: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds: Any = self.fields["kinds"]
        if of_organisation:
            kinds.choices = [(name, fact.label) for name, fact in FACTS.items()]
        else:
            kinds.choices = [(kind.value, kind.label) for kind in KINDS]


class NewEndpointForm(EndpointForm):
    """A new one has a format, too."""

    format = forms.ChoiceField(
        choices=Endpoint.Format.choices,
        help_text="Programs check signatures; a chat gives you an address to write to.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].required = True
        self.fields["url"].help_text = "It gets a POST for each message."
        self.order_fields(["name", "format", "url", "kinds"])


class RecoverForm(forms.Form):
    """Since when."""

    since = forms.DateTimeField(
        label="Since",
        help_text="UTC.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
