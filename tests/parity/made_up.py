"""
Documents that nobody thought of, made of what no emulator is known to do otherwise.

Ways lead forwards only, so every execution ends. States read only what the input brought, and
whatever overwrites it is of the same kind, so every path leads somewhere whichever way is taken.
"""

import os
from random import Random

from tests.parity.story import Answer, Case, Refuse, asking, sending

NUMBER = int(os.environ.get("PARITY_MADE_UP", "24"))
ERROR = "Made.Up"
NUMBERS, TEXTS = ("$.n", "$.deep.m"), ("$.text", "$.deep.word")
FLAGS, LISTS, OBJECTS = ("$.flag",), ("$.items",), ("$.deep", "$")
WORDS = ("alpha", "beta", "gamma", "", "Ünï")
CALLS = (
    "States.MathAdd({n}, -3)",
    "States.Format('{{}} and {{}}', {t}, {n})",
    "States.Array({n}, {t}, true)",
    "States.ArrayLength({l})",
    "States.ArrayContains({l}, {n})",
    "States.ArrayUnique({l})",
    "States.ArrayPartition({l}, 2)",
    "States.ArrayRange(0, 6, 2)",
    "States.Base64Encode('Asha')",
    "States.Hash({t}, 'SHA-1')",
    "States.StringSplit('a-b-c', '-')",
    "States.MathAdd(States.ArrayLength({l}), {n})",
)


def made_up(seed: int) -> Case:
    """The case of this number: always the same."""
    random = Random(seed)
    names = [f"S{number}" for number in range(random.randint(3, 9))]
    states = {
        name: _state(random, name, [*names[number + 1 :], "End"])
        for number, name in enumerate(names)
    }
    states["End"] = random.choice(
        [{"Type": "Succeed"}, {"Type": "Pass", "End": True}, {"Type": "Fail", "Error": ERROR}]
    )
    document = {"StartAt": names[0], "States": _reachable(states, names[0])}
    moves = [random.choice([Answer(_whole(random)), Refuse(ERROR)]) for _ in names]
    return Case(f"made-up-{seed}", document, _input(random), tuple(moves))


def _input(random):
    return {
        "n": _whole(random),
        "text": random.choice(WORDS),
        "flag": random.choice([True, False]),
        "items": [_whole(random) for _ in range(random.randint(0, 5))],
        "deep": {"m": _whole(random), "word": random.choice(WORDS)},
    }


def _whole(random):
    return random.randint(-4, 4)


def _state(random, name, later):
    make = random.choice([_result, _filled, _narrowed, _choice, _choice, _sent, _asked, _waited])
    state = make(random, name, later)
    return state if "Choices" in state else {**state, "Next": _way(random, later)}


def _way(random, later):
    """The next state more often than one further on."""
    return random.choice([later[0], later[0], random.choice(later)])


def _result(random, name, later):
    paths, value = random.choice(
        [
            (NUMBERS, _whole(random)),
            (TEXTS, random.choice(WORDS)),
            (FLAGS, random.choice([True, False])),
            (LISTS, [_whole(random), _whole(random)]),
        ]
    )
    return {
        "Type": "Pass",
        "Result": value,
        "ResultPath": random.choice([*paths, f"$.made.{name}"]),
    }


def _filled(random, name, later):
    return {
        "Type": "Pass",
        "Parameters": {"read.$": _anything(random), "made.$": _call(random), "plain": [1, None]},
        "ResultPath": f"$.{name}",
    }


def _narrowed(random, name, later):
    return {"Type": "Pass", "InputPath": _anything(random), "ResultPath": f"$.{name}"}


def _sent(random, name, later):
    body = {"read.$": _anything(random), "made.$": _call(random)}
    return sending(body, ResultPath=None)


def _asked(random, name, later):
    caught = {
        "ErrorEquals": [random.choice([ERROR, "States.ALL", "States.TaskFailed", "Other"])],
        "ResultPath": random.choice(["$.problem", None]),
        "Next": _way(random, later),
    }
    task = asking(
        {"read.$": _anything(random)}, ResultPath=random.choice([*NUMBERS, f"$.{name}", None])
    )
    return {**task, "Catch": [caught]} if random.random() < 0.8 else task


def _waited(random, name, later):
    return {"Type": "Wait", "Seconds": 0}


def _choice(random, name, later):
    rules = [{**_rule(random, 2), "Next": _way(random, later)} for _ in range(random.randint(1, 3))]
    return {"Type": "Choice", "Choices": rules, "Default": _way(random, later)}


def _rule(random, depth):
    if depth and random.random() < 0.3:
        if random.random() < 0.3:
            return {"Not": _rule(random, depth - 1)}
        joined = random.choice(["And", "Or"])
        return {joined: [_rule(random, depth - 1) for _ in range(random.randint(1, 3))]}
    return random.choice([_number_rule, _text_rule, _other_rule])(random)


def _number_rule(random):
    order = random.choice(["Equals", "LessThan", "GreaterThan", "LessThanEquals"])
    variable = {"Variable": random.choice(NUMBERS)}
    if random.random() < 0.3:
        return {**variable, f"Numeric{order}Path": random.choice(NUMBERS)}
    return {**variable, f"Numeric{order}": random.choice([_whole(random), 0.5])}


def _text_rule(random):
    order = random.choice(["Equals", "LessThan", "GreaterThan", "GreaterThanEquals"])
    variable = {"Variable": random.choice(TEXTS)}
    if random.random() < 0.3:
        return {**variable, "StringMatches": random.choice(["*a", "b*", "*", "beta"])}
    return {**variable, f"String{order}": random.choice(WORDS)}


def _other_rule(random):
    return random.choice(
        [
            {"Variable": "$.flag", "BooleanEquals": True},
            {"Variable": random.choice(TEXTS), "IsString": random.choice([True, False])},
            {"Variable": random.choice(TEXTS), "IsNumeric": random.choice([True, False])},
            {"Variable": random.choice(["$.n", "$.nowhere"]), "IsPresent": True},
        ]
    )


def _anything(random):
    return random.choice([*NUMBERS, *TEXTS, *FLAGS, *LISTS, *OBJECTS])


def _call(random):
    number, text = random.choice(NUMBERS), random.choice(TEXTS)
    return random.choice(CALLS).format(n=number, t=text, l=LISTS[0])


def _reachable(states, start):
    """Without the states that nothing leads to: the engine refuses those."""
    seen, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += _targets(states[name])
    return {name: fields for name, fields in states.items() if name in seen}


def _targets(fields):
    rules = [*fields.get("Choices", ()), *fields.get("Catch", ()), fields]
    found = [rule["Next"] for rule in rules if "Next" in rule]
    return [*found, fields["Default"]] if "Default" in fields else found


CASES = tuple(made_up(seed) for seed in range(NUMBER))
