"""Which routes are left alone for now."""

from django.db import models


class Circuit(models.Model):
    """How a model of a provider fared lately. All workers share the row; see `breaking`."""

    provider = models.CharField(max_length=50)
    model = models.CharField(max_length=100)
    failures = models.PositiveIntegerField(default=0)
    openings = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    # Who was let through to see whether it works again, by the key of their call.
    probe = models.CharField(max_length=100, blank=True)
    probe_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "model"], name="aiqueries_one_circuit_per_route"
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"
