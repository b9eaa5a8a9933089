"""Digests of what is asked, sent and answered. They stay when the texts are gone."""

import hashlib
import json

LONGEST_TITLE = 80  # characters


def digest_of(text: str) -> str:
    """SHA-256 of the text in UTF-8, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def wording_digest(*, instructions: str, content: str, most_tokens: int) -> str:
    """SHA-256 of one wording of a prompt as canonical JSON (RFC 8785), in hex."""
    wording = {"content": content, "instructions": instructions, "most_tokens": most_tokens}
    return digest_of(json.dumps(wording, sort_keys=True, ensure_ascii=False, separators=(",", ":")))


def storable(text: str) -> str:
    """The text as PostgreSQL can keep it: without NUL, and without halves of characters."""
    return text.replace("\0", "").encode(errors="replace").decode()


def beginning_of(text: str) -> str:
    """How a text begins, on one line of 80 characters at most. Reads no more than it needs."""
    line = " ".join(text[: 4 * LONGEST_TITLE].split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1].rstrip() + "…"
