from django.urls import path

from notifications.views import mailbox, pages

urlpatterns = [
    path("notifications/", pages.notifications, name="notifications"),
    path("notifications/read/", pages.mark_all_read, name="notifications-read"),
    path("notifications/<int:notification_id>/read/", pages.mark_read, name="notification-read"),
    path("mailbox/", mailbox.mails, name="mailbox"),
    path("mailbox/<slug:name>/", mailbox.mail, name="mail"),
    path("mailbox/<slug:name>/html/", mailbox.mail_html, name="mail-html"),
]
