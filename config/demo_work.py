"""Questions and requests that the demo people find on their first day."""

from collections.abc import Iterator
from pathlib import Path

from django.db import transaction

from accounts.models import User
from accounts.roles import ASSESSORS
from approvals import importing, services
from approvals.content import QuestionContent
from approvals.importing.parsing import GoodRow, QuestionFile
from approvals.models import ApprovalPolicy, Question, Verdict

SEED = Path(importing.__file__).parent / "seed" / "opentriviaqa.csv"
POLICY = "Two stages"
# Open requests: hours until the verdict is due, and who is asked.
_FOR_ASHA = (1, 3, 7, 22, 30, 47, 70, 96, 120, 240)
_FOR_ADA = (5, 24, 48, 72, 144)
_FOR_ANY_ASSESSOR = (12, 36, 90)
# Hours, and questions that show what the product finds: flaws, and that one nearly repeats another.
_FLAWED = (
    (
        2,
        QuestionContent.checked(
            question_text="Which of the following is not one of the noble gases?",
            options=["Helium", "Neon", "Chlorine, which is a halogen", "All of the above"],
            correct_answer="Chlorine, which is a halogen",
            subject="Chemistry",
        ),
    ),
    (
        4,
        QuestionContent.checked(
            question_text="Which of the following is not one of the noble gases at all?",
            options=["Neon", "Chlorine", "Helium", "None of the above"],
            correct_answer="Chlorine",
            subject="Chemistry",
        ),
    ),
)
_VERDICTS = (
    (Verdict.APPROVED, ""),
    (Verdict.APPROVED, "Clear, and one answer only."),
    (Verdict.APPROVED, ""),
    (Verdict.REJECTED, "Two of the options could be argued for."),
    (Verdict.CHANGES_REQUESTED, "Please say which year is meant."),
    (Verdict.APPROVED, "Good distractors."),
)


@transaction.atomic
def prepare(*, asha: User, ada: User, ben: User) -> None:
    """
    Let Ben bring the seed questions and ask for approval of some; let Asha have decided a few.

    Does nothing where there is a question already. The workflow follows once the relay runs.
    """
    if Question.objects.exists():
        return
    ApprovalPolicy.objects.get_or_create(
        name=POLICY,
        defaults={
            "description": "One assessor, then another.",
            "stages": [
                {"name": "Content", "assessors": [asha.email], "due_hours": 48},
                {"name": "Language", "assessors": [ada.email], "due_hours": 48},
            ],
        },
    )
    rows = QuestionFile(SEED.read_bytes(), SEED.name).checked()
    contents = [row.content for row in rows if isinstance(row, GoodRow)]
    # Every eleventh first, so that the open requests are of several subjects.
    contents.sort(key=lambda content: int(content.digest, 16) % 11)
    to_submit = iter(contents)
    _decide_some(to_submit, asha=asha, ben=ben)
    _leave_some_open(to_submit, asha=asha, ada=ada, ben=ben)
    for content in to_submit:
        services.create_question(content=content, actor=ben)


def _decide_some(contents: Iterator[QuestionContent], *, asha: User, ben: User) -> None:
    for (verdict, comment), content in zip(_VERDICTS, contents, strict=False):
        request = services.submit_request(content=content, assigned_to=asha.email, actor=ben)
        task = request.tasks.get()
        services.decide_task(task_id=task.pk, verdict=verdict, comment=comment, actor=asha)


def _leave_some_open(
    contents: Iterator[QuestionContent], *, asha: User, ada: User, ben: User
) -> None:
    stages = [
        *({"assessors": [asha.email], "due_hours": hours} for hours in _FOR_ASHA),
        *({"assessors": [ada.email], "due_hours": hours} for hours in _FOR_ADA),
        *({"group": ASSESSORS, "due_hours": hours} for hours in _FOR_ANY_ASSESSOR),
    ]
    for stage, content in zip(stages, contents, strict=False):
        services.submit_request(content=content, policy={"stages": [stage]}, actor=ben)
    for hours, content in _FLAWED:
        stage = {"assessors": [asha.email], "due_hours": hours}
        services.submit_request(content=content, policy={"stages": [stage]}, actor=ben)
    services.submit_request(content=next(contents), policy=POLICY, actor=ben)
