from datetime import UTC, datetime, timedelta

import pytest

from aiqueries.breaking import Answer, Circuit, after_trouble, answer

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def seconds(number):
    return NOW + timedelta(seconds=number)


def failed(times, *, circuit=None, now=NOW):
    """The circuit after so many failures at once."""
    circuit = circuit or Circuit()
    for _ in range(times):
        circuit = after_trouble(circuit, now)
    return circuit


def test_four_failures_in_a_row_change_nothing():
    assert answer(failed(4), NOW) is Answer.CALL


def test_the_fifth_opens_it_for_ten_seconds():
    circuit = failed(5)

    assert answer(circuit, seconds(9.9)) is Answer.LEAVE
    assert answer(circuit, seconds(10)) is Answer.PROBE


def test_while_a_probe_is_out_no_other_is():
    circuit = Circuit(failures=5, openings=1, until=NOW, probe_until=seconds(60))

    assert answer(circuit, seconds(59)) is Answer.LEAVE
    assert answer(circuit, seconds(60)) is Answer.PROBE


def test_calls_that_were_under_way_make_no_pause_longer():
    assert failed(20).until == failed(5).until


def test_each_failed_probe_doubles_the_pause():
    circuit, now, pauses = failed(5), NOW, []
    for _ in range(7):
        now = circuit.until
        circuit = after_trouble(circuit, now)
        pauses.append((circuit.until - now).total_seconds())

    assert pauses == [20, 40, 80, 160, 300, 300, 300]


def test_a_failed_probe_lets_go_of_its_place():
    circuit = Circuit(failures=5, openings=1, until=NOW, probe_until=seconds(60))

    assert after_trouble(circuit, seconds(1)).probe_until is None


@pytest.mark.parametrize(("wait", "pause"), [(None, 10), (3, 10), (45, 45), (86400, 300)])
def test_what_the_provider_asks_for_counts_within_reason(wait, pause):
    circuit = after_trouble(failed(4), NOW, wait)

    assert circuit.until == seconds(pause)


def test_one_that_asks_for_more_while_it_is_left_alone_gets_it():
    circuit = after_trouble(failed(5), NOW, 60)

    assert circuit.until == seconds(60)
