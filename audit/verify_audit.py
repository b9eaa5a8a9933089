#!/usr/bin/env python3
"""
Verify an audit trail of Imprimatur, without trusting the server that keeps it.

One file; needs Python 3.10 or newer and the package `cryptography`. It believes nothing it reads:
what is malformed is a finding. docs/audit.md describes the formats.

Exit status: 0 all that was asked for is proved, 1 something is wrong, 2 it could not be asked like
that, 3 nothing is wrong, but something that was asked for could not be judged.
"""

from __future__ import annotations

import os.path
import sys

if __name__ in ("__main__", "__mp_main__"):
    # Nothing that lies beside this file is to be taken for a part of Python.
    _here = os.path.dirname(os.path.abspath(__file__))
    sys.path = [each for each in sys.path if os.path.abspath(each) != _here]

import argparse
import base64
import binascii
import hmac
import ipaddress
import json
import re
import urllib.error
import urllib.parse
import urllib.request
import zipfile
import zlib
from array import array
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, NamedTuple

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

EXPORT = "imprimatur-audit-export/1"
RECEIPT = "imprimatur-audit-receipt/1"
KINDS = ("whole", "range", "selection", "segment")
NOT_PROVED = (
    "That what was recorded is true: a lie told to the product is recorded as it was told.",
    "That everything that happened was recorded. What never reached the trail leaves no gap.",
    "That `happened_at` is right: it is the application's word. When an entry was recorded is held"
    " between the times of two signed heads, by the clock of the server that signed them.",
    "That nothing was altered before the first head over an entry was signed, seconds after it.",
    "That the key is the product's own, unless you compared it, or said which you trust (--key).",
    "That you were shown the same trail as others: compare heads with theirs (--heads).",
    "What is in boxes that were erased or that are not for you.",
)
SHOWN = 20  # findings of one kind
TOLERANCE = 10 * 60 * 1_000_000  # microseconds by which clocks may differ
LONGEST_LINE = 64 * 1024 * 1024  # bytes
LONGEST_FILE = 64 * 1024 * 1024  # bytes of a file that is read as a whole
PORTION = 2 * 1024 * 1024  # bytes that one process looks at at a time
LARGEST = 2**63 - 1
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 (3.10 has no UTC)
MICROSECOND = timedelta(microseconds=1)


class Wrong(Exception):
    """Something does not verify. `code` is for machines."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class CannotAsk(Exception):
    """There is nothing to verify where somebody pointed."""


class Report:
    """What was found out."""

    def __init__(self) -> None:
        self.findings: list[dict[str, str]] = []
        self.counts: Counter[str] = Counter()
        self.proved: list[str] = []
        self.unjudged: list[str] = []
        self.remarks: list[str] = []
        self.shown: dict[str, Any] = {}
        self.heads: dict[tuple[str, int], tuple[bytes, str]] = {}

    def wrong(self, code: str, text: str, where: str, times: int = 1) -> None:
        self.counts[code] += times
        if sum(1 for each in self.findings if each["code"] == code) < SHOWN:
            self.findings.append({"code": code, "text": text, "where": where})

    @contextmanager
    def looking_at(self, where: str) -> Iterator[None]:
        """Note what is wrong, and go on after it."""
        try:
            yield
        except Wrong as error:
            self.wrong(error.code, str(error), where)

    def saw(self, head: Head, where: str) -> None:
        """Two heads of one size that differ prove that somebody was shown another trail."""
        root, before = self.heads.setdefault((head.origin, head.size), (head.root, where))
        if root != head.root:
            self.wrong(
                "head.contradiction",
                f"Two different trees of {head.size:,} entries were signed; the other is in"
                f" {before}.",
                where,
            )

    @property
    def status(self) -> int:
        if self.findings:
            return 1
        return 3 if self.unjudged else 0


# ---------------------------------------------------------------- reading what others wrote


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A member stands there twice.")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON.")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_no_constant)
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False
)


def parsed(text: str, code: str, what: str) -> dict[str, Any]:
    """The JSON object in a text, without members that stand there twice. Raises Wrong."""
    try:
        found = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise Wrong(code, f"{what} is not well-formed JSON: {_short(error)}") from None
    if not isinstance(found, dict):
        raise Wrong(code, f"{what} is not a JSON object.")
    return found


def parsed_record(body: str) -> dict[str, Any]:
    """As `parsed`, faster for a text that is written the way the sealer writes."""
    try:
        found = json.loads(body)
        if isinstance(found, dict) and _ENCODER.encode(found) == body:
            return found
    except (ValueError, RecursionError):
        pass
    return parsed(body, "entry.malformed", "The record")


def decoded(data: bytes, code: str, what: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Wrong(code, f"{what} is not UTF-8.") from None


def encoded(text: str, code: str, what: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Wrong(code, f"{what} has characters that cannot be written in UTF-8.") from None


def member(found: dict[str, Any], name: str, kind: type, code: str) -> Any:
    """A member of this type. Raises Wrong."""
    value = found.get(name)
    if type(value) is not kind:
        raise Wrong(code, f"“{name}” is missing or not what it should be.")
    return value


def number(found: dict[str, Any], name: str, code: str) -> int:
    value: int = member(found, name, int, code)
    if not 0 <= value <= LARGEST:
        raise Wrong(code, f"“{name}” is out of range.")
    return value


def binary(text: Any, size: int | None, code: str, what: str) -> bytes:
    """What standard base64 with padding says, of so many bytes. Raises Wrong."""
    try:
        if not isinstance(text, str):
            raise ValueError  # noqa: TRY301, TRY004
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise Wrong(code, f"{what} is not base64.") from None
    if size is not None and len(data) != size:
        raise Wrong(code, f"{what} has {len(data)} bytes, not {size}.")
    return data


def hashes(found: dict[str, Any], name: str, code: str, most: int = 64) -> list[bytes]:
    values = member(found, name, list, code)
    if len(values) > most:
        raise Wrong(code, f"“{name}” has more hashes than any tree needs.")
    return [binary(each, 32, code, f"A hash in “{name}”") for each in values]


def moment(text: Any) -> int:
    """A time in microseconds since 1970. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError("not a time")  # noqa: TRY004
    at = datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)
    if at.tzinfo is None:
        raise ValueError("no zone")
    return (at - EPOCH) // MICROSECOND


def _short(error: object) -> str:
    text = str(error).splitlines()[0] if str(error) else type(error).__name__
    return text if len(text) < 200 else f"{text[:200]}…"


def quoted(text: object) -> str:
    """Words of others, so that they cannot play tricks with the terminal."""
    shown = "".join(c if c.isprintable() else "�" for c in str(text))
    return shown if len(shown) <= 300 else f"{shown[:300]}…"


# ---------------------------------------------------------------- the tree (RFC 9162, 2.1)


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


class Tree:
    """The complete subtrees that the leaves so far make up, the largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.tiles: list[bytes] = []

    def push(self, tile: bytes, level: int = 0) -> None:
        """Add a leaf, or the hash of 2**level of them at a place that is a multiple of that."""
        place = self.size >> level
        while place & 1:
            tile = node_hash(self.tiles.pop(), tile)
            place >>= 1
        self.tiles.append(tile)
        self.size += 1 << level

    def root(self) -> bytes:
        if not self.tiles:
            return sha256(b"").digest()
        found = self.tiles[-1]
        for tile in reversed(self.tiles[:-1]):
            found = node_hash(tile, found)
        return found


def levels(start: int, end: int) -> list[int]:
    """The levels of the aligned subtrees that the leaves from start to end are cut into."""
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        found.append(level)
        start += 1 << level
    return found


def root_by_inclusion(index: int, size: int, leaf: bytes, proof: list[bytes]) -> bytes:
    """Where a path leads (RFC 9162, 2.1.3.2). Raises Wrong."""
    if index >= size:
        raise Wrong("proof.inclusion", f"There is no entry {index + 1} in a tree of {size}.")
    place, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise Wrong("proof.inclusion", "The path is longer than the tree is high.")
        if place & 1 or place == last:
            found = node_hash(step, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    if last:
        raise Wrong("proof.inclusion", "The path is shorter than the tree is high.")
    return found


def check_consistency(
    first: int, second: int, roots: tuple[bytes, bytes], proof: list[bytes]
) -> None:
    """Is the tree of `first` entries the beginning of the other (2.1.4.2)? Raises Wrong."""
    if first == second:
        fits = not proof and roots[0] == roots[1]
    else:
        fits = _roots_by_consistency(first, second, roots[0], proof) == roots
    if not fits:
        raise Wrong("proof.consistency", f"The first {first:,} entries are not those of before.")


def _roots_by_consistency(
    first: int, second: int, root: bytes, proof: list[bytes]
) -> tuple[bytes, bytes] | None:
    """The two roots that a proof leads to; None where it is too short or too long."""
    if first & (first - 1) == 0:
        proof = [root, *proof]
    if not proof:
        return None
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = proof[0]
    for step in proof[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return None if last else (old, new)


# ---------------------------------------------------------------- notes and keys


class Key(NamedTuple):
    """A public key of Ed25519 with the name that it signs under."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n\x01" + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(b'%c' % 1 + self.public).decode()}"


class Head(NamedTuple):
    """A signed tree head that verified."""

    origin: str
    size: int
    root: bytes
    time: int | None  # microseconds

    @property
    def signed_on(self) -> str:
        if self.time is None:
            return "at a time that it does not say"
        return "on " + (EPOCH + self.time * MICROSECOND).strftime("%Y-%m-%d %H:%M:%S UTC")


def key_from(text: Any) -> Key:
    """Raises Wrong."""
    parts = text.split("+", 2) if isinstance(text, str) else []
    if len(parts) != 3 or not parts[0] or re.search(r"\s", parts[0]):
        raise Wrong("key.malformed", "A key is not written as NAME+ID+KEY.")
    data = binary(parts[2], 33, "key.malformed", "A public key")
    encoded(parts[0], "key.malformed", "The name of a key")
    key = Key(parts[0], data[1:])
    if data[:1] != b"\1" or key.id.hex() != parts[1]:
        raise Wrong("key.malformed", "A key is not one of Ed25519, or its id is not its own.")
    return key


class Ring:
    """The keys of one trail, and which of them may be believed."""

    def __init__(self, origin: str, pinned: list[Key]) -> None:
        self.origin = origin
        self.pinned = [key for key in pinned if key.name == origin]
        self.strangers = bool(pinned) and not self.pinned
        self.keys: list[Key] = list(self.pinned)
        self.trusted: set[Key] = set(self.pinned)
        self.used: set[Key] = set()
        self.alone: list[Key] = []  # without introduction

    def learn(self, listed: Any, report: Report, where: str) -> None:
        """Take in a key list; a key that a trusted one introduced is trusted, too."""
        if not isinstance(listed, list) or len(listed) > 10_000:
            raise Wrong("key.malformed", "The list of keys is not one.")
        for each in listed:
            with report.looking_at(where):
                if not isinstance(each, dict):
                    raise Wrong("key.malformed", "A key of the list is not an object.")
                self._take(key_from(each.get("vkey")), each.get("introduction"))

    def _take(self, key: Key, introduction: Any) -> None:
        if key.name != self.origin:
            raise Wrong("key.malformed", "A key in the list belongs to another trail.")
        introducer = self._introducer(key, introduction) if introduction else None
        if key not in self.keys:
            self.keys.append(key)
        if introducer is None:
            self.alone.append(key)
        elif introducer in self.trusted:
            self.trusted.add(key)

    def _introducer(self, key: Key, introduction: Any) -> Key:
        text, introducer = self._signed(introduction, "key.introduction")
        lines = text.split("\n")
        if lines[:3] != [self.origin, "key", str(key)]:
            raise Wrong("key.introduction", "An introduction does not name the key that it is of.")
        return introducer

    def text_of(self, note: Any, code: str) -> str:
        """The text of a note that a believed key signed. Raises Wrong."""
        text, key = self._signed(note, code)
        if (self.pinned or self.strangers) and key not in self.trusted:
            raise Wrong(
                "key.untrusted",
                f"It is signed with the key {key.id.hex()}, which is neither one that you trust"
                " (--key) nor introduced by one.",
            )
        self.used.add(key)
        return text

    def _signed(self, note: Any, code: str) -> tuple[str, Key]:
        if not isinstance(note, str) or len(note) > 1_000_000:
            raise Wrong(code, "There is no signed note where one should be.")
        text, gap, lines = note.rpartition("\n\n")
        if not gap or not lines.endswith("\n"):
            raise Wrong(code, "A note is not signed.")
        data = encoded(text + "\n", code, "A note")
        for line in lines.split("\n")[:-1]:
            for key in self.keys:
                if _verifies(line, data, key):
                    return text + "\n", key
        raise Wrong(code, "A signature does not verify with any key of this trail.")

    def head(self, note: Any, code: str = "head.signature") -> Head:
        """The head in a note. Raises Wrong."""
        lines = self.text_of(note, code).split("\n")
        code = "head.malformed"
        if len(lines) < 4 or not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
            raise Wrong(code, "A signed note is not a head.")
        if lines[0] != self.origin:
            raise Wrong("head.origin", "A head belongs to another trail.")
        size, root = int(lines[1]), binary(lines[2], 32, code, "The root of a head")
        if size > LARGEST:
            raise Wrong(code, "A head is over more entries than there can be.")
        times = [line[5:] for line in lines[3:] if line.startswith("time ")]
        try:
            return Head(lines[0], size, root, moment(times[0]) if times else None)
        except (ValueError, OverflowError):
            raise Wrong(code, "The time of a head is none.") from None


def _verifies(line: str, data: bytes, key: Key) -> bool:
    parts = line.split(" ")
    if len(parts) != 3 or parts[:2] != ["—", key.name]:
        return False
    try:
        signature = base64.b64decode(parts[2], validate=True)
        if signature[:4] != key.id or len(signature) != 68:
            return False
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature[4:], data)
    except (ValueError, binascii.Error, InvalidSignature):
        return False
    return True


# ---------------------------------------------------------------- one entry


class Boxes(NamedTuple):
    """What became of a record's boxes."""

    opened: dict[str, dict[str, Any]]
    closed: list[str]


def open_boxes(body: str, record: dict[str, Any], keys: Any, withheld: Any) -> Boxes:
    """Open the boxes that keys were given for. Raises Wrong."""
    boxes = member(record, "boxes", dict, "entry.malformed")
    if not isinstance(keys, dict) or not isinstance(withheld, list):
        raise Wrong("entry.malformed", "The keys of the boxes are not what they should be.")
    opened, places = {}, 0
    for name, key in keys.items():
        if name not in boxes:
            raise Wrong("box.key", f"There is a key for a box that is not there: {quoted(name)}.")
        opened[name] = unlocked(name, boxes[name], key)
        for pointer in opened[name]:
            if _at(record, pointer) != {"sealed": name}:
                raise Wrong("box.content", f"A box says something about {quoted(pointer)}.")
        places += len(opened[name])
    closed = [name for name in boxes if name not in keys]
    if closed or body.count('{"sealed":"') != places:
        named = set(_sealed(record))
        if any(name in opened and pointer not in opened[name] for name, pointer in named):
            raise Wrong("box.content", "A box does not hold all that it should.")
        closed += sorted({name for name, _ in named} - set(boxes))
    return Boxes(opened, [name for name in closed if name not in withheld])


def unlocked(name: str, box: Any, key: Any) -> dict[str, Any]:
    """What a box holds. Raises Wrong."""
    secret = binary(key, 32, "box.key", "The key of a box")
    locked = binary(box, None, "entry.malformed", "A box")
    commitment = sha256(b"imprimatur audit box commitment\0" + secret).digest()
    if not hmac.compare_digest(locked[:32], commitment):
        raise Wrong("box.key", f"The box {quoted(name)} was locked with another key.")
    try:
        plain = AESGCM(secret).decrypt(bytes(12), locked[32:], None)
    except (InvalidTag, ValueError):
        raise Wrong("box.key", f"The box {quoted(name)} does not open.") from None
    text = decoded(plain, "box.content", "What a box holds")
    return parsed(text, "box.content", "What a box holds")


def _at(record: Any, pointer: str) -> Any:
    """What a JSON pointer leads to; None where there is nothing."""
    if not pointer.startswith("/"):
        return None
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        try:
            record = record[int(name) if isinstance(record, list) else name]
        except (LookupError, ValueError, TypeError):
            return None
    return record


def _sealed(value: Any) -> Iterator[tuple[str, str]]:
    """Every place that a box should fill: name and pointer."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        pointer, each = waiting.pop()
        if isinstance(each, list):
            waiting += [(f"{pointer}/{place}", part) for place, part in enumerate(each)]
        elif isinstance(each, dict):
            name = each.get("sealed")
            if len(each) == 1 and isinstance(name, str) and name[:7].startswith(_NAMES):
                yield name, pointer
            else:
                waiting += [(f"{pointer}/{_escaped(n)}", part) for n, part in each.items()]


_NAMES = ("person:", "text:")


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def erased_names(record: dict[str, Any]) -> list[str]:
    """The keys that this entry says were destroyed."""
    detail = record.get("detail")
    if not isinstance(detail, dict):
        return []
    if record.get("action") == "audit.keys_erased":
        names = detail.get("names")
        return [n for n in names if isinstance(n, str)] if isinstance(names, list) else []
    if record.get("action") == "accounts.person_erased":
        return [f"person:{detail.get('person_id') or detail.get('user_id')}"]
    return []


class Rules(NamedTuple):
    """What the lines of one file are held to."""

    with_keys: bool
    size: int = 0  # of the tree, and its root, where each line brings its own proof
    root: bytes = b""


class Portion(NamedTuple):
    """What is known of some lines, in their order."""

    sequences: array[int]
    leaves: list[bytes]
    events: list[bytes]
    times: array[int]
    opened: int
    closed: list[tuple[int, str]]
    erased: list[str]
    findings: list[tuple[str, str, str]]


def examine(lines: bytes, first: int, rules: Rules) -> Portion:
    """Look at lines of entries.jsonl, the first of which has this number."""
    seen = Portion(array("q"), [], [], array("q"), 0, [], [], [])
    opened = 0
    for place, line in enumerate(lines.split(b"\n")[:-1], start=first):
        try:
            opened += _line(line, rules, seen)
        except Wrong as error:
            seen.findings.append((error.code, str(error), f"line {place}"))
    return seen._replace(opened=opened)


def _line(line: bytes, rules: Rules, seen: Portion) -> int:
    entry = parsed(decoded(line, "entry.malformed", "The line"), "entry.malformed", "The line")
    sequence = number(entry, "sequence", "entry.malformed")
    if sequence < 1:
        raise Wrong("entry.malformed", "Entries are numbered from 1 on.")
    event, time, opened, trouble = b"", 0, 0, None
    if "body" in entry:
        if "leaf" in entry:
            raise Wrong("entry.malformed", "The line has both a record and a leaf.")
        body = member(entry, "body", str, "entry.malformed")
        leaf = leaf_hash(encoded(body, "entry.malformed", "The record"))
        try:
            event, time, opened = _record(body, sequence, entry, rules, seen)
        except Wrong as error:  # the record stays in its place in the tree
            trouble = error
    else:
        leaf = binary(entry.get("leaf"), 32, "entry.malformed", "The leaf")
    seen.sequences.append(sequence)
    seen.leaves.append(leaf)
    seen.events.append(event)
    seen.times.append(time)
    if trouble is not None:
        seen.findings.append((trouble.code, str(trouble), f"entry {sequence}"))
    if rules.root:
        proof = hashes(entry, "proof", "entry.malformed")
        if root_by_inclusion(sequence - 1, rules.size, leaf, proof) != rules.root:
            raise Wrong("proof.inclusion", f"Entry {sequence:,} is not in the signed tree.")
    return opened


def _record(
    body: str, sequence: int, entry: dict[str, Any], rules: Rules, seen: Portion
) -> tuple[bytes, int, int]:
    record = parsed_record(body)
    if type(record.get("sequence")) is not int or record["sequence"] != sequence:
        raise Wrong("entry.sequence", f"The record of entry {sequence:,} says another number.")
    try:
        event = bytes.fromhex(record["event_id"].replace("-", ""))
        time = moment(record["recorded_at"])
        if len(event) != 16 or not -LARGEST <= time <= LARGEST:
            raise ValueError  # noqa: TRY301
    except (KeyError, ValueError, AttributeError, OverflowError):
        raise Wrong(
            "entry.malformed", "The record has no event id, or no time of recording."
        ) from None
    seen.erased.extend(erased_names(record))
    if not rules.with_keys:
        if entry.get("keys"):
            raise Wrong("entry.malformed", "There are keys where none should be.")
        return event, time, 0
    found = open_boxes(body, record, entry.get("keys", {}), entry.get("withheld", []))
    seen.closed.extend((sequence, name) for name in found.closed)
    return event, time, len(found.opened)


# ---------------------------------------------------------------- all entries, in order


class Walk:
    """Goes through the entries and compares the tree with every signed head on the way."""

    def __init__(self, report: Report, where: str, first: int, heads: Iterable[Head]) -> None:
        self.report, self.where, self.next = report, where, first
        self.tree = Tree()
        self.heads = sorted(set(heads), key=lambda head: (head.size, head.time or 0))
        self.place = 0
        self.agreed: set[Head] = set()
        self.good = 0  # entries under a head that agreed
        self.intact = True
        self.since: int | None = None  # the time of the last head below

    def begin(self, before: list[bytes]) -> None:
        """Start behind entries of which only hashes are known. Raises Wrong."""
        wanted = levels(0, self.next - 1)
        if len(wanted) != len(before):
            raise Wrong("tree.tiles", "The hashes of what comes before are not as many as needed.")
        for level, tile in zip(wanted, before, strict=True):
            self.tree.push(tile, level)
        self.good = self.next - 1
        self._compare()

    def take(self, portion: Portion) -> None:
        for sequence, leaf, time in zip(
            portion.sequences, portion.leaves, portion.times, strict=True
        ):
            if sequence != self.next:
                self._gap(sequence)
                self.next = max(sequence, self.next)
            if time and self.intact:
                self._in_time(sequence, time)
            self.tree.push(leaf)
            self.next += 1
            if self.place < len(self.heads) and self.heads[self.place].size <= self.next - 1:
                self._compare()

    def _gap(self, sequence: int) -> None:
        if sequence > self.next:
            missing = (
                f"{self.next:,}"
                if sequence == self.next + 1
                else (f"{self.next:,} to {sequence - 1:,}")
            )
            text = f"Missing: {missing}."
        else:
            text = f"Entry {sequence:,} comes after {self.next - 1:,}: twice, or out of order."
        self.report.wrong("entry.gap", text, self.where)
        self._lose()

    def _lose(self) -> None:
        if self.intact and self.place < len(self.heads):
            self.report.remarks.append(
                f"{self.where}: after that the tree is another one, so later heads were not"
                " compared."
            )
        self.intact = False

    def _in_time(self, sequence: int, time: int) -> None:
        if self.since is not None and time < self.since - TOLERANCE:
            self.report.wrong(
                "time.backdated",
                f"Entry {sequence:,} says that it was recorded before the head below it was"
                " signed: it was put in later.",
                self.where,
            )
        if self.place < len(self.heads):
            until = self.heads[self.place].time
            if until is not None and time > until + TOLERANCE:
                self.report.wrong(
                    "time.postdated",
                    f"Entry {sequence:,} says that it was recorded after the head over it was"
                    " signed.",
                    self.where,
                )

    def _compare(self) -> None:
        """Compare with the heads over exactly what there is so far."""
        while self.place < len(self.heads) and self.heads[self.place].size <= self.tree.size:
            head = self.heads[self.place]
            self.place += 1
            if head.size < self.tree.size or not self.intact:
                continue
            self.since = head.time if head.time is not None else self.since
            if self.tree.root() == head.root:
                self.agreed.add(head)
                self.good = head.size
                continue
            self.report.wrong(
                "tree.root",
                f"The first {head.size:,} entries are not those that were signed"
                f" {head.signed_on}: something among {self.good + 1:,} to {head.size:,} was"
                " altered, put in or taken out.",
                self.where,
            )
            self._lose()

    def finish(self, last: int, head: Head, after: list[bytes]) -> None:
        """Add what comes after, of which only hashes are known, and compare the root."""
        if self.next - 1 != last:
            if self.next - 1 < last:
                self._gap(last + 1)
            else:
                self.report.wrong("entry.gap", f"There are entries after {last:,}.", self.where)
                self._lose()
        wanted = levels(last, head.size)
        if len(wanted) != len(after):
            raise Wrong("tree.tiles", "The hashes of what comes after are not as many as needed.")
        if not self.intact or not wanted:
            return
        for level, tile in zip(wanted, after, strict=True):
            self.tree.push(tile, level)
        self.place = min(self.place, len(self.heads))
        self._compare()


class Distinct:
    """Sees whether any of many event ids came twice, in 16 bytes each."""

    def __init__(self) -> None:
        self._shelves = [bytearray() for _ in range(256)]

    def add(self, ids: Iterable[bytes]) -> None:
        for each in ids:
            if each:
                self._shelves[each[-1]] += each

    def twice(self) -> int:
        """How many came again."""
        found = 0
        for shelf in self._shelves:
            count = len(shelf) // 16
            found += count - len({bytes(shelf[i : i + 16]) for i in range(0, len(shelf), 16)})
        return found


class Tally:
    """What all portions together say."""

    def __init__(self, report: Report, where: str) -> None:
        self.report, self.where = report, where
        self.count = self.opened = 0
        self.closed: dict[str, int] = {}
        self.closed_count = 0
        self.archived = 0
        self.erased: set[str] = set()
        self.events = Distinct()

    def take(self, portion: Portion) -> None:
        self.count += len(portion.sequences)
        self.opened += portion.opened
        self.archived += sum(1 for each in portion.events if not each)
        self.erased.update(portion.erased)
        self.events.add(portion.events)
        self.closed_count += len(portion.closed)
        for sequence, name in portion.closed:
            self.closed.setdefault(name, sequence)
        for code, text, place in portion.findings:
            self.report.wrong(code, text, f"{self.where}, {place}")

    def conclude(self, *, whole: bool) -> None:
        """Judge what takes all entries to judge."""
        twice = self.events.twice()
        if twice:
            text = f"{twice:,} entries bear the event id of another one."
            self.report.wrong("entry.twice", text, self.where, twice)
        open_names = {n: s for n, s in self.closed.items() if n not in self.erased}
        if whole:
            for name, sequence in open_names.items():
                self.report.wrong(
                    "box.unexplained",
                    f"The box {quoted(name)} has no key, and no erasure says why.",
                    f"{self.where}, entry {sequence}",
                )
        elif open_names:
            self.report.remarks.append(
                f"{self.where}: {len(open_names):,} boxes are closed; whether they were erased"
                " stands in entries that are not here."
            )
        if self.opened:
            self.report.proved.append(f"{self.opened:,} boxes open with the keys that came along")
        explained = len(self.closed) - len(open_names)
        if explained:
            self.report.proved.append(f"{explained:,} keys are gone, as erasures on record say")


def portions(blocks: Iterable[bytes], rules: Rules, jobs: int) -> Iterator[Portion]:
    """What is known of the lines in these blocks, in their order, found by several processes."""
    if jobs < 2:
        first = 1
        for block in blocks:
            yield examine(block, first, rules)
            first += block.count(b"\n")
        return
    with ProcessPoolExecutor(jobs) as pool:
        waiting: deque[Future[Portion]] = deque()
        first = 1
        for block in blocks:
            waiting.append(pool.submit(examine, block, first, rules))
            first += block.count(b"\n")
            if len(waiting) > jobs + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


# ---------------------------------------------------------------- files


class Source:
    """The files of an export, in a folder or a zip file."""

    def __init__(self, path: Path) -> None:
        """Raises CannotAsk."""
        self.path = path
        self._zip: zipfile.ZipFile | None = None
        if path.is_dir():
            self.names = [each.name for each in path.iterdir() if each.is_file()]
            return
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, ValueError, NotImplementedError, zipfile.BadZipFile) as error:
            raise CannotAsk(f"{path}: this is no zip file: {_short(error)}") from None
        self.names = self._zip.namelist()

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Raises Wrong, also for what goes wrong while reading."""
        if self.names.count(name) != 1:
            often = "twice" if name in self.names else "not"
            raise Wrong("file.missing", f"{name} is {often} there.")
        try:
            if self._zip is None:
                with (self.path / name).open("rb") as file:
                    yield file
                return
            info = self._zip.getinfo(name)
            if info.flag_bits & 1 or info.compress_type not in (0, 8):
                raise Wrong("file.unreadable", f"{name} is encrypted or packed in an odd way.")
            with self._zip.open(info) as packed:
                yield packed
        except (
            OSError,
            EOFError,
            zlib.error,
            zipfile.BadZipFile,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise Wrong("file.unreadable", f"{name} cannot be read: {_short(error)}") from None

    def read(self, name: str) -> bytes:
        """A whole file. Raises Wrong."""
        with self.open(name) as file:
            data = file.read(LONGEST_FILE + 1)
        if len(data) > LONGEST_FILE:
            raise Wrong("file.unreadable", f"{name} is longer than it can be.")
        return data


class Stream:
    """A file of lines in blocks that end with a line, and what its manifest says of it."""

    def __init__(self, source: Source, name: str) -> None:
        self._source, self.name = source, name
        self.bytes = self.lines = 0
        self._hash = sha256()

    def blocks(self) -> Iterator[bytes]:
        """Raises Wrong."""
        with self._source.open(self.name) as file:
            rest = b""
            while data := file.read(PORTION):
                self._hash.update(data)
                self.bytes += len(data)
                rest += data
                end = rest.rfind(b"\n") + 1
                if end:
                    self.lines += rest.count(b"\n", 0, end)
                    yield rest[:end]
                    rest = rest[end:]
                if len(rest) > LONGEST_LINE:
                    raise Wrong("file.unreadable", f"{self.name} has a line without an end.")
            if rest:
                self.lines += 1
                yield rest + b"\n"

    def compare(self, files: dict[str, Any]) -> None:
        """Is it the file that the manifest names? Raises Wrong."""
        said = files.get(self.name)
        found = {"bytes": self.bytes, "sha256": self._hash.hexdigest(), "lines": self.lines}
        if not isinstance(said, dict) or any(said.get(n) != value for n, value in found.items()):
            raise Wrong("file.changed", f"{self.name} is not the file that the manifest names.")


# ---------------------------------------------------------------- an export


class Export:
    """An export or a segment."""

    def __init__(self, source: Source, asked: Asked, report: Report) -> None:
        self.source, self.asked, self.report = source, asked, report
        self.where = str(source.path)

    def check(self) -> None:
        """Raises Wrong where there is no going on."""
        data = self.source.read("manifest.json")
        code = "manifest.malformed"
        manifest = parsed(decoded(data, code, "The manifest"), code, "The manifest")
        if manifest.get("format") != EXPORT:
            raise Wrong(code, f"This is no export that this program knows ({EXPORT}).")
        kind = member(manifest, "kind", str, code)
        if kind not in KINDS:
            raise Wrong(code, f"There are no exports of the kind {quoted(kind)}.")
        ring = Ring(member(manifest, "origin", str, code), self.asked.keys)
        ring.learn(manifest.get("keys"), self.report, self.where)
        with self.report.looking_at(self.where):
            self._signature(data, ring)
        head = ring.head(manifest.get("head"))
        self.report.saw(head, self.where)
        self._entries(manifest, kind, ring, head)
        tell_of_keys(ring, self.report, self.where)

    def _signature(self, data: bytes, ring: Ring) -> None:
        note = decoded(self.source.read("manifest.sig"), "manifest.signature", "manifest.sig")
        lines = ring.text_of(note, "manifest.signature").split("\n")
        if lines[:3] != [ring.origin, "manifest", f"sha256 {sha256(data).hexdigest()}"]:
            raise Wrong("manifest.signature", "The signature is over another manifest.")
        self.report.proved.append("The manifest bears a signature of this trail's key")

    def _entries(self, manifest: dict[str, Any], kind: str, ring: Ring, head: Head) -> None:
        code = "manifest.malformed"
        first, last, count = (number(manifest, n, code) for n in ("first", "last", "count"))
        with_keys = bool(member(manifest, "with_keys", bool, code))
        files = member(manifest, "files", dict, code)
        _in_order(kind, first, last, count, head)
        heads = self._seals(files, ring, head)
        stream = Stream(self.source, "entries.jsonl")
        tally = Tally(self.report, self.where)
        jobs = self.asked.jobs if self._is_long() else 1
        if kind == "selection":
            rules = Rules(with_keys, head.size, head.root)
            for portion in portions(stream.blocks(), rules, jobs):
                self._ascending(portion, first, last)
                tally.take(portion)
            if self.asked.heads:
                text = f"{self.where}: a selection is held against its own head only."
                self.report.unjudged.append(text)
        else:
            outside = relevant(self.asked.heads, ring, self.report, self.where)
            walk = Walk(self.report, self.where, max(first, 1), [*heads, head, *outside])
            walk.begin(hashes(manifest, "before", code))
            for portion in portions(stream.blocks(), Rules(with_keys), jobs):
                tally.take(portion)
                walk.take(portion)
            walk.finish(last, head, hashes(manifest, "after", code))
            judge_heads(outside, walk, head, self.report, self.where)
            self._tell(walk, first, last, head)
        with self.report.looking_at(self.where):
            stream.compare(files)
        if tally.count != count:
            said = f"The manifest counts {count:,} entries, and there are {tally.count:,}."
            self.report.wrong("manifest.count", said, self.where)
        tally.conclude(whole=kind == "whole")
        if kind == "selection" and not self.report.findings:
            self.report.proved.append(
                f"{count:,} selected entries are in the tree of {head.size:,} that was signed"
                f" {head.signed_on}"
            )
            self.report.remarks.append("A selection cannot prove that its filter left nothing out.")
        if tally.archived:
            self.report.remarks.append(
                f"{self.where}: of {tally.archived:,} entries only the hash is here; their records"
                " are in archive segments."
            )

    def _is_long(self) -> bool:
        try:
            with self.source.open("entries.jsonl") as file:
                return len(file.read(PORTION)) == PORTION
        except Wrong:
            return False

    def _ascending(self, portion: Portion, first: int, last: int) -> None:
        before = getattr(self, "_last", 0)
        for sequence in portion.sequences:
            if sequence <= before or not first <= sequence <= last:
                text = f"Entry {sequence:,} is twice there, or out of order."
                self.report.wrong("entry.gap", text, self.where)
            before = sequence
        self._last = before

    def _seals(self, files: dict[str, Any], ring: Ring, head: Head) -> list[Head]:
        stream, found, before = Stream(self.source, "seals.jsonl"), [], -1
        for line in (line for block in stream.blocks() for line in block.split(b"\n")[:-1]):
            with self.report.looking_at(f"{self.where}, seals.jsonl"):
                text = decoded(line, "head.malformed", "A line")
                note = parsed(text, "head.malformed", "A line").get("note")
                seal = ring.head(note)
                self.report.saw(seal, self.where)
                if seal.size <= before:
                    raise Wrong("head.order", "The heads are not in their order.")
                if seal.size > head.size:
                    raise Wrong("head.order", "A head is over more than the manifest's.")
                before = seal.size
                found.append(seal)
        with self.report.looking_at(self.where):
            stream.compare(files)
        for one, other in pairwise(found):
            if one.time and other.time and other.time < one.time - TOLERANCE:
                text = f"The head over {other.size:,} was signed before the one over {one.size:,}."
                self.report.wrong("time.heads", text, self.where)
        return found

    def _tell(self, walk: Walk, first: int, last: int, head: Head) -> None:
        if not walk.intact:
            return
        if last:
            self.report.proved.append(
                f"{last - first + 1:,} entries, numbered {first:,} to {last:,} without a gap"
            )
        self.report.proved.append(
            f"They are in the tree of {head.size:,} entries that was signed {head.signed_on}"
        )
        if len(walk.agreed) > 1:
            self.report.proved.append(
                f"{len(walk.agreed):,} signed heads agree, each the beginning of the next"
            )


def _in_order(kind: str, first: int, last: int, count: int, head: Head) -> None:
    empty = (first, last, count) == (0, 0, 0)
    gapless = kind == "selection" or count == last - first + 1
    if not empty and not (1 <= first <= last <= head.size and gapless and count):
        raise Wrong("manifest.malformed", "The manifest's numbers do not fit each other.")
    if kind == "whole" and (head.size, 0 if empty else first) != (last, 0 if empty else 1):
        raise Wrong("manifest.whole", "This is not the whole trail that its head is over.")
    if empty and kind in ("range", "segment"):
        raise Wrong("manifest.malformed", "A range or segment has entries.")


def relevant(notes: list[tuple[str, str]], ring: Ring, report: Report, where: str) -> list[Head]:
    """The heads that left the building, as far as they are of this trail and verify."""
    found = []
    for note, place in notes:
        if note.partition("\n")[0] != ring.origin:
            continue
        with report.looking_at(place):
            head = ring.head(note)
            report.saw(head, place)
            found.append(head)
    if notes and not found:
        report.unjudged.append(f"{where}: none of the heads in --heads is of this trail.")
    return found


def judge_heads(outside: list[Head], walk: Walk, head: Head, report: Report, where: str) -> None:
    """Say what the heads that left the building prove here."""
    fits = [each for each in outside if each in walk.agreed]
    later = [each for each in outside if each.size > head.size]
    if fits:
        text = f"{len(fits):,} heads that left the building are beginnings of this trail"
        report.proved.append(text)
    for each in later:
        if each.time is not None and head.time is not None and each.time < head.time:
            report.wrong(
                "head.rollback",
                f"A head over {each.size:,} entries was signed {each.signed_on}, before this one"
                f" over {head.size:,}: entries were taken away.",
                where,
            )
        else:
            text = f"{where}: it is older than the head over {each.size:,} in --heads."
            report.unjudged.append(text)
    rest = len(outside) - len(fits) - len(later)
    if rest and walk.intact:
        text = f"{where}: {rest:,} heads in --heads are over entries that are not here."
        report.unjudged.append(text)


def tell_of_keys(ring: Ring, report: Report, where: str) -> None:
    """Say whose word the signatures are."""
    if ring.pinned:
        report.proved.append("All signatures are of the key that you trust, or one it introduced")
        return
    for key in sorted(ring.used):
        report.remarks.append(
            f"{where}: signed with {quoted(key)}. That this is the product's key is the word of"
            " whoever gave you this, until you compare it with what others have, or say --key."
        )
    if len(ring.alone) > 1:
        report.remarks.append(
            f"{where}: {len(ring.alone) - 1} later keys were introduced by no earlier one."
        )


# ---------------------------------------------------------------- a receipt


def check_receipt(receipt: dict[str, Any], asked: Asked, report: Report, where: str) -> None:
    """Raises Wrong."""
    code = "receipt.malformed"
    sequence, body = number(receipt, "sequence", code), member(receipt, "body", str, code)
    note = member(receipt, "note", str, code)
    ring = Ring(note.partition("\n")[0], asked.keys)
    ring.learn(receipt.get("vkeys"), report, where)
    head = ring.head(note)
    report.saw(head, where)
    leaf = leaf_hash(encoded(body, code, "The record"))
    if sequence < 1:
        raise Wrong(code, "Entries are numbered from 1 on.")
    if (
        root_by_inclusion(sequence - 1, head.size, leaf, hashes(receipt, "proof", code))
        != head.root
    ):
        raise Wrong("proof.inclusion", f"The entry is not number {sequence:,} of the signed tree.")
    record = parsed_record(body)
    if type(record.get("sequence")) is not int or record["sequence"] != sequence:
        raise Wrong("entry.sequence", "The record says another number than the receipt.")
    report.proved.append(
        f"Entry {sequence:,} is in the tree of {head.size:,} entries that was signed"
        f" {head.signed_on}"
    )
    found = open_boxes(body, record, receipt.get("keys", {}), receipt.get("withheld", []))
    if found.opened:
        report.proved.append(f"{len(found.opened)} boxes open with the keys that came along")
    for name in found.closed:
        report.remarks.append(f"The box {quoted(name)} is closed: erased, or not handed out.")
    report.shown = readable(record, found)
    outside = relevant(asked.heads, ring, report, where)
    for each in outside:
        if each.size != head.size:
            report.unjudged.append(
                f"{where}: whether it fits the head over {each.size:,} takes an export or the"
                " server."
            )
    tell_of_keys(ring, report, where)


def readable(record: dict[str, Any], found: Boxes) -> dict[str, Any]:
    """What an entry says, for people."""
    said = {pointer: value for box in found.opened.values() for pointer, value in box.items()}
    who = said.get("/actor/label") or _at(record, "/actor/label")
    if not isinstance(who, str) or not who:
        who = _at(record, "/actor/id") or "somebody"
    reason = said.get("/reason") or record.get("reason")
    if isinstance(reason, dict):
        reason = "(closed)"
    return {
        "sequence": record.get("sequence"),
        "sentence": str(record.get("text", "")).replace("{actor}", str(who), 1),
        "action": record.get("action"),
        "who": who,
        "outcome": record.get("outcome"),
        "reason": reason,
        "happened at": record.get("happened_at"),
        "recorded at": record.get("recorded_at"),
    }


# ---------------------------------------------------------------- a running server


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A token goes where it was meant to go."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Server:
    """The API of a running server."""

    def __init__(self, url: str, token: str) -> None:
        """Raises CannotAsk."""
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise CannotAsk(f"{url} is no address of a server.")
        if parts.scheme == "http" and token and not _is_here(parts.hostname):
            raise CannotAsk("A token is sent over https only, or to this machine.")
        self.base = f"{parts.scheme}://{parts.netloc}/api/v1/audit/"
        self._token = token
        self._opener = urllib.request.build_opener(_NoRedirects)

    def get(self, path: str) -> bytes:
        """Raises CannotAsk, and Wrong for an answer that is out of all proportion."""
        address = urllib.parse.urljoin(self.base, path)
        if not address.startswith(self.base):
            raise Wrong("server.answer", "The server leads to another address.")
        request = urllib.request.Request(address)  # noqa: S310 (its scheme was looked at)
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with self._opener.open(request, timeout=60) as answer:
                data: bytes = answer.read(4 * LONGEST_FILE + 1)
        except urllib.error.HTTPError as error:
            raise CannotAsk(f"{address} answers {error.code}. Is the token right?") from None
        except (OSError, ValueError) as error:
            raise CannotAsk(f"{address} does not answer: {_short(error)}") from None
        if len(data) > 4 * LONGEST_FILE:
            raise Wrong("server.answer", "An answer is longer than it can be.")
        return data

    def read(self, path: str) -> dict[str, Any]:
        text = decoded(self.get(path), "server.answer", "An answer")
        return parsed(text, "server.answer", "An answer")


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Live:
    """Everything that a running server keeps, or, quickly, how its heads fit each other."""

    def __init__(self, server: Server, asked: Asked, report: Report) -> None:
        self.server, self.asked, self.report = server, asked, report
        self.where = server.base

    def check(self) -> None:
        """Raises Wrong where there is no going on, and CannotAsk."""
        keys = self.server.read("keys/")
        ring = Ring(member(keys, "origin", str, "server.answer"), self.asked.keys)
        ring.learn(keys.get("keys"), self.report, self.where)
        head = ring.head(self.server.read("seals/latest/").get("note"))
        self.report.saw(head, self.where)
        outside = relevant(self.asked.heads, ring, self.report, self.where)
        if self.asked.quick:
            self._quickly(head, outside)
        else:
            self._all(head, [*self._seals(ring, head), head], outside)
        tell_of_keys(ring, self.report, self.where)

    def _seals(self, ring: Ring, head: Head) -> Iterator[Head]:
        path, pages = "seals/?limit=100", 0
        while path and pages < 10_000_000:
            page = self.server.read(path)
            results = member(page, "results", list, "server.answer")
            for each in results:
                with self.report.looking_at(self.where):
                    seal = ring.head(each.get("note") if isinstance(each, dict) else None)
                    self.report.saw(seal, self.where)
                    if seal.size <= head.size:
                        yield seal
            path, pages = page.get("next") or "", pages + 1
            if not isinstance(path, str) or (path and not results):
                raise Wrong("server.answer", "The list of heads has no end.")

    def _all(self, head: Head, heads: list[Head], outside: list[Head]) -> None:
        tally = Tally(self.report, self.where)
        walk = Walk(self.report, self.where, 1, [*heads, *outside])
        walk.begin([])
        for portion in portions(self._blocks(head.size), Rules(with_keys=False), self.asked.jobs):
            tally.take(portion)
            walk.take(portion)
        walk.finish(head.size, head, [])
        self._rolled_back(head, outside)
        known = [each for each in outside if each.size <= head.size]
        judge_heads(known, walk, head, self.report, self.where)
        tally.conclude(whole=True)
        if walk.intact:
            self.report.proved += [
                f"{head.size:,} entries, numbered from 1 on without a gap",
                f"They are the tree that was signed {head.signed_on}",
                f"{len(walk.agreed):,} signed heads agree, each the beginning of the next",
            ]

    def _blocks(self, size: int) -> Iterator[bytes]:
        after = 0
        while after < size:
            block = self.server.get(f"records/?after={after}")
            lines = block.split(b"\n")[:-1][: size - after]
            if not lines:
                return
            yield b"".join(line + b"\n" for line in lines)
            after += len(lines)

    def _quickly(self, head: Head, outside: list[Head]) -> None:
        self._rolled_back(head, outside)
        for each in outside:
            if 0 < each.size <= head.size:
                with self.report.looking_at(self.where):
                    path = f"proofs/consistency/?first={each.size}&second={head.size}"
                    answer = self.server.read(path)
                    proof = hashes(answer, "proof", "server.answer", 128)
                    check_consistency(each.size, head.size, (each.root, head.root), proof)
                    self.report.proved.append(
                        f"The head over {each.size:,} that left the building is a beginning of the"
                        f" one over {head.size:,}"
                    )
        self.report.remarks.append("Only heads were compared (--quick); no entry was looked at.")

    def _rolled_back(self, head: Head, outside: list[Head]) -> None:
        for each in outside:
            if each.size > head.size:
                self.report.wrong(
                    "head.rollback",
                    f"A head over {each.size:,} entries left the building, and the server's newest"
                    f" is over {head.size:,}: entries were taken away.",
                    self.where,
                )


# ---------------------------------------------------------------- asking, and telling


class Asked(NamedTuple):
    """What somebody wants to know."""

    keys: list[Key]
    heads: list[tuple[str, str]]  # notes, and where they are from
    jobs: int = 1
    quick: bool = False
    token: str = ""


_NOTE = re.compile(
    r"^([^\s+]+\n[0-9]+\n[A-Za-z0-9+/]{43}=\n(?:[^\n]+\n)*\n(?:— [^\s]+ [A-Za-z0-9+/=]+\n?)+)",
    re.MULTILINE,
)


def heads_in(path: Path) -> list[tuple[str, str]]:
    """The heads in a file: lines {"note": …}, or any text with notes in it. Raises CannotAsk."""
    try:
        text = path.read_bytes()[:LONGEST_FILE].decode("utf-8", "replace").replace("\r\n", "\n")
    except OSError as error:
        raise CannotAsk(f"{path} cannot be read: {_short(error)}") from None
    found = []
    for line in text.split("\n"):
        if line.startswith("{"):
            try:
                note = parsed(line, "", "").get("note")
            except Wrong:
                continue
            if isinstance(note, str):
                found.append(note)
    found += [note.rstrip("\n") + "\n" for note in _NOTE.findall(text)]
    if not found:
        raise CannotAsk(f"There is no head in {path}.")
    return [(note, str(path)) for note in dict.fromkeys(found)]


def check(target: str, asked: Asked, report: Report) -> None:
    """Verify one thing. Raises CannotAsk."""
    try:
        _check(target, asked, report)
    except (MemoryError, RecursionError, ArithmeticError, LookupError, TypeError) as error:
        # Nothing that this program foresaw, so nothing that it can vouch for.
        report.wrong("unforeseen", f"It cannot be understood: {_short(repr(error))}", target)


def _check(target: str, asked: Asked, report: Report) -> None:
    if target.startswith(("http://", "https://")):
        with report.looking_at(target):
            Live(Server(target, asked.token), asked, report).check()
        return
    path = Path(target)
    with report.looking_at(target):
        if not path.exists():
            raise CannotAsk(f"There is nothing at {target}.")
        if path.is_dir() or _begins(path, b"PK"):
            Export(Source(path), asked, report).check()
            return
        with path.open("rb") as file:
            data = file.read(LONGEST_FILE + 1)
        if len(data) > LONGEST_FILE:
            raise CannotAsk(f"{target} is longer than any receipt.")
        found = parsed(
            decoded(data, "receipt.malformed", "The file"), "receipt.malformed", "The file"
        )
        if found.get("format") != RECEIPT:
            raise CannotAsk(f"{target} is neither an export nor a receipt ({RECEIPT}).")
        check_receipt(found, asked, report, target)


def _begins(path: Path, start: bytes) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(start)) == start
    except OSError as error:
        raise CannotAsk(f"{path} cannot be read: {_short(error)}") from None


def tell(targets: list[str], report: Report) -> None:
    """For people."""
    _say(f"Checked: {', '.join(map(quoted, targets))}\n")
    if report.shown:
        _say("What the receipt says:")
        for name, value in report.shown.items():
            if value not in (None, ""):
                _say(f"    {name + ':':14}{quoted(value)}")
        _say("")
    for mark, texts in _told(report):
        for text in texts:
            _say(f"  {mark} {quoted(text)}")
    _say("\n" + _verdict(report))
    _say("\nWhat this does not prove:")
    for text in NOT_PROVED:
        _say(f"  - {text}")


def _told(report: Report) -> Iterator[tuple[str, list[str]]]:
    yield "✓", report.proved
    yield "✗", [f"{each['where']}: {each['text']} [{each['code']}]" for each in report.findings]
    shown = Counter(each["code"] for each in report.findings)
    more = {code: count - shown[code] for code, count in report.counts.items()}
    yield "✗", [f"… and {count:,} more of [{code}]" for code, count in more.items() if count]
    yield "?", report.unjudged
    yield "·", list(dict.fromkeys(report.remarks))


def _verdict(report: Report) -> str:
    if report.status == 1:
        return "WRONG. This is not what was signed, or it cannot be believed."
    if report.status == 3:
        return "NOTHING WRONG, but not everything that you asked for could be judged."
    return "PROVED. Nothing was altered, dropped or put in since it was signed."


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def as_json(targets: list[str], report: Report) -> str:
    """For programs."""
    return json.dumps(
        {
            "targets": targets,
            "result": {0: "proved", 1: "wrong", 3: "unjudged"}[report.status],
            "findings": report.findings,
            "counts": report.counts,
            "proved": report.proved,
            "unjudged": report.unjudged,
            "remarks": list(dict.fromkeys(report.remarks)),
            "shown": report.shown,
            "not_proved": NOT_PROVED,
        },
        indent=2,
    )


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description="Verify an export, a segment, a receipt or a running server's audit trail.",
        epilog="Exit status: 0 proved, 1 wrong, 2 cannot be asked, 3 not all could be judged.",
    )
    parser.add_argument("targets", nargs="+", metavar="TARGET", help="folder, file or https://…")
    parser.add_argument(
        "--key", action="append", default=[], help="a key that you trust, NAME+ID+KEY; repeatable"
    )
    parser.add_argument(
        "--heads", action="append", default=[], type=Path, help="a file with heads; repeatable"
    )
    parser.add_argument(
        "--token-file", type=Path, help="a file with an API token; or set AUDIT_TOKEN"
    )
    parser.add_argument("--quick", action="store_true", help="of a server, compare heads only")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--json", action="store_true", help="tell it to a program")
    return parser


def main(given: list[str] | None = None) -> int:
    options = arguments().parse_args(given)
    report = Report()
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal that knows no ✓
    try:
        token = os.environ.get("AUDIT_TOKEN", "")
        if options.token_file:
            token = options.token_file.read_text(encoding="utf-8")
        asked = Asked(
            keys=[key_from(each) for each in options.key],
            heads=[head for path in options.heads for head in heads_in(path)],
            jobs=max(1, options.jobs),
            quick=options.quick,
            token=token.strip(),
        )
        for target in options.targets:
            check(target, asked, report)
    except (CannotAsk, OSError, ValueError) as error:
        sys.stderr.write(f"{quoted(error)}\n")
        return 2
    except Wrong as error:
        sys.stderr.write(f"--key: {quoted(error)}\n")
        return 2
    if options.json:
        _say(as_json(options.targets, report))
    else:
        tell(options.targets, report)
    return report.status


if __name__ == "__main__":
    sys.exit(main())
