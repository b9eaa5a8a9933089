"""For how long a provider asks to be left alone."""

import math
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 24 * 60 * 60.0  # seconds; whoever says more is not believed
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def wait(headers: Mapping[str, str]) -> float | None:
    """
    Seconds, or None if nothing is said: Retry-After (RFC 9110, 10.2.3), or limits that are used up.

    Those are OpenAI's x-ratelimit-remaining-* and -reset-*, of requests and of tokens.
    """
    milliseconds = _number(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return _within(milliseconds / 1000)
    said = headers.get("retry-after", "").strip()
    seconds = _number(said)
    return _within(seconds if seconds is not None else _until(said) or _reset(headers))


def _number(said: str) -> float | None:
    with suppress(ValueError):
        number = float(said)
        return number if math.isfinite(number) else None
    return None


def _until(date: str) -> float | None:
    with suppress(ValueError, TypeError, OverflowError):
        at = parsedate_to_datetime(date)
        return (at - datetime.now(at.tzinfo or UTC)).total_seconds()
    return None


def _reset(headers: Mapping[str, str]) -> float | None:
    """Until the last of the limits that are used up is lifted, as in "6m0s"."""
    used_up = [
        headers.get(f"x-ratelimit-reset-{what}", "")
        for what in ("requests", "tokens")
        if headers.get(f"x-ratelimit-remaining-{what}") == "0"
    ]
    times = [_PART.findall(said) for said in used_up if re.fullmatch(f"({_PART.pattern})+", said)]
    return max((sum(float(n) * _UNITS[unit] for n, unit in parts) for parts in times), default=None)


def _within(seconds: float | None) -> float | None:
    return None if seconds is None else min(max(seconds, 0.0), LONGEST)
