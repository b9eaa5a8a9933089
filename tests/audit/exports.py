"""Trails, exports and receipts in files, made without a database and always the same."""

import base64
import hmac
import json
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.proof import merkle, notes, records, vault
from audit.proof.notes import Head, VerifierKey
from audit.proof.records import Sealed
from tests.audit import rfc9162

ORIGIN = "exams.example/audit"
BEGIN = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
PEOPLE = ("asha", "ben")


def text(data):
    return base64.b64encode(data).decode()


class Signer:
    """A key pair that is the same each time."""

    def __init__(self, seed=1, origin=ORIGIN):
        self._private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.key = VerifierKey(origin, self._private.public_key().public_bytes_raw())

    def sign(self, said):
        return notes.signed(said, self.key, self._private.sign(said.encode()))


class Trail:
    """
    Some entries, and a head after every five of them: one entry a minute, from BEGIN on.

    `signer` and `bodies` may be changed before anything is written.
    """

    def __init__(self, count=12, every=5, signer=None):
        self.signer = signer or Signer()
        self.keys_listed = [self.listed(self.signer)]
        self.names = {f"person:{p}": sha256(p.encode()).digest() for p in PEOPLE}
        self.bodies = [self.body(sequence) for sequence in range(1, count + 1)]
        self.sizes = [*range(every, count, every), count]
        self.erased = set()

    @staticmethod
    def listed(signer, introduction=""):
        return {
            "vkey": str(signer.key),
            "since": notes.moment(BEGIN),
            "introduction": introduction,
        }

    def event(self, sequence):
        return UUID(bytes=sha256(f"event {sequence}".encode()).digest()[:16], version=4)

    def body(self, sequence, **fields):
        """The record of a decision by Asha or Ben, who said something that is a free text."""
        event, person = self.event(sequence), PEOPLE[sequence % 2]
        comment = records.text_key(event)
        self.names[comment] = sha256(comment.encode()).digest()
        at = notes.moment(BEGIN + timedelta(minutes=sequence))
        key = records.person_key(person)
        content = {
            "version": 1,
            "sequence": sequence,
            "event_id": str(event),
            "action": "approvals.task_decided",
            "actor": {
                "id": person,
                "label": Sealed(key, person.title()),
                "ip": Sealed(key, "192.0.2.1"),
                "client": Sealed(key, "Browser"),
            },
            "owner": "ben",
            "scheme": "Physics",
            "workflow": "",
            "step": "",
            "object": {"kind": "task", "id": f"task-{sequence}"},
            "outcome": "APPROVED",
            "reason": Sealed(comment, f"Comment {sequence} über “§”/~."),
            "request_id": f"request-{sequence}",
            "happened_at": at,
            "recorded_at": at,
            "text": "{actor} approved “Which gas law?”.",
            "detail": {"verdict": "APPROVED"},
            "links": [["task", f"task-{sequence}"]],
            "changes": [],
            **fields,
        }
        return records.write(content, event_id=event, keys=self.names)

    @property
    def leaves(self):
        return [merkle.leaf_hash(body.encode()) for body in self.bodies]

    def head(self, size, signer=None, at=None):
        at = at or BEGIN + timedelta(minutes=size, seconds=30)
        head = Head(ORIGIN, size, rfc9162.head(self.leaves[:size]), at)
        return (signer or self.signer).sign(head.text)

    def keys(self, sequence):
        """The keys of an entry's boxes."""
        body = json.loads(self.bodies[sequence - 1])
        event = UUID(body["event_id"])
        return {
            name: text(vault.box_key(self.names[name], event))
            for name in body["boxes"]
            if name not in self.erased
        }

    def line(self, sequence, *, with_keys=True, proof=None):
        line = {"sequence": sequence, "body": self.bodies[sequence - 1]}
        if with_keys:
            line["keys"] = self.keys(sequence)
        if proof is not None:
            line["proof"] = proof
        return line

    def path(self, sequence, size):
        return [text(each) for each in rfc9162.path(sequence - 1, self.leaves[:size])]

    def tiles(self, start, end):
        ranges = merkle.tiles(start, end)
        return [text(rfc9162.head(self.leaves[at : at + count])) for at, count in ranges]

    def receipt(self, sequence, size=None):
        size = size or len(self.bodies)
        return {
            "format": "imprimatur-audit-receipt/1",
            "issued_at": notes.moment(BEGIN + timedelta(days=1)),
            "sequence": sequence,
            "body": self.bodies[sequence - 1],
            "keys": self.keys(sequence),
            "withheld": [],
            "proof": self.path(sequence, size),
            "note": self.head(size),
            "vkeys": self.keys_listed,
        }

    def export(self, kind="whole", *, first=1, last=None, chosen=(), with_keys=True):
        """An export's files by name."""
        size = len(self.bodies)
        last = last or size
        selected = list(chosen) if kind == "selection" else list(range(first, last + 1))
        proved = kind == "selection"
        lines = [
            self.line(each, with_keys=with_keys, proof=self.path(each, size) if proved else None)
            for each in selected
        ]
        seals = [size] if proved else [each for each in self.sizes if each >= first]
        return Files(
            self,
            {
                "format": "imprimatur-audit-export/1",
                "kind": kind,
                "origin": ORIGIN,
                "made_at": notes.moment(BEGIN + timedelta(days=1)),
                "made_for": "vera",
                "filter": {},
                "first": selected[0],
                "last": selected[-1],
                "count": len(selected),
                "head": self.head(size),
                "before": [] if proved else self.tiles(0, first - 1),
                "after": [] if proved else self.tiles(last, size),
                "with_keys": with_keys,
                "keys": self.keys_listed,
            },
            lines,
            [{"note": self.head(each)} for each in seals],
        )


class Files:
    """What an export consists of, to be altered and written."""

    def __init__(self, trail, manifest, lines, seals):
        self.trail, self.manifest, self.lines, self.seals = trail, manifest, lines, seals
        self.signer = trail.signer

    def written(self):
        """The files as bytes, with hashes and signature that fit them."""
        files = {"entries.jsonl": _jsonl(self.lines), "seals.jsonl": _jsonl(self.seals)}
        said = {
            name: {
                "bytes": len(data),
                "sha256": sha256(data).hexdigest(),
                "lines": data.count(b"\n"),
            }
            for name, data in files.items()
        }
        manifest = json.dumps({**self.manifest, "files": said}).encode()
        signed = self.signer.sign(
            notes.manifest_text(self.signer.key.name, manifest, BEGIN + timedelta(days=1))
        )
        return {**files, "manifest.json": manifest, "manifest.sig": signed.encode()}


def _jsonl(lines):
    return b"".join(
        line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() + b"\n"
        for line in lines
    )


def to_folder(files, path):
    path.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (path / name).write_bytes(data)
    return path


def to_zip(files, path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return path


def key_of_box(key, event):
    """A box's key, by the words of docs/audit.md."""
    return hmac.digest(key, b"imprimatur audit box\0" + event.bytes, "sha256")
