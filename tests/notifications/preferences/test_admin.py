"""Administrators say how everybody is told, and what nobody may choose otherwise."""

import pytest

from notifications.exceptions import BadPreference
from notifications.kinds import Channel, Kind, Mode
from notifications.models import Default
from notifications.services.preferences import set_default
from outbox.models import Event

pytestmark = pytest.mark.django_db
URL = "/admin/notifications/default/"
LOCK = {"kind": "TASK_ASSIGNED", "channel": "EMAIL", "mode": "DIGEST", "locked": "on"}


@pytest.fixture
def as_admin(client, admin_person):
    client.force_login(admin_person)
    return client


def told_of(name):
    return Event.objects.filter(name=f"notifications.{name}").values_list("payload", flat=True)


def test_a_default_is_set_and_told_of(as_admin):
    as_admin.post(f"{URL}add/", LOCK)

    default = Default.objects.get()
    assert (default.kind, default.channel) == ("TASK_ASSIGNED", "EMAIL")
    assert (default.mode, default.locked) == ("DIGEST", True)
    assert list(told_of("default_set")) == [
        {
            "default_id": default.pk,
            "kind": "TASK_ASSIGNED",
            "channel": "EMAIL",
            "mode": "DIGEST",
            "locked": True,
        }
    ]


def test_a_default_is_changed(as_admin):
    default = Default.objects.create(kind="TASK_ASSIGNED", channel="EMAIL", mode="OFF", locked=True)

    as_admin.post(f"{URL}{default.pk}/change/", {"mode": "NOW"})

    default.refresh_from_db()
    assert (default.kind, default.mode, default.locked) == ("TASK_ASSIGNED", "NOW", False)


@pytest.mark.parametrize("one_by_one", [True, False])
def test_a_removed_default_is_told_of(as_admin, one_by_one):
    default = Default.objects.create(kind="TASK_ASSIGNED", channel="EMAIL", mode="OFF")

    if one_by_one:
        as_admin.post(f"{URL}{default.pk}/delete/", {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [default.pk], "post": "yes"}
        as_admin.post(URL, chosen)

    assert not Default.objects.exists()
    assert list(told_of("default_removed")) == [
        {"default_id": default.pk, "kind": "TASK_ASSIGNED", "channel": "EMAIL"}
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"channel": "WEBHOOK"}, "Webhook knows no digest."),
        ({"kind": "TASK_OVERDUE"}, "It is too pressing to wait for a digest."),
    ],
    ids=["webhook", "critical"],
)
def test_a_digest_that_cannot_be_is_refused(as_admin, changed, said):
    response = as_admin.post(f"{URL}add/", {**LOCK, **changed})

    assert said in response.content.decode()
    assert not Default.objects.exists()


def test_the_service_refuses_it_too(admin_person):
    with pytest.raises(BadPreference):
        set_default(
            kind=Kind.TASK_OVERDUE,
            channel=Channel.EMAIL,
            mode=Mode.DIGEST,
            locked=True,
            actor=admin_person.as_actor(),
        )


def test_the_list_shows_them(as_admin):
    Default.objects.create(kind="TASK_ASSIGNED", channel="EMAIL", mode="OFF", locked=True)

    assert "A question waits for your decision" in as_admin.get(URL).content.decode()


def test_auditors_look_and_change_nothing(client, vera):
    vera.is_staff = True
    vera.save(update_fields=["is_staff"])
    client.force_login(vera)

    assert client.get(URL).status_code == 200
    assert client.post(f"{URL}add/", LOCK).status_code == 403
    assert not Default.objects.exists()


def test_others_do_not_even_look(client, asha):
    client.force_login(asha)

    assert client.get(URL).status_code in (302, 403)
