"""What the AI queries may know of a question: all of its words, for who may read it."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import CharField, F, Func, IntegerField, TextField, Value
from django.db.models.functions import Concat, Length, Lower

from accounts.models import User
from approvals.models import Question, QuestionVersion

# Shorter texts ("True or false?") stand in many a prompt by chance.
TELLING = 16  # characters, with a blank at each end


@dataclass(frozen=True, kw_only=True)
class QuestionForAi:
    """One version of a question; `is_secure` is the question's mark as it stands now."""

    question_id: UUID
    version: int
    digest: str
    title: str
    subject: str
    question_text: str
    options: tuple[str, ...]
    correct_answer: str
    is_secure: bool


def question_for_ai(
    user: User | None, question_id: UUID, *, version: int | None = None
) -> QuestionForAi | None:
    """
    The question as this person may read it, in its newest version unless another is named.

    None where there is no such version or it is not theirs to read. Without a person it is the
    system that asks, which sees all. Who read what is not written down here: see
    approvals.services.note_reading.
    """
    readable = Question.objects.all() if user is None else Question.objects.visible_to(user)
    asked = readable.filter(pk=question_id).first()
    if asked is None:
        return None
    number = asked.latest_version if version is None else version
    found = QuestionVersion.objects.filter(question=asked, number=number).first()
    return _for_ai(asked, found) if found else None


def repeats_a_secure_question(text: str) -> bool:
    """
    Whether the text holds a version of a question that is marked as secure, word for word.

    Case, punctuation and line breaks do not matter. What says the same in other words is not
    found. Reads every secure question: some 20 microseconds each.
    """
    known = QuestionVersion.objects.filter(question__is_secure=True)
    words = known.annotate(words=_words(F("question_text")), said=_words(Value(text)))
    telling = words.annotate(length=Length("words")).filter(length__gte=TELLING)
    place = Func(F("said"), F("words"), function="strpos", output_field=IntegerField())
    return telling.annotate(place=place).filter(place__gt=0).exists()


def _words(text: Value | F) -> Concat:
    """Letters and digits in lower case, each word between blanks."""
    plain = Func(
        Lower(text, output_field=TextField()),
        Value("[^[:alnum:]]+"),
        Value(" "),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    bare = Func(plain, function="btrim", output_field=TextField())
    return Concat(Value(" "), bare, Value(" "), output_field=CharField())


def _for_ai(question: Question, version: QuestionVersion) -> QuestionForAi:
    return QuestionForAi(
        question_id=question.pk,
        version=version.number,
        digest=version.digest,
        title=version.title,
        subject=version.subject,
        question_text=version.question_text,
        options=tuple(version.options),
        correct_answer=version.correct_answer,
        is_secure=question.is_secure,
    )
