"""
How long it takes to check a whole trail of a million entries, and a tamper drill on it.

The trail is found whole, or the measurement fails: no false alarm.
"""

from bench.ground import empty_database, in_a_process, together
from bench.trail import fill

COUNT = 1_000_000
AIM = 60  # seconds, on two cores


def measure(report):
    with empty_database() as url:
        fill(url, COUNT)
        in_a_process(_sign)
        processor = []
        ((seconds, findings, memory),) = together(_check, [()], processor)
        if findings:
            raise SystemExit(f"The trail was whole, and this was found: {findings}")
        held = seconds <= AIM
        report.add(f"check of {COUNT:,} entries", f"{seconds:.0f} s", aim=f"≤ {AIM} s", held=held)
        report.add("  check and PostgreSQL", f"{processor[0]:.0f} s of processor")
        report.add("  memory of the check", f"{memory} MiB")
        found, seconds = in_a_process(_drill)
        report.add("tamperings found by a drill", f"{found} of 14", aim="14", held=found == 14)
        report.add("  a drill on the newest 1,024", f"{seconds:.1f} s")


def _sign():
    from audit.services.signing import sign_head

    sign_head()


def _check():
    import resource

    from audit.services.checking import check_trail

    seen = check_trail(workers=2)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return seen.seconds, seen.findings, memory


def _drill():
    from audit.services.drilling import hold_drill
    from core.actor import SYSTEM

    drill = hold_drill(actor=SYSTEM)
    return drill.found, drill.seconds
