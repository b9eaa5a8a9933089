"""What others' linters say of the definitions in statemachine/."""

import json
from pathlib import Path

import pytest
from cfnlint.api import lint
from django.conf import settings
from statelint.cli import main as statelint

FILES = sorted((Path(settings.BASE_DIR) / "statemachine").glob("*.asl.json"))
QUEUES = ("AssignmentsQueueUrl", "StatusQueueUrl")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_statelint_finds_nothing(path, capsys):
    assert (statelint([str(path)]), capsys.readouterr().out) == (0, "")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_cfn_lint_finds_nothing(path):
    assert lint(template(json.loads(path.read_text())), regions=["eu-west-2"]) == []


def test_cfn_lint_would_find_a_field_that_does_not_exist():
    definition = json.loads(FILES[0].read_text())
    definition["States"]["Failed"]["Nonsense"] = True

    (found,) = lint(template(definition), regions=["eu-west-2"])

    assert found.rule.id == "E3601"


def template(definition):
    """The smallest template with this state machine in it."""
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {
            "RoleArn": "arn:aws:iam::123456789012:role/workflows",
            "Definition": definition,
            "DefinitionSubstitutions": dict.fromkeys(QUEUES, "https://sqs.example/1/queue"),
        },
    }
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Machine": machine}})
