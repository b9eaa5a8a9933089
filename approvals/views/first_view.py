"""What the review page shows before and after an assessor's first view."""

from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import Any
from uuid import UUID

from approvals.comparing import Change, Piece
from approvals.content import QuestionContent
from approvals.exceptions import UnknownOption
from approvals.models import ApprovalTask, FirstView

HIDDEN = (Piece("same", "Changed: you see how together with the key."),)
CANNOT_TELL = "none"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One's own first view beside the key: letters, and whether they are the same."""

    chosen: str
    key: str
    agrees: bool | None
    remark: str


def shown(view: FirstView | None) -> Shown | None:
    if view is None:
        return None
    options = view.version.options
    return Shown(
        chosen=_letter(options, view.answer) if view.answer else "",
        key=_letter(options, view.version.correct_answer),
        agrees=view.agrees,
        remark=view.remark,
    )


def _letter(options: list[str], text: str) -> str:
    return ascii_uppercase[options.index(text)]


def lettered(content: QuestionContent, *, with_key: bool = True) -> list[dict[str, Any]]:
    """The options as a candidate sees them, and which is the key, if that is to be shown."""
    return [
        {"letter": letter, "text": text, "is_key": with_key and text == content.correct_answer}
        for letter, text in zip(ascii_uppercase, content.options, strict=False)
    ]


def without_key(differences: list[Change]) -> list[Change]:
    """What changed, but for which option is right."""
    return [
        replace(change, pieces=HIDDEN) if change.label == "Key" else change
        for change in differences
    ]


def own_and_others(
    views: list[FirstView], task: ApprovalTask, person: UUID, *, is_blind: bool
) -> tuple[FirstView | None, list[FirstView]]:
    """
    One's own on this task, and those that the history tells this person of.

    Others' are told once their task is settled, and not to who is yet to see the key.
    """
    own = next((each for each in views if each.assessor_id == person and each.task == task), None)
    if is_blind and own is None:
        return None, []
    return own, [each for each in views if each.assessor_id == person or not each.task.is_pending]


def answer_from(posted: str, task: ApprovalTask) -> str:
    """The text of the option that was chosen by its number. Raises UnknownOption."""
    if posted == CANNOT_TELL:
        return ""
    options = task.version.options
    if not posted.isascii() or not posted.isdigit() or int(posted) >= len(options):
        raise UnknownOption("Choose an option, or say that you cannot tell.", field="answer")
    return str(options[int(posted)])
