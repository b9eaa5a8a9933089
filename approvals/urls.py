from django.urls import path

from approvals.views import attaching, attachments, imports, inbox, questions, requests, review

urlpatterns = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/many/", inbox.act_on_many, name="act-on-many"),
    path("tasks/<uuid:task_id>/", review.review, name="review"),
    path("tasks/<uuid:task_id>/decide/", review.decide, name="decide"),
    path("tasks/<uuid:task_id>/claim/", review.claim, name="claim"),
    path("tasks/<uuid:task_id>/release/", review.release, name="release"),
    path("tasks/<uuid:task_id>/reassign/", review.reassign, name="reassign"),
    path("questions/", questions.questions, name="questions"),
    path("questions/new/", questions.new_question, name="new-question"),
    path("questions/<uuid:question_id>/", questions.question, name="question"),
    path("questions/<uuid:question_id>/revise/", questions.revise, name="revise"),
    path("questions/<uuid:question_id>/submit/", questions.submit, name="submit"),
    path("attachments/", attaching.upload_files, name="upload-files"),
    path("attachments/<uuid:attachment_id>/", attachments.attachment, name="attachment"),
    path("files/<str:token>/", attachments.file, name="file"),
    path("import/", imports.upload, name="import"),
    path("import/<uuid:import_id>/", imports.preview, name="import-preview"),
    path("import/<uuid:import_id>/progress/", imports.progress, name="import-progress"),
    path("import/<uuid:import_id>/confirm/", imports.confirm, name="import-confirm"),
    path("import/<uuid:import_id>/discard/", imports.discard, name="import-discard"),
    path("requests/", requests.requests, name="requests"),
    path("requests/<uuid:request_id>/", requests.approval_request, name="request"),
    path("requests/<uuid:request_id>/cancel/", requests.cancel, name="cancel"),
]
