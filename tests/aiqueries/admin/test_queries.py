import pytest

from aiqueries import services
from aiqueries.models import Attempt
from outbox.models import Event
from tests.cast import person

WORDS = "What is a distractor?"


def seen():
    return Event.objects.filter(name="aiqueries.query_seen").count()


def test_the_list_shows_no_prompts(desk, query):
    page = desk.list("query").content.decode()

    assert "Ben Novak" in page
    assert WORDS not in page


def test_administrators_read_a_prompt_and_that_is_told(desk, query):
    assert WORDS in desk.show(query).content.decode()

    assert seen() == 1


def test_auditors_see_everything_but_the_texts(auditors_desk, query):
    page = auditors_desk.show(query).content.decode()

    assert query.prompt_digest in page
    assert WORDS not in page
    assert seen() == 0


def test_nobody_changes_or_deletes_one(desk, query):
    assert desk.save(query, status="SUCCEEDED").status_code == 403


@pytest.mark.parametrize(
    "words",
    [
        lambda query: str(query.pk),
        lambda query: query.correlation_id,
        lambda query: "ben@example.com",
        lambda query: "Novak",
    ],
    ids=["id", "request", "address", "name"],
)
def test_one_is_found(desk, query, asha, words):
    services.ask_query(prompt="Another", actor=asha)

    page = desk.list("query", q=words(query)).content.decode()

    assert "Ben Novak" in page
    assert "Asha Rao" not in page


def test_its_calls_stand_on_its_page_and_in_a_list(desk, query):
    Attempt.objects.create(
        query=query,
        number=1,
        turn=1,
        provider="openai",
        model="gpt-small",
        outcome="FAILED",
        trouble="RATE_LIMITED",
        says="The AI provider asked for a pause.",
        input_digest="0" * 64,
        sent_bytes=12,
    )

    assert "asked for a pause" in desk.show(query).content.decode()
    assert "gpt-small" in desk.list("attempt").content.decode()


def test_the_list_costs_the_same_however_long_it_is(desk, django_assert_max_num_queries):
    for number in range(10):
        someone = person(f"P{number} Someone", "requesters")
        services.ask_query(prompt=WORDS, actor=someone)

    with django_assert_max_num_queries(10):
        desk.list("query")


def test_others_have_no_business_here(client, asha, query):
    client.force_login(asha)

    assert client.get("/admin/aiqueries/query/").status_code in (302, 403)
