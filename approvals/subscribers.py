"""What approvals does about events once they are committed."""

from uuid import UUID

from approvals import services
from approvals.bridges import workflow
from approvals.events import (
    ImportConfirmed,
    ImportUploaded,
    QuestionRevised,
    RequestCancelled,
    RequestSubmitted,
    TaskDecided,
    TaskExpired,
)
from approvals.models import ApprovalRequest, ApprovalTask
from outbox.events import Envelope, subscribe


@subscribe(RequestSubmitted)
def start_workflow(event: RequestSubmitted, envelope: Envelope) -> None:
    request = ApprovalRequest.objects.get(pk=event.request_id)
    if request.is_open:
        workflow.start(request)


@subscribe(RequestCancelled)
def stop_workflow(event: RequestCancelled, envelope: Envelope) -> None:
    workflow.stop(ApprovalRequest.objects.get(pk=event.request_id))


@subscribe(TaskDecided)
def resume_workflow(event: TaskDecided, envelope: Envelope) -> None:
    if event.outcome:
        _answer(event.task_id)


@subscribe(TaskExpired)
def resume_workflow_without_verdict(event: TaskExpired, envelope: Envelope) -> None:
    _answer(event.task_id)


@subscribe(QuestionRevised)
def resume_workflow_with_new_version(event: QuestionRevised, envelope: Envelope) -> None:
    if event.request_id:
        request = ApprovalRequest.objects.get(pk=event.request_id)
        workflow.answer_revision(request, event.version)


@subscribe(ImportUploaded)
def check_import(event: ImportUploaded, envelope: Envelope) -> None:
    services.check_import(import_id=UUID(event.import_id))


@subscribe(ImportConfirmed)
def import_rows(event: ImportConfirmed, envelope: Envelope) -> None:
    services.import_checked_rows(import_id=UUID(event.import_id), actor=envelope.actor)


def _answer(task_id: str) -> None:
    workflow.answer(ApprovalTask.objects.select_related("request").get(pk=task_id))
