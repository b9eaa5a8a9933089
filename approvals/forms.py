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


class FirstViewForm(forms.Form):
    """An option's number or "none", and a remark. `comment` is what stands in the other form."""

    answer = forms.CharField(required=False, max_length=10)
    remark = forms.CharField(required=False, strip=False, max_length=100_000)
    digest = forms.CharField(required=False, max_length=64)
    comment = forms.CharField(required=False, strip=False, max_length=100_000)


class ReassignForm(forms.Form):
    """Whose place goes to whom, by e-mail address; who that is, the service finds out."""

    assigned_to = forms.CharField(required=False, max_length=254)
    assigned_from = forms.CharField(required=False, max_length=254)

    @property
    def problem(self) -> str:
        """What to say if an address cannot be one; nothing if all is well."""
        return "" if self.is_valid() else "This is no e-mail address. Choose an assessor."


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
    A question with a row for each option. Empty rows close up, so that letters stay in step.

    What the rules of approvals.content refuse is shown beside its field or row.
    """

    question_text = forms.CharField(
        label="Question", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    subject = forms.CharField(label="Subject", required=False)
    # Asked for with a new question only: later it is a button of its own.
    is_secure = forms.BooleanField(required=False)

    def __init__(
        self, *arguments: Any, shown: QuestionContent | None = None, **options: Any
    ) -> None:
        if shown is not None:
            options["initial"] = {"question_text": shown.question_text, "subject": shown.subject}
        super().__init__(*arguments, **options)
        self.options_error = ""
        self.row_errors: dict[int, str] = {}
        self.options: list[str] = list(shown.options) if shown else []
        self.key = shown.options.index(shown.correct_answer) if shown else None
        if self.is_bound:
            self._read_rows()

    def _read_rows(self) -> None:
        given = [str(self.data.get(f"option-{number}", "")) for number in range(MOST_OPTIONS)]
        filled = [number for number, text in enumerate(given) if text.strip()]
        marked = str(self.data.get("key", ""))
        self.options = [given[number] for number in filled]
        self.key = next((row for row, number in enumerate(filled) if str(number) == marked), None)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows as the page shows them, with a few to spare."""
        number_of_rows = min(max(len(self.options) + SPARE_ROWS, FEWEST_ROWS), MOST_OPTIONS)
        texts = self.options + [""] * (number_of_rows - len(self.options))
        return [
            {
                "number": number,
                "letter": ascii_uppercase[number],
                "text": text,
                "is_key": number == self.key,
                "error": self.row_errors.get(number, ""),
            }
            for number, text in enumerate(texts)
        ]

    def content(self) -> QuestionContent:
        """The question, held against every rule. Raises InvalidContent."""
        return QuestionContent.checked(
            question_text=self.cleaned_data["question_text"],
            options=self.options,
            correct_answer="" if self.key is None else self.options[self.key],
            subject=self.cleaned_data["subject"],
        )

    def refuse(self, field: str, message: str) -> None:
        """Put a refusal of the rules beside what it is about; the rest is for the page to say."""
        if field.startswith("options["):
            self.row_errors[int(field.removeprefix("options[").partition("]")[0])] = message
        elif field in ("question_text", "subject"):
            self.add_error(field, message)
        elif field in ("options", "correct_answer"):
            self.options_error = message


class AbsenceForm(forms.Form):
    """From when until when, in the time zone of the pages, and who decides meanwhile."""

    starts_at = forms.DateTimeField(
        label="From",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    ends_at = forms.DateTimeField(
        label="Until",
        help_text="Times are UTC.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    substitute = forms.ModelChoiceField(
        User.objects.none(), required=False, to_field_name="email", label="Who stands in"
    )

    def __init__(self, *arguments: Any, substitutes: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        field = self.fields["substitute"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset, field.empty_label = substitutes, "Nobody"

    @property
    def wish(self) -> dict[str, Any]:
        """In the words of the service."""
        chosen = self.cleaned_data["substitute"]
        return {**self.cleaned_data, "substitute": chosen.email if chosen else ""}


class RequestFilter(forms.Form):
    """What the tabs above the requests put into the address."""

    status = forms.ChoiceField(
        choices=[("", "Any status"), *ApprovalRequest.Status.choices], required=False
    )


class SecureForm(forms.Form):
    """Whether a question is to be secure."""

    secure = forms.BooleanField(required=False)


class QuestionFilter(forms.Form):
    """The search above the questions; `subject` matches whole, in upper or lower case."""

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
    secure = forms.ChoiceField(
        choices=[("", "Secure or not"), ("yes", "Secure"), ("no", "Not secure")], required=False
    )
