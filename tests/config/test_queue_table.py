"""The table of queues, held against everything that relies on it."""

import re

import pytest
from celery import current_app
from django.apps import apps
from django.conf import settings

from config import aws
from core.queues import CELERY_QUEUES, QUEUES
from outbox import events
from tests.processes import ROOT

CELERY = {name: queue for name, queue in QUEUES.items() if queue.kind == "celery"}
MESSAGES = {name: queue for name, queue in QUEUES.items() if queue.kind == "messages"}
MARGIN = 30  # seconds from the end of the work to the moment when others see the message again


@pytest.mark.parametrize("queue", CELERY.values(), ids=CELERY)
def test_work_ends_well_before_others_may_see_its_message(queue):
    assert queue.time_limit + MARGIN < queue.visibility


def test_celery_leaves_the_plain_names_to_others():
    assert {queue.name for queue in CELERY_QUEUES.values()} == set(CELERY)
    assert all(name == f"celery-{app}" for app, name in zip(CELERY_QUEUES, CELERY, strict=True))


@pytest.mark.parametrize("queue", QUEUES.values(), ids=QUEUES)
def test_what_kills_its_reader_ends_among_the_dead_letters(queue):
    assert queue.receives >= 1
    assert queue.dead_letters == f"{queue.name}-dead"
    assert queue.dead_letters not in QUEUES


@pytest.mark.parametrize("queue", MESSAGES.values(), ids=MESSAGES)
def test_the_consumer_gives_up_before_the_queue_does(queue):
    assert queue.receives > 5  # failures for which a message is given up with its reason


def _queue_of(task):
    return current_app.amqp.router.route({}, task)["queue"].name


def test_every_app_with_deliveries_has_a_queue():
    installed = {app.label for app in apps.get_app_configs()}
    reached = {name.partition(".")[0] for name in events._subscriptions} & installed

    assert reached - set(CELERY_QUEUES) == set()


def test_every_queue_that_a_subscriber_asks_for_is_there():
    installed = {app.label for app in apps.get_app_configs()}
    ours = [name for name in events._subscriptions if name.partition(".")[0] in installed]

    assert {events.queue_of(name) for name in ours} - set(CELERY_QUEUES) == set()


def test_every_task_has_a_queue():
    current_app.loader.import_default_modules()
    ours = {name for name in current_app.tasks if not name.startswith("celery.")}

    assert "outbox.deliver" in ours
    assert {_queue_of(name) for name in ours} - set(CELERY) == set()


def test_every_beat_entry_has_a_queue():
    entries = settings.CELERY_BEAT_SCHEDULE.values()

    assert {_queue_of(entry["task"]) for entry in entries} - set(CELERY) == set()


def test_nothing_that_beat_sends_waits_longer_than_a_message_is_hidden():
    shortest = min(queue.visibility for queue in CELERY.values())
    options = [entry.get("options", {}) for entry in settings.CELERY_BEAT_SCHEDULE.values()]

    assert [each for each in options if each.keys() & {"eta", "countdown"}] == []
    assert all(each.get("expires", 0) < shortest for each in options)


def test_no_task_asks_for_a_later_time():
    """On SQS a task with an ETA beyond the visibility runs several times over."""
    later = re.compile(r"\b(countdown|eta)=|\.retry\(")
    sources = [path for app in CELERY_QUEUES for path in (ROOT / app).rglob("*.py")]

    assert [str(path) for path in sources if later.search(path.read_text(encoding="utf-8"))] == []


def test_a_worker_polls_less_long_than_its_client_waits():
    assert aws.LONG_POLL <= 20 - MARGIN / 3  # kombu gives a request 20 s


def test_kombu_is_told_every_celery_queue():
    predefined = aws.broker_options("https://sqs.example.org/1/", "exams-")["predefined_queues"]

    assert predefined == {
        name: {"url": f"https://sqs.example.org/1/exams-{name}"} for name in CELERY
    }


def test_kombu_takes_the_routing_key_for_the_name():
    assert {queue.name: queue.routing_key for queue in settings.CELERY_TASK_QUEUES} == {
        name: name for name in CELERY
    }


def test_the_numbers_stand_in_the_table_only():
    assert min(queue.time_limit for queue in CELERY.values()) == settings.CELERY_TASK_TIME_LIMIT
    numbers = {str(queue.time_limit) for queue in CELERY.values()}
    numbers |= {str(queue.visibility) for queue in CELERY.values()}
    code = re.compile(rf"\b({'|'.join(numbers)})\b")
    sources = [
        path
        for folder in ("config", "core", "outbox")
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
    ]

    assert [str(path) for path in sources if code.search(path.read_text(encoding="utf-8"))] == []
