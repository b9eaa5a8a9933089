"""Places of people who are away go to their substitutes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from approvals import rules
from approvals.events import AssessorAway
from approvals.models import Absence, ApprovalTask, Assignment, HandOver
from approvals.services.deadlines.escalating import escalated, let_read
from approvals.services.places.assigning import give_back, pass_on
from outbox.publishing import publish

TASKS_AT_ONCE = 50
LONGEST_CHAIN = 5  # substitutes who are away themselves


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to become of the place of somebody who is away; nobody takes it without a taker."""

    place: Assignment
    absence: Absence
    taker: User | None

    @property
    def outcome(self) -> HandOver.Outcome:
        if self.place.claimed:
            return HandOver.Outcome.GIVEN_BACK
        return HandOver.Outcome.PASSED_ON if self.taker else HandOver.Outcome.NOBODY


def hand_over_places(at: datetime | None = None) -> int:
    """
    See to every place of somebody who is away; return how many.

    Runs on a timer. Two at once divide the tasks between them; each place is seen to once in an
    absence. Tasks that the workflow has not asked for yet are left to whoever opens them.
    """
    total, now = 0, at or timezone.now()
    while done := _hand_over_some(now):
        total += done
    return total


@transaction.atomic
def _hand_over_some(now: datetime) -> int:
    tasks = (
        ApprovalTask.objects.pending()
        .filter(pk__in=_waiting(now).values("task")[:TASKS_AT_ONCE])
        .exclude(task_token_generation="")
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("question", "version", "request", "assigned_group")
        .order_by("pk")
    )
    plans = plan_hand_overs(list(tasks), now)
    for task, planned in plans.items():
        carry_out(task, planned)
    return sum(len(planned) for planned in plans.values())


def _waiting(now: datetime) -> QuerySet[Assignment]:
    seen = HandOver.objects.filter(
        assignment=OuterRef("pk"),
        absence__person=OuterRef("assessor"),
        absence__starts_at__lte=now,
        absence__ends_at__gt=now,
    )
    away = Absence.objects.at(now).values("person")
    places = Assignment.objects.active().filter(assessor__in=away, task__status="PENDING")
    return places.exclude(task__task_token_generation="").filter(~Exists(seen))


def plan_hand_overs(
    tasks: Sequence[ApprovalTask], now: datetime
) -> Mapping[ApprovalTask, list[Plan]]:
    """What to do about those on these tasks, locked by the caller, who are away."""
    places = Assignment.objects.active().filter(task__in=tasks).select_related("assessor")
    found = list(places.order_by("pk")) if tasks else []
    away = Absence.objects.by_person({place.assessor_id for place in found}, now) if found else {}
    if not away:
        return {}
    done = set(
        HandOver.objects.filter(absence__in=away.values()).values_list("absence", "assignment")
    )
    by_id = {task.pk: task for task in tasks}
    plans: dict[ApprovalTask, list[Plan]] = {}
    for place in found:
        absence = away.get(place.assessor_id)
        if absence is not None and (absence.pk, place.pk) not in done:
            task = by_id[place.task_id]
            taken = {plan.taker.pk for plan in plans.get(task, ()) if plan.taker}
            taker = None if place.claimed else _taker(absence, task, now, taken)
            plans.setdefault(task, []).append(Plan(place=place, absence=absence, taker=taker))
    return plans


def _taker(absence: Absence, task: ApprovalTask, now: datetime, taken: set[UUID]) -> User | None:
    """Their substitute; the substitute's, where that one is away as well."""
    seen, chosen = {absence.person_id}, absence.substitute
    for _ in range(LONGEST_CHAIN):
        if chosen is None or chosen.pk in seen:
            return None
        theirs = Absence.objects.by_person([chosen.pk], now).get(chosen.pk)
        if theirs is None:
            may = chosen.pk not in taken and rules.allowed(rules.ensure_may_take_over, chosen, task)
            return chosen if may else None
        seen.add(chosen.pk)
        chosen = theirs.substitute
    return None


def carry_out(task: ApprovalTask, plans: Iterable[Plan]) -> None:
    """Do it, and write it down. The task is locked; who is away acts by what they said before."""
    for plan in plans:
        person = plan.place.assessor
        HandOver.objects.create(absence=plan.absence, assignment=plan.place, outcome=plan.outcome)
        if plan.outcome == HandOver.Outcome.GIVEN_BACK:
            give_back(task, plan.place, actor=person)
        elif plan.taker is not None:
            until = plan.absence.ends_at
            pass_on(task, plan.place, plan.taker, actor=person, away_until=until)
        elif plan.absence.ends_at > task.due_at:
            _say_that_nobody_stands_in(task, plan)


def _say_that_nobody_stands_in(task: ApprovalTask, plan: Plan) -> None:
    """Whoever is back before it is due can decide by themselves."""
    told = escalated(task) or [task.assigned_by_id]
    let_read(task, told)
    publish(
        AssessorAway(
            task_id=str(task.pk),
            request_id=str(task.request_id),
            question_id=str(task.question_id),
            question_title=task.version.title,
            subject=task.version.subject,
            requester_id=str(task.assigned_by_id),
            assessor_id=str(plan.place.assessor_id),
            stage=task.stage,
            due_at=task.due_at.isoformat(),
            away_until=plan.absence.ends_at.isoformat(),
            escalated_ids=[str(person) for person in told],
        ),
        actor=plan.place.assessor.as_actor(),
    )
