"""Whole life cycles a second: raw SQL, through the services, and through HTTP."""

from bench import floor, over_http, through_services
from bench.ground import CLIENTS, empty_database, together

FLOOR_SECONDS = 4


def measure(report):
    """The floor is taken before and after, because a machine's mood changes within a run."""
    with empty_database() as url:
        before, before_cost = _floor(url)
        services, cost = through_services.measure(report)
        after, after_cost = _floor(url)
    http = over_http.measure(report)
    raw = (before + after) / 2
    report.add("raw SQL, three commits (floor)", f"{raw:.0f} cycles/s ({before:.0f}, {after:.0f})")
    report.add("through the services", f"{services:.0f} cycles/s")
    ratio = services / raw
    report.add("services / floor", f"{ratio:.2f}", aim="≥ 0.20", held=ratio >= 0.20)
    raw_cost = (before_cost + after_cost) / 2
    report.add("processor time a cycle, floor", f"{raw_cost:.2f} ms")
    report.add("processor time a cycle, services", f"{cost:.2f} ms")
    report.add("processor time, floor / services", f"{raw_cost / cost:.2f}")
    report.add("through HTTP", f"{http:.0f} cycles/s")
    report.add("HTTP / floor", f"{http / raw:.3f}")


def _floor(url):
    """Life cycles a second, and milliseconds of processor time for each."""
    processor = []
    floor.make_tables(url)
    try:
        results = together(floor.cycle_for, [(url, FLOOR_SECONDS)] * CLIENTS, processor)
    finally:
        floor.drop_tables(url)
    cycles = sum(count for count, _ in results)
    return cycles / max(seconds for _, seconds in results), processor[0] / cycles * 1000
