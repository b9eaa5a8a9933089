"""Sets right what was left half-way between requests and their workflows."""

from approvals.bridges.reconciling.rounds import Report, reconcile

__all__ = ["Report", "reconcile"]
