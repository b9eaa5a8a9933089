"""Measure notifications, or the parts named: `python -m bench.notifications [part …]`."""

import sys

from bench.__main__ import main
from bench.notifications import fanning_out, inbox, live, repeating

PARTS = {
    "fanning-out": fanning_out.measure,
    "inbox": inbox.measure,
    "repeating": repeating.measure,
    "live": live.measure,
}

if __name__ == "__main__":
    main(sys.argv[1:], PARTS)
