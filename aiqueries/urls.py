from django.urls import path

from aiqueries.views import asking, costs, notes, prompts, queries, query

urlpatterns = [
    path("", asking.ask, name="ai-ask"),
    path("find/", asking.find, name="ai-find"),
    path("about/", asking.about, name="ai-about"),
    path("sending/", asking.would_send, name="ai-sending"),
    path("costs/", costs.costs, name="ai-costs"),
    path("queries/", queries.queries, name="ai-queries"),
    path("queries/rows/", queries.rows, name="ai-query-rows"),
    path("queries/<uuid:query_id>/", query.query, name="ai-query"),
    path("queries/<uuid:query_id>/progress/", query.progress, name="ai-query-progress"),
    path("queries/<uuid:query_id>/cancel/", query.cancel, name="ai-query-cancel"),
    path("prompts/", prompts.prompts, name="ai-prompts"),
    path("notes/<uuid:task_id>/", notes.notes, name="review-notes"),
    path("notes/<uuid:task_id>/again/", notes.again, name="review-notes-again"),
    path("notes/<uuid:task_id>/<int:note_id>/mark/", notes.mark, name="review-note-mark"),
]
