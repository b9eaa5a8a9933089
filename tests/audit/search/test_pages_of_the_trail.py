"""What auditors do on the page of the trail, and what stands on the page of an entry."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from audit.models import SavedSearch
from outbox.models import Event
from tests.audit.trail import entry

pytestmark = pytest.mark.django_db
CHANGE = {
    "table": "approval_policies",
    "operation": "UPDATE",
    "id": "7",
    "session": "app web 127.0.0.1",
    "before": {"name": "Two of three", "description": "", "token": "•••"},
    "after": {"name": "Two of four", "description": {"sealed": "text:x"}, "token": "•••"},
}


@pytest.fixture
def reader(client, vera):
    client.force_login(vera)
    return client


def text_of(response):
    return " ".join(response.content.decode().split())


def test_facets_lead_to_what_is_left(reader):
    entry(1, scheme="Maths", outcome="APPROVED")
    entry(2, scheme="Law")

    facets = reader.get(reverse("audit"), {"text": "gas"}).context["facets"]

    assert sorted((one.label, one.count, one.url) for one in facets["Scheme"]) == [
        ("Law", 1, "?text=gas&scheme=Law"),
        ("Maths", 1, "?text=gas&scheme=Maths"),
    ]
    assert [one.label for one in facets["Who"]] == ["Asha Rao"]


def test_a_filter_that_is_set_can_be_taken_off(reader):
    response = reader.get(reverse("audit"), {"text": "gas", "scheme": "Law"})

    assert [(one.label, one.value, one.url) for one in response.context["chips"]] == [
        ("Words", "gas", "?scheme=Law"),
        ("Scheme", "Law", "?text=gas"),
    ]
    assert "No entry fits" in text_of(response)


def test_words_that_find_nothing_are_named_beside_the_field(reader):
    response = reader.get(reverse("audit"), {"text": "the"})

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "text": ["Every word of it is too common to be looked for."]
    }


def test_an_entry_shows_each_field_before_and_after(reader):
    entry(1, changes=[CHANGE])

    (change,) = reader.get("/audit/1/").context["changes"]

    shown = {one.name: (one.before.text, one.after.text) for one in change.fields}
    assert shown == {
        "description": ("empty", "erased"),
        "name": ("Two of three", "Two of four"),
        "token": ("not recorded: secret", "not recorded: secret"),
    }


def test_an_entry_names_people_and_things(reader, asha):
    entry(1, links=[("user", str(asha.pk))], detail={"assessor_id": str(asha.pk)})

    response = reader.get("/audit/1/")

    assert [one["title"] for one in response.context["things"]] == ["Asha Rao"]
    assert [value.text for _, value in response.context["detail"]] == ["Asha Rao"]


def test_an_entry_tells_who_had_seen_the_thing_by_then(reader):
    about = [("question", "q-1")]
    entry(1, action="approvals.question_seen", actor_label="Ada Okafor", links=about)
    entry(2, links=about)
    entry(3, action="approvals.question_seen", actor_label="Ben Novak", links=about)

    assert [one.actor_label for one in reader.get("/audit/2/").context["sights"]] == ["Ada Okafor"]


def test_everything_in_one_request_stands_in_order(reader):
    entry(1)
    entry(2, correlation_id="another")
    entry(3)

    found = reader.get("/audit/requests/request-0001/").context["entries"]

    assert [one.sequence for one in found] == [1, 3]
    assert reader.get("/audit/requests/nothing/").status_code == 404


def test_the_history_of_a_thing_is_there(reader):
    for number in range(1, 53):
        entry(number, links=[("policy", "7")])

    first = reader.get("/audit/things/policy/7/")
    second = reader.get("/audit/things/policy/7/" + first.context["next_url"])
    back = reader.get("/audit/things/policy/7/" + second.context["previous_url"])

    assert [one.sequence for one in first.context["page"].items] == list(range(52, 2, -1))
    assert [one.sequence for one in second.context["page"].items] == [2, 1]
    assert [one.sequence for one in back.context["page"].items] == list(range(52, 2, -1))
    assert first.context["previous_url"] == ""


def test_an_asker_reads_the_history_of_the_own_question_and_no_more(client, ben, cleo, task):
    thing = f"/audit/things/question/{task.question_id}/"
    entry(1, links=[("question", str(task.question_id))])
    entry(2, action="approvals.question_seen", links=[("question", str(task.question_id))])

    client.force_login(ben)
    seen = client.get(thing)
    client.force_login(cleo)

    assert [one.sequence for one in seen.context["page"].items] == [1]
    assert "/audit/1/" not in text_of(seen)
    assert "Look back" not in text_of(seen)
    assert client.get(thing).status_code == 404


def test_pages_of_questions_and_requests_lead_to_their_history(client, ben, task):
    client.force_login(ben)

    for kind, thing in (("question", task.question_id), ("request", task.request_id)):
        assert f"/audit/things/{kind}/{thing}/" in text_of(client.get(f"/{kind}s/{thing}/"))


def test_a_moment_that_is_none_is_named(reader):
    entry(1, links=[("policy", "7")])

    response = reader.get("/audit/things/policy/7/", {"at": "yesterday"})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["at"]


def test_a_thing_is_shown_as_it_was(reader):
    then = datetime(2026, 3, 1, 12, tzinfo=UTC)
    entry(1, links=[("policy", "7")], changes=[CHANGE], happened_at=then)

    before = reader.get("/audit/things/policy/7/", {"at": "2026-03-01T11:59"})
    after = reader.get("/audit/things/policy/7/", {"at": "2026-03-01T12:00"})

    names = [
        dict(response.context["then"]["rows"][0][1])["name"].text for response in (before, after)
    ]
    assert names == ["Two of three", "Two of four"]


def test_a_search_is_kept_shared_deleted_and_had_back(reader, vera, admin_person, client):
    reader.post("/audit/searches/", {"name": "Law", "query": "scheme=Law&text=gas&x=1"})
    search = SavedSearch.objects.get()
    assert (search.name, search.query, search.is_shared) == ("Law", "scheme=Law&text=gas", False)

    reader.post(f"/audit/searches/{search.pk}/share/", {"on": "1"})
    client.force_login(admin_person)
    assert list(client.get("/audit/").context["searches"]) == [search]
    assert client.post(f"/audit/searches/{search.pk}/delete/").status_code == 302
    assert SavedSearch.objects.filter(deleted_at=None).exists()

    client.force_login(vera)
    answer = client.post(f"/audit/searches/{search.pk}/delete/")
    assert list(client.get(answer.url).context["searches"]) == []
    assert "Undo" in text_of(client.get(answer.url))
    client.post(f"/audit/searches/{search.pk}/restore/")
    assert list(client.get("/audit/").context["searches"]) == [search]
    names = Event.objects.filter(name__startswith="audit.search").order_by("id")
    assert list(names.values_list("name", flat=True)) == [
        "audit.search_saved",
        "audit.search_shared",
        "audit.search_deleted",
        "audit.search_restored",
    ]


@pytest.mark.parametrize("query", ["", "text=", "since=never", "x=1", "text=the"])
def test_a_search_that_finds_nothing_is_not_kept(reader, query):
    reader.post("/audit/searches/", {"name": "Law", "query": query})

    assert not SavedSearch.objects.exists()


def test_keeping_searches_is_for_who_reads_the_trail(client, asha):
    client.force_login(asha)

    assert client.post("/audit/searches/", {"name": "L", "query": "text=gas"}).status_code == 403


def test_the_admin_finds_by_words_and_ids(client, admin_person):
    entry(1)
    row = entry(2, text="{actor} wrote of thermodynamics.")
    client.force_login(admin_person)

    for words in ("thermodynam*", str(row.event_id)):
        listed = client.get("/admin/audit/entry/", {"q": words}).context["cl"].result_list
        assert [one.sequence for one in listed] == [2]


def test_long_ago_is_no_trouble(reader):
    entry(1, happened_at=datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=1))

    assert reader.get(reverse("audit"), {"until": "2020-01-01"}).context["page"].total == 1
