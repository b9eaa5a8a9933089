"""Measure the audit trail, or the parts named: `python -m bench.audit [part …]`."""

import sys

from bench import checking, exporting, latency, reporting, sealing, searching, throughput
from bench.__main__ import main

PARTS = {
    "sealing": sealing.measure,
    "latency": latency.measure,
    "throughput": throughput.measure,
    "reporting": reporting.measure,
    "exporting": exporting.measure,
    "searching": searching.measure,
    "checking": checking.measure,
}

if __name__ == "__main__":
    main(sys.argv[1:], PARTS)
