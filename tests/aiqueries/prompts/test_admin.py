"""Prompts in the admin."""

from html import unescape

import pytest
from django.urls import reverse

from accounts.models import User
from aiqueries.kinds import Purpose
from aiqueries.models import ANSWER, Prompt, PromptVersion, Query
from aiqueries.services.prompts.trying import try_prompt_version
from aiqueries.services.prompts.writing import write_prompt_version

pytestmark = pytest.mark.django_db
ADD = reverse("admin:aiqueries_promptversion_add")
LIST = reverse("admin:aiqueries_promptversion_changelist")


@pytest.fixture
def admin(client, admin_person):
    client.force_login(admin_person)
    return client


@pytest.fixture
def first(db):
    return PromptVersion.objects.get(prompt__name=ANSWER)


@pytest.fixture
def second(first, admin_person):
    return write_prompt_version(
        prompt=first.prompt,
        instructions="Answer <b>briefly</b>.",
        content=first.content,
        most_tokens=400,
        note="Shorter.",
        actor=admin_person,
    )


def page(client, version, query=""):
    answer = client.get(reverse("admin:aiqueries_promptversion_change", args=[version.pk]) + query)
    return answer.content.decode()


def form(version, **changes):
    return {
        "prompt": version.prompt_id,
        "instructions": version.instructions,
        "content": version.content,
        "most_tokens": version.most_tokens,
        "note": "",
        **changes,
    }


def test_the_list_says_which_one_is_in_use(admin, second):
    answer = admin.get(LIST).content.decode()

    assert "Shorter." in answer
    assert "As delivered." in answer


def test_the_form_begins_with_the_wording_in_use(admin, first):
    assert "You help people who write and judge exam questions." in unescape(
        admin.get(ADD, {"of": "answer"}).content.decode()
    )


def test_the_form_can_begin_with_another_wording(admin, second):
    answer = admin.get(ADD, {"of": "answer", "from": "2"}).content.decode()

    assert "Answer <b>briefly</b>." in unescape(answer)


@pytest.mark.parametrize("query", ["?of=nothing", "?from=99", "?from=x", "?from=²"])
def test_what_is_not_there_to_begin_with_is_no_trouble(admin, first, query):
    assert admin.get(ADD + query).status_code == 200


def test_another_version_is_written(admin, first, admin_person):
    answer = admin.post(ADD, form(first, instructions="Answer in one word.", note="Terse."))

    assert answer.status_code == 302
    version = PromptVersion.objects.get(number=2)
    assert (version.instructions, version.note) == ("Answer in one word.", "Terse.")
    assert version.created_by == admin_person


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"content": "{data}"}, "{prompt} must stand in it, once."),
        ({}, "Version 1 says the same."),
        ({"most_tokens": 9_000}, "An answer has 1 to 8,000 tokens."),
        ({"instructions": ""}, "This field is required."),
    ],
    ids=range(4),
)
def test_a_refusal_is_told_on_the_form(admin, first, changes, says):
    answer = admin.post(ADD, form(first, **changes))

    assert says in unescape(answer.content.decode())
    assert PromptVersion.objects.count() == 2


def test_a_version_is_shown_as_text(admin, second):
    text = page(admin, second)

    assert "Answer &lt;b&gt;briefly&lt;/b&gt;." in text
    assert second.digest in text


def test_a_version_is_compared_with_another(admin, second):
    text = page(admin, second, "?with=1")

    assert "Instructions, from version 1 to 2" in text
    assert '<ins><span class="sr-only">new: </span>Answer &lt;b&gt;briefly&lt;/b&gt;.</ins>' in text
    assert '<del><span class="sr-only">gone: </span>You help people' in text
    assert "Content, from" not in text


@pytest.mark.parametrize("query", ["?with=9", "?with=x", "?with="])
def test_a_version_that_is_not_there_is_not_compared(admin, second, query):
    assert ", from version" not in page(admin, second, query)


def test_a_version_is_never_changed(admin, first):
    admin.post(
        reverse("admin:aiqueries_promptversion_change", args=[first.pk]),
        form(first, instructions="Other."),
    )

    first.refresh_from_db()
    assert first.instructions != "Other."


def test_a_version_is_chosen(admin, second):
    answer = admin.post(reverse("admin:aiqueries_prompt_choose", args=[second.pk]))

    assert answer.status_code == 302
    assert Prompt.objects.get(name=ANSWER).current == second


def test_a_test_run_is_set_off(admin, first):
    admin.post(
        reverse("admin:aiqueries_prompt_try", args=[first.pk]),
        {"prompt": "Who is this?", "model": "offline/parrot-1"},
    )

    query = Query.objects.get()
    assert (query.purpose, query.template, query.model) == (
        Purpose.TEST,
        first,
        "offline/parrot-1",
    )


def test_a_test_run_is_shown_with_its_answer_as_text(admin, first, admin_person):
    query = try_prompt_version(version=first, prompt="Who?", actor=admin_person)
    Query.objects.filter(pk=query.pk).update(answer="<img src=x> [click](http://evil.example)")

    text = page(admin, first)

    assert "Waiting" in text
    assert "&lt;img src=x&gt; [click](http://evil.example)" in text


def test_while_a_test_run_is_open_the_page_looks_again(admin, first, admin_person):
    try_prompt_version(version=first, prompt="Who?", actor=admin_person)

    url = reverse("admin:aiqueries_promptversion_change", args=[first.pk])
    assert admin.get(url)["Refresh"] == "3"


def test_a_refused_test_run_says_why(admin, first):
    answer = admin.post(
        reverse("admin:aiqueries_prompt_try", args=[first.pk]), {"model": "gpt-0"}, follow=True
    )

    assert "No such AI model is on offer." in answer.content.decode()
    assert not Query.objects.exists()


@pytest.mark.parametrize("deed", ["choose", "try"])
def test_only_administrators_change_anything(client, vera, second, deed):
    User.objects.filter(pk=vera.pk).update(is_staff=True)
    client.force_login(vera)

    answer = client.post(reverse(f"admin:aiqueries_prompt_{deed}", args=[second.pk]))

    assert answer.status_code == 403
    assert Prompt.objects.get(name=ANSWER).current.number == 1
    assert not Query.objects.exists()


def test_auditors_read(client, vera, second):
    User.objects.filter(pk=vera.pk).update(is_staff=True)
    client.force_login(vera)

    text = page(client, second)

    assert "Answer &lt;b&gt;briefly" in text
    assert "Use this version" not in text
    assert client.get(ADD).status_code == 403
