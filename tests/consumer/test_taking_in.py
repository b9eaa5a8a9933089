"""Messages reach their handler and are deleted after success, and only then."""

import time

import pytest

from core.correlation import correlation_id
from tests.consumer.conftest import VISIBILITY, until


def test_what_was_sent_is_handled_and_deleted(letterbox, ear, consuming):
    letterbox.say("one", "two", "three")

    with consuming():
        until(lambda: letterbox.left() == 0)

    assert sorted(ear.heard) == ["one", "three", "two"]


def test_several_messages_share_a_call(letterbox, ear, consuming):
    letterbox.say(*"abcdefgh")

    with consuming():
        until(lambda: letterbox.left() == 0)

    assert len(ear.calls) < 8


def test_one_that_fails_does_not_keep_the_others(letterbox, ear, consuming):
    letterbox.say("good", "bad", "fine")
    ear.answers["bad"] = ValueError("not today")

    with consuming():
        until(lambda: letterbox.left() == 1)

    assert letterbox.dead_count() == 0
    assert {"good", "fine"} <= set(ear.heard)


def test_one_that_failed_is_handled_later(letterbox, ear, consuming):
    letterbox.say("bad")
    ear.answers["bad"] = ValueError("not today")

    with consuming():
        until(lambda: ear.heard == ["bad"])
        ear.answers.clear()
        until(lambda: letterbox.left() == 0)

    assert ear.heard == ["bad", "bad"]
    assert letterbox.dead_count() == 0


@pytest.mark.slow
def test_work_longer_than_the_visibility_is_not_begun_twice(letterbox, ear, consuming):
    letterbox.say("slow")
    ear.answers["slow"] = lambda: time.sleep(2.5 * VISIBILITY)

    with consuming(), consuming():
        until(lambda: letterbox.left() == 0)

    assert ear.heard == ["slow"]


def test_a_consumer_that_stops_finishes_what_it_holds(letterbox, ear, consuming):
    letterbox.say("slow")
    ear.answers["slow"] = lambda: time.sleep(2)

    with consuming():
        until(lambda: ear.heard == ["slow"])

    assert letterbox.left() == 0


def test_a_consumer_that_stops_takes_no_more(letterbox, ear, consuming):
    with consuming():
        pass
    letterbox.say("late")

    assert ear.heard == []
    assert letterbox.left() == 1


def test_the_handler_works_under_the_correlation_id_that_the_sender_gave(letterbox, ear, consuming):
    seen = []
    ear.answers["hello"] = lambda: seen.append(correlation_id())
    letterbox.send({"say": "hello"}, CorrelationId="request-0001")

    with consuming():
        until(lambda: letterbox.left() == 0)

    assert seen == ["request-0001"]
