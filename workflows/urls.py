from django.urls import path

from workflows.views import execution, executions

urlpatterns = [
    path("", executions, name="executions"),
    path("<str:name>/", execution, name="execution"),
]
