"""Every address: pages at the top, the API under /api/v1/, the admin under /admin/."""

from django.contrib import admin
from django.urls import include, path, re_path

from config.api import problems
from config.web import activity, health, views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("accounts.urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("", include("notifications.urls")),
    path("audit/", include("audit.urls")),
    path("", include("approvals.urls")),
    path("ai/", include("aiqueries.urls")),
    path("executions/", include("workflows.urls")),
    path("activity/", activity.activity, name="activity"),
    path("activity/now/", activity.activity_now, name="activity-now"),
    path("activity/replay/", activity.replay, name="replay"),
    path("admin/login/", views.admin_sign_in),
    path("admin/", admin.site.urls),
    path("api/v1/", include("config.api.urls")),
    re_path(r"^api/", problems.unknown),
]

# Outside of REST framework's reach an answer under /api/ looks the same.
handler400 = "config.api.problems.bad_request"
handler404 = "config.api.problems.page_not_found"
handler500 = "config.api.problems.server_error"
