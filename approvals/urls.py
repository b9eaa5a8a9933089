from django.urls import path

from approvals.views import (
    absences,
    attaching,
    attachments,
    imports,
    inbox,
    questions,
    repairs,
    requests,
    review,
)
from approvals.views.beside import similar

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/many/", inbox.act_on_many, name="act-on-many"),
    path("tasks/<uuid:task_id>/", review.review, name="review"),
    path("tasks/<uuid:task_id>/decide/", review.decide, name="decide"),
    path("tasks/<uuid:task_id>/first-view/", review.first_view, name="first-view"),
    path("tasks/<uuid:task_id>/claim/", review.claim, name="claim"),
    path("tasks/<uuid:task_id>/release/", review.release, name="release"),
    path("tasks/<uuid:task_id>/reassign/", review.reassign, name="reassign"),
    path("questions/", questions.questions, name="questions"),
    path("questions/new/", questions.new_question, name="new-question"),
    path("questions/<uuid:question_id>/", questions.question, name="question"),
    path("questions/<uuid:question_id>/revise/", questions.revise, name="revise"),
    path("questions/<uuid:question_id>/secure/", questions.secure, name="secure-question"),
    path("questions/similar/", similar.similar_to_draft, name="similar-to-draft"),
    path(
        "questions/<uuid:question_id>/similar/", similar.similar_questions, name="similar-questions"
    ),
    path("questions/<uuid:question_id>/submit/", questions.submit, name="submit"),
    path("attachments/", attaching.upload_files, name="upload-files"),
    path("attachments/<uuid:attachment_id>/", attachments.attachment, name="attachment"),
    path("files/<str:token>/", attachments.file, name="file"),
    path("import/", imports.upload, name="import"),
    path("import/<uuid:import_id>/", imports.preview, name="import-preview"),
    path("import/<uuid:import_id>/progress/", imports.progress, name="import-progress"),
    path("import/<uuid:import_id>/similar/", similar.similar_to_rows, name="similar-to-rows"),
    path("import/<uuid:import_id>/confirm/", imports.confirm, name="import-confirm"),
    path("import/<uuid:import_id>/discard/", imports.discard, name="import-discard"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<uuid:request_id>/", requests.approval_request, name="request"),
    path("requests/<uuid:request_id>/cancel/", requests.cancel, name="cancel"),
    path("settings/absences/", absences.absences, name="absences"),
    path("settings/absences/<uuid:absence_id>/end/", absences.end, name="end-absence"),
    path("repairs/<int:repair_id>/again/", repairs.retry, name="retry-repair"),
    path("repairs/<int:repair_id>/aside/", repairs.put_aside, name="put-repair-aside"),
]
