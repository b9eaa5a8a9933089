"""
Where in the database a person's name, address, IP or program may stand, and who forgets it there.

A new column with text fails the first test until somebody has thought of it.
"""

import importlib

import pytest
from django.db import connection

from accounts import erasure

# What an erasure does with the text of a column.
ANONYMOUS = "accounts"  # the person's own row says nothing any more
ACCESS = "accounts"  # rows of the person go, names in others' are made unreadable
LOG = "outbox"
ANSWERS = "core"
APPROVALS = "approvals"
WORKFLOWS = "workflows"
NOTIFICATIONS = "notifications"
AI_QUERIES = "aiqueries"
TRAIL = "audit"
BOXED = "in a box"  # the trail's records: what identifies people is ciphertext
CONTENT = "exam content"  # approvals were given for it: counted, and left as it is
WORDS = "words of ours"  # one of a few words or numbers that the program writes
IDS = "ids"  # digests, ids and tokens, which say nothing of a person
CUSTOMER = "a customer's"  # nobody who signs in here; kept as the customer has it
NAMED = "names of things"  # groups, definitions: what administrators call them

_PLACE = ("user_agent", "ip_address", "username", "http_accept", "path_info")
KNOWN = {
    "accounts_apitoken": {"name": ACCESS, "prefix": IDS, "digest": IDS},
    "accounts_user": {"password": ANONYMOUS, "email": ANONYMOUS, "name": ANONYMOUS},
    "aiqueries_attempt": {
        "provider": WORDS,
        "model": WORDS,
        "outcome": WORDS,
        "trouble": WORDS,
        "says": WORDS,
        "input_digest": IDS,
        "request_id": IDS,
    },
    "aiqueries_budget": {"scope": WORDS, "period": WORDS},
    "aiqueries_circuit": {"provider": WORDS, "model": WORDS, "probe": IDS},
    "aiqueries_draft": {"question_digest": IDS},
    "aiqueries_price": {"provider": NAMED, "model": NAMED, "note": AI_QUERIES},
    "aiqueries_prompt": {"name": WORDS, "title": WORDS},
    "aiqueries_promptversion": {
        "instructions": NAMED,
        "content": NAMED,
        "note": AI_QUERIES,
        "digest": IDS,
    },
    "aiqueries_query": {
        "correlation_id": IDS,
        "purpose": WORDS,
        "status": WORDS,
        "prompt": AI_QUERIES,
        "prompt_digest": IDS,
        "model": WORDS,
        "input_digest": IDS,
        "answer": AI_QUERIES,
        "answer_digest": IDS,
        "provider": WORDS,
        "answered_by": WORDS,
        "error_code": WORDS,
        "error": WORDS,
    },
    "aiqueries_reviewnote": {
        "kind": WORDS,
        "part": WORDS,
        "quote": CONTENT,
        "says": CONTENT,
    },
    "aiqueries_sendingpolicy": {
        "secure_to": NAMED,
        "customer_fields": WORDS,
        "note": AI_QUERIES,
    },
    "approval_assignments": {"state": WORDS},
    "approval_deadline_steps": {"kind": WORDS},
    "approval_decisions": {"verdict": WORDS, "comment": APPROVALS, "digest": IDS},
    "approval_first_views": {"answer": CONTENT, "remark": APPROVALS, "digest": IDS},
    "approval_hand_overs": {"outcome": WORDS},
    "approval_policies": {
        "name": APPROVALS,
        "description": APPROVALS,
        "stages": APPROVALS,
        "flaws_off": WORDS,
    },
    "approval_repairs": {
        "kind": WORDS,
        "state": WORDS,
        "found": APPROVALS,
        "outcome": APPROVALS,
        "comment": APPROVALS,
    },
    "approval_requests": {
        "policy": APPROVALS,
        "status": WORDS,
        "revision_token": IDS,
        "revision_token_generation": IDS,
    },
    "approval_tasks": {
        "status": WORDS,
        "callback": WORDS,
        "task_token": IDS,
        "task_token_generation": IDS,
        "comments": APPROVALS,
    },
    "attachments": {"sha256": IDS, "name": CONTENT},
    "auth_group": {"name": NAMED},
    "auth_permission": {"name": WORDS, "codename": WORDS},
    "axes_accessattempt": dict.fromkeys(
        [*_PLACE, "get_data", "post_data"],
        ACCESS,
    ),
    "axes_accessfailurelog": dict.fromkeys(_PLACE, ACCESS),
    "axes_accesslog": dict.fromkeys([*_PLACE, "session_hash"], ACCESS),
    "core_idempotentanswer": {
        "actor_id": ANSWERS,
        "key": ANSWERS,
        "fingerprint": IDS,
        "headers": ANSWERS,
        "body": ANSWERS,
    },
    "django_admin_log": {"object_id": IDS, "object_repr": ACCESS, "change_message": ACCESS},
    "django_content_type": {"app_label": WORDS, "model": WORDS},
    "django_migrations": {"app": WORDS, "name": WORDS},
    "django_session": {"session_key": ACCESS, "session_data": ACCESS},
    "kept_files": {"sha256": IDS, "media_type": WORDS, "data": CONTENT},
    "customers": {
        "name": CUSTOMER,
        "industry": CUSTOMER,
        "city": CUSTOMER,
        "country": CUSTOMER,
        "status": CUSTOMER,
        "contact_name": CUSTOMER,
        "email": CUSTOMER,
        "phone": CUSTOMER,
        "notes": CUSTOMER,
    },
    "notifications_notification": {
        "kind": WORDS,
        "title": NOTIFICATIONS,
        "body": NOTIFICATIONS,
        "reason": NOTIFICATIONS,
        "url": IDS,
        "cause": IDS,
        "about": IDS,
        "handled": NOTIFICATIONS,
    },
    "notifications_closing": {"cause": IDS, "said": NOTIFICATIONS},
    "notifications_mailtrouble": {
        "address": NOTIFICATIONS,
        "kind": WORDS,
        "status_code": WORDS,
        "said": NOTIFICATIONS,
    },
    "notifications_handedin": {"source": WORDS},
    "notifications_mention": {"key": IDS},
    "notifications_trace": {
        "kind": WORDS,
        "rule": WORDS,
        "cause": IDS,
        "verdict": WORDS,
        "because": WORDS,
        "channels": WORDS,
    },
    "notifications_delivery": {
        "channel": WORDS,
        "status": WORDS,
        "held": WORDS,
        "answer": NOTIFICATIONS,
    },
    "notifications_attempt": {"answer": NOTIFICATIONS},
    "notifications_digest": {"channel": WORDS},
    "notifications_endpoint": {
        "name": NOTIFICATIONS,
        "format": WORDS,
        "address": IDS,
        "shown": NAMED,
        "secret": IDS,
        "former_secret": IDS,
        "kinds": WORDS,
        "status": WORDS,
        "disabled_because": NOTIFICATIONS,
        "error": WORDS,
    },
    "notifications_message": {
        "type": WORDS,
        "data": NOTIFICATIONS,
        "status": WORDS,
        "answer": NOTIFICATIONS,
    },
    "notifications_default": {"kind": WORDS, "channel": WORDS, "mode": WORDS},
    "notifications_preference": {"kind": WORDS, "channel": WORDS, "mode": WORDS},
    "notifications_personsettings": {
        "time_zone": WORDS,
        "digest_every": WORDS,
        "quiet_from": WORDS,
        "quiet_to": WORDS,
    },
    "notifications_watch": {"thing": IDS, "mode": WORDS},
    "outbox_delivery": {"subscriber": WORDS, "status": WORDS, "error": LOG},
    "outbox_event": {
        "name": WORDS,
        "payload": LOG,
        "actor_id": IDS,
        "actor_label": LOG,
        "correlation_id": IDS,
        "origin": LOG,
    },
    "outbox_failedmessage": {"queue": WORDS, "message_id": IDS, "reason": LOG},
    "question_import_rows": {
        "status": WORDS,
        "code": WORDS,
        "reason": APPROVALS,
        "question_text": CONTENT,
        "options": CONTENT,
        "correct_answer": CONTENT,
        "subject": CONTENT,
        "digest": IDS,
    },
    "question_imports": {
        "file_name": APPROVALS,
        "format": WORDS,
        "subject": APPROVALS,
        "status": WORDS,
        "code": WORDS,
        "reason": APPROVALS,
        "note": APPROVALS,
        "findings": WORDS,
        "data": CONTENT,  # nobody is erased before it is checked and gone
        "sha256": IDS,
    },
    "question_versions": {
        "question_text": CONTENT,
        "options": CONTENT,
        "correct_answer": CONTENT,
        "subject": CONTENT,
        "attachments": CONTENT,
        "digest": IDS,
    },
    "questions": {
        "question_text": CONTENT,
        "options": CONTENT,
        "correct_answer": CONTENT,
        "subject": CONTENT,
        "attachments": CONTENT,
    },
    "workflows_definition": {"digest": IDS, "name": NAMED, "content": NAMED},
    "workflows_execution": {
        "name": IDS,
        "definition_id": IDS,
        "status": WORDS,
        "state": WORDS,
        "waiting_for": WORDS,
        "input": WORKFLOWS,
        "output": WORKFLOWS,
        "error": WORKFLOWS,
        "cause": WORKFLOWS,
        "progress": WORKFLOWS,
        "token_digest": IDS,
    },
    "workflows_historyevent": {"type": WORDS, "details": WORKFLOWS},
    "workflows_message": {"queue": WORDS, "body": WORKFLOWS},
    # The trail.
    "audit_batch": {"seen": IDS, "under_way": IDS},
    "audit_change": {
        "table": WORDS,
        "operation": WORDS,
        "object_id": IDS,
        "before": TRAIL,
        "after": TRAIL,
        "session": WORDS,
    },
    "audit_entry": {
        "action": WORDS,
        "actor_id": IDS,
        "owner_id": IDS,
        "scheme": CONTENT,
        "workflow_id": IDS,
        "step_id": IDS,
        "subject_kind": WORDS,
        "subject_id": IDS,
        "outcome": WORDS,
        "correlation_id": IDS,
        "text": CONTENT,  # quotes titles of questions, and the names of policies and groups
        "search": TRAIL,
    },
    "audit_export": {"asked_by": IDS, "selection": IDS, "status": WORDS, "error": WORDS},
    "audit_hold": {
        "scope": WORDS,
        "kind": WORDS,
        "object_id": IDS,
        "reason": TRAIL,
        "placed_by": IDS,
        "released_by": IDS,
        "release_reason": TRAIL,
    },
    "audit_key": {"name": IDS, "key": TRAIL},
    "audit_link": {"kind": WORDS, "object_id": IDS},
    "audit_node": {"hash": IDS},
    "audit_person": {"id": IDS, "label": TRAIL},
    "audit_posting": {"term": TRAIL, "places": IDS},
    "audit_record": {"leaf": IDS, "body": BOXED},
    "audit_report": {"source": WORDS},
    "audit_savedsearch": {"name": TRAIL, "query": TRAIL},
    "audit_seal": {"root": IDS, "note": IDS, "key_id": IDS},
    "audit_sealingkey": {"vkey": IDS, "introduction": IDS},
    "audit_segment": {"name": IDS, "digest": IDS},
    "audit_stream": {
        "name": NAMED,
        "url": NAMED,
        "secret": IDS,
        "former_secret": IDS,
        "filter": WORDS,
        "status": WORDS,
        "error": TRAIL,
    },
    "audit_sent_head": {"way": WORDS, "to": IDS, "place": IDS, "error": TRAIL},
}
ELSEWHERE = {CUSTOMER, BOXED, CONTENT, WORDS, IDS, NAMED}

COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns
WHERE table_schema = current_schema() AND data_type NOT IN (
    'bigint', 'integer', 'smallint', 'numeric', 'boolean', 'uuid', 'date',
    'timestamp with time zone', 'xid8'
) AND udt_name <> '_int8'
"""


@pytest.mark.django_db
def test_every_column_with_text_is_known():
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        there = {(table, column) for table, column in cursor.fetchall()}
    known = {(table, column) for table, columns in KNOWN.items() for column in columns}

    assert there - known == set()
    assert known - there == set()


@pytest.mark.parametrize(
    "app", sorted({who for columns in KNOWN.values() for who in columns.values()} - ELSEWHERE)
)
def test_every_app_that_is_to_forget_has_said_how(app):
    assert app in erasure._steps | erasure._last
    assert importlib.import_module(app)
