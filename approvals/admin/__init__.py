"""Approvals as administrators and auditors see them: all to read, changed by use cases only."""

from approvals.admin import absences, imports, policies, questions, repairs, requests, tasks

__all__ = ["absences", "imports", "policies", "questions", "repairs", "requests", "tasks"]
