"""Plans are made from their seed alone."""

from harness import faults, stories


def test_the_same_seed_makes_the_same_stories():
    assert stories.plan(50, 7, spread=10) == stories.plan(50, 7, spread=10)


def test_another_seed_makes_other_stories():
    assert stories.plan(50, 7) != stories.plan(50, 8)


def test_even_a_small_run_has_every_kind_of_story():
    kinds = {story.kind for story in stories.plan(len(stories.KINDS), 7)}

    assert kinds == set(stories.KINDS)


def test_no_two_stories_ask_the_same_question():
    assert len({story.text for story in stories.plan(500, 7)}) == 500


def test_the_same_seed_makes_the_same_faults():
    assert faults.plan(7, 60, ("web", "worker")) == faults.plan(7, 60, ("web", "worker"))


def test_every_program_is_killed_and_the_database_crashes_within_a_minute():
    planned = {(fault.kind, fault.target) for fault in faults.plan(7, 60, ("web", "worker"))}

    assert {("kill", "web"), ("kill", "worker"), ("database crash", "")} <= planned
