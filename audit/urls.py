from django.urls import path

from audit import views
from audit.pages import exports

urlpatterns = [
    path("", views.entries, name="audit"),
    path("coverage/", views.coverage, name="audit-coverage"),
    path("<int:sequence>/", views.entry, name="audit-entry"),
    path("exports/", exports.exports, name="audit-exports"),
    path("exports/<uuid:export_id>/", exports.export_row, name="audit-export-row"),
    path("exports/<uuid:export_id>/<str:file>", exports.export_file, name="audit-export-file"),
]
