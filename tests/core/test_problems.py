import json
import logging

import pytest
from rest_framework.test import APIClient

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.doors")]
NOTES = "/api/v1/notes/"


def sent(api, text, url=NOTES, content_type="application/json", **extra):
    return api.generic("POST", url, text, content_type=content_type, **extra)


def test_a_refusal_is_a_problem_with_every_member(api):
    answer = api.get("/api/v1/rule/", headers={"X-Request-ID": "request-42"})

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/api/v1/problems/invalid/",
        "title": "Invalid",
        "status": 422,
        "detail": "Two options are the same.",
        "code": "invalid",
        "instance": "request-42",
        "errors": [{"field": "options", "code": "invalid", "detail": "Two options are the same."}],
    }


def test_a_refusal_may_carry_further_members(api):
    answer = api.post("/api/v1/refusing/", {}, format="json")

    assert answer.status_code == 409
    assert answer.json()["code"] == "too_late"
    assert answer.json()["decided_by"] == "Ada Okafor"


def test_wrong_shape_names_every_input_by_its_path(api):
    body = {"name": "x" * 21, "options": [{"text": "a"}, {"text": "far too long"}, {}]}

    answer = api.post(NOTES, body, format="json")

    assert answer.status_code == 400
    assert answer.json()["code"] == "validation_error"
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [
        ("name", "max_length"),
        ("options[1].text", "max_length"),
        ("options[2].text", "required"),
    ]


def test_a_body_that_is_no_object_names_no_field(api):
    answer = sent(api, "[]")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == ""


@pytest.mark.parametrize(
    "text",
    ["{", "", '{"name": NaN}', "\ufeff{}", "[" * 100_000, '{"a":' * 100_000, "1" * 5_000, b"\xff"],
)
def test_malformed_json_is_refused(api, text):
    answer = sent(api, text)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] in {"malformed", "validation_error"}


def test_json_of_which_the_nesting_overflows_is_malformed(api):
    assert sent(api, "[" * 100_000).json()["code"] == "malformed"


@pytest.mark.parametrize("text", [r"\u0000", r"a\u0000b", r"\ud800", r"\udfff x"])
def test_text_that_cannot_be_stored_is_refused_by_its_path(api, text):
    answer = sent(api, f'{{"name": "fine", "options": [{{"text": "ok"}}, {{"text": "{text}"}}]}}')

    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {
            "field": "options[1].text",
            "code": "unstorable_text",
            "detail": "Text may not contain NUL characters or unpaired surrogates.",
        }
    ]


def test_a_member_name_that_cannot_be_stored_is_refused(api):
    answer = sent(api, r'{"name": "fine", "\u0000": 1}')

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "body"


def test_a_whole_surrogate_pair_is_a_character(api):
    assert sent(api, r'{"name": "\ud83d\ude00"}').status_code == 201


def test_a_body_beyond_the_limit_is_refused(api):
    answer = sent(api, json.dumps({"name": "x" * 2 * 1024 * 1024}))

    assert answer.status_code == 413
    assert answer.json()["code"] == "body_too_large"


def test_a_body_within_the_limit_is_read(api):
    answer = sent(api, json.dumps({"name": "x" * 1024 * 1024}))

    assert answer.json()["errors"][0]["code"] == "max_length"


def test_another_content_type_is_refused(api):
    answer = sent(api, "name=one", content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported_media_type"


def test_another_method_is_refused_and_the_right_ones_are_named(api):
    answer = api.delete(NOTES)

    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_an_answer_in_another_format_is_refused(api):
    answer = api.get(NOTES, headers={"Accept": "text/csv"})

    assert answer.status_code == 406
    assert answer.json()["code"] == "not_acceptable"


@pytest.mark.parametrize("address", ["/api/", "/api/v2/", "/api/v1/nothing/"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_address_that_is_none_is_a_problem_too(api, method, address):
    answer = api.generic(method, address)

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


@pytest.mark.parametrize("address", ["/api/v1/a%00b/", "/a%00b/", "/?q=a%00b", "/?%00"])
def test_a_nul_character_in_an_address_is_refused(client, address):
    assert client.get(address).status_code == 400


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "unicode_escape"])
@pytest.mark.parametrize("address", ["/api/v1/?q=+2AA-", "/?q=+AAA-"])
def test_another_charset_is_refused(client, address, charset):
    kind = f"multipart/form-data; boundary=x; charset={charset}"

    assert client.get(address, headers={"Content-Type": kind}).status_code == 400
    assert client.generic("POST", address, b"--x--", content_type=kind).status_code == 400


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", "made-up"])
def test_utf_8_by_any_name_is_welcome(client, db, charset):
    kind = f"text/plain; charset={charset}"

    assert client.get("/sign-in/", headers={"Content-Type": kind}).status_code == 200


def test_an_unknown_address_is_told_to_programs_without_a_form(db):
    answer = APIClient(enforce_csrf_checks=True).post("/api/v1/nothing/", {}, format="json")

    assert answer.status_code == 404


def test_a_forgotten_slash_is_hinted_at(api):
    answer = api.post("/api/v1/notes")

    assert answer.status_code == 404
    assert answer.json()["detail"].endswith("Addresses of the API end in a slash.")


def test_a_stranger_is_asked_for_a_token(db):
    answer = APIClient().get(NOTES)

    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"
    assert answer["WWW-Authenticate"] == 'Bearer realm="imprimatur"'


def test_an_unknown_token_is_refused(db):
    answer = APIClient().get(NOTES, headers={"Authorization": "Bearer nonsense"})

    assert answer.status_code == 401
    assert answer.json()["code"] == "invalid_token"


def test_a_session_without_its_csrf_token_may_not_post(ben):
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(ben)

    answer = browser.post(NOTES, {"name": "one"}, format="json")

    assert answer.status_code == 403
    assert answer.json()["code"] == "not_allowed"


def test_a_crash_tells_nothing_but_the_request_id(api):
    answer = api.get("/api/v1/breaking/", headers={"X-Request-ID": "request-42"})

    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "internal_error"
    assert answer.json()["instance"] == "request-42"
    assert "secret" not in answer.content.decode()


def test_a_crash_is_logged_with_what_went_wrong(api, caplog):
    with caplog.at_level(logging.ERROR):
        api.get("/api/v1/breaking/")

    assert "the secret inside" in caplog.text


def test_an_unknown_host_is_a_problem_under_the_api(api):
    answer = api.get(NOTES, headers={"Host": "evil.example.com"})

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "malformed"


def test_outside_the_api_an_unknown_page_is_a_page(client, db):
    answer = client.get("/no-such-page/")

    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")


def test_items_of_a_list_of_texts_are_numbered_like_all_others(api):
    answer = api.post("/api/v1/words/", {"words": ["ok", "far too long"]}, format="json")

    assert answer.json()["errors"][0]["field"] == "words[1]"


def test_what_an_address_can_do_is_said_in_the_schema(api):
    answer = api.options(NOTES)

    assert answer.json() == {"schema": "http://testserver/api/v1/schema/"}
