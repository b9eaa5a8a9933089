from django.urls import path

from workflows.api.views import (
    ExecutionDetail,
    ExecutionDiagram,
    ExecutionHistory,
    ExecutionList,
)

urlpatterns = [
    path("executions/", ExecutionList.as_view(), name="execution-list"),
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
