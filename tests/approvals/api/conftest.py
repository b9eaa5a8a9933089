"""A program for each of the cast, and the two bodies that most tests send."""

import pytest
from rest_framework.test import APIClient


class Program(APIClient):
    """Sends JSON to /api/v1/, and gets the 500 that a real caller would get."""

    def __init__(self, user=None):
        super().__init__(raise_request_exception=False)
        self.default_format = "json"
        if user is not None:
            self.force_authenticate(user)

    def send(self, address, body=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.post(f"/api/v1/{address}", body or {}, format="json", headers=named)

    def read(self, address, query=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.get(f"/api/v1/{address}", query, headers=named)


@pytest.fixture
def as_asha(asha):
    return Program(asha)


@pytest.fixture
def as_ada(ada):
    return Program(ada)


@pytest.fixture
def as_ben(ben):
    return Program(ben)


@pytest.fixture
def as_cleo(cleo):
    return Program(cleo)


@pytest.fixture
def as_vera(vera):
    return Program(vera)


@pytest.fixture
def as_admin(admin_person):
    return Program(admin_person)


@pytest.fixture
def as_stranger(db):
    return Program()


@pytest.fixture
def question():
    return {
        "question_text": "What is 3 + 3?",
        "options": ["5", "6", "7"],
        "correct_answer": "6",
        "subject": "Maths",
    }


@pytest.fixture
def submission(question, asha):
    return {"question": question, "assigned_to": asha.email}


def assert_refused(answer, status, code, field=None):
    """A problem with this status and code, naming this field if one is given."""
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert answer["Content-Type"] == "application/problem+json"
    if field is not None:
        assert field in [error["field"] for error in answer.json()["errors"]]
