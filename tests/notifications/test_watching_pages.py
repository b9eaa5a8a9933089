"""The buttons to watch and mute, the page of all that is, and the same by API."""

import pytest
from rest_framework.test import APIClient

from notifications.models import Notification, Watch
from tests.approvals.conftest import submit as submit
from tests.notifications.conftest import new_task

pytestmark = pytest.mark.django_db
URL = "/notifications/watching/"
API = "/api/v1/notifications/watches/"


@pytest.fixture
def question(submit):
    return submit().question


@pytest.fixture
def as_ben(client, ben):
    client.force_login(ben)
    return client


def api(person):
    client = APIClient()
    client.force_authenticate(person)
    return client


def test_the_pages_of_questions_and_requests_ask_for_the_buttons(as_ben, question, ben):
    wanted = f"{URL}?thing=question:{question.pk}&amp;thing=person:{ben.pk}&amp;card=1"

    assert wanted in as_ben.get(f"/questions/{question.pk}/").content.decode()
    assert wanted in as_ben.get(f"/requests/{question.requests.get().pk}/").content.decode()


def test_the_buttons_name_what_they_are_for(as_ben, question, ben):
    things = [f"question:{question.pk}", f"person:{ben.pk}"]

    text = as_ben.get(URL, {"thing": things, "card": "1"}).content.decode()

    assert "Watch or mute" in text
    assert "What is 2 + 2?" in text
    assert "The work of Ben Novak" in text


def test_of_what_one_may_not_see_there_are_none(client, cleo, question):
    client.force_login(cleo)

    page = client.get(URL, {"thing": f"question:{question.pk}", "card": "1"})

    assert page.content.strip() == b""


def test_a_button_watches_and_another_press_ends_it(as_ben, question):
    url = f"{URL}question/{question.pk}/"

    pressed = as_ben.post(url, {"mode": "WATCH"}, headers={"HX-Request": "true"})
    assert 'aria-pressed="true"' in pressed.content.decode()
    assert Watch.objects.get().mode == "WATCH"

    as_ben.post(url, {"mode": "NONE"}, headers={"HX-Request": "true"})
    assert not Watch.objects.exists()


def test_without_htmx_it_leads_to_the_page_of_all(as_ben, question):
    answer = as_ben.post(f"{URL}question/{question.pk}/", {"mode": "MUTE"}, follow=True)

    text = answer.content.decode()
    assert "You hear only of what waits for you, and in your list alone." in text
    assert f'href="/questions/{question.pk}/"' in text
    assert "Muted" in text


def test_what_is_not_theirs_is_not_found(client, cleo, question):
    client.force_login(cleo)

    assert client.post(f"{URL}question/{question.pk}/", {"mode": "WATCH"}).status_code == 404
    assert not Watch.objects.exists()


def test_what_one_may_no_longer_see_can_still_be_ended(client, cleo, question):
    Watch.objects.create(person=cleo, thing=f"question:{question.pk}", mode="MUTE")
    client.force_login(cleo)

    assert "A question that you may not see any more" in client.get(URL).content.decode()
    client.post(f"{URL}question/{question.pk}/", {"mode": "NONE"})
    assert not Watch.objects.exists()


def test_a_row_has_the_buttons_of_what_it_is_about(client, told, asha, question):
    about = {"question_id": str(question.pk), "requester_id": str(question.created_by_id)}
    told(new_task(asha, **about))
    client.force_login(asha)
    row = Notification.objects.filter(recipient=asha).latest("rank")

    text = client.get(f"/notifications/{row.pk}/watching/").content.decode()

    assert "What is 2 + 2?" in text
    assert "The work of Ben Novak" in text


def test_of_anothers_row_there_are_none(client, told, asha, ada):
    told(new_task(asha))
    client.force_login(ada)

    row = Notification.objects.get()
    assert client.get(f"/notifications/{row.pk}/watching/").status_code == 404


def test_the_api_watches_lists_and_ends(ben, question):
    url = f"{API}question/{question.pk}/"
    client = api(ben)

    assert client.put(url, {"mode": "WATCH"}, format="json").status_code == 204
    assert client.get(API).json() == {
        "results": [
            {
                "kind": "question",
                "id": str(question.pk),
                "title": "What is 2 + 2?",
                "mode": "WATCH",
            }
        ]
    }
    assert client.delete(url).status_code == 204
    assert client.get(API).json() == {"results": []}


def test_the_api_refuses_what_is_not_theirs(cleo, question):
    answer = api(cleo).put(f"{API}question/{question.pk}/", {"mode": "MUTE"}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (404, "nothing_to_watch")


def test_the_api_knows_two_modes(ben, question):
    answer = api(ben).put(f"{API}question/{question.pk}/", {"mode": "NONE"}, format="json")

    assert answer.status_code == 400
