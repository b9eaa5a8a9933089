from math import comb

import pytest

from approvals.content import QuestionContent
from approvals.flaws import key_positions
from approvals.flaws.positions import at_least, judged


def question(key, options=4):
    words = [f"option {number}" for number in range(options)]
    return QuestionContent.checked(question_text="Which?", options=words, correct_answer=words[key])


def test_keys_are_counted_by_position():
    assert key_positions([question(0), question(2), question(2)]).counts == (1, 0, 2)


def test_keys_that_change_about_are_not_worth_a_word():
    positions = key_positions([question(number % 4) for number in range(100)])

    assert (positions.crowds, positions.run) == ((), None)


def test_a_crowded_position_is_named_with_its_odds():
    keys = [1, 0, 1, 2, 1, 3, 1, 1, 2, 1] * 4

    (crowd,) = key_positions([question(key) for key in keys]).crowds

    assert (crowd.letter, crowd.keys, crowd.questions) == ("B", 24, 40)
    assert crowd.chance == pytest.approx(4 * at_least(24, 40, 0.25))
    assert crowd.says.startswith("B is the key of 24 of the 40 questions with 4 options; about 10")


def test_a_slight_excess_in_a_big_file_is_of_no_use_to_anybody():
    placed = [(4, 0)] * 12_000 + [(4, 1)] * 10_000 + [(4, 2)] * 10_000 + [(4, 3)] * 10_000

    assert judged(placed).crowds == ()


def test_questions_are_compared_with_those_of_as_many_options():
    placed = [(2, 0)] * 50 + [(3, number % 3) for number in range(30)]

    assert judged(placed).crowds == ()


def test_a_long_run_is_named_with_its_place():
    keys = [0, 1, 2, 3, 0, 1, *[2] * 8, 3, 0, 1]

    run = key_positions([question(key) for key in keys]).run

    assert (run.letter, run.first, run.length) == ("C", 7, 8)
    assert run.says.startswith("C is the key 8 times on end, from question 7 on.")


def test_true_or_false_questions_do_not_end_a_run():
    placed = [(2, 0), *[(4, 2), (2, 0), (2, 1)] * 8, (4, 1)]

    run = judged(placed).run

    assert (run.letter, run.first, run.length) == ("C", 2, 8)


def test_a_short_run_comes_by_chance():
    keys = [0, 1, 2, 3, 0, 1, 2, 2, 2, 3, 0, 1]

    assert key_positions([question(key) for key in keys]).run is None


def test_no_questions_have_no_positions():
    positions = key_positions([])

    assert (positions.questions, positions.counts, positions.run) == (0, (), None)


def test_the_binomial_is_exact():
    exact = sum(comb(30, k) * 0.25**k * 0.75 ** (30 - k) for k in range(12, 31))

    assert at_least(12, 30, 0.25) == pytest.approx(exact, rel=1e-9)
