"""Every event of ours reads as a sentence and names its subject."""

import importlib
import inspect
import pkgutil

import pytest

from audit.recording.sentences import SENTENCES, sentence, subject
from outbox.events import DomainEvent

APPS = ["accounts", "aiqueries", "audit", "approvals", "notifications", "workflows"]


def events_of_ours():
    for app in APPS:
        if any(module.name == "events" for module in pkgutil.iter_modules([app])):
            module = importlib.import_module(f"{app}.events")
            for _, found in inspect.getmembers(module, inspect.isclass):
                if issubclass(found, DomainEvent) and found is not DomainEvent:
                    yield found


@pytest.mark.parametrize("event", list(events_of_ours()), ids=lambda event: event.name)
def test_every_event_has_a_sentence(event):
    assert event.name in SENTENCES


@pytest.mark.parametrize("event", list(events_of_ours()), ids=lambda event: event.name)
def test_a_sentence_names_only_fields_that_the_event_has(event):
    known = {field: f"<{field}>" for field in event.__dataclass_fields__}

    text = sentence(event.name, actor="Asha", payload=known)

    assert "“”" not in text
    assert "  " not in text


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        ("APPROVED", "Asha approved “Q”."),
        ("REJECTED", "Asha rejected “Q”."),
        ("CHANGES_REQUESTED", "Asha asked for changes to “Q”."),
        ("SOMETHING_NEW", "Asha SOMETHING_NEW “Q”."),
    ],
)
def test_a_verdict_reads_as_a_verb(verdict, text):
    payload = {"verdict": verdict, "question_title": "Q"}

    assert sentence("approvals.task_decided", actor="Asha", payload=payload) == text


def test_a_status_reads_by_whose_it_is():
    words = {"execution": "e-1", "status": "FAILED", "question_title": "Q"}

    closed = sentence("approvals.request_closed", actor="System", payload=words)
    ended = sentence("workflows.execution_ended", actor="System", payload=words)

    assert closed == "The request for “Q” ended by a fault of the workflow."
    assert ended == "The workflow e-1 ended: FAILED."


def test_braces_in_a_title_are_just_text():
    payload = {"question_title": "{actor.__class__} {0}"}

    text = sentence("approvals.task_claimed", actor="Asha", payload=payload)

    assert text == "Asha claimed “{actor.__class__} {0}”."


def test_a_field_that_an_old_event_lacks_leaves_a_blank():
    assert sentence("approvals.task_claimed", actor="Asha", payload={}) == "Asha claimed “”."


@pytest.mark.parametrize(
    ("action", "payload", "expected"),
    [
        ("approvals.task_decided", {"request_id": "r", "task_id": "t"}, ("task", "t")),
        ("approvals.request_closed", {"request_id": "r", "question_id": "q"}, ("request", "r")),
        ("approvals.question_revised", {"request_id": "r", "question_id": "q"}, ("question", "q")),
        ("approvals.policy_saved", {"policy_id": "p"}, ("policy", "p")),
        ("accounts.signed_in", {"user_id": "u"}, ("user", "u")),
        ("accounts.group_deleted", {"group_id": "g"}, ("group", "g")),
        ("notifications.email_due", {"notification_id": 7}, ("notification", "7")),
        ("workflows.execution_ended", {"execution": "e", "status": "FAILED"}, ("execution", "e")),
        ("tests.nothing", {"number": 1}, ("", "")),
    ],
)
def test_the_nearest_thing_is_the_subject(action, payload, expected):
    assert subject(action, payload) == expected


@pytest.mark.parametrize(
    ("because", "text"),
    [
        ("", "Asha gave “Q” to another assessor."),
        ("AWAY", "Asha gave “Q” to another assessor, being away."),
    ],
    ids=["by hand", "away"],
)
def test_a_place_that_went_to_a_substitute_says_so(because, text):
    payload = {"because": because, "question_title": "Q"}

    assert sentence("approvals.task_reassigned", actor="Asha", payload=payload) == text
