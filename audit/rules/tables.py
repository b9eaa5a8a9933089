"""The rule of every recorded table, by its name in the database."""

from collections.abc import Mapping

from audit.rules.rule import OUT_OF_ORDER, Rule

_CONTENT = frozenset({"options", "correct_answer"})

_APPROVALS = {
    "questions": Rule(kind="question", key="question_id", masked=_CONTENT),
    "question_versions": Rule(kind="question", key="question_id", row="id", masked=_CONTENT),
    "attachments": Rule(kind="attachment", key="attachment_id", texts=frozenset({"name"})),
    "kept_files": Rule(kind="file", key="sha256", ignored=frozenset({"data"})),
    "question_imports": Rule(
        kind="import",
        key="import_id",
        texts=frozenset({"file_name", "note"}),
        ignored=frozenset({"data", "lines", "checked_lines", "attempt", "findings"}),
    ),
    # They wait between file and question by the thousand; what becomes of them is recorded there.
    "question_import_rows": Rule(
        kind="import", key="import_id", row="id", masked=_CONTENT, operations=("UPDATE",)
    ),
    "approval_policies": Rule(
        kind="policy",
        # Stages name assessors by e-mail address.
        texts=frozenset({"description", "stages"}),
        ignored=frozenset({"updated_at"}),
    ),
    "approval_requests": Rule(
        kind="request",
        key="request_id",
        masked=frozenset({"revision_token"}),
        ignored=frozenset({"revision_token_generation", "check_at", "ask_at"}),
    ),
    "approval_repairs": Rule(kind="repair", texts=frozenset({"comment"})),
    "approval_tasks": Rule(
        kind="task",
        key="task_id",
        masked=frozenset({"task_token"}),
        texts=frozenset({"comments"}),
        ignored=frozenset({"task_token_generation", "next_step_at", "updated_at"}),
    ),
    "approval_deadline_steps": Rule(kind="task", key="task_id", row="id"),
    "approval_absences": Rule(kind="user", key="person_id", row="id"),
    "approval_hand_overs": Rule(kind="absence", key="absence_id", row="id"),
    "approval_escalations": Rule(kind="task", key="task_id", row="id"),
    "approval_assignments": Rule(
        kind="task", key="task_id", row="id", ignored=frozenset({"updated_at"})
    ),
    "approval_first_views": Rule(
        kind="task",
        key="task_id",
        row="id",
        masked=frozenset({"answer"}),
        texts=frozenset({"remark"}),
    ),
    "approval_decisions": Rule(kind="task", key="task_id", row="id", texts=frozenset({"comment"})),
}

_NOTIFICATIONS = {
    "notifications_default": Rule(kind="notification-default"),
    "notifications_preference": Rule(kind="user", key="person_id", row="id"),
    "notifications_personsettings": Rule(
        kind="user", key="person_id", ignored=frozenset({"updated_at"})
    ),
    # How it does moves with every message; what follows from that is an event.
    "notifications_endpoint": Rule(
        kind="endpoint",
        texts=frozenset({"name"}),
        masked=frozenset({"address", "secret", "former_secret"}),
        ignored=frozenset({"failures", "failing_since", "error", "wait_until", "delivered_at"}),
    ),
    "notifications_watch": Rule(kind="user", key="person_id", row="id"),
    "notifications_mailtrouble": Rule(
        kind="user",
        key="person_id",
        personal={"address": "person_id", "said": "person_id"},
        ignored=frozenset({"noted_at"}),
    ),
}

_AI_QUERIES = {
    # Where it stands and what has come moves with every word; how it began and ended is events.
    "aiqueries_query": Rule(
        kind="query",
        key="query_id",
        masked=frozenset({"prompt"}),
        ignored=frozenset({"position", "turn", "retry_at", "answer"}),
    ),
    # Each call is an event before it is made.
    "aiqueries_attempt": Rule(
        kind="query",
        key="query_id",
        row="id",
        ignored=frozenset({"first_text_at"}),
        operations=OUT_OF_ORDER,
    ),
    "aiqueries_debit": Rule(
        kind="query",
        key="query_id",
        ignored=frozenset({"reserved"}),
        operations=OUT_OF_ORDER,
    ),
    "aiqueries_price": Rule(kind="price", texts=frozenset({"note"})),
    "aiqueries_budget": Rule(kind="budget", ignored=frozenset({"updated_at"})),
    "aiqueries_prompt": Rule(kind="prompt"),
    "aiqueries_promptversion": Rule(
        kind="prompt", key="prompt_id", row="id", texts=frozenset({"note"})
    ),
    "aiqueries_sendingpolicy": Rule(kind="sending-policy", texts=frozenset({"note"})),
    "aiqueries_notemark": Rule(kind="note", key="note_id", row="id"),
}

_CUSTOMERS = {
    "customers": Rule(
        kind="customer",
        key="customer_id",
        masked=frozenset({"notes"}),
        texts=frozenset({"contact_name", "email", "phone"}),
        ignored=frozenset({"updated_at"}),
    ),
}

_WORKFLOWS = {
    "workflows_definition": Rule(kind="definition", key="digest"),
    # Where it stands moves many times a second and decides nothing by itself: how it began and
    # ended is recorded.
    "workflows_execution": Rule(
        kind="execution",
        key="name",
        row="id",
        masked=frozenset({"output"}),
        ignored=frozenset(
            {"state", "waiting_for", "input", "progress", "token_digest", "wake_at", "cause"}
        ),
    ),
    "workflows_historyevent": Rule(
        kind="execution",
        key="execution_id",
        row="id",
        masked=frozenset({"details"}),
        operations=OUT_OF_ORDER,
    ),
    "workflows_message": Rule(
        kind="execution",
        key="execution_id",
        row="id",
        ignored=frozenset({"body", "delivered_at"}),
        operations=OUT_OF_ORDER,
    ),
}

_ACCOUNTS = {
    "accounts_user": Rule(
        kind="user",
        masked=frozenset({"password"}),
        personal={"email": "id", "name": "id"},
        ignored=frozenset({"last_login"}),
    ),
    "accounts_user_groups": Rule(kind="user", key="user_id", row="id"),
    "accounts_user_user_permissions": Rule(kind="user", key="user_id", row="id"),
    "accounts_apitoken": Rule(
        kind="token",
        masked=frozenset({"digest", "prefix"}),
        personal={"name": "user_id"},
        ignored=frozenset({"last_used_at"}),
    ),
    "auth_group": Rule(kind="group"),
    "auth_group_permissions": Rule(kind="group", key="group_id", row="id"),
}

_OUTBOX = {
    # Pruned by age; nothing else may ever happen to an event.
    "outbox_event": Rule(
        kind="event",
        key="uuid",
        row="id",
        masked=frozenset({"payload"}),
        # Taken out when a person is erased; the entry has both, in a box.
        ignored=frozenset({"actor_label", "origin"}),
        operations=OUT_OF_ORDER,
        aged="occurred_at",
    ),
}

_AUDIT = {
    "audit_hold": Rule(kind="hold", texts=frozenset({"reason", "release_reason"})),
    "audit_savedsearch": Rule(kind="search", texts=frozenset({"name", "query"})),
    # How far it is written moves many times a second.
    "audit_export": Rule(
        kind="export",
        ignored=frozenset(
            {"expected", "written", "first", "place", "entries_bytes", "sheet_bytes"}
            | {"attempt", "failures", "lease_until", "cleared"}
        ),
    ),
    "audit_stream": Rule(
        kind="stream",
        masked=frozenset({"secret", "former_secret"}),
        ignored=frozenset(
            {"position", "failures", "due_at", "error", "delivered_at", "turn", "lease_until"}
        ),
    ),
}

RULES: Mapping[str, Rule] = {
    **_APPROVALS,
    **_NOTIFICATIONS,
    **_AI_QUERIES,
    **_CUSTOMERS,
    **_WORKFLOWS,
    **_ACCOUNTS,
    **_OUTBOX,
    **_AUDIT,
}

# Recorded nowhere, each for a reason that an auditor may read.
EXEMPT: Mapping[str, str] = {
    **{
        f"audit_{name}": "The trail itself: triggers refuse every change, and the tree shows one."
        for name in (
            "entry",
            "record",
            "link",
            "node",
            "batch",
            "seal",
            "key",
            "segment",
            "sealingkey",
        )
    },
    "audit_change": "What the triggers recorded, on its way into the trail.",
    "audit_indexedsegment": "Which entries the search's index has; made from the entries.",
    "audit_posting": "The search's index; made from the entries.",
    "audit_person": "Today's names, written by the sealer from the entries.",
    "audit_sent_head": "Which heads were sent where; the heads themselves are out there.",
    "audit_report": "Which reports were taken in; each is an entry.",
    "aiqueries_account": "Sums of what queries cost, each of which is recorded.",
    "aiqueries_circuit": "Which providers answer just now; people decide nothing here.",
    "aiqueries_draft": "What became of a query; the query is recorded.",
    "aiqueries_reviewnote": "What a model said of a question; the query is recorded.",
    "outbox_delivery": "How far subscribers came with events; replays are events.",
    "outbox_failedmessage": "How often a message failed; what was given up is an event.",
    "core_idempotentanswer": "Answers kept for a week for whoever asks twice.",
    "notifications_notification": "Copies of what events said, each under its event's id.",
    "notifications_handedin": "Which ids services handed in; events tell what they said.",
    "notifications_topic": "How far the bridge to AWS IoT has come with each person.",
    "notifications_closing": "Copies of what events said is settled.",
    "notifications_mention": "Which things the events are about that traces tell of.",
    "notifications_trace": "Says itself what was made of an event for a person, and why.",
    "notifications_delivery": "Mails and messages: events tell when each fell due.",
    "notifications_message": "A log of its own: what went to an endpoint, and when.",
    "notifications_attempt": "A log of its own: every try at sending something.",
    "notifications_digest": "Ties deliveries together that go out in one message.",
    "django_session": "Who is signed in; signing in and out are events.",
    "django_admin_log": "The admin's own diary; what it changes is recorded in its table.",
    "django_content_type": "Made from the program by `migrate`.",
    "auth_permission": "Made from the program by `migrate`.",
    "django_migrations": "Which migrations ran, kept by `migrate`.",
    "axes_accessattempt": "Counts wrong passwords; each is an event.",
    "axes_accessattemptexpiration": "When such a count ends.",
    "axes_accessfailurelog": "Wrong passwords; each is an event.",
    "axes_accesslog": "Signing in and out, which are events.",
}
