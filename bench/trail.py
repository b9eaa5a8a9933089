"""
A long audit trail, made at once: entries, records, links, keys, nodes and one batch.

All is as the sealer leaves it, but there were no events: eight entries tell the life of one
question. The words of comments come as in any language, a few of them everywhere and most of them
hardly ever. `FEVER` marks a spell long ago in which many wrote the same word, and `ONCE` is in
one of 6,000 comments.
"""

import random
import secrets
import sys
import uuid
from bisect import bisect
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import accumulate

import psycopg2

from audit.proof import merkle, records
from audit.proof.records import Sealed, person_key
from bench.ground import in_a_process, together

PORTION = 16_384  # entries a transaction
LIFE = 8  # entries a question
DAYS = 700
PEOPLE, SCHEMES, POLICIES = 200, 24, 5
FEVER, FEVER_SHARE, FEVER_SPELL = "moratorium", 0.3, (0.05, 0.25)
ONCE, ONCE_SHARE = "quicksilver", 1 / 6_000
NAMED = "the key is wrong see option two distractor unclear agreed wording fine".split()  # noqa: SIM905
SUBJECTS = """Maths Physics Chemistry Biology History Geography English Latin Music Art Law Nursing
Pharmacy Surgery Economics Statistics Logic Ethics Botany Zoology Geology Astronomy Drama French
""".split()  # noqa: SIM905
LABELS = ["Asha", "Ada", "Ben", "Dana", "Emil", "Fay", "Gus", "Hana", "Ivo", "Jun"]

_STAGE = """
CREATE TEMPORARY TABLE fill (
    sequence bigint, event_id uuid, action text, actor_id text, owner_id text, scheme text,
    workflow_id text, step_id text, subject_kind text, subject_id text, outcome text,
    correlation_id text, happened_at timestamptz, recorded_at timestamptz, text text, reason text,
    leaf bytea, body text
) ON COMMIT DELETE ROWS
"""
_ENTRIES = """
INSERT INTO audit_entry (
    sequence, event_id, action, actor_id, owner_id, scheme, workflow_id, step_id, subject_kind,
    subject_id, outcome, correlation_id, happened_at, recorded_at, text, search
)
SELECT sequence, event_id, action, actor_id, owner_id, scheme, workflow_id, step_id, subject_kind,
    subject_id, outcome, correlation_id, happened_at, recorded_at, text,
    to_tsvector('english', replace(text, '{actor}', '') || ' ' || reason)
FROM fill ORDER BY sequence;
INSERT INTO audit_record (sequence, leaf, body) SELECT sequence, leaf, body FROM fill
"""
# Built once at the end, they cost a third of what they cost row by row.
_LATER = """
SELECT indexname, indexdef FROM pg_indexes
WHERE tablename = 'audit_entry' AND indexdef NOT LIKE '%UNIQUE%'
"""


def fill(url, count):
    """Write a trail of so many entries, a multiple of 8, into an empty database."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(_LATER)
        later = cursor.fetchall()
        for name, _ in later:
            cursor.execute(f'DROP INDEX "{name}"')
        people = in_a_process(_make_people)
        starts = range(0, count, PORTION)
        together(_write, [(url, starts[half::2], count, people) for half in range(2)])
        for _, definition in later:
            cursor.execute(definition)
        cursor.execute(
            "INSERT INTO audit_batch (size, transaction_id, log_id) VALUES (%s, 0, 0)", [count]
        )
        cursor.execute("VACUUM ANALYZE")
    in_a_process(_complete_nodes, count)


def person(number):
    """The id of one of the PEOPLE, always the same."""
    return str(uuid.UUID(int=0xA0000000000040008000000000000000 + number))


def scheme(number):
    return SUBJECTS[number % SCHEMES]


def words():
    """The vocabulary, most frequent first."""
    chance = random.Random(7)
    made = [
        "".join(chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(4))
        for _ in range(20_000)
    ]
    return [*NAMED, *dict.fromkeys(made)]


def _make_people():
    from audit.models import Person
    from audit.services.sealing import keys_named

    people = [person(number) for number in range(PEOPLE)]
    Person.objects.bulk_create(
        Person(pk=one, label=f"{LABELS[number % 10]} {chr(65 + number // 10)}.")
        for number, one in enumerate(people)
    )
    return keys_named([person_key(one) for one in people])


def _write(url, starts, count, people):
    """Write the portions that begin after these numbers of entries."""
    teller = _Teller(count, people)
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute(_STAGE)
        for start in starts:
            portion = _Portion()
            for sequence in range(start + 1, min(start + PORTION, count) + 1):
                portion.add(*teller.entry(sequence))
            portion.write(cursor)
            connection.commit()
            print(f"  {start:,}", file=sys.stderr)


class _Portion:
    """Entries on their way, in the text form that COPY reads."""

    def __init__(self):
        self.entries, self.links, self.keys = StringIO(), StringIO(), StringIO()
        self.leaves, self.first = [], None

    def add(self, line, reason, links, key, body):
        leaf = merkle.leaf_hash(body.encode())
        self.first = self.first or line[0]
        self.leaves.append(leaf)
        cells = [*map(str, line), reason, "\\\\x" + leaf.hex(), body.replace("\\", "\\\\")]
        self.entries.write("\t".join(cells) + "\n")
        for kind, thing in links:
            self.links.write(f"{kind}\t{thing}\t{line[0]}\n")
        if key:
            self.keys.write(f"text:{line[1]}\t\\\\x{key.hex()}\n")

    def write(self, cursor):
        nodes = StringIO()
        for place in range(0, len(self.leaves) - 255, 256):
            index = (self.first - 1 + place) >> 8
            nodes.write(f"8\t{index}\t\\\\x{_folded(self.leaves[place : place + 256]).hex()}\n")
        for target, lines in (
            ("fill", self.entries),
            ("audit_link (kind, object_id, sequence)", self.links),
            ("audit_key (name, key)", self.keys),
            ("audit_node (level, index, hash)", nodes),
        ):
            lines.seek(0)
            cursor.copy_expert(f"COPY {target} FROM STDIN", lines)
        cursor.execute(_ENTRIES)


def _folded(hashes):
    while len(hashes) > 1:
        hashes = [merkle.node_hash(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def _complete_nodes(count):
    """The nodes of the upper levels."""
    from audit.models import Node

    for level in (16, 24):
        below = (
            Node.objects.filter(level=level - 8).order_by("index").values_list("hash", flat=True)
        )
        hashes = [bytes(one) for one in below]
        Node.objects.bulk_create(
            Node(level=level, index=index, hash=_folded(hashes[index << 8 : (index + 1) << 8]))
            for index in range(count >> level)
        )


class _Teller:
    """Tells the lives of questions, eight entries each. The same count gives the same trail."""

    def __init__(self, count, people):
        self.count, self.people = count, people
        self.began = datetime.now(UTC) - timedelta(days=DAYS)
        self.words = words()
        self.weights = list(accumulate(1 / (place + 3) for place in range(len(self.words))))

    def entry(self, sequence):
        """An entry's columns, its reason, links, the key of the reason, and the record's text."""
        number, step = divmod(sequence - 1, LIFE)
        life = _Life(number, self)
        chance = random.Random(sequence)
        event_id = uuid.UUID(int=chance.getrandbits(128), version=4)
        action, actor, kind, thing, outcome, text, detail, links = life.step(step)
        reason = self.comment(sequence, chance) if step == 5 else ""
        happened = self.began + timedelta(days=DAYS) * (sequence / self.count)
        recorded = happened + timedelta(seconds=1)
        line = (
            sequence, event_id, action, actor, life.owner, life.scheme, life.request,
            "0" if 2 <= step <= 5 else "", kind, thing, outcome, f"r-{sequence // 3:012d}",
            happened.isoformat(), recorded.isoformat(), text,
        )  # fmt: skip
        key = secrets.token_bytes(32) if reason else None
        return line, reason, links, key, self._record(line, reason, detail, links, key)

    def comment(self, sequence, chance):
        total = self.weights[-1]
        picked = [
            self.words[bisect(self.weights, chance.random() * total)]
            for _ in range(chance.randint(4, 20))
        ]
        low, high = (share * self.count for share in FEVER_SPELL)
        if low < sequence < high and chance.random() < FEVER_SHARE:
            picked.append(FEVER)
        if chance.random() < ONCE_SHARE:
            picked.append(ONCE)
        return " ".join(picked)

    def _record(self, line, reason, detail, links, key):
        (sequence, event_id, action, actor, owner, scheme, workflow, step, kind, thing, outcome,
         request, happened, recorded, text) = line  # fmt: skip
        keys = {f"text:{event_id}": key}
        known = {"id": actor, "label": "System", "ip": "", "client": ""}
        if actor != "system":
            name = person_key(actor)
            keys[name] = self.people[name]
            known |= {"label": Sealed(name, "Asha A."), "ip": Sealed(name, "192.0.2.7"),
                      "client": Sealed(name, "Mozilla/5.0 (X11; Linux x86_64)")}  # fmt: skip
        content = {
            "version": records.VERSION, "sequence": sequence, "event_id": str(event_id),
            "action": action, "actor": known, "owner": owner, "scheme": scheme,
            "workflow": workflow, "step": step, "object": {"kind": kind, "id": thing},
            "outcome": outcome, "reason": Sealed(f"text:{event_id}", reason) if reason else "",
            "request_id": request, "happened_at": happened.replace("+00:00", "Z"),
            "recorded_at": recorded.replace("+00:00", "Z"), "text": text, "detail": detail,
            "links": links, "changes": [],
        }  # fmt: skip
        return records.write(content, event_id=event_id, keys=keys)


class _Life:
    """What happens to one question."""

    def __init__(self, number, teller):
        chance = random.Random(-number - 1)
        self.question, self.request, self.task = (
            str(uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in range(3)
        )
        # A few ask for most of it, and a few decide most of it.
        self.owner = person(int(chance.random() ** 2 * 150))
        self.assessor = person(150 + int(chance.random() ** 2 * 50))
        self.scheme = SUBJECTS[int(chance.random() ** 2 * SCHEMES)]
        self.policy = str(1 + number % POLICIES)
        self.verdict = chance.choices(["APPROVED", "REJECTED", "CHANGES_REQUESTED"], [70, 20, 10])[
            0
        ]
        total = teller.weights[-1]
        self.title = (
            "Which "
            + " ".join(
                teller.words[bisect(teller.weights, chance.random() * total)] for _ in range(5)
            )
            + "?"
        )

    def step(self, step):
        ids = {"question_id": self.question, "question_title": self.title}
        asked = ids | {"request_id": self.request, "requester_id": self.owner}
        given = asked | {"task_id": self.task, "stage": 0, "policy_id": self.policy}
        quoted = f"“{self.title}”"
        owner, assessor, system = self.owner, self.assessor, "system"
        done = {"APPROVED": "approved", "REJECTED": "rejected"}.get(
            self.verdict, "asked for changes to"
        )
        action, actor, kind, outcome, text, detail = (
            ("approvals.question_created", owner, "question", "",
             f"{{actor}} wrote {quoted}.", ids),
            ("approvals.request_submitted", owner, "request", "",
             f"{{actor}} asked for approval of {quoted}.", asked),
            ("approvals.task_assigned", system, "task", "",
             f"{quoted} was given out for a decision.", given | {"assessor_id": assessor}),
            ("workflows.message_sent", system, "execution", "",
             f"The workflow request-{self.request} sent a message to approval-assignments.",
             {"execution": f"request-{self.request}", "queue": "approval-assignments"}),
            ("approvals.question_seen", assessor, "question", "",
             f"{{actor}} looked at {quoted}.", ids | {"version": 1}),
            ("approvals.task_decided", assessor, "task", self.verdict,
             f"{{actor}} {done} {quoted}.", given | {"verdict": self.verdict}),
            ("notifications.email_due", system, "notification", "",
             "An e-mail fell due: a request has an outcome.", {"notification_id": self.task}),
            ("approvals.request_closed", system, "request", self.verdict,
             f"The request for {quoted} ended.", asked | {"status": self.verdict}),
        )[step]  # fmt: skip
        links = sorted(
            (name, detail[field])
            for field, name in (
                ("question_id", "question"), ("request_id", "request"), ("task_id", "task"),
                ("policy_id", "policy"), ("execution", "execution"), ("requester_id", "user"),
                ("notification_id", "notification"),
            )
            if field in detail
        )  # fmt: skip
        thing = dict(links)[kind]
        return action, actor, kind, thing, outcome, text, detail, links
