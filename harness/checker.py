"""
What must hold after every fault: pure functions from evidence and ledger to violations.

Each invariant looks at many cases and names those that break it. An invariant that looked at
nothing says so: then the run proved nothing.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from harness import expectations
from harness.expectations import ENDS, OPEN

_invariants = []


@dataclass(frozen=True)
class Finding:
    """One invariant: how many cases it looked at, and what is wrong with which of them."""

    name: str
    cases: int
    violations: tuple[str, ...]

    @property
    def holds(self):
        return not self.violations


def invariant(name):
    """A generator that yields None for every case that is fine and a sentence for every other."""

    def register(function):
        _invariants.append((name, function))
        return function

    return register


def check(evidence, ledger):
    """Every invariant on this evidence, in the order in which they stand here."""
    findings = []
    for name, function in _invariants:
        cases = list(function(evidence, ledger))
        findings.append(Finding(name, len(cases), tuple(case for case in cases if case)))
    return findings


@invariant("every story came to its end")
def _finished(evidence, ledger):
    for chapter in ledger.chapters:
        told = f"story {chapter.story.number} ({chapter.story.kind})"
        yield None if chapter.finished else f"{told}: {chapter.stuck or 'unfinished'}"


@invariant("no program ended but by a kill")
def _alive(evidence, ledger):
    yield from ledger.died
    yield from [None] * sum(1 for fault in ledger.faults if fault.startswith("kill"))


@invariant("every acknowledged request is there, once")
def _acknowledged(evidence, ledger):
    by_text = Counter(request["text"] for request in evidence.requests)
    ids = {request["id"] for request in evidence.requests}
    for chapter in ledger.chapters:
        if chapter.request_id:
            there = by_text[chapter.story.text] == 1 and chapter.request_id in ids
            yield (
                None
                if there
                else (
                    f"request {chapter.request_id} of story {chapter.story.number}"
                    f" is there {by_text[chapter.story.text]} times"
                )
            )


@invariant("every started execution is at its end, or its task is open")
def _ended_or_open(evidence, ledger):
    waiting = {
        task["request"]
        for task in evidence.tasks
        if task["status"] == "PENDING" and task["callback"] == "READY"
    }
    waiting |= {each["id"] for each in evidence.requests if each["status"] == "CHANGES_REQUESTED"}
    for execution in [*evidence.executions, *(evidence.remote or [])]:
        fine = execution["status"] != "RUNNING" or _request(execution["name"]) in waiting
        yield None if fine else f"{execution['name']} runs on and waits for nobody"


@invariant("every closed request's execution ended with the same outcome")
def _same_outcome(evidence, ledger):
    mirrored = {execution["name"]: execution for execution in evidence.executions}
    remote = {execution["name"]: execution for execution in evidence.remote or []}
    for request in evidence.requests:
        name = f"request-{request['id']}"
        if request["status"] not in OPEN:
            for where, executions in (("here", mirrored), ("at the engine", remote)):
                if evidence.remote is None and executions is remote:
                    continue
                yield _differs(request, executions.get(name), where)


def _differs(request, execution, where):
    if execution is None:
        never = request["status"] == "CANCELLED"
        return None if never else f"request {request['id']} has no execution {where}"
    wanted = ENDS.get(request["status"], ("?", "?"))
    found = (execution["status"], execution["error"] or "")
    if found == wanted:
        return None
    return (
        f"request {request['id']} is {request['status']}, its execution {where} {' '.join(found)}"
    )


@invariant("every request ended as its story says, and never went back")
def _outcomes(evidence, ledger):
    yield from ledger.backwards
    status = {request["id"]: request["status"] for request in evidence.requests}
    for chapter in ledger.chapters:
        if chapter.request_id:
            found = status.get(chapter.request_id, "missing")
            fine = found == chapter.story.outcome
            yield (
                None
                if fine
                else (f"request {chapter.request_id} is {found}, not {chapter.story.outcome}")
            )


@invariant("one execution for each request")
def _one_execution(evidence, ledger):
    requests = {request["id"] for request in evidence.requests}
    for executions in filter(None, [evidence.executions, evidence.remote]):
        for name, count in Counter(each["name"] for each in executions).items():
            if count > 1:
                yield f"{name} is there {count} times"
            else:
                yield None if _request(name) in requests else f"{name} belongs to no request"


@invariant("one decision for each assessor and task: those acknowledged, no others")
def _decisions(evidence, ledger):
    wanted = Counter(
        (task, f"{person}@example.com", verdict)
        for chapter in ledger.chapters
        for task, person, verdict in chapter.decisions
    )
    found = Counter((each["task"], each["email"], each["verdict"]) for each in evidence.decisions)
    yield from _compared(wanted, found)


@invariant("the workflow knows of every decision")
def _delivered(evidence, ledger):
    status = {request["id"]: request["status"] for request in evidence.requests}
    for task in evidence.tasks:
        if task["status"] in ("PENDING", "CANCELLED"):
            continue
        withdrawn = status.get(task["request"]) == "CANCELLED"
        fine = task["callback"] == "DELIVERED" or withdrawn
        yield None if fine else f"task {task['id']} is {task['status']}, but {task['callback']}"


@invariant("events are exactly those that the stories make")
def _events(evidence, ledger):
    tasks = defaultdict(list)
    for task in evidence.tasks:
        tasks[task["request"]].append(task)
    found = expectations.found_events(evidence, ledger.injected_events)
    for chapter in ledger.chapters:
        if chapter.request_id:
            own = tasks[chapter.request_id]
            for key, (fewest, most) in expectations.events_of(chapter, own, ledger.engine).items():
                count = found.pop(key, 0)
                fine = fewest <= count <= most
                yield None if fine else f"{' '.join(key)}: {count}, not {fewest} to {most}"
    for key, count in found.items():
        yield f"{' '.join(map(str, key))}: {count}, and no story makes it"


# Entries of changed rows that no event tells of.
_OF_A_ROW = (".inserted", ".updated", ".deleted", ".truncated")


@invariant("one audit entry for each event, numbered without gaps")
def _audit(evidence, ledger):
    found = Counter(
        entry["event"]
        for entry in evidence.audit
        if not entry.get("action", "").endswith(_OF_A_ROW)
    )
    for event in evidence.events:
        count = found.pop(event["id"], 0)
        yield None if count == 1 else f"event {event['name']} {event['id']} has {count} entries"
    for event, count in found.items():
        yield f"{count} entries for event {event}, which is not there"
    numbers = [entry["sequence"] for entry in evidence.audit]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"{len(numbers)} entries are numbered up to {numbers[-1]}"


@invariant("histories have no gap and one end")
def _histories(evidence, ledger):
    ended = {each["name"] for each in evidence.executions if each["status"] != "RUNNING"}
    for history in evidence.histories:
        name = history["name"]
        if history["events"] != history["last"]:
            yield f"{name} has {history['events']} events, numbered up to {history['last']}"
        elif history["ends"] != (name in ended):
            yield f"{name} ended {history['ends']} times"
        else:
            yield None


# What the stories tell people of.
_KINDS = ("TASK_ASSIGNED", "REVISION_REQUESTED", "REQUEST_CLOSED")


@invariant("one trace for each event and person that it concerns")
def _traces(evidence, ledger):
    found = Counter(
        (each["email"], each["kind"], each["event"])
        for each in evidence.traces
        if each["kind"] in _KINDS
    )
    yield from _compared(expectations.told(evidence), found)


@invariant("one notification for each person and cause, telling of every event once")
def _notifications(evidence, ledger):
    wanted = Counter(
        (each["email"], each["cause"]) for each in evidence.traces if each["verdict"] != "NOT_TOLD"
    )
    found = Counter()
    for each in evidence.notifications:
        found[each["email"], each["cause"]] += each["times"]
    yield from _compared(wanted, found)


@invariant("one e-mail for each assignment and recipient; copies only after kills, with its id")
def _mails(evidence, ledger):
    wanted = _wanted_mails(evidence)
    copies = Counter((each["to"], each["message_id"]) for each in evidence.mails)
    found = Counter(
        key[:3]
        for key in {
            (each["to"], each["subject"], each["link"], each["message_id"])
            for each in evidence.mails
        }
    )
    for key in set(wanted) | set(found):
        fewest, most = wanted.get(key, (0, 0))
        fine = fewest <= found[key] <= most
        yield None if fine else f"{' '.join(key)}: {found[key]}, not {fewest} to {most}"
    for (to, message_id), count in copies.items():
        if count > 1 and not ledger.killed:
            yield f"{count} copies of {message_id} to {to}, and nothing was killed"


def _wanted_mails(evidence):
    """`{(address, subject, link): (fewest, most)}`: what is settled first need not go out."""
    settled = expectations.settled(evidence)
    outgoing = {(each["email"], each["event"]): each["status"] for each in evidence.outgoing}
    rows = {(each["email"], each["cause"]): each["url"] for each in evidence.notifications}
    wanted = Counter(), Counter()
    for each in evidence.traces:
        person, cause = each["email"], each["cause"]
        if each["kind"] not in _KINDS or each["verdict"] == "NOT_TOLD":
            continue
        link = rows.get((person, cause), "").lstrip("/")
        key = (person, expectations.MAILED[each["kind"]], link)
        spared = not settled.isdisjoint({(cause, person), (cause, None)})
        was_sent = outgoing.get((person, each["event"])) == "SENT"
        wanted[0][key] += was_sent or not spared
        wanted[1][key] += 1
    return {key: (wanted[0][key], wanted[1][key]) for key in wanted[1]}


@invariant("every e-mail was sent, or withdrawn because what it tells of was settled")
def _outgoing(evidence, ledger):
    settled = expectations.settled(evidence)
    for each in evidence.outgoing:
        person, cause, status = each["email"], each["cause"], each["status"]
        spared = not settled.isdisjoint({(cause, person), (cause, None)})
        fine = status == "SENT" or (status == "CANCELLED" and spared)
        yield None if fine else f"the mail about {cause} to {person} is {status}"


@invariant("nothing is left to deliver")
def _backlog(evidence, ledger):
    for row in evidence.delivered:
        yield from [None] * row["number"]
    for each in evidence.deliveries:
        if each["status"] == "WAITING":
            yield f"{each['name']} → {each['subscriber']} still waits: {each['error'][:120]}"
    for queue, count in evidence.left_in_queues.items():
        yield f"{count} messages are left in {queue}" if count else None


@invariant("dead letters hold exactly the poison")
def _dead(evidence, ledger):
    if evidence.dead_letters is None:
        found = Counter(
            each["payload"].get("message_id", f"{each['name']} → {each['subscriber']}")
            for each in evidence.deliveries
            if each["status"] == "DEAD"
        )
    else:
        found = Counter(each["id"] for each in evidence.dead_letters)
        for each in evidence.deliveries:
            if each["status"] == "DEAD":
                yield f"{each['name']} → {each['subscriber']} was given up: {each['error'][:120]}"
    yield from _compared(Counter(ledger.poison), found)


@invariant("no token in any log, page, mail, event or history")
def _secrets(evidence, ledger):
    secrets = [*evidence.tokens, *ledger.secrets]
    for where, text in evidence.texts:
        leaked = sum(secret in text for secret in secrets)
        yield f"{leaked} tokens in the {where}" if leaked else None


def _compared(wanted, found):
    for key in wanted | found:
        count, right = found[key], wanted[key]
        words = " ".join(map(str, key)) if isinstance(key, tuple) else key
        yield None if count == right else f"{words}: {count}, not {right}"


def _request(name):
    return name.removeprefix("request-")


def report(findings, write=print, most=5):
    """A line for each invariant, and the first violations below it; True if all hold."""
    for finding in findings:
        count = len(finding.violations)
        verdict = "ok" if finding.holds else f"VIOLATED {count} times"
        write(f"{finding.cases:8,}  {verdict:20} {finding.name}")
        for violation in finding.violations[:most]:
            write(f"{'':10}- {violation}")
    total = sum(len(finding.violations) for finding in findings)
    write(f"{total} violations of {len(findings)} invariants.")
    return total == 0
