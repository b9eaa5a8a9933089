import pytest

from tests.core.doors import note

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.doors")]


@pytest.fixture
def five():
    return [note(str(number)).name for number in range(5)]


def names(answer):
    return [row["name"] for row in answer.json()["results"]]


def test_a_list_answers_with_results_and_its_neighbours(api, five):
    answer = api.get("/api/v1/notes/?limit=5")

    assert list(answer.json()) == ["results", "next", "previous"]


def test_the_addresses_of_the_neighbours_can_be_followed(api, five):
    first = api.get("/api/v1/notes/?limit=2").json()
    second = api.get(first["next"])
    back = api.get(second.json()["previous"])

    assert names(second) == ["2", "3"]
    assert names(back) == ["0", "1"]


def test_a_neighbours_address_keeps_the_other_parameters(api, five):
    answer = api.get("/api/v1/notes/?limit=2&colour=blue").json()

    assert "limit=2" in answer["next"]
    assert "colour=blue" in answer["next"]
    assert answer["previous"] is None


def test_a_view_states_its_own_order(api, five):
    assert names(api.get("/api/v1/latest/?limit=2")) == ["4", "3"]


def test_a_cursor_of_another_list_is_refused_by_name(api, five):
    answer = api.get("/api/v1/notes/?cursor=rubbish")

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_cursor"
    assert answer.json()["errors"][0]["field"] == "cursor"


def test_an_empty_cursor_is_the_first_page(api, five):
    assert names(api.get("/api/v1/notes/?cursor=&limit=1")) == ["0"]


@pytest.mark.parametrize("limit", ["0", "101", "-1", "ten", "1.5", "٣", "9" * 5000])
def test_a_limit_outside_1_to_100_is_refused_by_name(api, limit):
    answer = api.get("/api/v1/notes/", {"limit": limit})

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_limit"
    assert answer.json()["errors"][0]["field"] == "limit"


def test_a_page_has_25_rows_when_nobody_says_otherwise(api):
    for number in range(26):
        note(str(number))

    assert len(api.get("/api/v1/notes/").json()["results"]) == 25
