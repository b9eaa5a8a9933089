"""Forgetting a person: who may, when not, and what accounts and the apps below forget."""

import threading

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from accounts import roles
from accounts.erasure import erase_person, find_person
from accounts.exceptions import ErasureRefused, PersonNotFound
from accounts.forgetting import forget_origins
from accounts.models import ApiToken, User
from accounts.services import create_api_token, rename
from core.actor import SYSTEM, Actor
from core.models import IdempotentAnswer
from core.redaction import ERASED
from outbox.models import Event
from tests.audit.conftest import SealBroken, happen
from tests.cast import person
from tests.conftest import wait_until_someone_waits_for_a_lock

PLACE = {"HTTP_USER_AGENT": "Minabrowser/7", "REMOTE_ADDR": "198.51.100.77"}


@pytest.fixture
def mina(db):
    return person("Mina Brandt", roles.ASSESSORS)


@pytest.fixture
def administrator(db):
    return person("Root Cellar", roles.ADMINISTRATORS, is_staff=True)


def erase(who, actor=SYSTEM, **options):
    return erase_person(person_id=who.pk, actor=actor, **options)


def test_the_row_stays_and_says_nothing(mina):
    erase(mina)

    mina.refresh_from_db()
    assert (mina.email, mina.name) == (f"erased-{mina.pk}@erased.invalid", "Erased person")
    assert (mina.is_active, mina.is_staff, mina.is_superuser) == (False, False, False)
    assert not mina.has_usable_password()
    assert (mina.last_login, mina.erased_at is not None) == (None, True)
    assert not mina.groups.exists()


def test_the_log_says_who_erased_whom_by_id(mina, administrator):
    erase(mina, administrator.as_actor())

    event = Event.objects.get(name="accounts.person_erased")
    assert event.payload == {"user_id": str(mina.pk)}
    assert event.actor_id == str(administrator.pk)


def test_a_second_erasure_changes_nothing(mina):
    first = erase(mina)
    events = Event.objects.count()

    second = erase(mina)

    assert (first.already, second.already, second.forgotten) == (False, True, {})
    assert Event.objects.count() == events


def test_who_is_unknown_cannot_be_erased(mina):
    mina.delete()

    with pytest.raises(PersonNotFound):
        erase(mina)


def test_a_person_is_found_by_id_and_by_address(mina):
    assert find_person(str(mina.pk)) == find_person(" Mina@Example.com ") == mina
    with pytest.raises(PersonNotFound):
        find_person("nobody@example.com")


@pytest.mark.parametrize("who", ["asha", "ben", "cleo", "vera"])
def test_only_administrators_may(mina, request, who):
    actor = request.getfixturevalue(who).as_actor()

    with pytest.raises(PersonNotFound):
        erase(mina, actor)

    mina.refresh_from_db()
    assert mina.name == "Mina Brandt"


def test_nobody_erases_themselves(administrator):
    person("Second Admin", roles.ADMINISTRATORS)

    with pytest.raises(ErasureRefused, match="Nobody erases themselves"):
        erase(administrator, administrator.as_actor())


def test_the_last_administrator_stays(administrator):
    person("Gone Admin", roles.ADMINISTRATORS, is_active=False)

    with pytest.raises(ErasureRefused, match="the last administrator"):
        erase(administrator)
    assert User.objects.get(pk=administrator.pk).name == "Root Cellar"


def test_one_of_two_administrators_may_go(administrator):
    person("Second Admin", is_superuser=True)

    assert not erase(administrator).already


def test_a_dry_run_counts_and_changes_nothing(mina, client):
    client.force_login(mina)
    events = Event.objects.count()

    would = erase(mina, dry_run=True)

    mina.refresh_from_db()
    assert mina.name == "Mina Brandt"
    assert (Event.objects.count(), Session.objects.count()) == (events, 1)
    assert would.forgotten["accounts"] == {
        "person": 1,
        "sessions": 1,
        "places in groups": 1,
        "attempts to sign in": 1,
    }
    assert would.forgotten["outbox"] == {"events by them": 1}


def test_a_dry_run_tells_what_stands_against_it(administrator):
    assert erase(administrator, dry_run=True).objections == [
        "They are the last administrator: give somebody else that role first."
    ]


@transaction.atomic
def _erase_and_be_killed(who):
    erase(who)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.mark.django_db(transaction=True)
def test_what_is_killed_half_way_leaves_everything(mina):
    with pytest.raises(OperationalError):
        _erase_and_be_killed(mina)
    connection.close()

    mina.refresh_from_db()
    assert (mina.name, mina.erased_at) == ("Mina Brandt", None)
    assert mina.groups.count() == 1
    assert not Event.objects.exists()


def test_every_way_in_is_gone(mina, client, asha):
    client.force_login(mina)
    create_api_token(user=mina, name="Mina Brandt's laptop", days=1, actor=mina.as_actor())
    create_api_token(user=asha, name="For Mina Brandt", days=1, actor=asha.as_actor())

    erase(mina)

    assert client.get("/").status_code == 302
    assert not Session.objects.exists()
    assert ApiToken.objects.get().name == f"For {ERASED}"
    assert "Brandt" not in str(list(Event.objects.values()))


def test_from_where_they_came_is_gone(mina, client):
    mina.set_password("first-Pass-9")
    mina.save()
    ways = {"username": "mina@example.com", "password": "wrong"}
    client.post("/sign-in/", ways, **PLACE)
    client.post("/sign-in/", {**ways, "password": "first-Pass-9"}, **PLACE)
    assert AccessLog.objects.exists() or AccessAttempt.objects.exists()
    assert "Minabrowser" in str(list(Event.objects.values()))

    erase(mina)

    kept = [list(model.objects.values()) for model in (Event, AccessAttempt, AccessLog)]
    assert not AccessFailureLog.objects.exists()
    for trace in ("Minabrowser", "198.51.100.77", "mina@example.com"):
        assert trace not in str(kept)


def test_former_names_are_forgotten_too(mina, asha):
    happen(SealBroken(), actor=Actor(id=str(mina.pk), label="Wilhelmina Wirth"))
    happen(SealBroken(body="Wilhelmina Wirth was here"), actor=asha.as_actor())
    rename(user=mina, name="Mina Wirth-Brandt")

    erase(mina)

    assert "Wirth" not in str(list(Event.objects.values()))


def test_other_names_can_be_given(mina, asha):
    happen(SealBroken(body="Minchen B. said so"), actor=asha.as_actor())

    erase(mina, also=["Minchen B."])

    assert Event.objects.get(name="tests.seal_broken").payload["body"] == f"{ERASED} said so"


def test_a_namesake_keeps_what_is_theirs(mina, client):
    namesake = User.objects.create_user("other@example.com", name="Mina Brandt")
    client.force_login(namesake)
    happen(SealBroken(), actor=namesake.as_actor())

    erase(mina)

    namesake.refresh_from_db()
    assert (namesake.name, namesake.is_active) == ("Mina Brandt", True)
    assert client.get("/settings/").status_code == 200
    assert Event.objects.get(name="tests.seal_broken").actor_label == "Mina Brandt"


def test_reports_of_other_services_under_their_name_are_forgotten(mina):
    happen(SealBroken(), actor=Actor(id="billing:17", label="Mina Brandt"))

    erase(mina)

    assert Event.objects.get(name="tests.seal_broken").actor_label == ERASED


def test_answers_that_were_kept_for_them_are_gone(mina, asha):
    kept = {"fingerprint": "f", "status": 201, "headers": {}}
    for actor, key in ((mina, "k-1"), (asha, "k-2")):
        IdempotentAnswer.objects.create(
            actor_id=str(actor.pk), key=key, body='{"to":"mina@example.com"}', **kept
        )

    erase(mina)

    assert IdempotentAnswer.objects.get().body == f'{{"to":"{ERASED}"}}'


def test_the_admins_log_names_them_no_more(mina, administrator):
    about = {"user": administrator, "action_flag": 2, "content_type": _users()}
    LogEntry.objects.create(object_id=str(mina.pk), object_repr="M. B.", **about)
    LogEntry.objects.create(object_id="7", object_repr="Mina Brandt on a task", **about)
    LogEntry.objects.create(object_id="8", object_repr="Asha Rao", **about)

    erase(mina)

    left = LogEntry.objects.order_by("pk").values_list("object_repr", flat=True)
    assert list(left) == [ERASED, f"{ERASED} on a task", "Asha Rao"]


def _users():
    return ContentType.objects.get_for_model(User)


def test_what_a_request_under_way_still_wrote_is_forgotten_afterwards(mina):
    erase(mina)
    happen(SealBroken(), actor=Actor(id=str(mina.pk), label="Mina Brandt"))

    assert forget_origins(str(mina.pk)) == 1
    assert forget_origins(str(mina.pk)) == 0
    assert "Brandt" not in str(list(Event.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_finds_it_done(mina):
    outcomes = []

    def second():
        try:
            outcomes.append(erase(mina).already)
        finally:
            connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        outcomes.append(erase(mina).already)
        thread.start()
        wait_until_someone_waits_for_a_lock()
    thread.join()

    assert outcomes == [False, True]
    assert Event.objects.filter(name="accounts.person_erased").count() == 1


def test_an_erased_person_stays_out(mina, client, administrator):
    erase(mina)
    client.force_login(administrator)

    answer = client.post(f"/admin/accounts/user/{mina.pk}/change/", {"is_active": "on"})

    mina.refresh_from_db()
    assert (answer.status_code, mina.is_active) == (403, False)
    assert mina.erased_at <= timezone.now()
