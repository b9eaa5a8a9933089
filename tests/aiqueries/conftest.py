"""Requests for approval, as their own tests make them."""

from tests.approvals.conftest import board, offered, submit, task

__all__ = ["board", "offered", "submit", "task"]
