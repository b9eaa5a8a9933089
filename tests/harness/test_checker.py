"""Every invariant is shown cases that break it: a check that cannot fail is worth nothing."""

import pytest

from harness.checker import check
from harness.evidence import Evidence
from harness.ledger import Chapter, Ledger
from harness.stories import Story, Turn

TOKEN = "token-that-nobody-may-see"
TURNS = (Turn(0, 0, (("asha", "CHANGES_REQUESTED"),), returns=True), Turn(0, 1, ()))


def story(number=0, **changes):
    given = {
        "number": number,
        "kind": "approved",
        "requester": "ben",
        "stages": ({"assessors": ["asha"]},),
        "turns": (Turn(0, 0, (("asha", "APPROVED"),)),),
        "outcome": "APPROVED",
    }
    return Story(**{**given, **changes})


def ledger():
    told = Chapter(story(), request_id="r1", decisions=[["t1", "asha", "APPROVED"]], finished=True)
    return Ledger(chapters=[told], poison=["p1"], faults={"poison": 1})


def event(number, name, **payload):
    return {"id": f"e{number}", "name": name, "payload": payload}


def evidence():
    """What one approved request leaves behind, and one message that nobody could handle."""
    events = [
        event(1, "approvals.request_submitted", request_id="r1"),
        event(2, "workflows.message_sent", execution="request-r1"),
        event(3, "approvals.task_assigned", task_id="t1", request_id="r1", assessor_ids=["u1"]),
        event(4, "approvals.task_decided", task_id="t1", request_id="r1", assessor_id="u1"),
        event(5, "workflows.message_sent", execution="request-r1"),
        event(6, "workflows.execution_ended", execution="request-r1"),
        event(7, "approvals.request_closed", request_id="r1", requester_id="u2", status="APPROVED"),
    ]
    task = {"id": "t1", "request": "r1", "stage": 0, "round": 0}
    return Evidence(
        people=[
            {"id": "u1", "email": "asha@example.com"},
            {"id": "u2", "email": "ben@example.com"},
        ],
        requests=[{"id": "r1", "status": "APPROVED", "text": story().text}],
        tasks=[{**task, "status": "APPROVED", "callback": "DELIVERED"}],
        decisions=[{"task": "t1", "email": "asha@example.com", "verdict": "APPROVED"}],
        executions=[execution()],
        histories=[{"name": "request-r1", "events": 9, "last": 9, "ends": 1}],
        events=events,
        audit=[{"sequence": number, "event": each["id"]} for number, each in enumerate(events, 1)],
        deliveries=[dead("p1")],
        traces=[
            trace("asha", "TASK_ASSIGNED", "task:t1", "e3"),
            trace("ben", "REQUEST_CLOSED", "outcome:r1", "e7"),
        ],
        notifications=[
            notified("asha", "TASK_ASSIGNED", "/tasks/t1/", "task:t1"),
            notified("ben", "REQUEST_CLOSED", "/requests/r1/", "outcome:r1"),
        ],
        outgoing=[outgoing("asha", "task:t1", "e3"), outgoing("ben", "outcome:r1", "e7")],
        mails=[
            mail("asha", "A question is waiting for your decision", "tasks/t1/", "<e3.1@x>"),
            mail("ben", "Your request has an outcome", "requests/r1/", "<e7.2@x>"),
        ],
        tokens=[TOKEN],
        texts=[("log worker.log", "all is well")],
    )


def execution(**changes):
    return {"name": "request-r1", "status": "SUCCEEDED", "error": "", **changes}


def dead(message_id):
    return {
        "status": "DEAD",
        "subscriber": "workflows.deliver_messages",
        "name": "workflows.message_sent",
        "payload": {"message_id": message_id},
        "error": "",
    }


def trace(person, kind, cause, event_id):
    email = f"{person}@example.com"
    return {"email": email, "kind": kind, "cause": cause, "event": event_id, "verdict": "TOLD"}


def notified(person, kind, url, cause):
    email = f"{person}@example.com"
    return {"email": email, "kind": kind, "url": url, "cause": cause, "times": 1}


def outgoing(person, cause, event_id):
    email = f"{person}@example.com"
    return {"email": email, "cause": cause, "event": event_id, "status": "SENT"}


def mail(person, subject, link, message_id):
    to = f"{person}@example.com"
    return {"to": to, "subject": subject, "link": link, "message_id": message_id}


def violated(found, told):
    return {finding.name: finding.violations for finding in check(found, told) if not finding.holds}


def test_a_sound_run_violates_nothing():
    assert violated(evidence(), ledger()) == {}


def test_every_invariant_looks_at_something():
    found = evidence()
    found.left_in_queues = {"approval-status": 0}
    told = ledger()
    told.faults["kill worker"] = 1

    assert [finding.name for finding in check(found, told) if not finding.cases] == []


def story_stuck(found, told):
    told.chapters[0].finished = False


def ended_by_itself(found, told):
    told.died.append("worker ended by itself (exit code 1)")


def request_twice(found, told):
    found.requests.append({"id": "r2", "status": "APPROVED", "text": story().text})


def request_lost(found, told):
    found.requests.clear()


def runs_on(found, told):
    found.executions[0]["status"] = "RUNNING"


def runs_on_at_the_engine(found, told):
    found.remote = [execution(status="RUNNING")]


def other_outcome(found, told):
    found.executions[0].update(status="FAILED", error="Approval.Rejected")


def other_outcome_at_the_engine(found, told):
    found.remote = [execution(status="TIMED_OUT")]


def never_started(found, told):
    found.executions.clear()


def never_started_at_the_engine(found, told):
    found.remote = []


def started_twice(found, told):
    found.remote = [execution(), execution()]


def of_no_request(found, told):
    found.executions.append(execution(name="request-other"))


def other_end(found, told):
    found.requests[0]["status"] = "REJECTED"


def went_back(found, told):
    told.backwards.append("request r1 was CANCELLED, then FAILED")


def decision_lost(found, told):
    found.decisions.clear()


def decided_twice(found, told):
    found.decisions.append(dict(found.decisions[0]))


def decided_by_nobody_we_asked(found, told):
    found.decisions.append({"task": "t1", "email": "ada@example.com", "verdict": "APPROVED"})


def other_verdict(found, told):
    found.decisions[0]["verdict"] = "REJECTED"


def workflow_not_told(found, told):
    found.tasks[0]["callback"] = "READY"


def workflow_given_up(found, told):
    found.tasks[0]["callback"] = "MOOT"


def event_lost(found, told):
    del found.events[5], found.audit[-1]
    found.audit[-1]["event"] = "e7"


def event_twice(found, told):
    found.events.append(event(8, "approvals.task_decided", task_id="t1", assessor_id="u1"))
    found.audit.append({"sequence": 8, "event": "e8"})


def event_of_no_story(found, told):
    found.events.append(event(8, "approvals.task_claimed", task_id="t1"))
    found.audit.append({"sequence": 8, "event": "e8"})


def entry_lost(found, told):
    found.audit.pop()


def entry_twice(found, told):
    found.audit.append({"sequence": 8, "event": "e1"})


def entry_of_no_event(found, told):
    found.audit.append({"sequence": 8, "event": "e99"})


def gap_in_the_numbers(found, told):
    found.audit[-1]["sequence"] = 9


def gap_in_the_history(found, told):
    found.histories[0]["last"] = 10


def two_ends(found, told):
    found.histories[0]["ends"] = 2


def person_forgotten(found, told):
    for left in (found.traces, found.notifications, found.outgoing, found.mails):
        left.pop()


def notification_lost(found, told):
    found.notifications.pop()
    found.mails.pop()


def notified_twice(found, told):
    found.notifications.append(dict(found.notifications[0]))
    found.mails.append({**found.mails[0], "message_id": "<e3.9@x>"})


def event_told_twice(found, told):
    found.notifications[0]["times"] = 2


def mail_lost(found, told):
    found.mails.pop()


def mail_of_a_decided_task_lost(found, told):
    del found.mails[0]


def mail_never_written(found, told):
    found.outgoing.pop()
    found.mails.pop()


def mail_withdrawn_for_no_reason(found, told):
    found.outgoing[1]["status"] = "CANCELLED"
    found.mails.pop()


def mail_given_up(found, told):
    found.outgoing[0]["status"] = "FAILED"
    del found.mails[0]


def mail_on_its_way_for_ever(found, told):
    found.outgoing[0]["status"] = "PENDING"
    del found.mails[0]


def mail_twice(found, told):
    found.mails.append({**found.mails[0], "message_id": "<other@x>"})


def copy_without_a_kill(found, told):
    found.mails.append(dict(found.mails[0]))


def delivery_left(found, told):
    found.deliveries.append({**dead("other"), "status": "WAITING"})


def message_left(found, told):
    found.left_in_queues = {"approval-status": 2}


def false_dead_letter(found, told):
    found.deliveries.append(dead("good"))


def poison_swallowed(found, told):
    found.deliveries.clear()


def poison_swallowed_by_a_queue(found, told):
    found.deliveries.clear()
    found.dead_letters = []


def given_up_beside_the_queues(found, told):
    found.dead_letters = [{"queue": "approval-status", "id": "p1"}]


def token_in_a_log(found, told):
    found.texts.append(("log web.log", f"token={TOKEN}"))


def api_token_in_a_log(found, told):
    told.secrets.append("imp_secret")
    found.texts.append(("log web.log", "Bearer imp_secret"))


STUCK = "every story came to its end"
ALIVE = "no program ended but by a kill"
THERE = "every acknowledged request is there, once"
OPEN = "every started execution is at its end, or its task is open"
SAME = "every closed request's execution ended with the same outcome"
ENDED = "every request ended as its story says, and never went back"
ONE = "one execution for each request"
DECIDED = "one decision for each assessor and task: those acknowledged, no others"
TOLD = "the workflow knows of every decision"
EVENTS = "events are exactly those that the stories make"
AUDIT = "one audit entry for each event, numbered without gaps"
HISTORY = "histories have no gap and one end"
TRACED = "one trace for each event and person that it concerns"
NOTIFIED = "one notification for each person and cause, telling of every event once"
MAILS = "one e-mail for each assignment and recipient; copies only after kills, with its id"
OUTGOING = "every e-mail was sent, or withdrawn because what it tells of was settled"
LEFT = "nothing is left to deliver"
DEAD = "dead letters hold exactly the poison"
SECRET = "no token in any log, page, mail, event or history"


@pytest.mark.parametrize(
    ("breaks", "invariant"),
    [
        (story_stuck, STUCK),
        (ended_by_itself, ALIVE),
        (request_twice, THERE),
        (request_lost, THERE),
        (runs_on, OPEN),
        (runs_on_at_the_engine, OPEN),
        (other_outcome, SAME),
        (other_outcome_at_the_engine, SAME),
        (never_started, SAME),
        (never_started_at_the_engine, SAME),
        (other_end, ENDED),
        (went_back, ENDED),
        (started_twice, ONE),
        (of_no_request, ONE),
        (decision_lost, DECIDED),
        (decided_twice, DECIDED),
        (decided_by_nobody_we_asked, DECIDED),
        (other_verdict, DECIDED),
        (workflow_not_told, TOLD),
        (workflow_given_up, TOLD),
        (event_lost, EVENTS),
        (event_twice, EVENTS),
        (event_of_no_story, EVENTS),
        (entry_lost, AUDIT),
        (entry_twice, AUDIT),
        (entry_of_no_event, AUDIT),
        (gap_in_the_numbers, AUDIT),
        (gap_in_the_history, HISTORY),
        (two_ends, HISTORY),
        (person_forgotten, TRACED),
        (notification_lost, NOTIFIED),
        (notified_twice, NOTIFIED),
        (event_told_twice, NOTIFIED),
        (mail_lost, MAILS),
        (mail_of_a_decided_task_lost, MAILS),
        (mail_never_written, MAILS),
        (mail_withdrawn_for_no_reason, MAILS),
        (mail_withdrawn_for_no_reason, OUTGOING),
        (mail_given_up, OUTGOING),
        (mail_on_its_way_for_ever, OUTGOING),
        (mail_twice, MAILS),
        (copy_without_a_kill, MAILS),
        (delivery_left, LEFT),
        (message_left, LEFT),
        (false_dead_letter, DEAD),
        (poison_swallowed, DEAD),
        (poison_swallowed_by_a_queue, DEAD),
        (given_up_beside_the_queues, DEAD),
        (token_in_a_log, SECRET),
        (api_token_in_a_log, SECRET),
    ],
    ids=lambda value: getattr(value, "__name__", "violated"),
)
def test_what_breaks_an_invariant_is_reported(breaks, invariant):
    found, told = evidence(), ledger()

    breaks(found, told)

    assert violated(found, told)[invariant]


def test_copies_of_a_mail_are_let_pass_after_kills():
    found, told = evidence(), ledger()
    told.faults["kill worker"] = 1

    copy_without_a_kill(found, told)

    assert violated(found, told) == {}


def test_a_mail_about_a_task_that_was_decided_first_may_be_withdrawn():
    found, told = evidence(), ledger()

    found.outgoing[0]["status"] = "CANCELLED"
    del found.mails[0]

    assert violated(found, told) == {}


def test_a_note_that_was_settled_before_it_was_told_needs_no_mail():
    found, told = evidence(), ledger()

    del found.outgoing[0], found.mails[0]

    assert violated(found, told) == {}


def test_a_decision_of_one_of_several_spares_nobody_elses_mail():
    found, told = evidence(), ledger()
    found.events[3]["payload"] |= {"assessor_id": "u2", "outcome": ""}
    found.outgoing[0]["status"] = "CANCELLED"
    del found.mails[0]

    assert violated(found, told)[OUTGOING]


def test_an_execution_whose_task_is_open_may_run():
    found, told = evidence(), ledger()
    found.tasks[0].update(status="PENDING", callback="READY")

    runs_on(found, told)

    assert OPEN not in violated(found, told)


def test_a_ledger_comes_back_from_its_file_as_it_was(tmp_path):
    told = ledger()
    told.chapters.append(Chapter(story(1, turns=TURNS, kind="changed")))

    told.save(tmp_path / "ledger.json")
    loaded = Ledger.load(tmp_path / "ledger.json")

    assert (loaded.chapters, loaded.poison, loaded.faults) == (told.chapters, ["p1"], {"poison": 1})
