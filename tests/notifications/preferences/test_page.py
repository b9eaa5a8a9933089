"""The page on which people say how they want to be told."""

import pytest
from django.utils.html import escape

from notifications.models import Default, PersonSettings, Preference
from outbox.models import Event
from tests.notifications.conftest import new_task

pytestmark = pytest.mark.django_db
URL, PREVIEW = "/notifications/settings/", "/notifications/settings/preview/"
SENT = {
    "time_zone": "Europe/Berlin",
    "quiet_from": "22:00",
    "quiet_to": "07:00",
    "quiet_weekends": "on",
    "digest_every": "WEEKLY",
    "digest_weekday": "4",
    "digest_hour": "16",
    "most_an_hour": "10",
    "TASK_ASSIGNED.EMAIL": "DIGEST",
}


@pytest.fixture
def as_asha(client, asha):
    client.force_login(asha)
    return client


def test_the_page_shows_what_holds(as_asha, asha):
    PersonSettings.objects.create(person=asha, time_zone="Asia/Kolkata", digest_hour=17)
    Preference.objects.create(person=asha, kind="TASK_ASSIGNED", channel="EMAIL", mode="OFF")

    text = as_asha.get(URL).content.decode()

    assert '<option value="Asia/Kolkata" selected>' in text
    assert '<option value="17" selected>17:00</option>' in text
    assert '<option value="OFF" selected>Not at all</option>' in text
    assert "Usual: at once" in text


def test_looking_saves_nothing(as_asha):
    as_asha.get(URL)

    assert not PersonSettings.objects.exists()


def test_saving_keeps_all_of_it(as_asha, asha):
    response = as_asha.post(URL, SENT)

    kept = PersonSettings.objects.get(person=asha)
    assert response.headers["Location"] == URL
    assert (kept.time_zone, kept.digest_every, kept.digest_weekday) == (
        "Europe/Berlin",
        "WEEKLY",
        4,
    )
    assert (kept.quiet_from.hour, kept.quiet_to.hour, kept.quiet_weekends) == (22, 7, True)
    assert (kept.digest_hour, kept.most_an_hour) == (16, 10)
    assert list(Preference.objects.values_list("kind", "channel", "mode")) == [
        ("TASK_ASSIGNED", "EMAIL", "DIGEST")
    ]


def test_the_usual_takes_a_choice_back(as_asha):
    as_asha.post(URL, SENT)
    as_asha.post(URL, {**SENT, "TASK_ASSIGNED.EMAIL": ""})

    assert not Preference.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("time_zone", "Mars/Olympus", "Select a valid choice."),
        ("quiet_to", "", "Quiet hours need a beginning and an end."),
        ("quiet_to", "22:00", "Quiet hours must not begin and end at once."),
        ("quiet_from", "25:00", "Enter a valid time."),
        ("digest_hour", "24", "Select a valid choice."),
        ("most_an_hour", "0", "greater than or equal to 1"),
        ("TASK_ASSIGNED.IN_APP", "DIGEST", "Select a valid choice."),
    ],
    ids=["zone", "one end", "no length", "no time", "no hour", "none", "no digest"],
)
def test_what_cannot_be_comes_back_and_changes_nothing(as_asha, field, value, said):
    response = as_asha.post(URL, {**SENT, field: value})

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not PersonSettings.objects.exists()
    assert not Preference.objects.exists()


def test_what_is_fixed_is_shown_and_cannot_be_sent(as_asha):
    Default.objects.create(kind="TASK_ASSIGNED", channel="EMAIL", mode="NOW", locked=True)

    text = as_asha.get(URL).content.decode()
    as_asha.post(URL, {**SENT, "TASK_OVERDUE.EMAIL": "OFF"})

    assert "An administrator set this for everybody." in text
    assert "It is too pressing to wait." in text
    assert 'name="TASK_ASSIGNED.EMAIL"' not in text
    assert not Preference.objects.exists()


def test_a_change_is_recorded(as_asha, asha):
    as_asha.post(URL, SENT)

    event = Event.objects.get(name="notifications.preferences_changed")
    assert (event.actor_id, event.payload) == (str(asha.pk), {"user_id": str(asha.pk)})


def test_the_preview_says_what_would_have_been_sent(told, as_asha, asha):
    told(new_task(asha), new_task(asha))

    assert "would have sent 2 mails." in as_asha.get(URL).content.decode()
    sent = as_asha.post(PREVIEW, {**SENT, "TASK_ASSIGNED.EMAIL": "OFF"})
    assert sent.content.decode() == "Last week these settings would have sent nothing."
    assert not PersonSettings.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"time_zone": "Mars/Olympus"}, "Something in the form needs correcting first."),
        ({"quiet_to": ""}, "Quiet hours need a beginning and an end."),
    ],
    ids=["form", "rule"],
)
def test_the_preview_says_what_is_amiss(as_asha, changed, said):
    assert as_asha.post(PREVIEW, {**SENT, **changed}).content.decode() == escape(said)


@pytest.mark.parametrize("url", [URL, PREVIEW])
def test_whoever_is_not_signed_in_is_asked_to(client, url):
    assert client.post(url, SENT).status_code == 302
    assert not PersonSettings.objects.exists()


def test_a_preview_by_get_is_refused(as_asha):
    assert as_asha.get(PREVIEW).status_code == 405


def test_the_settings_lead_there(as_asha):
    assert f'href="{URL}"' in as_asha.get("/settings/").content.decode()


def test_the_page_costs_few_queries(as_asha, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        as_asha.get(URL)
