"""A thing on AWS as it is and as it should be, and where things are."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from botocore.exceptions import ClientError
from django.conf import settings

from core import aws


class State(Enum):
    """How a thing stands."""

    AS_WANTED = "there"
    DIFFERENT = "change"
    ABSENT = "create"


@dataclass(frozen=True, kw_only=True)
class Thing:
    """
    Something that should be there: `look` says how it stands, `create` or `change` mend it.

    `kind` is what `--skip` calls it.
    """

    kind: str
    name: str
    look: Callable[[], State]
    create: Callable[[], object]
    change: Callable[[], object]

    def mend(self, state: State) -> None:
        """Make it as wanted; what it should be already stays untouched."""
        if state is State.ABSENT:
            self.create()
        elif state is State.DIFFERENT:
            self.change()


@dataclass(frozen=True, kw_only=True)
class Place:
    """An account and region, and how the things there are called."""

    partition: str
    account: str
    region: str
    prefix: str
    # Over plain http, as to an emulator on this machine, a policy that demands TLS would refuse us.
    has_tls: bool

    def arn(self, service: str, resource: str) -> str:
        """The name of a resource there, whether it exists or not."""
        region = "" if service == "iam" else self.region
        return f"arn:{self.partition}:{service}:{region}:{self.account}:{resource}"

    def named(self, name: str) -> str:
        return f"{self.prefix}{name}"

    @property
    def tags(self) -> dict[str, str]:
        return {"application": "imprimatur", "prefix": self.prefix}

    @property
    def tag_list(self) -> list[dict[str, str]]:
        return [{"Key": key, "Value": value} for key, value in self.tags.items()]


def here() -> Place:
    """Where this process's credentials lead."""
    me = aws.client("sts").get_caller_identity()
    s3 = aws.client("s3").meta
    return Place(
        partition=me["Arn"].split(":")[1],
        account=me["Account"],
        region=s3.region_name,
        prefix=settings.QUEUE_PREFIX,
        has_tls=s3.endpoint_url.startswith("https:"),
    )


def compared(look: Callable[[], bool], *, absent: Iterable[str]) -> Callable[[], State]:
    """
    A `look` from a question that is true where all is as wanted.

    Answers of AWS with one of these codes mean that the thing is not there.
    """
    codes = set(absent)

    def state() -> State:
        try:
            return State.AS_WANTED if look() else State.DIFFERENT
        except ClientError as error:
            if error.response["Error"]["Code"] in codes:
                return State.ABSENT
            raise

    return state


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def demands_tls(resources: list[str], actions: str) -> dict[str, Any]:
    """The statement that refuses everybody who comes without TLS."""
    return {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": actions,
        "Resource": resources,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def merged(policy: str, ours: list[dict[str, Any]]) -> dict[str, Any]:
    """A policy with our statements in it; those that others wrote stay."""
    there = json.loads(policy) if policy else document()
    sids = {statement["Sid"] for statement in ours}
    theirs = [each for each in there.get("Statement", []) if each.get("Sid") not in sids]
    return {**there, "Statement": [*theirs, *ours]}


def same_policy(policy: str, wanted: dict[str, Any]) -> bool:
    """Do both say the same, in whatever order?"""
    there = json.loads(policy) if policy else document()

    def said(each: dict[str, Any]) -> list[str]:
        return sorted(json.dumps(one, sort_keys=True) for one in each.get("Statement", []))

    return said(there) == said(wanted)
