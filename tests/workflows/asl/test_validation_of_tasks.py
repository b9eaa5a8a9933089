"""What a Task may say: where it goes, how long it waits, what it retries and catches."""

import pytest

from tests.workflows.asl.machines import CATCH_ALL, SUCCEED, asking, found, sending


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        (
            {"Resource": "arn:aws:states:::lambda:invoke"},
            "Resource: 'arn:aws:states:::lambda:invoke'",
        ),
        ({"Resource": "arn:aws:states:::sqs:sendMessage.sync"}, "Resource: 'arn:aws:states:::sqs:"),
        ({"Resource": None}, "Resource: None is not supported."),
        ({"TimeoutSeconds": 5, "HeartbeatSeconds": 5}, "HeartbeatSeconds: must be smaller than"),
        ({"TimeoutSeconds": 5, "HeartbeatSeconds": 9}, "HeartbeatSeconds: must be smaller than"),
        ({"TimeoutSeconds": 1.5}, "TimeoutSeconds: must be a whole number"),
        ({"TimeoutSeconds": True}, "TimeoutSeconds: must be a whole number"),
        (
            {"TimeoutSeconds": 5, "TimeoutSecondsPath": "$.a"},
            "TimeoutSecondsPath: may not stand beside",
        ),
        ({"HeartbeatSecondsPath": "a"}, "HeartbeatSecondsPath: 'a' is not a path"),
        ({"InputPath": "$.a[?(1)]"}, "InputPath: '$.a[?(1)]' is not a supported path"),
        ({"ResultPath": "$.a[*]"}, "ResultPath: '$.a[*]' is not a reference path"),
        ({"ResultPath": "$$.a"}, "ResultPath: '$$.a' is not a reference path"),
        (
            {"ResultSelector": {"a.$": "States.UUID()"}},
            "ResultSelector.a.$: States.UUID is not supp",
        ),
        (
            {"ResultSelector": {"a": [{"b.$": "b"}]}},
            "ResultSelector.a[0].b.$: 'b' is not an intrinsic",
        ),
        ({"ResultSelector": {"a.$": 1}}, "ResultSelector.a.$: must be text."),
        ({"ResultSelector": {"a.$": "$", "a": 1}}, "ResultSelector.a.$: may not stand beside a."),
        ({"Parameters": []}, "Parameters: must be an object with QueueUrl and MessageBody."),
        ({"Parameters": {"QueueUrl": "q"}}, "Parameters.MessageBody: is needed once."),
        (
            {"Parameters": {"QueueUrl": "q", "MessageBody": {}, "DelaySeconds": 1}},
            "Parameters.DelaySeconds: not supported.",
        ),
        (
            {"Parameters": {"QueueUrl": "q", "MessageBody": {}}},
            "Parameters: nobody could answer, $$.Task.Token is not sent.",
        ),
        ({"Retry": []}, "Retry: must be a list with at least one item."),
        ({"Retry": [1]}, "Retry[0]: must be an object."),
        ({"Retry": [{}]}, "Retry[0].ErrorEquals: is missing."),
        ({"Retry": [{"ErrorEquals": []}]}, "Retry[0].ErrorEquals: must be a list of error names."),
        (
            {"Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 0}]},
            "Retry[0].IntervalSeconds: must",
        ),
        ({"Retry": [{"ErrorEquals": ["E"], "BackoffRate": 0.5}]}, "Retry[0].BackoffRate: must be"),
        ({"Retry": [{"ErrorEquals": ["E"], "MaxAttempts": -1}]}, "Retry[0].MaxAttempts: must be"),
        (
            {"Retry": [{"ErrorEquals": ["E"], "JitterStrategy": "HALF"}]},
            "Retry[0].JitterStrategy: must",
        ),
        ({"Retry": [{"ErrorEquals": ["E"], "Next": "B"}]}, "Retry[0].Next: not supported."),
        ({"Catch": [{"ErrorEquals": ["E"]}]}, "Catch[0].Next: is missing."),
        (
            {"Catch": [{"ErrorEquals": ["States.ALL", "E"], "Next": "B"}]},
            "Catch[0].ErrorEquals: States.ALL must stand alone.",
        ),
        ({"Catch": [CATCH_ALL, CATCH_ALL]}, "Catch[0].ErrorEquals: States.ALL must come last."),
        (
            {"Catch": [CATCH_ALL | {"ResultPath": "$..a"}]},
            "Catch[0].ResultPath: '$..a' is not a ref",
        ),
    ],
)
def test_a_task(fields, problem):
    lines = found(asking(End=True) | fields, B=SUCCEED)

    assert any(line.startswith(f"States.A.{problem}") for line in lines), lines


def test_the_names_may_be_given_as_paths():
    parameters = {"QueueUrl.$": "$.queue", "MessageBody.$": "$.body"}

    assert found(sending(End=True) | {"Parameters": parameters}) == []
