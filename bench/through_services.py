"""
Life cycles through the services: submit, assign, decide, final.

Each of the two client processes submits and decides for its share, and does the relay's and the
worker's part besides: it takes due deliveries, whoever caused them, in the batches the relay would
send, and writes the audit entries. The time runs until nothing is left to do.
"""

import time

from bench.ground import CLIENTS, in_a_process, together

CYCLES = 1000  # for each client
AT_ONCE = 50  # requests under way for each client
PAUSE = 0.01  # seconds, while the other client has what we wait for
PAUSE = 0.005  # seconds before looking again whether the other client is done with ours


def measure(report):
    """Life cycles a second, and milliseconds of processor time for each."""
    people, processor = in_a_process(make_people), []
    results = together(_client, [(*people, number) for number in range(CLIENTS)], processor)
    began = min(began for began, _ in results)
    ended = max(ended for _, ended in results)
    for what, count in in_a_process(left_over, CYCLES * CLIENTS).items():
        report.add(f"services: {what}", str(count), aim="0", held=count == 0)
    cycles = CYCLES * CLIENTS
    return cycles / (ended - began), processor[0] / cycles * 1000


def make_people():
    """A requester and an assessor for the run; returns their addresses."""
    from django.contrib.auth.models import Group

    from accounts.models import User
    from accounts.roles import ASSESSORS, REQUESTERS
    from notifications.models import PersonSettings

    for address, name, role in (
        ("ben@example.com", "Ben Ito", REQUESTERS),
        ("asha@example.com", "Asha Rao", ASSESSORS),
    ):
        user = User.objects.create_user(address, name=name)
        user.groups.add(Group.objects.get(name=role))
        PersonSettings.objects.create(person=user, most_an_hour=1_000)  # the most there is
    return "ben@example.com", "asha@example.com"


def _client(requester, assessor, number):
    from accounts.models import User
    from approvals import services

    ben = User.objects.get(email=requester)
    asha = User.objects.get(email=assessor)
    began = time.time()
    for first in range(0, CYCLES, AT_ONCE):
        tasks = [
            services.submit_request(
                content=content(f"{number}-{index}"), assigned_to=assessor, actor=ben
            ).tasks.get()
            for index in range(first, first + AT_ONCE)
        ]
        while work_off() or unassigned(tasks):
            time.sleep(PAUSE)
        for task in tasks:
            services.decide_task(task_id=task.pk, verdict="APPROVED", comment="Good.", actor=asha)
        work_off()
    while work_off() or _unfinished():
        time.sleep(PAUSE)
    return began, time.time()


def content(name):
    from approvals.content import QuestionContent

    return QuestionContent.checked(
        question_text=f"Which is the capital of Peru? ({name})",
        options=["Lima", "Quito", "La Paz"],
        correct_answer="Lima",
        subject="Geography",
    )


def work_off():
    """The relay's, the worker's and the timer's part; returns how many deliveries there were."""
    from audit.services import seal_events
    from outbox import delivery, relay

    count = 0
    while taken := relay.take_due():
        for portion in relay.portions(taken):
            count += delivery.deliver(portion.handed)
    seal_events()
    return count


def unassigned(tasks):
    """Some of them may be in the other client's hands."""
    from approvals.models import ApprovalTask

    return ApprovalTask.objects.filter(
        pk__in=[task.pk for task in tasks], callback=ApprovalTask.Callback.AWAITING_TOKEN
    ).exists()


def _unfinished():
    from outbox.models import Delivery

    return Delivery.objects.filter(status="WAITING").exists() or _not_sealed() > 0


def _not_sealed():
    """How many events have no entry in the audit trail."""
    from audit.models import Entry
    from outbox.models import Event

    return Event.objects.exclude(uuid__in=Entry.objects.values("event_id")).count()


def left_over(cycles):
    """What is missing after the run, which should be nothing."""
    from approvals.models import ApprovalRequest
    from notifications.models import Notification
    from outbox.models import Delivery
    from workflows.models import Execution

    return {
        "executions not succeeded": cycles
        - Execution.objects.filter(status=Execution.Status.SUCCEEDED).count(),
        "requests not approved": cycles
        - ApprovalRequest.objects.filter(status=ApprovalRequest.Status.APPROVED).count(),
        "deliveries not done": Delivery.objects.exclude(status=Delivery.Status.DONE).count(),
        "events without audit entry": _not_sealed(),
        "notifications missing": max(0, 2 * cycles - Notification.objects.count()),
    }
