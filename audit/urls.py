from django.urls import path

from audit import views

urlpatterns = [
    path("", views.entries, name="audit"),
    path("<int:sequence>/", views.entry, name="audit-entry"),
]
