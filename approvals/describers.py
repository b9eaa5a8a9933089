"""What ids of questions, requests, tasks, policies, imports and attachments stand for."""

from collections.abc import Sequence

from django.urls import reverse

from accounts.models import User
from accounts.roles import ADMINISTRATORS, AUDITORS, REQUESTERS, has_role
from accounts.things import Thing, describes, numbers, uuids
from approvals.models import (
    ApprovalPolicy,
    ApprovalRequest,
    ApprovalTask,
    Attachment,
    Question,
    QuestionImport,
)


@describes("question")
def questions(user: User, ids: Sequence[str]) -> dict[str, Thing]:
    found = Question.objects.visible_to(user).filter(pk__in=uuids(ids)).only("question_text")
    return {
        str(one.pk): Thing(title=one.title, url=reverse("question", args=[one.pk])) for one in found
    }


@describes("request")
def requests(user: User, ids: Sequence[str]) -> dict[str, Thing]:
    found = ApprovalRequest.objects.visible_to(user).filter(pk__in=uuids(ids))
    rows = found.select_related("question").only("question__question_text")
    return {
        str(one.pk): Thing(title=one.question.title, url=reverse("request", args=[one.pk]))
        for one in rows
    }


@describes("task")
def tasks(user: User, ids: Sequence[str]) -> dict[str, Thing]:
    found = ApprovalTask.objects.visible_to(user).filter(pk__in=uuids(ids))
    rows = found.select_related("question").only("question__question_text")
    return {
        str(one.pk): Thing(title=one.question.title, url=reverse("review", args=[one.pk]))
        for one in rows
    }


@describes("policy")
def policies(user: User, ids: Sequence[str]) -> dict[str, Thing]:
    """Those on offer for who may ask for approval; all for administrators and auditors."""
    found = ApprovalPolicy.objects.filter(pk__in=numbers(ids))
    if not has_role(user, ADMINISTRATORS, AUDITORS):
        found = found.filter(is_active=True) if has_role(user, REQUESTERS) else found.none()
    by_id = found.values_list("pk", "name")
    return {str(pk): Thing(title=name, url=_page_of_policy(user, pk)) for pk, name in by_id}


@describes("import")
def imports(user: User, ids: Sequence[str]) -> dict[str, Thing]:
    """Those that the pages show, which are not the auditors'; they are told the file's name."""
    found = QuestionImport.objects.filter(pk__in=uuids(ids))
    readable = has_role(user, ADMINISTRATORS)
    if not has_role(user, ADMINISTRATORS, AUDITORS):
        found = found.filter(uploaded_by=user)
    return {
        str(one.pk): Thing(
            title=one.file_name,
            url=reverse("import-preview", args=[one.pk])
            if readable or one.uploaded_by_id == user.pk
            else "",
        )
        for one in found
    }


@describes("attachment")
def attachments(user: User, ids: Sequence[str]) -> dict[str, Thing]:
    names = Attachment.objects.visible_to(user).filter(pk__in=uuids(ids)).values_list("pk", "name")
    return {str(pk): Thing(title=name, url=reverse("attachment", args=[pk])) for pk, name in names}


def _page_of_policy(user: User, policy_id: int) -> str:
    if user.is_staff and has_role(user, ADMINISTRATORS):
        return reverse("admin:approvals_approvalpolicy_change", args=[policy_id])
    return ""
