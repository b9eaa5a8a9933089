from tests.approvals.conftest import submit  # noqa: F401
