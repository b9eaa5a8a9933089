"""Ben at his browser, with something to ask about."""

import pytest

from aiqueries import services
from approvals.content import QuestionContent
from approvals.services import create_question
from crm_sync.models import Customer

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def browser(client, ben):
    client.force_login(ben)
    return client


@pytest.fixture
def northwind(db):
    return Customer.objects.create(
        name="Northwind College",
        industry="Education",
        city="Leeds",
        contact_name="Nora Wind",
        email="nora@northwind.example",
    )


@pytest.fixture
def question(ben):
    content = QuestionContent.checked(
        question_text="What is 2 + 2?", options=["3", "4"], correct_answer="4", subject="Maths"
    )
    return create_question(content=content, actor=ben)


@pytest.fixture
def query(ben):
    return services.ask_query(prompt="What is a distractor?", actor=ben)


def text_of(browser, address, **wish):
    response = browser.get(address, wish)
    assert response.status_code == 200
    return response.content.decode()
