"""
The part of EventBridge that moto leaves out: it tells of executions that have ended.

`python -m config.emulated_events STATE_MACHINE_ARN QUEUE_URL`, beside a moto, looks every second
and sends to the queue what AWS would ("Step Functions Execution Status Change", in the EventBridge
Events Reference).
"""

import json
import sys
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from core import aws

EVERY = 1.0  # seconds


def tell_of_ends(machine: str, queue: str, told: set[str]) -> None:
    """Send an event for each ended execution of the machine that was not told of before."""
    steps, sqs = aws.client("stepfunctions"), aws.client("sqs")
    for page in steps.get_paginator("list_executions").paginate(stateMachineArn=machine):
        for found in page["executions"]:
            if found["status"] != "RUNNING" and found["executionArn"] not in told:
                sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(_event(found)))
                told.add(found["executionArn"])


def _event(found: dict[str, Any]) -> dict[str, Any]:
    _, _, _, region, account, *_ = found["executionArn"].split(":")
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": account,
        "time": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "region": region,
        "resources": [found["executionArn"]],
        "detail": {
            "executionArn": found["executionArn"],
            "stateMachineArn": found["stateMachineArn"],
            "name": found["name"],
            "status": found["status"],
            "startDate": _milliseconds(found["startDate"]),
            "stopDate": _milliseconds(found.get("stopDate")),
        },
    }


def _milliseconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp() * 1000) if moment else None


def main() -> None:
    machine, queue = sys.argv[1:]
    told: set[str] = set()
    while True:
        tell_of_ends(machine, queue, told)
        time.sleep(EVERY)


if __name__ == "__main__":
    main()
