from tests.approvals.conftest import submit as submit
from tests.approvals.conftest import task as task
