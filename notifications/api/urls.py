from django.urls import path

from notifications.api.views import Notifications, Read
from notifications.api.watches import OneWatch, Watches

urlpatterns = [
    path("", Notifications.as_view(), name="notifications-list"),
    path("<int:notification_id>/read/", Read.as_view(), name="notifications-read-one"),
    path("watches/", Watches.as_view(), name="notifications-watches"),
    path("watches/<str:kind>/<str:thing_id>/", OneWatch.as_view(), name="notifications-watch"),
]
