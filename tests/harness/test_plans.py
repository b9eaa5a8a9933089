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


def test_the_programs_take_turns_to_be_killed_and_the_database_crashes_within_a_minute():
    planned = faults.plan(7, 60, ("web", "worker", "worker-2"))

    killed = [fault.target for fault in planned if fault.kind == "kill"]
    assert set(killed[:2]) == {"web", "worker"}
    assert killed[2] == "worker-2"
    assert len(killed) in range(4, 7)
    assert "database crash" in {fault.kind for fault in planned}


def test_harsh_faults_kill_each_program_at_its_own_pace():
    planned = faults.plan(7, 60, ("web", "worker"), harsh=True)

    killed = [fault.target for fault in planned if fault.kind == "kill"]
    assert killed.count("web") in range(4, 7)
    assert killed.count("worker") in range(4, 7)
