from django.urls import path

from audit.api.reports import Events, ReportSchema
from audit.api.views import Entries

urlpatterns = [
    path("entries/", Entries.as_view(), name="audit-entries-list"),
    path("events/", Events.as_view(), name="audit-events-list"),
    path("report-schema/", ReportSchema.as_view(), name="audit-report-schema"),
]
