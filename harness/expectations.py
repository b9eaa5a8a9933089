"""From what was acknowledged to the events that must be there: the fewest and the most of each."""

from collections import Counter

OPEN = ("PENDING", "CHANGES_REQUESTED")
# How an execution must have ended for each end of a request: status and error.
ENDS = {
    "APPROVED": ("SUCCEEDED", ""),
    "REJECTED": ("FAILED", "Approval.Rejected"),
    "EXPIRED": ("FAILED", "Approval.Expired"),
    "CANCELLED": ("ABORTED", "Approval.Cancelled"),
}
# Kinds of notification that go out as e-mail too, and what each mail is called.
MAILED = {
    "TASK_ASSIGNED": "A question is waiting for your decision",
    "TASK_PASSED_ON": "A question was passed to you for a decision",
    "REVISION_REQUESTED": "Your question needs a new version",
    "REQUEST_WITHDRAWN": "A request was withdrawn",
    "REQUEST_CLOSED": "Your request has an outcome",
}
# What the story of a request consists of. Events of other names are not the driver's doing.
TOLD = (
    "approvals.request_submitted",
    "approvals.task_assigned",
    "approvals.task_decided",
    "approvals.task_expired",
    "approvals.revision_requested",
    "approvals.question_revised",
    "approvals.request_cancelled",
    "approvals.request_closed",
    "workflows.execution_ended",
    "workflows.message_sent",
    "notifications.email_due",
)
# Nobody did these, or nobody should have had to.
UNWANTED = ("approvals.task_claimed", "approvals.task_released", "approvals.task_reassigned")


def events_of(chapter, tasks, engine):
    """`{(event name, what it is about): (fewest, most)}` for one acknowledged story."""
    story, request = chapter.story, chapter.request_id
    by_place = {(task["stage"], task["round"]): task["id"] for task in tasks}
    wanted = {("approvals.request_submitted", request): (1, 1)}
    for number, turn in enumerate(story.turns):
        task = by_place.get((turn.stage, turn.round), f"stage {turn.stage} round {turn.round}")
        # Settled before the workflow asked, a task is announced to nobody.
        hasty = number == 0 and (story.eager or story.outcome == "EXPIRED")
        wanted["approvals.task_assigned", task] = (0 if hasty else 1, 1)
        if story.outcome == "EXPIRED":
            wanted["approvals.task_expired", task] = (1, 1)
    for task, person, _ in chapter.decisions:
        wanted["approvals.task_decided", f"{task} {person}@example.com"] = (1, 1)
    changes = sum(turn.returns for turn in story.turns)
    if changes:
        wanted["approvals.revision_requested", request] = (changes, changes)
    if chapter.revisions:
        wanted["approvals.question_revised", request] = (chapter.revisions,) * 2
    wanted |= _end(chapter)
    if engine == "local":
        wanted["workflows.message_sent", f"request-{request}"] = _messages(story, changes)
    return wanted


def _end(chapter):
    request = chapter.request_id
    if not chapter.withdrawn:
        return {
            ("approvals.request_closed", f"{request} {chapter.story.outcome}"): (1, 1),
            ("workflows.execution_ended", f"request-{request}"): (1, 1),
        }
    # Withdrawn before its workflow started, there is none to end.
    return {
        ("approvals.request_cancelled", request): (1, 1),
        ("workflows.execution_ended", f"request-{request}"): (0 if chapter.story.eager else 1, 1),
    }


def _messages(story, changes):
    most = len(story.turns) + changes + (story.outcome != "CANCELLED")
    return (0 if story.eager and story.outcome == "CANCELLED" else most, most)


def found_events(evidence, injected):
    """The events of stories in the log, counted by name and what they are about."""
    emails = {person["id"]: person["email"] for person in evidence.people}
    ours = set(injected)
    return Counter(
        (event["name"], _about(event["name"], event["payload"], emails))
        for event in evidence.events
        if event["name"] in TOLD + UNWANTED
        and event["name"] != "notifications.email_due"
        and event["id"] not in ours
    )


def _about(name, payload, emails):
    match name:
        case "approvals.task_decided":
            return f"{payload['task_id']} {emails.get(payload['assessor_id'])}"
        case "approvals.request_closed":
            return f"{payload['request_id']} {payload['status']}"
        case "workflows.execution_ended" | "workflows.message_sent":
            return payload["execution"]
        case "approvals.task_assigned" | "approvals.task_expired":
            return payload["task_id"]
    return payload.get("request_id") or payload.get("task_id", "")


def told(evidence):
    """Who is to be told what, as (address, kind, event id), by the events in the log."""
    emails = {person["id"]: person["email"] for person in evidence.people}
    wanted = []
    for event in evidence.events:
        payload = event["payload"]
        match event["name"]:
            case "approvals.task_assigned":
                wanted += [
                    (emails[person], "TASK_ASSIGNED", event["id"])
                    for person in payload["assessor_ids"]
                ]
            case "approvals.revision_requested":
                asker = emails[payload["requester_id"]]
                wanted.append((asker, "REVISION_REQUESTED", event["id"]))
            case "approvals.request_closed":
                asker = emails[payload["requester_id"]]
                wanted.append((asker, "REQUEST_CLOSED", event["id"]))
    return Counter(wanted)


def settled(evidence):
    """
    What nobody has to act on any more, by the events in the log: causes of notifications.

    As (cause, address), or (cause, None) where it holds for everybody. Mails about these may have
    been withdrawn before they were sent; no others may.
    """
    emails = {person["id"]: person["email"] for person in evidence.people}
    found = set()
    for event in evidence.events:
        payload = event["payload"]
        match event["name"]:
            case "approvals.task_decided":
                person = None if payload.get("outcome") else emails.get(payload["assessor_id"])
                found.add((f"task:{payload['task_id']}", person))
            case "approvals.task_expired":
                found.add((f"task:{payload['task_id']}", None))
            case "approvals.question_revised":
                found.add((f"revision:{payload.get('request_id')}", None))
            case "approvals.request_cancelled" | "approvals.request_closed":
                tasks = payload.get("task_ids", ())
                found |= {(f"task:{task}", None) for task in tasks}
                found.add((f"revision:{payload['request_id']}", None))
    return found
