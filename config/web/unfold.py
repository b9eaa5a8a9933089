"""The admin's own look: name, colours, and where things are."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy

# The accent of static/css/base.css from light to dark, in OKLCH with one hue.
_HUE = 275
_STEPS = {
    "50": (97, 0.015),
    "100": (94, 0.03),
    "200": (88, 0.06),
    "300": (80, 0.1),
    "400": (70, 0.15),
    "500": (60, 0.2),
    "600": (49, 0.23),
    "700": (43, 0.22),
    "800": (37, 0.19),
    "900": (31, 0.15),
    "950": (22, 0.1),
}


def _item(title: str, icon: str, page: str, **more: Any) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(f"admin:{page}"), **more}


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Imprimatur",
    "SITE_HEADER": "Imprimatur",
    "SITE_SUBHEADER": "Administration",
    "SITE_URL": "/",
    "SITE_ICON": lambda request: static("favicon.svg"),
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("favicon.svg")}
    ],
    "COLORS": {
        "primary": {
            step: f"oklch({light}% {chroma} {_HUE})" for step, (light, chroma) in _STEPS.items()
        }
    },
    "DASHBOARD_CALLBACK": "config.web.dashboard.dashboard",
    "SHOW_HISTORY": True,
    "COMMAND": {"search_models": False},
    "SIDEBAR": {
        "show_search": True,
        "navigation": [
            {
                "title": "Work",
                "items": [
                    _item("Dashboard", "dashboard", "index"),
                    _item(
                        "Tasks",
                        "inbox",
                        "approvals_approvaltask_changelist",
                        badge="config.web.dashboard.pending_badge",
                    ),
                    _item("Requests", "send", "approvals_approvalrequest_changelist"),
                    _item("Questions", "quiz", "approvals_question_changelist"),
                    _item("Versions", "difference", "approvals_questionversion_changelist"),
                    _item("Assignments", "assignment_ind", "approvals_assignment_changelist"),
                    _item("Decisions", "gavel", "approvals_decision_changelist"),
                    _item("Policies", "rule", "approvals_approvalpolicy_changelist"),
                    _item("Absences", "event_busy", "approvals_absence_changelist"),
                    _item(
                        "Notification defaults",
                        "notifications",
                        "notifications_default_changelist",
                    ),
                    _item("Imports", "upload_file", "approvals_questionimport_changelist"),
                    _item("Import rows", "table_rows", "approvals_importrow_changelist"),
                ],
            },
            {
                "title": "AI",
                "separator": True,
                "items": [
                    _item("AI queries", "forum", "aiqueries_query_changelist"),
                    _item("Prompts", "edit_note", "aiqueries_promptversion_changelist"),
                    _item("Prices", "sell", "aiqueries_price_changelist"),
                    _item("Budgets", "account_balance_wallet", "aiqueries_budget_changelist"),
                    _item("What may leave", "policy", "aiqueries_sendingpolicy_changelist"),
                ],
            },
            {
                "title": "Behind the scenes",
                "separator": True,
                "items": [
                    _item("Repairs", "build", "approvals_repair_changelist"),
                    _item("Executions", "account_tree", "workflows_execution_changelist"),
                    _item("Definitions", "schema", "workflows_definition_changelist"),
                    _item("Events", "bolt", "outbox_event_changelist"),
                    _item("Deliveries", "local_shipping", "outbox_delivery_changelist"),
                    _item(
                        "Notifications", "notifications", "notifications_notification_changelist"
                    ),
                    _item("Mails", "mail", "notifications_mails"),
                    _item("Mail troubles", "mail_off", "notifications_mailtrouble_changelist"),
                    _item("Audit trail", "history", "audit_entry_changelist"),
                ],
            },
            {
                "title": "Access",
                "separator": True,
                "items": [
                    _item("People", "person", "accounts_user_changelist"),
                    _item("Groups", "group", "auth_group_changelist"),
                    _item("API tokens", "key", "accounts_apitoken_changelist"),
                ],
            },
        ],
    },
}
