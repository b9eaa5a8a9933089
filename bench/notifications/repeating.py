"""
Every message three times and shuffled: `python -m bench.notifications repeating`.

Requests are asked for, decided, passed on, withdrawn, sent back and closed. The subscribers get
each event three times, alone or with others, in no order, and what they set off likewise, half-way.
What people have in the end is held against the same events told once and in order.
"""

import random
from collections import Counter

from bench.ground import empty_database, in_a_process, together
from bench.notifications import crowd

REQUESTS = 500
PEOPLE = 30
COPIES = 3
TOGETHER = 20  # at most so many of a subscriber at once
SEED = 20261121

_SET_OFF = """
SELECT delivery.id, delivery.subscriber, event.name, event.payload, event.uuid::text,
    event.occurred_at, event.actor_id, event.actor_label
FROM outbox_delivery AS delivery JOIN outbox_event AS event ON event.id = delivery.event_id
WHERE delivery.subscriber LIKE 'notifications.%%' AND delivery.id > %s
ORDER BY delivery.id
"""
_ROWS = """
SELECT recipient_id::text, cause, kind, title, body, url, times, handled
FROM notifications_notification
"""
_COUNTS = {
    "rows for one person and cause, the most": """
        SELECT max(number) FROM (SELECT count(*) AS number FROM notifications_notification
        GROUP BY recipient_id, cause) AS counted""",
    "traces for one person and event, the most": """
        SELECT max(number) FROM (SELECT count(*) AS number FROM notifications_trace
        GROUP BY recipient_id, event_id) AS counted""",
}


def measure(report):
    people = None
    with empty_database():
        people = in_a_process(crowd.make_people, PEOPLE)
        in_order, _, _ = in_a_process(_tell, people, 1)
    with empty_database():
        in_a_process(crowd.make_people, PEOPLE)
        shuffled, mails, counts = together(_tell, [(people, COPIES)])[0]
    for what, count in counts.items():
        report.add(what, str(count), aim="1", held=count == 1)
    wrong = len(set(in_order.items()) ^ set(shuffled.items()))
    what = f"rows that differ from {len(in_order):,} told once, in order"
    report.add(what, str(wrong), aim="0", held=wrong == 0)
    copies = sum(count - 1 for count in mails.values())
    what = f"e-mails sent twice, of {len(mails):,}"
    report.add(what, str(copies), aim="0", held=copies == 0)


def _tell(people, copies):
    """What everybody has in the end, the mails by recipient, subject and link, and the counts."""
    _publish(people)
    chance = random.Random(SEED)
    seen, waiting = 0, []
    while True:
        fresh = _set_off(seen)
        waiting += fresh * copies
        if not waiting:
            break
        seen = max([seen, *(each[0] for each in fresh)])
        if copies > 1:
            chance.shuffle(waiting)
        half = len(waiting) // 2 if len(waiting) > 100 else len(waiting)
        _call(waiting[:half], chance if copies > 1 else None)
        waiting = waiting[half:]
    return _rows(), _mails(), _counts()


def _publish(people):
    from django.db import transaction

    from core.actor import SYSTEM, Actor
    from outbox.publishing import publish

    for number in range(REQUESTS):
        for kind, said, who in _tale(people, number):
            actor = Actor(id=who, label=f"Judge {people.index(who)}") if who else SYSTEM
            with transaction.atomic():
                publish(crowd.event(kind, number, **said), actor=actor)


def _tale(people, number):
    """The events of one request, as (type, what they say, who did it)."""
    from approvals import events

    asker, first, second, third = (people[(number + step) % len(people)] for step in range(4))
    asked = {"requester_id": asker}
    task = crowd.numbered("task_id", number)
    yield events.TaskAssigned, {**asked, "assessor_ids": [first, second]}, ""
    if number % 3 == 0:
        said = {**asked, "from_assessor_id": second, "to_assessor_id": third}
        yield events.TaskReassigned, said, second
    match number % 5:
        case 0 | 1:
            said = {**asked, "assessor_id": first, "verdict": "APPROVED", "outcome": "APPROVED"}
            yield events.TaskDecided, said, first
            yield events.RequestClosed, {**asked, "status": "APPROVED"}, ""
        case 2:
            yield events.RequestCancelled, {**asked, "task_ids": [task]}, asker
        case 3:
            said = {**asked, "assessor_id": first, "verdict": "CHANGES_REQUESTED"}
            yield events.TaskDecided, {**said, "outcome": "CHANGES_REQUESTED"}, first
            yield events.RevisionRequested, asked, ""
            yield events.QuestionRevised, {**asked, "version": 2}, asker
        case 4:
            yield events.TaskExpired, {**asked, "assessor_ids": [first]}, ""
            yield events.RequestClosed, {**asked, "status": "EXPIRED"}, ""


def _set_off(seen):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_SET_OFF, [seen])
        return cursor.fetchall()


def _call(messages, chance):
    """Give them to their subscribers: one by one, or some that follow each other at once."""
    from outbox import events

    while messages:
        taken = [messages.pop(0)]
        most = chance.randint(1, TOGETHER) if chance else 1
        while messages and len(taken) < most and messages[0][1] == taken[0][1]:
            taken.append(messages.pop(0))
        subscription = events.subscription(taken[0][1])
        pairs = [_pair(*message) for message in taken]
        if subscription.batch:
            subscription.function(pairs)
        else:
            for pair in pairs:
                subscription.function(*pair)


def _pair(_, __, name, payload, event_id, occurred_at, actor_id, actor_label):
    import json

    from core.actor import Actor
    from outbox import events

    told = json.loads(payload) if isinstance(payload, str) else payload
    return events.rebuild(name, told), events.Envelope(
        event_id=event_id,
        occurred_at=occurred_at,
        actor=Actor(id=actor_id, label=actor_label),
        correlation_id="bench",
    )


def _rows():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_ROWS)
        return {(person, cause): tuple(rest) for person, cause, *rest in cursor.fetchall()}


def _mails():
    """How many mails there are about the same thing to the same person, a digest's aside."""
    from notifications import mailbox

    return Counter((mail.recipients, mail.subject, mail.text) for mail in mailbox.every())


def _counts():
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for what, query in _COUNTS.items():
            cursor.execute(query)
            (found[what],) = cursor.fetchone()
    return found
