from django.urls import path

from audit.api.views import Entries

urlpatterns = [
    path("entries/", Entries.as_view(), name="audit-entries-list"),
]
