from django.urls import path

from workflows.views import execution

urlpatterns = [path("<str:name>/", execution, name="execution")]
