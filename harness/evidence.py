"""What is left after the faults: rows, mails, logs and pages, gathered once for the checker."""

import email
import re
from contextlib import closing
from dataclasses import dataclass, field
from email.policy import default
from functools import cache

import psycopg2
import psycopg2.extras

_LINK = re.compile(r"https?://\S+")

_QUERIES = {
    "people": "SELECT id::text, email FROM accounts_user",
    "requests": """
        SELECT request_id::text AS id, status, version_id, question_id::text AS question,
            (SELECT question_text FROM question_versions WHERE question_id = r.question_id
             AND number = 1) AS text
        FROM approval_requests r""",
    "tasks": """
        SELECT task_id::text AS id, request_id::text AS request, stage, round, status, callback,
            task_token AS token FROM approval_tasks""",
    "decisions": """
        SELECT task_id::text AS task, email, verdict
        FROM approval_decisions JOIN accounts_user u ON u.id = assessor_id""",
    "executions": """
        SELECT name, status, error, waiting_for, state FROM workflows_execution""",
    "histories": """
        SELECT name, count(h.id) AS events, COALESCE(max(number), 0) AS last,
            count(h.id) FILTER (WHERE type ~ '^Execution(Succeeded|Failed|Aborted|TimedOut)$')
                AS ends
        FROM workflows_execution e LEFT JOIN workflows_historyevent h ON h.execution_id = e.id
        GROUP BY name""",
    "events": "SELECT uuid::text AS id, name, payload FROM outbox_event ORDER BY id",
    "audit": "SELECT sequence, event_id::text AS event, action FROM audit_entry ORDER BY sequence",
    "deliveries": """
        SELECT d.id, d.status, subscriber, d.error, e.uuid::text AS event, e.name, e.payload
        FROM outbox_delivery d JOIN outbox_event e ON e.id = d.event_id
        WHERE d.status != 'DONE'""",
    "delivered": "SELECT count(*) AS number FROM outbox_delivery WHERE status = 'DONE'",
    "traces": """
        SELECT email, kind, event_id::text AS event, cause, verdict
        FROM notifications_trace JOIN accounts_user u ON u.id = recipient_id""",
    "notifications": """
        SELECT n.id, email, kind, url, cause, times
        FROM notifications_notification n JOIN accounts_user u ON u.id = recipient_id""",
    "outgoing": """
        SELECT email, n.cause, d.event_id::text AS event, d.status
        FROM notifications_delivery d JOIN accounts_user u ON u.id = recipient_id
        JOIN notifications_notification n ON n.id = notification_id
        WHERE channel = 'EMAIL'""",
}
# Where a token must never be, whatever else is there.
_PUBLIC = {
    "event log": "SELECT payload::text FROM outbox_event",
    "audit trail": "SELECT body FROM audit_record",
    "history": "SELECT details::text FROM workflows_historyevent",
    "executions": "SELECT input::text || COALESCE(output::text, '') || progress::text || cause"
    " FROM workflows_execution",
    "notifications": "SELECT title || body || reason || url FROM notifications_notification",
    "failed deliveries": "SELECT error FROM outbox_delivery WHERE error != ''",
    "kept answers": "SELECT body FROM core_idempotentanswer",
}
_TOKENS = """
    SELECT task_token FROM approval_tasks WHERE task_token != ''
    UNION SELECT revision_token FROM approval_requests WHERE revision_token != ''"""


_NOT_OURS = ("ministack", "microburst")


@dataclass
class Evidence:
    """One moment, as lists of plain dictionaries."""

    people: list = field(default_factory=list)
    requests: list = field(default_factory=list)
    tasks: list = field(default_factory=list)
    decisions: list = field(default_factory=list)
    executions: list = field(default_factory=list)
    histories: list = field(default_factory=list)
    events: list = field(default_factory=list)
    audit: list = field(default_factory=list)
    deliveries: list = field(default_factory=list)  # those that are not done
    delivered: list = field(default_factory=list)  # one row: how many are
    traces: list = field(default_factory=list)  # what was made of each event for each person
    notifications: list = field(default_factory=list)
    outgoing: list = field(default_factory=list)  # how far each notification's mail has come
    mails: list = field(default_factory=list)
    tokens: list = field(default_factory=list)
    texts: list = field(default_factory=list)  # (where, text) in which no token may be
    remote: list | None = None  # the executions that the emulator knows; None on the local engine
    dead_letters: list | None = None  # {"queue", "id"}; None on the local engine
    left_in_queues: dict = field(default_factory=dict)  # messages still in each queue


def gather(database, *, var, pages=(), emulator=None):
    """Everything that can be known from here. `pages` are (address, text) of what was shown."""
    mailbox = next(var.glob("**/mailbox"), var / "mailbox")
    found = Evidence()
    with closing(psycopg2.connect(database)) as connection:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        with connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
            for name, query in _QUERIES.items():
                cursor.execute(query)
                setattr(found, name, [dict(row) for row in cursor.fetchall()])
        with connection.cursor() as cursor:
            cursor.execute(_TOKENS)
            found.tokens = [token for (token,) in cursor.fetchall()]
            for where, query in _PUBLIC.items():
                cursor.execute(query)
                found.texts.append((where, "\n".join(text for (text,) in cursor.fetchall())))
    found.mails = mails(mailbox)
    found.texts += [("a mail", _mail_text(path)) for path in mailbox.glob("*.eml")]
    # What AWS itself writes down is none of the product's doing.
    ours = [path for path in (var / "logs").glob("*.log") if path.stem not in _NOT_OURS]
    found.texts += [(f"log {path.name}", _read(path)) for path in ours]
    found.texts += list(pages)
    if emulator is not None:
        emulator.add_to(found)
    return found


def mails(folder):
    """Each message's recipient, Message-ID, subject and the link that it leads to."""
    return [_mail(path) for path in sorted(folder.glob("*.eml"))]


@cache
def _mail(path):
    parsed = email.message_from_bytes(path.read_bytes(), policy=default)
    link = _LINK.search(parsed.get_body(preferencelist=("plain",)).get_content())
    return {
        "to": str(parsed["To"]),
        "message_id": str(parsed["Message-ID"]),
        "subject": str(parsed["Subject"]),
        "link": link.group().split("/", 3)[-1] if link else "",
    }


@cache
def _mail_text(path):
    return _read(path)


def _read(path):
    return path.read_text(encoding="utf-8", errors="replace")
