"""Where the notes on a task are, under /api/v1/approval-tasks/{id}/review-notes/."""

from django.urls import path

from aiqueries.api.notes import ReviewNotes

urlpatterns = [
    path("", ReviewNotes.as_view({"get": "retrieve"}), name="task-review-notes"),
    path("<int:note_id>/mark/", ReviewNotes.as_view({"put": "mark"}), name="task-review-note-mark"),
]
