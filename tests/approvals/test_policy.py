import pytest

from approvals.policy import DUE, ENGINE_GRACE, InvalidPolicy, Policy, parse_policy

ASHA = "asha@example.com"
ADA = "ada@example.com"


def one_stage(**stage):
    return {"stages": [stage]}


def test_what_is_not_said_has_a_default():
    (stage,) = parse_policy(one_stage(assessors=[ASHA])).stages

    assert (stage.name, stage.approve_n, stage.return_n) == ("Stage 1", 1, 1)
    assert (stage.assessors, stage.group, stage.due_hours) == ((ASHA,), "", DUE)


def test_a_policy_comes_back_from_its_copy_as_it_was():
    policy = parse_policy({"stages": [{"assessors": [ASHA, ADA]}, {"group": "board"}]})

    assert Policy.from_json(policy.as_json()) == policy


def test_rules_are_switched_off_each_once_and_in_their_order():
    given = {"stages": [{"group": "board"}], "flaws_off": ["reading-level", "negative-stem"] * 2}

    assert parse_policy(given).flaws_off == ("negative-stem", "reading-level")


def test_rules_that_are_off_come_back_from_the_copy():
    policy = parse_policy({"stages": [{"group": "board"}], "flaws_off": ["negative-stem"]})

    assert Policy.from_json(policy.as_json()) == policy


def test_a_copy_from_before_rules_could_be_off_still_reads():
    kept = parse_policy({"stages": [{"group": "board"}]}).as_json()
    del kept["flaws_off"]

    assert Policy.from_json(kept).flaws_off == ()


def test_the_engine_waits_longer_than_the_due_time():
    policy = parse_policy(one_stage(assessors=[ASHA], due_hours=0.5))

    assert policy.engine_timeouts == [1800 + ENGINE_GRACE]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ("two eyes", "policy"),
        ({}, "policy.stages"),
        ({"stages": []}, "policy.stages"),
        ({"stages": [{"assessors": [ASHA]}] * 11}, "policy.stages"),
        ({"stages": [], "colour": "red"}, "policy.colour"),
        ({"stages": [{"group": "board"}], "flaws_off": "all"}, "policy.flaws_off"),
        (
            {"stages": [{"group": "board"}], "flaws_off": ["negative-stem", "typo"]},
            "policy.flaws_off[1]",
        ),
        ({"stages": [{"group": "board"}], "flaws_off": [{}]}, "policy.flaws_off[0]"),
        (one_stage(), "policy.stages[0]"),
        (one_stage(assessors=[ASHA], group="board"), "policy.stages[0]"),
        (one_stage(assessors=ASHA), "policy.stages[0].assessors"),
        (one_stage(assessors=[1]), "policy.stages[0].assessors"),
        (one_stage(assessors=[ASHA, "Asha@example.com "]), "policy.stages[0].assessors"),
        (
            one_stage(assessors=[f"a{n}@example.com" for n in range(51)]),
            "policy.stages[0].assessors",
        ),
        (one_stage(group=7), "policy.stages[0].group"),
        (one_stage(group="board", name="x" * 101), "policy.stages[0].name"),
        (one_stage(group="board", approve_n=0), "policy.stages[0].approve_n"),
        (one_stage(group="board", approve_n=True), "policy.stages[0].approve_n"),
        (one_stage(group="board", return_n="2"), "policy.stages[0].return_n"),
        (one_stage(group="board", due_hours=0), "policy.stages[0].due_hours"),
        (one_stage(group="board", due_hours=float("nan")), "policy.stages[0].due_hours"),
        (one_stage(group="board", due_hours=9000), "policy.stages[0].due_hours"),
        (one_stage(assessors=[ASHA, ADA], approve_n=2, return_n=2), "policy.stages[0]"),
        (
            {"stages": [{"group": "board"}, {"group": "board", "aprove_n": 1}]},
            "policy.stages[1].aprove_n",
        ),
    ],
)
def test_a_policy_that_cannot_be_kept_is_refused_by_place(given, field):
    with pytest.raises(InvalidPolicy) as caught:
        parse_policy(given)

    assert caught.value.field == field
