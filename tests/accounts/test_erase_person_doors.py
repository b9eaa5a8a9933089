"""The command and the admin's action that erase a person."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts import roles
from accounts.models import User
from tests.cast import person

LIST = "/admin/accounts/user/"


@pytest.fixture
def browser(client, admin_person):
    client.force_login(admin_person)
    return client


def run(*arguments):
    out = StringIO()
    call_command("erase_person", *arguments, stdout=out)
    return out.getvalue()


def choose(browser, *people, **answers):
    chosen = [str(each.pk) for each in people]
    return browser.post(LIST, {"action": "erase", "_selected_action": chosen, **answers})


def test_the_command_erases_and_says_so_without_a_name(asha):
    said = run("asha@example.com", "--yes")

    assert said.splitlines()[-1] == f"Erased: {asha.pk}"
    assert "Asha" not in said
    assert "asha@example.com" not in said
    assert User.objects.get(pk=asha.pk).name == "Erased person"


def test_the_command_counts_beforehand(asha):
    assert run(str(asha.pk), "--dry-run").splitlines()[:3] == [
        "Would go:",
        "  accounts: 1 person",
        "  accounts: 1 places in groups",
    ]
    assert User.objects.get(pk=asha.pk) == asha


def test_the_command_says_what_was_done_before(asha):
    run("asha@example.com", "--yes")

    assert run(str(asha.pk)) == "They were erased before.\n"


def test_the_command_wants_the_address_typed(asha, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _: "ben@example.com")

    with pytest.raises(CommandError, match="Nothing was erased"):
        run("asha@example.com")

    monkeypatch.setattr("builtins.input", lambda _: "Asha@example.com")
    assert "Erased:" in run("asha@example.com")


def test_the_command_knows_only_who_is_here(db):
    with pytest.raises(CommandError, match="Nobody here has this id or address"):
        run("nobody@example.com", "--yes")


def test_the_command_repeats_a_refusal(admin_person):
    with pytest.raises(CommandError, match="last administrator"):
        run("admin@example.com", "--yes")


def test_the_admin_shows_first_what_would_go(browser, asha):
    page = choose(browser, asha).content.decode()

    assert "Type their e-mail address to erase them for good" in page
    assert "accounts: 1 person" in page
    assert User.objects.get(pk=asha.pk).name == "Asha Rao"


def test_the_admin_wants_the_address_typed(browser, asha):
    page = choose(browser, asha, address="ben@example.com").content.decode()

    assert "This is not their address." in page
    assert User.objects.get(pk=asha.pk).name == "Asha Rao"


def test_the_admin_erases(browser, asha):
    answer = choose(browser, asha, address="ASHA@example.com", also="Ashi\n")

    assert answer.status_code == 302
    assert User.objects.get(pk=asha.pk).name == "Erased person"


def test_the_admin_takes_one_person_at_a_time(browser, asha, ben):
    choose(browser, asha, ben, address="asha@example.com")

    assert User.objects.filter(erased_at=None).count() == 3


def test_the_admin_shows_what_stands_against_it(browser, admin_person):
    page = choose(browser, admin_person).content.decode()

    assert "Nobody erases themselves" in page
    assert "Type their e-mail address" not in page


def test_staff_who_do_not_administer_have_no_such_action(client, asha):
    staff = person("Staff Member", roles.ASSESSORS, is_staff=True)
    client.force_login(staff)

    choose(client, asha, address="asha@example.com")

    assert User.objects.get(pk=asha.pk).name == "Asha Rao"
