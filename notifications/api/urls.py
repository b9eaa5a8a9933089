from django.urls import path

from notifications.api.handing_in import NotificationsAndMore, NotificationSchema
from notifications.api.views import Read
from notifications.api.watches import OneWatch, Watches

urlpatterns = [
    path("", NotificationsAndMore.as_view(), name="notifications-list"),
    path("schema/", NotificationSchema.as_view(), name="notifications-schema"),
    path("<int:notification_id>/read/", Read.as_view(), name="notifications-read-one"),
    path("watches/", Watches.as_view(), name="notifications-watches"),
    path("watches/<str:kind>/<str:thing_id>/", OneWatch.as_view(), name="notifications-watch"),
]
