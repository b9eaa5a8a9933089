from django.urls import path
from rest_framework.routers import SimpleRouter

from notifications.api import states
from notifications.api.endpoints import Endpoints, Messages
from notifications.api.handing_in import NotificationsAndMore, NotificationSchema
from notifications.api.preferences import OwnPreferences, PreferencesPreview
from notifications.api.traces import Traces, WhyNot
from notifications.api.views import OneNotification
from notifications.api.watches import OneWatch, Watches
from notifications.api.why import Why

router = SimpleRouter(use_regex_path=False)
router.register("endpoints", Endpoints, basename="notification-endpoints")

urlpatterns = [
    *router.urls,
    path(
        "endpoints/<uuid:endpoint_id>/messages/",
        Messages.as_view(),
        name="notification-endpoints-messages",
    ),
    path("", NotificationsAndMore.as_view(), name="notifications-list"),
    path("schema/", NotificationSchema.as_view(), name="notifications-schema"),
    path("<int:notification_id>/why/", Why.as_view(), name="notifications-why"),
    path("badge/", states.Badge.as_view(), name="notifications-badge"),
    path("preferences/", OwnPreferences.as_view(), name="notifications-preferences"),
    path("preferences/preview/", PreferencesPreview.as_view(), name="notifications-preview"),
    path("read/", states.ReadAll.as_view(), name="notifications-read-all"),
    path("seen/", states.Seen.as_view(), name="notifications-see"),
    path("steps/", states.Steps.as_view(), name="notifications-steps"),
    path("undo/", states.UndoSteps.as_view(), name="notifications-undo-steps"),
    path("<int:notification_id>/", OneNotification.as_view(), name="notifications-one"),
    path("<int:notification_id>/read/", states.Read.as_view(), name="notifications-read-one"),
    path("traces/", Traces.as_view(), name="notifications-traces"),
    path("traces/why-not/", WhyNot.as_view(), name="notifications-why-not"),
    path("watches/", Watches.as_view(), name="notifications-watches"),
    path("watches/<str:kind>/<str:thing_id>/", OneWatch.as_view(), name="notifications-watch"),
]
