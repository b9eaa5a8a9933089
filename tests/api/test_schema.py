import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db


def test_the_schema_is_valid_and_leaves_nothing_to_guess(tmp_path):
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema"))


def test_the_schema_is_served():
    answer = APIClient().get("/api/v1/schema/")

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/vnd.oai.openapi")


def test_the_schema_says_how_tokens_are_sent():
    schema = APIClient().get("/api/v1/schema/?format=json").json()

    assert schema["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}


def test_every_operation_says_how_it_refuses():
    paths = APIClient().get("/api/v1/schema/?format=json").json()["paths"]

    answers = [operation["responses"] for path in paths.values() for operation in path.values()]
    assert all("application/problem+json" in answer["4XX"]["content"] for answer in answers)


def test_the_page_to_try_things_on_loads_nothing_from_elsewhere():
    page = APIClient().get("/api/v1/docs/").content.decode()

    assert "swagger-ui-bundle.js" in page
    assert "://" not in page.replace("http://testserver", "")


def test_only_that_page_may_have_styles_of_its_own():
    docs = APIClient().get("/api/v1/docs/")["Content-Security-Policy"]
    index = APIClient().get("/api/v1/")["Content-Security-Policy"]

    assert "style-src 'self' 'unsafe-inline'" in docs
    assert "script-src 'self'" in docs
    assert "unsafe" not in index
