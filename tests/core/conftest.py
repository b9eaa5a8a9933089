import pytest
from rest_framework.test import APIClient


@pytest.fixture
def api(ben):
    """Ben's program, which gets the 500 that a browser would get."""
    client = APIClient(raise_request_exception=False)
    client.force_authenticate(ben)
    return client
