import pytest

from approvals.services import record_first_view


@pytest.fixture
def viewed(task, asha):
    """Asha's task, on which she has said what she thinks herself."""
    record_first_view(task_id=task.pk, answer="4", actor=asha)
    return task


@pytest.fixture
def browser(client, asha):
    """Asha's."""
    client.force_login(asha)
    return client
