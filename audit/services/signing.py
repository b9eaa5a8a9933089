"""Signs the tree's heads, and what is handed over."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from audit.events import SealingKeyAdded
from audit.models import Batch, Seal, SealingKey
from audit.proof import notes, signers
from audit.proof.notes import Head, VerifierKey
from audit.proof.signers import NoSigningKey, Signer
from audit.services import proving
from core.actor import SYSTEM, Actor
from outbox.publishing import publish


class TrailAltered(Exception):
    """What is there now does not begin with what was signed before. Nobody may sign that."""


def sign_head() -> Seal | None:
    """
    Sign the head over all entries that are sealed; None where that is signed already.

    To be called outside of transactions, since the key may be across the network. At any time, by
    many at once: one head is kept of each size. What was signed before is compared first, so no
    two heads ever contradict each other. Raises TrailAltered, NoSigningKey, and what KMS raises.
    """
    newest = Batch.objects.order_by("-size").first()
    last = Seal.objects.order_by("-size").first()
    if newest is None or (last is not None and last.size == newest.size):
        return None
    if last is not None:
        _compare(last, newest.size)
    head = Head(origin(), newest.size, proving.root(newest.size), datetime.now(UTC))
    note, key = _signed(head.text)
    seal = Seal(
        size=head.size,
        root=head.root,
        note=note,
        key_id=key.id.hex(),
        sealed_at=head.signed_at,
    )
    Seal.objects.bulk_create([seal], ignore_conflicts=True)
    kept: Seal = Seal.objects.get(pk=head.size)
    return kept


def sign_manifest(manifest: bytes) -> str:
    """The note that vouches for these bytes: manifest.sig. Outside of transactions."""
    note, _ = _signed(notes.manifest_text(origin(), manifest, datetime.now(UTC)))
    return note


def introduce(successor: Signer, *, actor: Actor = SYSTEM) -> VerifierKey:
    """
    Have today's key vouch for the one that will sign after it, before the setting is changed.

    May be repeated: a key that is known already stays as it is.
    """
    key = VerifierKey(origin(), successor.public)
    if not SealingKey.objects.filter(pk=str(key)).exists():
        text = notes.introduction_text(key.name, key, datetime.now(UTC))
        note, _ = _signed(text)
        _keep(key, introduction=note, actor=actor)
    return key


def rotate_key_file(*, actor: Actor = SYSTEM) -> VerifierKey:
    """
    A new key in the place of AUDIT_KEY_FILE, introduced by the one that was there.

    Killed at any moment, it can be called again: the new key waits beside the old one until then.
    The old private key is gone afterwards, its public half stays listed.
    """
    path = Path(settings.AUDIT_KEY_FILE)
    waiting = path.with_name(f"{path.name}.next")
    signers.make_key_file(waiting)
    key = introduce(signers.FileSigner(waiting), actor=actor)
    waiting.replace(path)
    return key


def key_list() -> list[dict[str, Any]]:
    """All keys that sign or signed, the oldest first, as docs/audit.md describes."""
    return [
        {"vkey": key.vkey, "since": notes.moment(key.since), "introduction": key.introduction}
        for key in SealingKey.objects.order_by("since", "vkey")
    ]


def origin() -> str:
    """What this trail is called in all that is signed. Raises NoSigningKey."""
    said: str = settings.AUDIT_ORIGIN
    if not said:
        raise NoSigningKey("Nothing says what this trail is called: set AUDIT_ORIGIN.")
    return said


def _compare(last: Seal, size: int) -> None:
    """Is the tree of today a continuation of the one that was signed last? Raises TrailAltered."""
    signed_as = last.note.partition("\n")[0]
    if signed_as != origin():
        raise TrailAltered(f"This trail was signed as {signed_as} and would now be {origin()}.")
    if size < last.size:
        raise TrailAltered(f"There were {last.size} entries, and now there are {size}.")
    if proving.root(last.size) != bytes(last.root):
        raise TrailAltered(f"The first {last.size} entries are not those that were signed.")


def _signed(text: str) -> tuple[str, VerifierKey]:
    if transaction.get_connection().in_atomic_block and settings.AUDIT_KMS_KEY:
        raise RuntimeError("Nothing is signed within a transaction: KMS is across the network.")
    signer = signers.signer()
    key = VerifierKey(origin(), signer.public)
    note = notes.signed(text, key, signer.sign(text.encode()))
    try:
        notes.text_of(note, key)
    except notes.BadNote:
        signers.forget()  # an alias of KMS that leads to another key now
        raise
    if not SealingKey.objects.filter(pk=str(key)).exists():
        _keep(key)
    return note, key


@transaction.atomic
def _keep(key: VerifierKey, *, introduction: str = "", actor: Actor = SYSTEM) -> None:
    """List a key before anything bears its signature."""
    is_first = not SealingKey.objects.exists()
    row = SealingKey(vkey=str(key), introduction=introduction)
    SealingKey.objects.bulk_create([row], ignore_conflicts=True)
    if not is_first:
        publish(SealingKeyAdded(vkey=str(key), introduced=bool(introduction)), actor=actor)
