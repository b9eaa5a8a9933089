from django.urls import path

from notifications.views import addresses, leaving, mailbox, traces, watching, why
from notifications.views.endpoints import pages as endpoints
from notifications.views.inbox import acting, pages
from notifications.views.settings import pages as settings

_ENDPOINT = "notifications/endpoints/<uuid:endpoint_id>"

urlpatterns = [
    path("notifications/", pages.notifications, name="notifications"),
    path("notifications/rows/", pages.rows, name="notifications-rows"),
    path("notifications/act/", acting.act, name="notifications-act"),
    path("notifications/undo/", acting.take_back, name="notifications-undo"),
    path("notifications/seen/", acting.see, name="notifications-seen"),
    path("notifications/read/", acting.mark_all_read, name="notifications-read"),
    path("notifications/<int:notification_id>/read/", acting.mark_read, name="notification-read"),
    path("notifications/<int:notification_id>/why/", why.why, name="notification-why"),
    path(
        "notifications/<int:notification_id>/watching/",
        watching.watching_of,
        name="notification-watching-of",
    ),
    path("notifications/traces/", traces.traces, name="notification-traces"),
    path("notifications/traces/<int:trace_id>/", traces.trace, name="notification-trace"),
    path("notifications/settings/", settings.settings, name="notification-settings"),
    path(
        "notifications/settings/preview/",
        settings.preview_settings,
        name="notification-settings-preview",
    ),
    path("notifications/watching/", watching.watching, name="notification-watching"),
    path(
        "notifications/watching/<str:kind>/<str:thing_id>/",
        watching.watch,
        name="notification-watch",
    ),
    path("notifications/unsubscribe/<str:written>/", leaving.leave, name="unsubscribe"),
    path("notifications/mail/", addresses.mail_address, name="notification-mail"),
    path("notifications/mail/works/", addresses.mail_works, name="notification-mail-works"),
    path("notifications/endpoints/", endpoints.endpoints, name="notification-endpoints"),
    path(f"{_ENDPOINT}/", endpoints.endpoint, name="notification-endpoint"),
    path(f"{_ENDPOINT}/log/", endpoints.endpoint_log, name="notification-endpoint-log"),
    path(
        f"{_ENDPOINT}/messages/<uuid:message_id>/resend/",
        endpoints.resend,
        name="notification-message-resend",
    ),
    *(
        path(
            f"{_ENDPOINT}/{verb}/",
            endpoints.endpoint_action,
            {"verb": verb},
            name=f"notification-endpoint-{verb}",
        )
        for verb in endpoints.VERBS
    ),
    path("mailbox/", mailbox.mails, name="mailbox"),
    path("mailbox/<slug:name>/", mailbox.mail, name="mail"),
    path("mailbox/<slug:name>/html/", mailbox.mail_html, name="mail-html"),
]
