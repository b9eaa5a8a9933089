import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


def test_the_index_leads_to_the_schema():
    answer = APIClient().get("/api/v1/")

    assert answer.json()["schema"] == "http://testserver/api/v1/schema/"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("idempotency_key_reused", 422),
        ("idempotency_key_in_flight", 409),
        ("precondition_failed", 412),
        ("validation_error", 400),
        ("invalid_token", 401),
        ("file_two_faced", 422),
        ("unknown_attachment", 422),
        ("attachment_not_found", 404),
    ],
)
def test_a_problems_type_leads_to_its_description(code, status):
    answer = APIClient().get(f"/api/v1/problems/{code}/")

    assert answer.json()["code"] == code
    assert answer.json()["status"] == status
    assert answer.json()["description"].endswith(".")


def test_an_unknown_problem_is_not_described():
    assert APIClient().get("/api/v1/problems/no_such/").status_code == 404
