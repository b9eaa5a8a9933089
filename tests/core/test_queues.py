"""The table of queues, and who is registered for them."""

import pytest

from core.queues import QUEUES, Terms, checks, handles, terms, url


def test_work_on_a_message_ends_before_others_may_see_it():
    assert [q.name for q in QUEUES.values() if q.time_limit >= q.visibility] == []


def test_a_queue_has_its_own_dead_letters():
    assert QUEUES["approval-status"].dead_letters == "approval-status-dead"


def test_an_address_is_made_of_base_prefix_and_name(settings):
    settings.QUEUE_URL_BASE = "https://sqs.eu-west-2.amazonaws.com/123456789012/"
    settings.QUEUE_PREFIX = "exams-"
    assert (
        url("audit-trail") == "https://sqs.eu-west-2.amazonaws.com/123456789012/exams-audit-trail"
    )


def test_two_handlers_for_one_queue_are_a_mistake():
    handles("of-this-test")(lambda bodies: None)
    with pytest.raises(ValueError, match="Two handlers"):
        handles("of-this-test")(lambda bodies: None)


def test_two_checks_for_one_queue_are_a_mistake():
    checks("of-this-test")(lambda body: None)
    with pytest.raises(ValueError, match="Two functions"):
        checks("of-this-test")(lambda body: None)


def test_a_queue_without_a_check_takes_any_object_that_sqs_takes():
    assert terms("of-nobody") == Terms(check=bool, largest=256 * 1024)
