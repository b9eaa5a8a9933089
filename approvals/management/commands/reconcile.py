"""`manage.py reconcile`: one round of the reconciler, now."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand

from approvals.bridges import reconciling
from approvals.models import Repair


class Command(BaseCommand):
    help = "Look for what was left half-way between requests and workflows, and set it right."

    def handle(self, *args: Any, **options: Any) -> None:
        report = reconciling.reconcile()
        if report is None:
            self.stdout.write("Another round is under way.")
            return
        self.stdout.write(
            f"{report.checked} checked, {report.looked} looked at, {report.failed} failed."
        )
        self._say("Repaired", report.repaired)
        self._say("Parked", report.parked)

    def _say(self, what: str, counts: Mapping[str, int]) -> None:
        for kind, count in sorted(counts.items()):
            self.stdout.write(f"{what}: {count} × {Repair.Kind(kind).label}")
