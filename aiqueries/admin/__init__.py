"""AI queries as administrators and auditors see them: read, and changed by use cases only."""

from aiqueries.admin import budgets, policies, prices, prompts, queries

__all__ = ["budgets", "policies", "prices", "prompts", "queries"]
