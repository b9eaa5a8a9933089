"""What approvals does about events once they are committed."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from approvals import services
from approvals.bridges import files, workflow
from approvals.events import (
    AttachmentsChanged,
    ImportConfirmed,
    ImportResumed,
    ImportUploaded,
    QuestionRevised,
    RequestCancelled,
    RequestSubmitted,
    TaskDecided,
    TaskExpired,
)
from approvals.models import ApprovalRequest, ApprovalTask
from outbox.events import Envelope, subscribe
from workflows.events import ExecutionEnded


@subscribe(RequestSubmitted, batch=True)
def start_workflows(pairs: Sequence[tuple[RequestSubmitted, Envelope]]) -> None:
    ids = [event.request_id for event, _ in pairs]
    workflow.start(list(ApprovalRequest.objects.open().filter(pk__in=ids)))


@subscribe(RequestCancelled)
def stop_workflow(event: RequestCancelled, envelope: Envelope) -> None:
    workflow.stop(ApprovalRequest.objects.get(pk=event.request_id))


@subscribe(TaskDecided, batch=True)
def resume_workflows(pairs: Sequence[tuple[TaskDecided, Envelope]]) -> None:
    ids = [event.task_id for event, _ in pairs if event.outcome]
    if ids:
        workflow.answer_all(list(_with_request().filter(pk__in=ids)))


@subscribe(TaskExpired)
def resume_workflow_without_verdict(event: TaskExpired, envelope: Envelope) -> None:
    workflow.answer(_with_request().get(pk=event.task_id))


@subscribe(QuestionRevised)
def resume_workflow_with_new_version(event: QuestionRevised, envelope: Envelope) -> None:
    """Answer the state that waits for exactly this version, and none that came after it."""
    if event.request_id:
        request = ApprovalRequest.objects.select_related("version").get(pk=event.request_id)
        if request.is_under_review and request.version.number == event.version:
            workflow.answer_revision(request, event.version)


@subscribe(ExecutionEnded, batch=True)
def close_what_the_workflow_left_open(
    pairs: Sequence[tuple[ExecutionEnded, Envelope]],
) -> None:
    """
    Close requests whose execution was stopped or broke down before it could report.

    An end that a state reported (its error is one of ours) reaches the request by the status
    queue, perhaps after this.
    """
    unreported = [
        event.execution
        for event, _ in pairs
        if event.status != "SUCCEEDED" and not workflow.was_reported(event.error)
    ]
    ids = [name for name in map(workflow.request_id_of, unreported) if name is not None]
    if ids:
        services.close_requests(dict.fromkeys(ids, ApprovalRequest.Status.FAILED))


@subscribe(AttachmentsChanged)
def store_attachments(event: AttachmentsChanged, envelope: Envelope) -> None:
    for sha256 in event.sha256:
        files.store(sha256)


@subscribe(ImportUploaded)
def check_import(event: ImportUploaded, envelope: Envelope) -> None:
    services.check_import(import_id=UUID(event.import_id))


@subscribe(ImportConfirmed)
def import_rows(event: ImportConfirmed, envelope: Envelope) -> None:
    services.import_checked_rows(import_id=UUID(event.import_id), actor=envelope.actor)


@subscribe(ImportResumed)
def resume_import(event: ImportResumed, envelope: Envelope) -> None:
    services.resume_import(import_id=UUID(event.import_id))


def _with_request() -> QuerySet[ApprovalTask]:
    return ApprovalTask.objects.select_related("request")
