import pytest
from django.urls import reverse

from tests.cast import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def asha(asha):
    asha.set_password("correct horse")
    asha.save(update_fields=["password"])
    return asha


def sign_in(client, email="asha@example.com", password="correct horse", **more):
    return client.post("/sign-in/", {"username": email, "password": password} | more)


def test_a_stranger_is_asked_to_sign_in(client):
    response = client.get("/settings/")

    assert response["Location"] == "/sign-in/?next=/settings/"


def test_a_fragment_of_a_page_sends_the_whole_browser_to_the_sign_in(client):
    page = {"HX-Request": "true", "HX-Current-URL": "http://testserver/inbox/?box=team"}

    response = client.get("/activity/now/", headers=page)

    assert response["HX-Redirect"] == "/sign-in/?next=/inbox/%3Fbox%3Dteam"
    assert response.content == b""


@pytest.mark.parametrize(
    ("page", "back_to"),
    [
        ("http://testserver/settings/", "/settings/"),
        ("https://elsewhere.example/settings/", "/"),
        ("//elsewhere.example/", "/"),
        ("", "/"),
    ],
)
def test_a_form_sent_too_late_leads_back_to_its_page(client, page, back_to):
    response = client.post("/settings/profile/", {"name": "Asha"}, headers={"Referer": page})

    assert response["Location"] == f"/sign-in/?next={back_to}"


def test_asha_signs_in_and_goes_where_she_wanted(client, asha):
    response = sign_in(client, next="/settings/")

    assert response["Location"] == "/settings/"
    assert client.get("/settings/").status_code == 200


def test_nobody_is_sent_to_another_site(client, asha):
    response = sign_in(client, next="https://elsewhere.example/")

    assert response["Location"] == "/"


def test_a_wrong_password_is_refused_in_words(client, asha):
    response = sign_in(client, password="wrong")

    assert response.status_code == 422
    assert "do not belong together" in response.content.decode()


@pytest.mark.parametrize("address", ["", "asha\x00@example.com", "x" * 10_000])
def test_a_strange_address_is_refused(client, asha, address):
    assert sign_in(client, email=address).status_code == 422


def test_somebody_deactivated_does_not_get_in(client, asha):
    asha.is_active = False
    asha.save(update_fields=["is_active"])

    assert sign_in(client).status_code == 422


def test_guessing_is_locked_out(client, asha):
    for _ in range(10):
        response = sign_in(client, password="wrong")

    assert response.status_code == 429
    assert "quarter of an hour" in response.content.decode()
    assert sign_in(client).status_code == 429
    assert sign_in(client, email="ASHA@example.com").status_code == 429


def test_guessing_at_one_person_does_not_lock_out_another(client, asha, ada):
    for _ in range(10):
        sign_in(client, email="ada@example.com", password="wrong")

    assert sign_in(client).status_code == 302


def test_the_local_profile_shows_whom_one_can_be(client, asha, cleo):
    text = client.get("/sign-in/").content.decode()

    assert "Asha Rao · assessor" in text
    assert "Cleo Marsh · no role" in text
    assert "var/demo-password" in text


def test_a_deployment_shows_nobody(client, asha, settings):
    settings.ON_THIS_MACHINE = False

    assert "asha@example.com" not in client.get("/sign-in/").content.decode()


def test_choosing_somebody_fills_in_the_address(client, asha):
    text = client.get("/sign-in/?email=asha@example.com").content.decode()

    assert 'value="asha@example.com"' in text


def test_who_is_signed_in_does_not_see_the_page(client, asha):
    client.force_login(asha)

    assert client.get("/sign-in/")["Location"] == "/"


def test_signing_out_takes_a_post(client, asha):
    client.force_login(asha)

    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/")["Location"] == "/sign-in/"
    assert client.get("/settings/").status_code == 302


def test_cleo_is_told_that_she_has_no_role(client, cleo):
    client.force_login(cleo)

    response = client.get(reverse("home"))

    assert "Your account has no role yet" in response.content.decode()


def test_a_name_is_shown_as_text(client):
    mallory = person("<script>alert(1)</script>")
    client.force_login(mallory)

    text = client.get("/settings/").content.decode()

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
