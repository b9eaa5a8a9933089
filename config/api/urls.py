"""Everything under /api/v1/."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from config.api.views import Docs, Index, ProblemKind

urlpatterns = [
    path("", include("approvals.api.urls")),
    path("", Index.as_view(), name="api-root"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", Docs.as_view(), name="api-docs"),
    path("", include("workflows.api.urls")),
    path("problems/<slug:code>/", ProblemKind.as_view(), name="api-problem"),
    path("ai/", include("aiqueries.api.urls")),
    path("approval-tasks/<uuid:task_id>/review-notes/", include("aiqueries.api.notes_urls")),
    path("audit/", include("audit.api.urls")),
    path("notifications/", include("notifications.api.urls")),
]
