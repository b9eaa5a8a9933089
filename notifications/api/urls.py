from django.urls import path

from notifications.api.views import Notifications, Read

urlpatterns = [
    path("", Notifications.as_view(), name="notifications-list"),
    path("<int:notification_id>/read/", Read.as_view(), name="notifications-read-one"),
]
