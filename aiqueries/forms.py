"""What people type on the pages of AI queries. Shapes only: the rules are the services'."""

from typing import Any
from uuid import uuid4

from django import forms

from accounts.models import User
from aiqueries.kinds import Status
from aiqueries.selectors.subjects import CUSTOMER, QUESTION, subject

LONGEST = 100_000  # characters; what is allowed says the service


class AskForm(forms.Form):
    """A prompt, what it is about as `kind:id`, and by which model at what cost."""

    form_id = forms.UUIDField(required=False)
    prompt = forms.CharField(
        label="Prompt",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "class": "grows"}),
    )
    about = forms.CharField(required=False, max_length=100)
    model = forms.CharField(required=False, max_length=100)
    max_cost = forms.DecimalField(
        label="Highest cost",
        required=False,
        min_value=0,
        max_digits=16,
        decimal_places=8,
        help_text="In US dollars. A call that may cost more is not made.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "placeholder": "No limit"}),
    )

    def __init__(self, *arguments: Any, user: User, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.user = user
        # What the form says that it is about; None where it says nothing, or nothing of theirs.
        self.subject = subject(user, str(self["about"].value() or ""))

    def clean_about(self) -> str:
        about: str = self.cleaned_data["about"]
        if about and self.subject is None:
            raise forms.ValidationError("There is no such customer or question for you.")
        return about

    @property
    def wish(self) -> dict[str, Any]:
        """In the words of the service."""
        about = self.subject
        return {
            "form_id": self.cleaned_data["form_id"] or uuid4(),
            "prompt": self.cleaned_data["prompt"],
            "customer_id": about.id if about and not about.is_question else None,
            "question_id": about.id if about and about.is_question else None,
            "model": self.cleaned_data["model"],
            "max_cost": self.cleaned_data["max_cost"],
        }

    def refuse(self, field: str, message: str) -> bool:
        """Put a refusal beside what it is about; tells whether that is a field of the form."""
        here = "about" if field in ("customer_id", "question_id") else field
        if here not in self.fields:
            return False
        self.add_error(here, message)
        return True


class QueryFilter(forms.Form):
    """How the list of queries is narrowed. `whose` is for administrators."""

    status = forms.ChoiceField(
        required=False,
        choices=[("", "Any status"), ("OPEN", "Not ended"), *Status.choices],
    )
    about = forms.ChoiceField(
        required=False,
        choices=[
            ("", "Anything"),
            (CUSTOMER, "A customer"),
            (QUESTION, "A question"),
            ("nothing", "Nothing of ours"),
        ],
    )
    whose = forms.ChoiceField(
        required=False, choices=[("", "Mine"), ("all", "Everybody’s")], label="Whose"
    )
