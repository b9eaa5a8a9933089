"""CSV that a spreadsheet shows and never calculates."""

import csv
import io
from collections.abc import Iterable, Sequence

# A cell that begins so is a formula to one spreadsheet or another: OWASP, "CSV Injection". The
# last four are the same signs in full width. Tab and carriage return may lead over to them.
_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
_BEFORE = " \"'\u00a0\ufeff\u200b"  # what is dropped or skipped before the sign is looked at
BEGINNING = "\ufeff".encode()  # by which Excel knows UTF-8


def harmless(value: object) -> str:
    """The value as text that begins with no sign of a formula; an apostrophe goes before it."""
    text = str(value).replace("\0", "")
    return f"'{text}" if text.lstrip(_BEFORE).startswith(_SIGNS) else text


def lines(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as RFC 4180 has them, every cell in quotes, in UTF-8."""
    page = io.StringIO(newline="")
    writer = csv.writer(page, quoting=csv.QUOTE_ALL)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return page.getvalue().encode()
