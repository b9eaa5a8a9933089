"""
How far the sealer has come, told by snapshots of the database.

Ids are handed out before commits, so a place in the log says nothing about what is still to
come before it. A snapshot does: it shows the transactions below `end` but for those that were
`still_open`. What the present one shows and the last did not is new. So a slow transaction keeps
nobody waiting, and an event comes after all that was committed before its transaction began.
"""

from dataclasses import dataclass
from typing import NamedTuple

from audit.models import Batch


class Snapshot(NamedTuple):
    """Which transactions were over at one moment."""

    end: int
    still_open: list[int]

    @classmethod
    def read(cls, text: str) -> "Snapshot":
        """From "xmin:xmax:xip,…", as PostgreSQL writes it; empty text shows nothing."""
        if not text:
            return cls(0, [])
        _, end, still_open = text.split(":")
        return cls(int(end), [int(each) for each in still_open.split(",") if each])


@dataclass(frozen=True, slots=True)
class Place:
    """
    What is to be sealed next: all that `upto` shows and `since` did not.

    Of that, what came `after` (transaction, event), in the order of transactions.
    """

    since: str
    upto: str
    after: tuple[int, int]

    def bounds(self) -> dict[str, int | list[int]]:
        """The place as parameters of the statements that read the log."""
        since, upto = Snapshot.read(self.since), Snapshot.read(self.upto)
        return {
            "late": since.still_open,
            "end": since.end,
            "now_end": upto.end,
            "still_open": upto.still_open,
            "transaction": self.after[0],
            "id": self.after[1],
        }


def place_after(last: Batch, now: str) -> Place:
    """Where to go on after this batch, `now` being the present snapshot."""
    after = (last.transaction_id, last.log_id)
    if last.under_way:
        return Place(last.seen, last.under_way, after)
    # A release of before knew no snapshots, but sealed in the order of transactions.
    return Place(last.seen, now, (0, 0) if last.seen else after)
