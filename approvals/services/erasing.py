"""
What approvals forgets of a person.

What they asked and decided stays, as an erased person's; texts that name them lose the name. What
questions say is exam content that approvals were given for: it is counted, and left as it is.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from accounts.erasure import Counts, Leaver, forgets, leaves, objects
from accounts.models import User
from approvals.events import PolicySaved
from approvals.models import (
    Absence,
    ApprovalPolicy,
    ApprovalRequest,
    ApprovalTask,
    Attachment,
    ImportRow,
    Question,
    QuestionImport,
    QuestionVersion,
    Repair,
)
from approvals.policy import InvalidPolicy, Stage, ensure_reachable
from core.actor import Actor
from core.redaction import ERASED, Words, found, redact
from outbox.publishing import publish

SHOWN = 3  # titles in a refusal
_WORDED = ["question_text", "options", "correct_answer", "subject"]


@objects
def their_tasks_wait(person: User, actor: Actor) -> str:
    places = person.assignments.active().filter(task__status=ApprovalTask.Status.PENDING)
    titles = [place.task.version.title for place in places.select_related("task__version")]
    return _sentence(titles, "waits for their decision", "wait for their decision", "reassign")


@objects
def their_requests_are_open(person: User, actor: Actor) -> str:
    requests = person.approval_requests.open().select_related("version")
    titles = [request.version.title for request in requests]
    return _sentence(titles, "of their requests is open", "of their requests are open", "withdraw")


@objects
def their_imports_are_under_way(person: User, actor: Actor) -> str:
    names = list(person.question_imports.unfinished().values_list("file_name", flat=True))
    return _sentence(
        names, "of their imports is not finished", "of their imports are not finished", "discard"
    )


def _sentence(titles: list[str], one: str, many: str, remedy: str) -> str:
    if not titles:
        return ""
    named = ", ".join(f"“{title}”" for title in titles[:SHOWN])
    more = f" and {len(titles) - SHOWN} more" if len(titles) > SHOWN else ""
    what = f"1 {one}" if len(titles) == 1 else f"{len(titles)} {many}"
    return f"{what}: {remedy} {named}{more} first."


@forgets("approvals")
def forget_in_approvals(leaver: Leaver) -> Counts:
    words = leaver.words
    absences, _ = Absence.objects.filter(person=leaver.id).delete()
    stood_in = Absence.objects.filter(substitute=leaver.id).update(substitute=None)
    unused, _ = Attachment.objects.filter(question=None, uploaded_by=leaver.id).delete()
    return {
        "comments of decisions": _redact_decisions(words),
        "remarks of first views": _redact_first_views(words),
        "comments of tasks": redact(ApprovalTask.objects.all(), ["comments"], words),
        "notes of repairs": redact(Repair.objects.all(), ["found", "outcome", "comment"], words),
        "policies of requests": _redact_copies(words),
        "policies": _redact_policies(leaver),
        "imports": redact(
            QuestionImport.objects.all(), ["file_name", "subject", "reason", "note"], words
        ),
        "refused rows of imports": redact(ImportRow.objects.all(), ["reason"], words),
        "uploads that no question has": unused,
        "absences": absences + stood_in,
    }


@leaves("approvals")
def count_exam_content(leaver: Leaver) -> Counts:
    words = leaver.words
    return {
        "questions": found(Question.objects.all(), [*_WORDED, "attachments"], words).count(),
        "versions of questions": found(
            QuestionVersion.objects.all(), [*_WORDED, "attachments"], words
        ).count(),
        "rows of imports": found(ImportRow.objects.all(), _WORDED, words).count(),
        "names of attached files": found(Attachment.objects.all(), ["name"], words).count(),
    }


def _redact_decisions(words: Words) -> int:
    """By the one function that may change a decision, and only its comment."""
    if not words:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT approvals_redact_decisions(%s, %s)", [words.pattern, ERASED])
        return int(cursor.fetchone()[0])


def _redact_first_views(words: Words) -> int:
    """By the one function that may change a first view, and only its remark."""
    if not words:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT approvals_redact_first_views(%s, %s)", [words.pattern, ERASED])
        return int(cursor.fetchone()[0])


def _redact_copies(words: Words) -> int:
    """The copies that requests keep have people by id; a stage's name may still say who."""
    naming = found(ApprovalRequest.objects.select_for_update(no_key=True), ["policy"], words)
    requests = list(naming.only("policy"))
    for request in requests:
        stages = [_renamed(stage, words) for stage in request.policy["stages"]]
        request.policy = {**request.policy, "stages": stages}
        request.save(update_fields=["policy"])
    return len(requests)


def _renamed(stage: dict[str, Any], words: Words) -> dict[str, Any]:
    """Only the stage's own name: by its group's name the group is found."""
    return {**stage, "name": words.redacted(stage["name"])} if stage.get("name") else stage


def _redact_policies(leaver: Leaver) -> int:
    """
    Take them out of the policies that name them.

    A policy that cannot be met without them is offered no more: an administrator sees to it.
    """
    address = User.objects.values_list("email", flat=True).get(pk=leaver.id)
    naming = found(
        ApprovalPolicy.objects.select_for_update(no_key=True),
        ["name", "description", "stages"],
        leaver.words,
    )
    policies = list(naming.order_by("pk"))
    for policy in policies:
        policy.stages = list(_stages(policy.stages, leaver.words, address))
        policy.name = _free_name(leaver.words.redacted(policy.name), policy)
        policy.description = leaver.words.redacted(policy.description)
        policy.is_active = policy.is_active and not _names(policy.stages, address)
        policy.save()
        publish(
            PolicySaved(
                policy_id=str(policy.pk), policy_name=policy.name, is_active=policy.is_active
            ),
            actor=leaver.actor,
        )
    return len(policies)


def _stages(stages: list[Any], words: Words, address: str) -> Iterator[dict[str, Any]]:
    """The stages without the person; where nobody could be left out, with an address of nobody."""
    for stage in stages:
        assessors = stage.get("assessors", [])
        left = [each for each in assessors if not words.found_in(each)]
        if len(left) < len(assessors) and not _suffice(left, stage):
            left = [address if words.found_in(each) else each for each in assessors]
        kept = {**stage, "assessors": left} if "assessors" in stage else dict(stage)
        if "escalate_to" in stage:
            kept["escalate_to"] = [
                each for each in stage["escalate_to"] if not words.found_in(each)
            ]
        yield _renamed(kept, words)


def _suffice(assessors: list[str], stage: dict[str, Any]) -> bool:
    asked = Stage(
        name="",
        group="",
        due_hours=1,
        assessors=tuple(assessors),
        approve_n=stage.get("approve_n", 1),
        return_n=stage.get("return_n", 1),
    )
    try:
        ensure_reachable(asked, len(assessors), "stages")
    except InvalidPolicy:
        return False
    return True


def _names(stages: list[dict[str, Any]], address: str) -> bool:
    return any(address in stage.get("assessors", []) for stage in stages)


def _free_name(name: str, policy: ApprovalPolicy) -> str:
    """The name, or one beside it: two policies may have been named after the person alone."""
    others = ApprovalPolicy.objects.exclude(pk=policy.pk)
    return f"{name[:90]} {policy.pk}" if others.filter(name=name).exists() else name
