"""What beat sends, and how often. Of what comes often, one behind a busy worker is enough."""

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    "fire the workflows' timers": {
        "task": "workflows.fire_timers",
        "schedule": 1.0,
        "options": {"expires": 5},  # seconds
    },
    "expire overdue tasks": {
        "task": "approvals.expire_overdue_tasks",
        "schedule": 5.0,
        "options": {"expires": 10},  # seconds
    },
    "tell of what is due soon or overdue": {
        "task": "approvals.take_deadline_steps",
        "schedule": 10.0,
        "options": {"expires": 10},  # seconds
    },
    "pass places of people who are away on": {
        "task": "approvals.hand_over_places",
        "schedule": 10.0,
        "options": {"expires": 10},  # seconds
    },
    "reconcile requests with their workflows": {
        "task": "approvals.reconcile",
        "schedule": 60.0,
        "options": {"expires": 50},  # seconds
    },
    "end queries that are out of time": {
        "task": "aiqueries.sweep",
        "schedule": 5.0,
        "options": {"expires": 5},  # seconds
    },
    "prune the outbox": {"task": "outbox.prune", "schedule": 3600.0},
    "index the trail": {
        "task": "audit.index_segments",
        "schedule": 10.0,
        "options": {"expires": 10},  # seconds
    },
    "write exports of the trail": {
        "task": "audit.make_exports",
        "schedule": 3.0,
        "options": {"expires": 3},  # seconds
    },
    "send the trail's streams": {
        "task": "audit.send_streams",
        "schedule": 2.0,
        "options": {"expires": 2},  # seconds
    },
    "expire exports of the trail": {"task": "audit.expire_exports", "schedule": 60.0},
    "send the trail's heads": {
        "task": "audit.send_heads",
        "schedule": 60.0,
        "options": {"expires": 50},  # seconds
    },
    "mail the trail's heads": {"task": "audit.mail_heads", "schedule": 3600.0},
    "archive the trail": {"task": "audit.archive", "schedule": 86400.0},
    "forget old imports": {"task": "approvals.forget_old_imports", "schedule": 3600.0},
    "forget unused attachments": {
        "task": "approvals.forget_unused_attachments",
        "schedule": 3600.0,
    },
    "release notifications that were held": {
        "task": "notifications.release_due",
        "schedule": 2.0,
        "options": {"expires": 2},  # seconds
    },
    "wake notifications that were put off": {
        "task": "notifications.wake_snoozed",
        "schedule": 2.0,
        "options": {"expires": 2},  # seconds
    },
    "forget old messages to endpoints": {
        "task": "notifications.forget_messages",
        "schedule": 3600.0,
    },
    "forget old texts of AI queries": {"task": "aiqueries.forget_texts", "schedule": 3600.0},
    "forget old answers": {"task": "core.forget_old_answers", "schedule": 3600.0},
}
