"""Administrators set streams up on a page; auditors look on."""

import pytest

from audit.models import Stream
from tests.audit.handover.conftest import sealed_up_to

pytestmark = pytest.mark.django_db
PAGE = "/audit/streams/"
NEW = {"name": "SIEM", "url": "http://127.0.0.1:1/hook", "actions": "accounts.\napprovals.task_"}


@pytest.fixture
def as_admin(client, admin_person):
    client.force_login(admin_person)
    return client


def do(client, verb):
    return client.post(f"{PAGE}{Stream.objects.get().pk}/{verb}/", follow=True)


def test_without_streams_the_page_says_so(as_admin):
    assert "No streams yet" in as_admin.get(PAGE).content.decode()


def test_the_secret_is_shown_once(as_admin):
    made = as_admin.post(PAGE, NEW)

    assert made.status_code == 201
    assert "whsec_" in made.content.decode()
    assert "whsec_" not in as_admin.get(PAGE).content.decode()
    assert Stream.objects.get().filter == {"actions": ["accounts.", "approvals.task_"]}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"url": "ftp://example.com/"}, "The address must begin with https://."),
        ({"url": "http://169.254.169.254/"}, "a network that is not open to the world"),
        ({"actions": "Drop table!"}, "Actions are words in lower case"),
        ({"name": ""}, "This field is required."),
    ],
    ids=["another scheme", "metadata", "no actions", "no name"],
)
def test_what_makes_no_sense_comes_back_with_a_word(as_admin, fields, words):
    answer = as_admin.post(PAGE, NEW | fields)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Stream.objects.exists()


def test_a_stream_is_changed_on_its_page(as_admin):
    as_admin.post(PAGE, NEW)
    stream = Stream.objects.get()
    page = f"{PAGE}{stream.pk}/"
    assert "approvals.task_" in as_admin.get(page).content.decode()

    as_admin.post(page, NEW | {"actions": "", "people_only": "on"})

    stream.refresh_from_db()
    assert stream.filter == {"people_only": True}


def test_it_is_paused_and_resumed(as_admin):
    as_admin.post(PAGE, NEW)

    assert "Nothing is sent until you resume it." in do(as_admin, "pause").content.decode()
    assert Stream.objects.get().status == "PAUSED"
    do(as_admin, "resume")
    assert Stream.objects.get().status == "ACTIVE"


def test_a_test_tells_how_it_went(as_admin):
    as_admin.post(PAGE, NEW)

    assert "Nobody takes connections there." in do(as_admin, "test").content.decode()


def test_a_failing_one_has_a_notice(as_admin):
    as_admin.post(PAGE, NEW)
    Stream.objects.update(status="FAILING", failures=20, error="The answer was 500.")

    page = as_admin.get(PAGE).content.decode()

    assert "“SIEM” was paused: 20 messages in a row were not taken." in page


def test_a_new_secret_and_the_end(as_admin):
    as_admin.post(PAGE, NEW)

    assert "whsec_" in do(as_admin, "secret").content.decode()
    do(as_admin, "remove")
    assert not Stream.objects.exists()


def test_how_far_it_is_behind_is_shown(as_admin):
    as_admin.post(PAGE, NEW)
    sealed_up_to(7)

    assert "Behind by 7." in as_admin.get(PAGE).content.decode()


def test_an_auditor_sees_and_changes_nothing(client, vera, admin_person):
    client.force_login(admin_person)
    client.post(PAGE, NEW)
    client.force_login(vera)

    page = client.get(PAGE).content.decode()

    assert "SIEM" in page
    assert "<form method" not in page.split("Receivers")[1].split("</main>")[0]
    assert client.post(PAGE, NEW | {"name": "Other"}).status_code == 403
    assert do(client, "pause").status_code == 403
    assert Stream.objects.get().status == "ACTIVE"


@pytest.mark.parametrize("name", ["asha", "ben", "cleo"])
def test_others_have_no_business_here(client, request, name):
    client.force_login(request.getfixturevalue(name))

    assert client.get(PAGE).status_code == 403
