from django.urls import path

from workflows.api.views import ExecutionDetail, ExecutionDiagram, ExecutionHistory

urlpatterns = [
    path("executions/<str:name>/", ExecutionDetail.as_view(), name="api-execution"),
    path(
        "executions/<str:name>/history/",
        ExecutionHistory.as_view(),
        name="api-execution-history",
    ),
    path(
        "executions/<str:name>/diagram/",
        ExecutionDiagram.as_view(),
        name="api-execution-diagram",
    ),
]
