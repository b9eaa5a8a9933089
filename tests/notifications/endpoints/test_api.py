"""Programs see to their person's endpoints, and administrators' to the organisation's."""

import pytest
from rest_framework.test import APIClient
from standardwebhooks import Webhook

from notifications.models import Endpoint, Message
from tests.notifications.endpoints.conftest import CLOSED, now_due

pytestmark = pytest.mark.django_db
URL = "/api/v1/notifications/endpoints/"


@pytest.fixture
def api():
    def signed_in(person):
        client = APIClient()
        client.force_authenticate(person)
        return client

    return signed_in


def make(client, url, **more):
    return client.post(URL, {"name": "Lamp", "url": url, **more}, format="json")


def test_one_is_made_and_its_secret_shown_once(api, asha, taker):
    answer = make(api(asha), taker.url)

    made = answer.json()
    assert answer.status_code == 201
    assert answer["Location"].endswith(f"{URL}{made['id']}/")
    assert Webhook(made["secret"])
    assert (made["of"], made["format"], made["status"]) == ("me", "STANDARD", "ACTIVE")
    assert "secret" not in api(asha).get(answer["Location"]).json()


def test_a_chats_secret_is_empty(api, asha, taker):
    assert make(api(asha), taker.url, format="SLACK").json()["secret"] == ""


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"url": "http://10.0.0.1/"}, "address_refused", "url"),
        ({"kinds": ["NOTHING"]}, "unknown_kind", "kinds"),
    ],
)
def test_what_is_wrong_is_named(api, asha, taker, wrong, code, field):
    answer = api(asha).post(URL, {"name": "Lamp", "url": taker.url, **wrong}, format="json")

    assert answer.status_code == 422
    assert answer.json()["code"] == code
    assert [each["field"] for each in answer.json().get("errors", [{"field": field}])] == [field]
    assert Endpoint.objects.count() == 0


def test_the_organisations_are_for_administrators(api, asha, admin_person, taker):
    refused = make(api(asha), taker.url, of="organisation")
    made = make(api(admin_person), taker.url, of="organisation")

    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert made.json()["of"] == "organisation"


def test_everybody_sees_their_own(api, asha, ada, admin_person, endpoint_of, organisations):
    own = endpoint_of(asha)

    def seen_by(person, **query):
        return [each["id"] for each in api(person).get(URL, query).json()["results"]]

    assert seen_by(asha) == [str(own.pk)]
    assert seen_by(ada) == []
    assert seen_by(admin_person) == [str(organisations.pk)]
    assert seen_by(admin_person, of="me") == []
    assert seen_by(admin_person, of="organisation") == [str(organisations.pk)]


def test_somebody_elses_is_not_there(api, ada, asha, endpoint_of):
    own = endpoint_of(asha)

    for client_call in ("get", "patch", "delete"):
        answer = getattr(api(ada), client_call)(f"{URL}{own.pk}/", {}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (404, "endpoint_not_found")
    assert api(ada).get(f"{URL}{own.pk}/messages/").status_code == 404


def test_one_is_changed_in_part(api, asha, endpoint_of):
    own = endpoint_of(asha, kinds=["TASK_ASSIGNED"])

    answer = api(asha).patch(f"{URL}{own.pk}/", {"name": "Other"}, format="json")

    assert (answer.json()["name"], answer.json()["kinds"]) == ("Other", ["TASK_ASSIGNED"])


def test_one_is_removed(api, asha, endpoint_of):
    own = endpoint_of(asha)

    assert api(asha).delete(f"{URL}{own.pk}/").status_code == 204
    assert Endpoint.objects.count() == 0


def test_it_is_switched_off_and_on(api, asha, endpoint_of):
    own = endpoint_of(asha)

    assert api(asha).post(f"{URL}{own.pk}/off/").status_code == 204
    assert Endpoint.objects.get().status == "DISABLED"
    assert api(asha).post(f"{URL}{own.pk}/on/").status_code == 204
    assert Endpoint.objects.get().status == "ACTIVE"


def test_a_secret_is_rotated(api, asha, endpoint_of):
    own = endpoint_of(asha)

    answer = api(asha).post(f"{URL}{own.pk}/secret/")

    assert answer.status_code == 201
    assert answer.json()["secret"] != own.known


def test_a_test_is_sent_and_the_log_has_its_tries(api, asha, endpoint_of, taker, deliver_all):
    own = endpoint_of(asha)
    taker.answers = [(503,)]

    answer = api(asha).post(f"{URL}{own.pk}/test/")
    again = api(asha).post(f"{URL}{own.pk}/test/")
    deliver_all()

    (message,) = api(asha).get(f"{URL}{own.pk}/messages/").json()["results"]
    assert (answer.status_code, again.status_code) == (202, 409)
    assert message["webhook_id"] == f"msg_{message['id']}"
    assert (message["status"], message["answer"]) == ("FAILED", "The answer was 503.")
    assert [each["http_status"] for each in message["attempts"]] == [503]


def test_the_log_is_narrowed_by_status(api, admin_person, organisations, told):
    told(CLOSED)
    log = f"{URL}{organisations.pk}/messages/"

    assert len(api(admin_person).get(log, {"status": "SENT"}).json()["results"]) == 1
    assert api(admin_person).get(log, {"status": "FAILED"}).json()["results"] == []
    assert api(admin_person).get(log, {"status": "ODD"}).json()["code"] == "invalid_filter"


def test_one_message_is_sent_again(api, admin_person, organisations, told, taker, deliver_all):
    told(CLOSED)
    message = Message.objects.get()

    answer = api(admin_person).post(f"{URL}{organisations.pk}/messages/{message.pk}/resend/")
    deliver_all()

    assert answer.status_code == 202
    assert len(taker.got) == 2


def test_all_since_then_are_recovered(api, admin_person, organisations, told, taker, deliver_all):
    taker.answers = [(410,)]
    told(CLOSED)
    api(admin_person).post(f"{URL}{organisations.pk}/on/")

    answer = api(admin_person).post(
        f"{URL}{organisations.pk}/recover/", {"since": "2020-01-01T00:00:00Z"}, format="json"
    )
    now_due(deliver_all)

    assert (answer.status_code, answer.json()) == (202, {"count": 1})
    assert Message.objects.get().status == "SENT"


def test_nobody_without_a_token_sees_any(db):
    assert APIClient().get(URL).status_code == 401
