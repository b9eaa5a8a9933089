import pytest

from accounts.models import ApiToken
from accounts.services import create_api_token, digest_of
from outbox.models import Event


@pytest.fixture
def browser(client, asha):
    asha.set_password("correct horse")
    asha.save(update_fields=["password"])
    client.force_login(asha)
    return client


def test_the_page_shows_who_one_is(browser):
    text = browser.get("/settings/").content.decode()

    assert "asha@example.com" in text
    assert 'value="Asha Rao"' in text


def test_the_name_is_saved(browser, asha):
    browser.post("/settings/profile/", {"name": "Asha R."})

    asha.refresh_from_db()
    assert asha.name == "Asha R."


def test_an_empty_name_is_refused(browser, asha):
    response = browser.post("/settings/profile/", {"name": " "})

    assert response.status_code == 422
    asha.refresh_from_db()
    assert asha.name == "Asha Rao"


def test_single_keys_are_switched_off_and_on(browser, asha):
    browser.post("/settings/shortcuts/", {})
    asha.refresh_from_db()
    assert asha.keyboard_shortcuts is False

    browser.post("/settings/shortcuts/", {"keyboard_shortcuts": "on"})
    asha.refresh_from_db()
    assert asha.keyboard_shortcuts is True


def test_a_theme_is_kept_in_a_cookie(browser):
    response = browser.post("/settings/theme/", {"theme": "dark"})

    assert response.cookies["theme"].value == "dark"
    assert 'data-theme="dark"' in browser.get("/settings/").content.decode()


def test_the_systems_theme_forgets_the_cookie(browser):
    browser.post("/settings/theme/", {"theme": "dark"})

    response = browser.post("/settings/theme/", {"theme": ""})

    assert response.cookies["theme"].value == ""


def test_an_unknown_theme_in_the_cookie_is_ignored(browser):
    browser.cookies["theme"] = '"><script>'

    assert 'lang="en">' in browser.get("/settings/").content.decode()


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [("/settings/?x=1", "/settings/?x=1"), ("https://elsewhere.example/", "/settings/")],
)
def test_switching_the_theme_leads_back_but_not_away(browser, wanted, reached):
    response = browser.post("/settings/theme/", {"theme": "dark", "next": wanted})

    assert response["Location"] == reached


def password_form(**changes):
    new = {"new_password1": "battery staple", "new_password2": "battery staple"}
    return {"old_password": "correct horse", **new} | changes


def test_the_password_is_changed_and_this_browser_stays(browser, asha):
    browser.post("/settings/password/", password_form())

    asha.refresh_from_db()
    assert asha.check_password("battery staple")
    assert browser.get("/settings/").status_code == 200
    assert Event.objects.get(name="accounts.password_changed").actor_id == str(asha.id)


@pytest.mark.parametrize(
    "changes",
    [{"old_password": "wrong"}, {"new_password2": "another"}, {"new_password1": "1234"}],
)
def test_a_password_that_breaks_a_rule_is_refused(browser, asha, changes):
    response = browser.post("/settings/password/", password_form(**changes))

    assert response.status_code == 422
    asha.refresh_from_db()
    assert asha.check_password("correct horse")


def test_a_token_is_shown_once(browser, asha):
    text = browser.post("/settings/tokens/", {"name": "export", "days": "30"}).content.decode()

    secret = text.partition('id="secret">')[2].partition("<")[0]
    assert ApiToken.objects.get(digest=digest_of(secret)).user == asha
    assert secret not in browser.get("/settings/").content.decode()


def test_the_answer_with_a_token_is_not_kept_by_the_browser(browser):
    response = browser.post("/settings/tokens/", {"name": "export", "days": "30"})

    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("days", ["0", "367", "many", ""])
def test_a_token_with_odd_days_is_refused(browser, days):
    response = browser.post("/settings/tokens/", {"name": "export", "days": days})

    assert response.status_code == 422
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked(browser, asha):
    made = create_api_token(user=asha, name="export", days=30, actor=asha.as_actor())

    browser.post(f"/settings/tokens/{made.token.id}/revoke/")

    made.token.refresh_from_db()
    assert made.token.revoked_at is not None


def test_somebody_elses_token_is_not_revoked(browser, ben):
    made = create_api_token(user=ben, name="export", days=30, actor=ben.as_actor())

    response = browser.post(f"/settings/tokens/{made.token.id}/revoke/", follow=True)

    made.token.refresh_from_db()
    assert made.token.revoked_at is None
    assert "There is no such token." in response.content.decode()


@pytest.mark.parametrize("place", ["profile", "shortcuts", "theme", "password", "tokens"])
def test_reading_an_address_changes_nothing(browser, place):
    assert browser.get(f"/settings/{place}/").status_code == 405


def test_the_page_takes_few_queries(browser, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        browser.get("/settings/")
