from django.urls import path

from audit import views

urlpatterns = [
    path("", views.entries, name="audit"),
    path("coverage/", views.coverage, name="audit-coverage"),
    path("<int:sequence>/", views.entry, name="audit-entry"),
]
