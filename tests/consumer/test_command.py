"""`manage.py consume` says clearly what keeps it from working."""

import signal

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture(autouse=True)
def own_signals():
    """The command takes SIGTERM and SIGINT over; give them back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_a_profile_without_queues_has_nothing_to_consume(settings):
    settings.QUEUE_URL_BASE = ""

    with pytest.raises(CommandError, match="The profile local has no queues"):
        call_command("consume")


def test_a_queue_that_is_not_in_the_table_is_refused(settings):
    settings.QUEUE_URL_BASE = "http://127.0.0.1:1/123456789012/"

    with pytest.raises(CommandError, match="There is no queue approvals; there are approval-ass"):
        call_command("consume", "approvals")


def test_a_queue_that_nobody_made_is_named(on_aws):
    with pytest.raises(CommandError, match=r"There is no queue http://.*-approval-status on SQS"):
        call_command("consume", "approval-status")
