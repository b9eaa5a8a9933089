"""From what a requester asks for to the policy that a request carries."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import ADMINISTRATORS, ASSESSORS, AUDITORS, has_role
from approvals.deadlines import REQUESTER
from approvals.exceptions import SelfApproval, UnknownGroup, UnknownPerson, UnknownPolicy
from approvals.models import ApprovalPolicy
from approvals.policy import Policy, Stage, ensure_reachable, one_assessor, parse_policy


def plan(*, assigned_to: str, policy: Any, barred: frozenset[UUID]) -> Policy:
    """
    The policy for one request, with people by id.

    `barred` are the ids of those who must not judge it: the requester and the authors.

    `policy` is a named policy's name, a policy written out, or empty; `assigned_to` is an e-mail
    address that takes the first stage, and may be empty where the policy names somebody.
    Raises InvalidPolicy, UnknownPolicy, UnknownPerson, UnknownGroup or SelfApproval, each
    naming the field at fault.
    """
    assigned_to = assigned_to.strip().lower()
    if policy in (None, "", {}):
        if not assigned_to:
            raise UnknownPerson("Say who is to decide, or name a policy.", field="assigned_to")
        parsed, fields = parse_policy(one_assessor(assigned_to)), ["assigned_to"]
    else:
        parsed = _named(policy) if isinstance(policy, str) else parse_policy(policy)
        fields = [f"policy.stages[{number}]" for number in range(len(parsed.stages))]
        if assigned_to:
            parsed, fields[0] = _given_to(assigned_to, parsed), "assigned_to"
    return _with_people_by_id(parsed, fields, barred)


def eligible_members(group: Group, barred: frozenset[UUID]) -> QuerySet[User]:
    """The active assessors in the group, without those who must not judge this question."""
    return (
        User.objects.filter(is_active=True, groups=group)
        .filter(groups__name=ASSESSORS)
        .exclude(pk__in=barred)
        .distinct()
    )


def _named(name: str) -> Policy:
    found = ApprovalPolicy.objects.filter(name=name, is_active=True).first()
    if found is None:
        raise UnknownPolicy("No policy on offer has this name.", field="policy")
    return found.parsed()


def _given_to(assigned_to: str, parsed: Policy) -> Policy:
    first, *rest = parsed.stages
    given = replace(first, assessors=(assigned_to,), group="")
    ensure_reachable(given, 1, "policy.stages[0]")
    return replace(parsed, stages=(given, *rest))


def _with_people_by_id(parsed: Policy, fields: list[str], barred: frozenset[UUID]) -> Policy:
    named = {email for stage in parsed.stages for email in (*stage.assessors, *stage.escalate_to)}
    people = {user.email: user for user in User.objects.with_roles().filter(email__in=named)}
    return replace(
        parsed,
        stages=tuple(
            _with_people(stage, field, people, barred)
            for stage, field in zip(parsed.stages, fields, strict=True)
        ),
    )


def _with_people(
    stage: Stage, field: str, people: dict[str, User], barred: frozenset[UUID]
) -> Stage:
    stage = replace(stage, escalate_to=_told_after(stage, field, people))
    if stage.group:
        _ensure_enough_members(stage, field, barred)
        return stage
    ids = []
    for email in stage.assessors:
        person = people.get(email)
        if person is None or not has_role(person, ASSESSORS):
            raise UnknownPerson(f"No assessor has the address {email}.", field=field)
        if person.pk in barred:
            raise SelfApproval(
                "Nobody can judge a question that they wrote or submitted.", field=field
            )
        ids.append(str(person.pk))
    return replace(stage, assessors=tuple(ids))


def _told_after(stage: Stage, field: str, people: dict[str, User]) -> tuple[str, ...]:
    """Those to escalate to, people by id: who may be asked to decide, or may read it anyway."""
    field = f"{field}.escalate_to" if field.startswith("policy") else "policy.stages[0].escalate_to"
    told = []
    for named in stage.escalate_to:
        if "@" in named:
            person = people.get(named)
            if person is None or not has_role(person, ASSESSORS, ADMINISTRATORS, AUDITORS):
                raise UnknownPerson(f"Nobody who may read it has the address {named}.", field=field)
            told.append(str(person.pk))
            continue
        if named != REQUESTER and not Group.objects.filter(name=named).exists():
            raise UnknownGroup(f"No group is called {named}.", field=field)
        told.append(named)
    return tuple(told)


def _ensure_enough_members(stage: Stage, field: str, barred: frozenset[UUID]) -> None:
    group = Group.objects.filter(name=stage.group).first()
    if group is None:
        raise UnknownGroup(f"No group is called {stage.group}.", field=field)
    ensure_reachable(stage, eligible_members(group, barred).count(), field)
