"""What people type on the pages. Shapes only: the rules are the services'."""

from string import ascii_uppercase
from typing import Any

from django import forms

from accounts.models import User
from approvals.content import MOST_OPTIONS, QuestionContent
from approvals.models import ApprovalPolicy, ApprovalRequest
from approvals.selectors import NEVER_SUBMITTED

SPARE_ROWS = 2
FEWEST_ROWS = 4


class DecisionForm(forms.Form):
    """A verdict with its reason, for the content with this digest."""

    verdict = forms.CharField()
    comment = forms.CharField(required=False, strip=False, max_length=100_000)
    digest = forms.CharField(max_length=64)


class SubmitForm(forms.Form):
    """Who is to decide: one assessor, or the people of a policy."""

    assigned_to = forms.ModelChoiceField(
        User.objects.none(), required=False, to_field_name="email", label="Assessor"
    )
    policy = forms.ModelChoiceField(
        ApprovalPolicy.objects.none(), required=False, to_field_name="name", label="Policy"
    )

    def __init__(self, *arguments: Any, assessors: Any, policies: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        person, policy = self.fields["assigned_to"], self.fields["policy"]
        assert isinstance(person, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        assert isinstance(policy, forms.ModelChoiceField)  # noqa: S101
        person.queryset, policy.queryset = assessors, policies
        person.empty_label, policy.empty_label = "Whom the policy names", "One verdict is enough"

    @property
    def wish(self) -> dict[str, str]:
        """In the words of the service: an e-mail address and a policy's name, or nothing."""
        person, policy = self.cleaned_data["assigned_to"], self.cleaned_data["policy"]
        return {
            "assigned_to": person.email if person else "",
            "policy": policy.name if policy else "",
        }


class QuestionForm(forms.Form):
    """
    A question with a row for each option; empty rows do not count.

    `row_errors` and the fields' own errors come from the rules of approvals.content, which know
    options by their place among the rows that were filled in.
    """

    question_text = forms.CharField(
        label="Question", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    subject = forms.CharField(label="Subject", required=False)
    key = forms.IntegerField(required=False, min_value=0, max_value=MOST_OPTIONS - 1)

    def __init__(self, *arguments: Any, shown: QuestionContent | None = None, **options: Any):
        if shown is not None:
            options["initial"] = {
                "question_text": shown.question_text,
                "subject": shown.subject,
                "key": shown.options.index(shown.correct_answer),
            }
        super().__init__(*arguments, **options)
        self.row_errors: dict[int, str] = {}
        self.texts = self._texts(shown)

    def _texts(self, shown: QuestionContent | None) -> list[str]:
        if self.is_bound:
            given = [self.data.get(f"option-{number}", "") for number in range(MOST_OPTIONS)]
            filled = max((n + 1 for n, text in enumerate(given) if text.strip()), default=0)
        else:
            given = list(shown.options) if shown else []
            filled = len(given)
        rows = min(max(filled + SPARE_ROWS, FEWEST_ROWS), MOST_OPTIONS)
        return (given + [""] * MOST_OPTIONS)[:rows]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows as the page shows them."""
        key = self["key"].value()
        return [
            {
                "number": number,
                "letter": ascii_uppercase[number],
                "text": text,
                "is_key": str(key) == str(number),
                "error": self.row_errors.get(number, ""),
            }
            for number, text in enumerate(self.texts)
        ]

    @property
    def filled(self) -> list[int]:
        """The numbers of the rows that hold an option."""
        return [number for number, text in enumerate(self.texts) if text.strip()]

    def content(self) -> QuestionContent:
        """The question, held against every rule. Raises InvalidContent."""
        key = self.cleaned_data.get("key")
        return QuestionContent.checked(
            question_text=self.cleaned_data["question_text"],
            options=[self.texts[number] for number in self.filled],
            correct_answer=self.texts[key] if key in self.filled else "",
            subject=self.cleaned_data["subject"],
        )

    def refuse(self, field: str, message: str) -> None:
        """Put a refusal of the rules where the person can see what it means."""
        if field.startswith("options["):
            place = int(field.removeprefix("options[").partition("]")[0])
            self.row_errors[self.filled[place]] = message
        else:
            self.add_error(field if field in ("question_text", "subject") else None, message)


class RequestFilter(forms.Form):
    status = forms.ChoiceField(
        choices=[("", "Any status"), *ApprovalRequest.Status.choices], required=False
    )


class QuestionFilter(forms.Form):
    q = forms.CharField(required=False, max_length=200, label="Words")
    subject = forms.CharField(required=False, max_length=200)
    status = forms.ChoiceField(
        choices=[
            ("", "Any status"),
            (NEVER_SUBMITTED, "Never submitted"),
            *ApprovalRequest.Status.choices,
        ],
        required=False,
    )
