"""Messages that come twice, late, out of order, or from nobody we know."""

import json
import shutil
import uuid
from contextlib import closing

import psycopg2

AT_ONCE = 5
ASSIGNMENTS = "approval-assignments"

_ASSIGNMENTS = """
SELECT request_id::text, stage, round, task_token, task_token_generation, e.input, e.started_at
FROM approval_tasks JOIN workflows_execution e ON e.name = 'request-' || request_id
WHERE task_token != '' ORDER BY updated_at DESC LIMIT 200"""
_REVISIONS = """
SELECT request_id::text, t.stage, t.round, revision_token, revision_token_generation,
    e.input, e.started_at
FROM approval_requests JOIN approval_tasks t USING (request_id)
JOIN workflows_execution e ON e.name = 'request-' || request_id
WHERE revision_token != '' AND t.status = 'CHANGES_REQUESTED' LIMIT 100"""
_STATUSES = """
SELECT request_id::text, status FROM approval_requests
WHERE status IN ('APPROVED', 'REJECTED', 'EXPIRED') ORDER BY closed_at DESC LIMIT 200"""
_AGAIN = """
UPDATE outbox_delivery
SET status = 'WAITING', attempts_allowed = attempts + 8, due_at = now(), finished_at = NULL
WHERE status = 'DONE' AND id IN (
    SELECT id FROM outbox_delivery WHERE status = 'DONE' ORDER BY id DESC OFFSET %s LIMIT %s)"""
# A message of a state as the local engine sends it: the row, the event, its delivery.
_SEND = """
WITH sent AS (
    INSERT INTO workflows_message (id, execution_id, queue, body, sent_at)
    SELECT %(id)s, id, %(queue)s, %(body)s, now() FROM workflows_execution
    ORDER BY name = %(name)s DESC LIMIT 1 RETURNING id
), event AS (
    INSERT INTO outbox_event (uuid, name, payload, actor_id, actor_label, correlation_id)
    SELECT %(event)s, 'workflows.message_sent', jsonb_build_object('message_id', %(id)s::text,
        'queue', %(queue)s::text, 'execution', %(name)s::text), 'harness', 'Harness', ''
    FROM sent RETURNING id
)
INSERT INTO outbox_delivery (event_id, subscriber)
SELECT id, 'workflows.deliver_messages' FROM event"""
POISON = (
    {"type": "nonsense"},
    {"type": "assignment", "request_id": "not an id", "stage": 0},
    {"type": "revision"},
    {"hello": "from somebody else"},
)
# What only a queue can hold; the local engine sends its messages as JSON.
STRANGE = ("not JSON at all {", '["a", "list"]', "null", '{"type": "assignment"', "x" * 40_000)


class Messages:
    """Puts messages where the product looks for them, and notes the poison in the ledger."""

    def __init__(self, world, ledger):
        self.world = world
        self.ledger = ledger
        self.database = world.database
        self.carrier = world.home / "broker" / "queue"

    def inject(self, kind, chance):
        """One fault of this kind; False if there was nothing to do it with."""
        return getattr(self, f"_{kind.replace(' ', '_')}")(chance)

    def forget_what_never_came(self):
        """Strike poison off the ledger whose insertion a crash undid."""
        if self.world.cloud is None:
            with self._cursor() as cursor:
                cursor.execute("SELECT id::text FROM workflows_message")
                there = {key for (key,) in cursor.fetchall()}
            self.ledger.poison = [key for key in self.ledger.poison if key in there]

    def _copies(self, chance):
        """The same again, some in another order, of whatever was sent before."""
        with self._cursor() as cursor:
            sent = [
                (ASSIGNMENTS, _waiting("assignment", row)) for row in _rows(cursor, _ASSIGNMENTS)
            ]
            sent += [(ASSIGNMENTS, _waiting("revision", row)) for row in _rows(cursor, _REVISIONS)]
            sent += [("approval-status", _status(row)) for row in _rows(cursor, _STATUSES)]
        chosen = chance.sample(sent, min(AT_ONCE, len(sent)))
        return self._send(chosen)

    def _stale(self, chance):
        """An older token of the same wait, as a retried or redriven state leaves behind."""
        with self._cursor() as cursor:
            rows = _rows(cursor, _ASSIGNMENTS)
        bodies = []
        for row in chance.sample(rows, min(AT_ONCE, len(rows))):
            body = _waiting("assignment", row)
            body["entered_at"] = "2001" + body["entered_at"][4:]
            body["task_token"] = f"old-{uuid.uuid4()}-{uuid.uuid4()}"
            bodies.append((ASSIGNMENTS, body))
        return self._send(bodies)

    def _redelivery(self, chance):
        """Deliveries that were done before, as after a worker that died before it said so."""
        with self._cursor() as cursor:
            cursor.execute(_AGAIN, [chance.randrange(200), AT_ONCE])
            cursor.execute("NOTIFY outbox")
            return cursor.rowcount

    def _carrier_copies(self, chance):
        """Celery's own messages doubled; on the file system only, elsewhere the queues do it."""
        found = [path for path in self.carrier.glob("*.msg") if not path.name.startswith(".")]
        for path in found:
            number, _, rest = path.name.partition("_")
            moved = f"{int(number) + chance.randrange(10**9):020d}_{uuid.uuid4().hex[:8]}{rest}"
            draft = self.carrier / f".{moved}"
            shutil.copy(path, draft)
            draft.rename(self.carrier / moved)
        return len(found)

    def _poison(self, chance):
        body = {**chance.choice(POISON), "note": str(uuid.uuid4())}
        if self.world.cloud is not None:
            body = chance.choice([body, chance.choice(STRANGE)])
        return self._send([(ASSIGNMENTS, body)], poison=True)

    def _send(self, messages, *, poison=False):
        for queue, body in messages:
            if self.world.cloud is None:
                self._send_here(queue, body, poison)
            else:
                key = self.world.cloud.send(queue, body)
                self.ledger.poison += [key] if poison else []
        return len(messages)

    def _send_here(self, queue, body, poison):
        key, event = str(uuid.uuid4()), str(uuid.uuid4())
        name = f"request-{body.get('request_id', '')}"
        values = {"id": key, "event": event, "queue": queue, "name": name, "body": json.dumps(body)}
        # Before the deed: whether it was done may stay unknown.
        self.ledger.injected_events.append(event)
        self.ledger.poison += [key] if poison else []
        with self._cursor() as cursor:
            cursor.execute(_SEND, values)
            cursor.execute("NOTIFY outbox")

    def _cursor(self):
        return _Cursor(self.database)


def _rows(cursor, query):
    cursor.execute(query)
    return cursor.fetchall()


class _Cursor:
    """A cursor on a connection of its own, committed at the end."""

    def __init__(self, database):
        self.connection = psycopg2.connect(database)

    def __enter__(self):
        return self.connection.cursor()

    def __exit__(self, kind, *_):
        with closing(self.connection):
            if kind is None:
                self.connection.commit()


def _waiting(kind, row):
    request, stage, round_, token, generation, given, started_at = row
    entered, *counts = generation.split("/")
    return {
        "type": kind,
        "request_id": request,
        "stage": stage,
        "round": round_,
        "task_token": token,
        "execution": {
            "Name": f"request-{request}",
            "Input": given,
            "StartTime": started_at.isoformat(),
        },
        "state": "AssignToAssessor" if kind == "assignment" else "AwaitRevision",
        "entered_at": entered,
        "retry_count": int(counts[-1]),
    }


def _status(row):
    request, status = row
    return {
        "type": "status",
        "request_id": request,
        "status": status,
        "execution": f"request-{request}",
    }
