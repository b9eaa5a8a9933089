"""The state machine, the role it runs as, and the rule that tells how its executions end."""

import json
import time
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError
from django.conf import settings

from config.bootstrap import queues
from config.bootstrap.things import Place, State, Thing, compared, document
from core import aws

DEFINITION = settings.BASE_DIR / "statemachine" / "approval_workflow.asl.json"
MACHINE = ROLE = "approval-workflow"
SEND = "send-to-queues"
# IAM takes a while until others may use a new role.
_PATIENCE, _PAUSE = 30.0, 2.0  # seconds


def things(place: Place) -> Iterator[Thing]:
    """A role, what it may do, the machine, the rule, and where the rule sends."""
    yield _role(place)
    yield _permission(place)
    yield _machine(place)
    yield _rule(place)
    yield _target(place)


def machine_arn(place: Place) -> str:
    return place.arn("states", f"stateMachine:{place.named(MACHINE)}")


def definition(place: Place) -> str:
    """The definition with the queues' addresses filled in."""
    text: str = DEFINITION.read_text(encoding="utf-8")
    for placeholder, queue in settings.WORKFLOW_QUEUES.items():
        text = text.replace(f"${{{placeholder}}}", queues.url(place, place.named(queue)))
    return text


def _role(place: Place) -> Thing:
    iam, name = aws.client("iam"), place.named(ROLE)
    trust = document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
            # Only for machines of this account: nobody else's may be run as it.
            "Condition": {"StringEquals": {"aws:SourceAccount": place.account}},
        }
    )

    def create() -> None:
        iam.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=json.dumps(trust),
            Description="What Imprimatur's state machine runs as.",
            Tags=place.tag_list,
        )

    return Thing(
        kind="role",
        name=f"role {name}",
        look=compared(
            lambda: iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"] == trust,
            absent=["NoSuchEntity"],
        ),
        create=create,
        change=lambda: iam.update_assume_role_policy(
            RoleName=name, PolicyDocument=json.dumps(trust)
        ),
    )


def _permission(place: Place) -> Thing:
    iam, name = aws.client("iam"), place.named(ROLE)
    targets = sorted(settings.WORKFLOW_QUEUES.values())
    policy = document(
        {
            "Effect": "Allow",
            "Action": "sqs:SendMessage",
            "Resource": [place.arn("sqs", place.named(queue)) for queue in targets],
        }
    )

    def put() -> None:
        iam.put_role_policy(RoleName=name, PolicyName=SEND, PolicyDocument=json.dumps(policy))

    return Thing(
        kind="role",
        name=f"role {name}: may send to {' and '.join(targets)}, nothing else",
        look=compared(
            lambda: iam.get_role_policy(RoleName=name, PolicyName=SEND)["PolicyDocument"] == policy,
            absent=["NoSuchEntity"],
        ),
        create=put,
        change=put,
    )


def _machine(place: Place) -> Thing:
    states, arn = aws.client("stepfunctions"), machine_arn(place)
    role_arn = place.arn("iam", f"role/{place.named(ROLE)}")

    def as_wanted() -> bool:
        found = states.describe_state_machine(stateMachineArn=arn)
        says = (json.loads(found["definition"]), found["roleArn"])
        return says == (json.loads(definition(place)), role_arn)

    def create() -> None:
        _once_the_role_works(
            states.create_state_machine,
            name=place.named(MACHINE),
            type="STANDARD",
            definition=definition(place),
            roleArn=role_arn,
            tags=[{"key": key, "value": value} for key, value in place.tags.items()],
        )

    def change() -> None:
        _once_the_role_works(
            states.update_state_machine,
            stateMachineArn=arn,
            definition=definition(place),
            roleArn=role_arn,
        )

    return Thing(
        kind="machine",
        name=f"state machine {place.named(MACHINE)}",
        look=compared(as_wanted, absent=["StateMachineDoesNotExist"]),
        create=create,
        change=change,
    )


def _once_the_role_works(call: Any, **arguments: Any) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            call(**arguments)
        except ClientError as error:
            refused = error.response["Error"]["Code"] == "AccessDeniedException"
            if not refused or time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _rule(place: Place) -> Thing:
    events, name = aws.client("events"), place.named(queues.STATUS_RULE)
    pattern = {
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {"stateMachineArn": [machine_arn(place)]},
    }

    def as_wanted() -> bool:
        found = events.describe_rule(Name=name)
        return (json.loads(found["EventPattern"]), found["State"]) == (pattern, "ENABLED")

    def put(**tags: Any) -> None:
        events.put_rule(
            Name=name,
            EventPattern=json.dumps(pattern),
            State="ENABLED",
            Description="How executions of Imprimatur's state machine come along.",
            **tags,
        )

    return Thing(
        kind="rule",
        name=f"rule {name}",
        look=compared(as_wanted, absent=["ResourceNotFoundException"]),
        create=lambda: put(Tags=place.tag_list),
        change=put,
    )


def _target(place: Place) -> Thing:
    events, name = aws.client("events"), place.named(queues.STATUS_RULE)
    queue = place.named(queues.STATUS_QUEUE)
    wanted = {"Id": queues.STATUS_QUEUE, "Arn": place.arn("sqs", queue)}

    def look() -> State:
        try:
            found = events.list_targets_by_rule(Rule=name)["Targets"]
        except events.exceptions.ResourceNotFoundException:
            return State.ABSENT
        ours = [each for each in found if each["Id"] == wanted["Id"]]
        if not ours:
            return State.ABSENT
        return State.AS_WANTED if ours[0]["Arn"] == wanted["Arn"] else State.DIFFERENT

    def put() -> None:
        answer = events.put_targets(Rule=name, Targets=[wanted])
        if answer["FailedEntryCount"]:
            raise CannotTarget(f"EventBridge refused the queue {queue}: {answer['FailedEntries']}")

    return Thing(
        kind="rule",
        name=f"rule {name}: sends to queue {queue}",
        look=look,
        create=put,
        change=put,
    )


class CannotTarget(Exception):
    """EventBridge does not take the queue as a target; the message says why."""
