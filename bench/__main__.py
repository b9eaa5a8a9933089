"""
Measure everything, or the parts named: `python -m bench [part …]`.

Each part runs on an empty database of its own under var/bench/, set up as `make run` sets it up.
Figures of one run belong together: compare ratios, not rates of different machines.
"""

import os
import platform
import sys
import time

from bench import aws, consuming, footprint, lifecycles, pages, reconciling, reporting
from bench.report import Report

PARTS = {
    "lifecycles": lifecycles.measure,
    "aws": aws.measure,
    "pages": pages.measure,
    "consuming": consuming.measure,
    "reporting": reporting.measure,
    "reconciling": reconciling.measure,
    "footprint": footprint.measure,
}


def main(wanted, parts):
    unknown = set(wanted) - set(parts)
    if unknown:
        sys.exit(f"There is no part {', '.join(sorted(unknown))}; there are {', '.join(parts)}.")
    report = Report()
    began = time.monotonic()
    for name, measure in parts.items():
        if not wanted or name in wanted:
            print(f"Measuring {name} …", file=sys.stderr)
            measure(report)
    report.show()
    print(
        f"\n{os.cpu_count()} cores, {platform.system()} {platform.release()},"
        f" Python {platform.python_version()}, {time.strftime('%Y-%m-%d')},"
        f" {time.monotonic() - began:.0f} s."
    )


if __name__ == "__main__":
    main(sys.argv[1:], PARTS)
