"""Fourteen ways to alter the trail, as a superuser of the database could."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.proof import notes
from audit.services.drilling import forging
from audit.services.drilling.scratch import Scratch, TrailTooShort

_ROWS = ("audit_entry", "audit_record", "audit_link")
Act = Callable[[Scratch], int]


@dataclass(frozen=True, slots=True)
class Tampering:
    """One way to do it. `act` does it to a copy and returns the entry that it concerns."""

    title: str
    done: str  # in words; {} is the entry
    act: Act


TAMPERINGS: list[Tampering] = []


def _tampering(title: str, done: str) -> Callable[[Act], Act]:
    def listed(act: Act) -> Act:
        TAMPERINGS.append(Tampering(title, done, act))
        return act

    return listed


@_tampering("A record is changed", "In the record of entry {} another outcome was written.")
def change_record(scratch: Scratch) -> int:
    number = scratch.middle()
    scratch.do(
        "UPDATE pg_temp.audit_record SET body = replace(body, %s, %s) WHERE sequence = %s",
        '"outcome":"',
        '"outcome":"NOT ',
        number,
    )
    return number


@_tampering("What is searched is changed", "Entry {} was put down to somebody else.")
def change_column(scratch: Scratch) -> int:
    number = scratch.middle()
    scratch.do(
        "UPDATE pg_temp.audit_entry SET actor_id = %s WHERE sequence = %s", str(uuid4()), number
    )
    return number


@_tampering("A history is changed", "Entry {} was taken out of the history of what it concerns.")
def change_link(scratch: Scratch) -> int:
    number = scratch.middle()
    scratch.do(
        "UPDATE pg_temp.audit_link SET object_id = %s WHERE sequence = %s", str(uuid4()), number
    )
    return number


@_tampering("An entry is removed", "Entry {} was removed with its record and its links.")
def remove_entry(scratch: Scratch) -> int:
    number = scratch.middle()
    for table in _ROWS:
        scratch.do(f"DELETE FROM pg_temp.{table} WHERE sequence = %s", number)  # noqa: S608
    return number


@_tampering(
    "The newest entries are removed",
    "Everything from entry {} on was removed: entries, nodes, seals, and the sealer’s own place.",
)
def remove_newest(scratch: Scratch) -> int:
    earlier = "SELECT max(size) FROM audit_seal WHERE size < %s AND size > %s"
    ((last,),) = scratch.ask(earlier, scratch.size, scratch.since)
    last = last or scratch.size - 1
    for table in _ROWS:
        scratch.do(f"DELETE FROM pg_temp.{table} WHERE sequence > %s", last)  # noqa: S608
    scratch.do("DELETE FROM pg_temp.audit_node WHERE (index + 1) << level > %s", last)
    scratch.do("DELETE FROM pg_temp.audit_seal WHERE size > %s", last)
    scratch.do("DELETE FROM pg_temp.audit_batch WHERE size > %s", last)
    scratch.do(
        "INSERT INTO pg_temp.audit_batch (size, transaction_id, log_id) VALUES (%s, 0, 0)"
        " ON CONFLICT DO NOTHING",
        last,
    )
    return int(last) + 1


@_tampering(
    "An entry is invented", "A made-up entry was put in as number {}, and the later ones moved up."
)
def invent_entry(scratch: Scratch) -> int:
    number, made_up = scratch.middle(), str(uuid4())
    for table in _ROWS:
        _move(scratch, table, number)
    for table in _ROWS[:2]:
        scratch.do(
            f"CREATE TEMPORARY TABLE made_up ON COMMIT DROP AS SELECT * FROM pg_temp.{table}"  # noqa: S608
            " WHERE sequence = %s",
            number + 1,
        )
        event = ", event_id = %s" if table == "audit_entry" else ""
        values = [number, made_up] if event else [number]
        scratch.do(f"UPDATE pg_temp.made_up SET sequence = %s{event}", *values)  # noqa: S608
        scratch.do(f"INSERT INTO pg_temp.{table} SELECT * FROM pg_temp.made_up")  # noqa: S608
        scratch.do("DROP TABLE pg_temp.made_up")
    forging.rewrite(scratch, number, event_id=made_up)
    scratch.do("UPDATE pg_temp.audit_batch SET size = size + 1 WHERE size = %s", scratch.size)
    return number


@_tampering("Two entries are exchanged", "Entry {} and the one after it changed places.")
def exchange_entries(scratch: Scratch) -> int:
    number = min(scratch.middle(), scratch.size - 1)
    for table in _ROWS:
        for before, after in ((number, 0), (number + 1, number), (0, number + 1)):
            scratch.do(
                f"UPDATE pg_temp.{table} SET sequence = %s WHERE sequence = %s",  # noqa: S608
                after,
                before,
            )
    return number


@_tampering(
    "An entry is back-dated",
    "Entry {} was dated back by 90 days, in what is searched, in its record and in its leaf;"
    " the nodes were computed anew.",
)
def back_date(scratch: Scratch) -> int:
    number = scratch.middle()
    moved = {}
    for name in ("happened_at", "recorded_at"):
        at = datetime.fromisoformat(scratch.record(number)[name]) - timedelta(days=90)
        moved[name] = notes.moment(at)
    forging.rewrite(scratch, number, **moved)
    scratch.do(
        "UPDATE pg_temp.audit_entry SET happened_at = %s, recorded_at = %s WHERE sequence = %s",
        moved["happened_at"],
        moved["recorded_at"],
        number,
    )
    forging.grow_anew(scratch)
    return number


@_tampering(
    "A record is rewritten, and its leaf with it",
    "Entry {} says another outcome, in its record, in what is searched, and in its leaf.",
)
def rewrite_entry(scratch: Scratch) -> int:
    number = scratch.middle()
    forging.rewrite(scratch, number, outcome="WITHDRAWN")
    scratch.do("UPDATE pg_temp.audit_entry SET outcome = 'WITHDRAWN' WHERE sequence = %s", number)
    return number


@_tampering(
    "The whole tree is computed anew, under the old signatures",
    "Entry {} was rewritten; then leaves, nodes and the roots in all seals were made to fit.",
)
def grow_anew(scratch: Scratch) -> int:
    number = rewrite_entry(scratch)
    forging.seal_anew(scratch, forging.old_signature)
    return number


@_tampering(
    "All is sealed anew with a foreign key",
    "Entry {} was rewritten, everything made to fit, all signed with a new key, and that key put"
    " among the known ones.",
)
def sign_with_foreign_key(scratch: Scratch) -> int:
    number = rewrite_entry(scratch)
    sign, public = forging.signing(Ed25519PrivateKey.generate(), _origin(scratch))
    forging.seal_anew(scratch, sign)
    scratch.do(
        "INSERT INTO pg_temp.audit_sealingkey (vkey, introduction, since) VALUES (%s, '', now())",
        str(public),
    )
    return number


@_tampering(
    "All is sealed anew with our own key",
    "Entry {} was rewritten, everything made to fit, and all signed by a thief with a key that"
    " the check trusts. Only the heads that had left the building before are out of reach.",
)
def sign_with_stolen_key(scratch: Scratch) -> int:
    number = rewrite_entry(scratch)
    sign, public = forging.signing(Ed25519PrivateKey.generate(), _origin(scratch))
    forging.seal_anew(scratch, sign)
    scratch.trusted.append(public)
    return number


@_tampering(
    "A person’s key is exchanged", "Another key was put in the place of one that opens entry {}."
)
def exchange_key(scratch: Scratch) -> int:
    number, name = _box(scratch)
    scratch.do("UPDATE pg_temp.audit_key SET key = %s WHERE name = %s", uuid4().bytes * 2, name)
    return number


@_tampering(
    "A key is destroyed in secret",
    "The key of a box in entry {} was destroyed, and no erasure was recorded.",
)
def destroy_key(scratch: Scratch) -> int:
    number, name = _box(scratch)
    scratch.do(
        "UPDATE pg_temp.audit_key SET key = NULL, erased_at ="
        " (SELECT max(recorded_at) FROM audit_entry) - interval '1 hour' WHERE name = %s",
        name,
    )
    return number


def _move(scratch: Scratch, table: str, start: int) -> None:
    """Make room: entries from `start` on get the next number."""
    # By way of negative numbers, since no two may ever be the same.
    for change, condition in (("-sequence - 1", "sequence >= %s"), ("-sequence", "sequence < -%s")):
        scratch.do(
            f"UPDATE pg_temp.{table} SET sequence = {change} WHERE {condition}",  # noqa: S608
            start,
        )


def _box(scratch: Scratch) -> tuple[int, str]:
    """An entry with a box, and the name of the box's key."""
    found = scratch.ask(
        "SELECT sequence, name FROM audit_record, jsonb_object_keys(NULLIF(body, '')::jsonb"
        " -> 'boxes') AS name JOIN audit_key USING (name) WHERE sequence > %s AND key IS NOT NULL"
        " ORDER BY abs(sequence - %s) LIMIT 1",
        scratch.since,
        scratch.middle(),
    )
    if not found:
        raise TrailTooShort("The newest entries have nothing locked away.")
    number, name = found[0]
    return int(number), str(name)


def _origin(scratch: Scratch) -> str:
    origin: str = scratch.outside[-1].partition("\n")[0]
    return origin
