"""Approvals as administrators and auditors see them: all to read, changed by use cases only."""

from approvals.admin import imports, policies, questions, repairs, requests, tasks

__all__ = ["imports", "policies", "questions", "repairs", "requests", "tasks"]
