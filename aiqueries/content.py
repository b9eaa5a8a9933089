"""Digests of what is asked, sent and answered. They stay when the texts are gone."""

import hashlib
import json


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
