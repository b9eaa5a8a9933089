"""Writing, choosing and trying wordings of prompts."""

import pytest

from aiqueries import services
from aiqueries.bridges import answering
from aiqueries.comparing import Line, changed_lines
from aiqueries.content import wording_digest
from aiqueries.exceptions import InvalidPrompt, InvalidWording, NotAnAsker, UnknownModel
from aiqueries.kinds import Purpose, Status
from aiqueries.models import ANSWER, REVIEW_NOTES, Prompt, PromptVersion, Query
from aiqueries.services.prompts.trying import try_prompt_version
from aiqueries.services.prompts.writing import choose_prompt_version, write_prompt_version
from outbox.models import Event

pytestmark = pytest.mark.django_db
WORDING = {
    "instructions": "Answer briefly.",
    "content": "{data}\n\n{prompt}",
    "most_tokens": 400,
    "note": "Shorter.",
}


def write(actor, name=ANSWER, **changes):
    prompt = Prompt.objects.get(name=name)
    return write_prompt_version(prompt=prompt, actor=actor, **{**WORDING, **changes})


def test_a_version_is_numbered_and_says_who_wrote_it(admin_person):
    version = write(admin_person)

    assert (version.number, version.created_by, version.note) == (2, admin_person, "Shorter.")
    assert version.digest == wording_digest(
        instructions="Answer briefly.", content="{data}\n\n{prompt}", most_tokens=400
    )


def test_it_is_told(admin_person):
    version = write(admin_person)

    event = Event.objects.get(name="aiqueries.prompt_written")
    assert event.payload == {
        "prompt_id": version.prompt_id,
        "prompt": "answer",
        "version": 2,
        "digest": version.digest,
    }


def test_it_is_not_in_use_before_it_is_chosen(admin_person):
    write(admin_person)

    assert Prompt.objects.get(name=ANSWER).current.number == 1


@pytest.mark.parametrize(
    ("name", "change", "field"),
    [
        (ANSWER, {"content": "{data}"}, "content"),
        (ANSWER, {"content": "{prompt}"}, "content"),
        (ANSWER, {"content": "{data} {data} {prompt}"}, "content"),
        (REVIEW_NOTES, {"content": "Note what is wrong."}, "content"),
        (ANSWER, {"content": "  "}, "content"),
        (ANSWER, {"instructions": ""}, "instructions"),
        (ANSWER, {"instructions": "Look at {data}."}, "instructions"),
        (ANSWER, {"instructions": "Do {prompt}."}, "instructions"),
        (ANSWER, {"instructions": "x" * 20_001}, "instructions"),
        (ANSWER, {"most_tokens": 0}, "most_tokens"),
        (ANSWER, {"most_tokens": 8_001}, "most_tokens"),
        (ANSWER, {"note": "x" * 201}, "note"),
    ],
    ids=range(12),
)
def test_a_wording_that_breaks_a_rule_is_refused(admin_person, name, change, field):
    with pytest.raises(InvalidWording) as refused:
        write(admin_person, name, **change)

    assert refused.value.field == field
    assert PromptVersion.objects.count() == 2


def test_notes_need_no_place_for_a_prompt(admin_person):
    assert write(admin_person, REVIEW_NOTES, content="{data}").number == 2


def test_the_same_wording_is_not_written_twice(admin_person):
    write(admin_person)

    with pytest.raises(InvalidWording, match="Version 2 says the same"):
        write(admin_person, note="Again.", content="{data}\r\n\r\n{prompt}\n")


def test_what_is_chosen_is_used_from_then_on(admin_person, ben):
    before = services.ask_query(prompt="Who?", actor=ben)
    version = write(admin_person)

    choose_prompt_version(version=version, actor=admin_person)

    assert services.ask_query(prompt="Who?", actor=ben).template == version
    assert Query.objects.get(pk=before.pk).template.number == 1


def test_a_choice_is_told_and_can_be_taken_back(admin_person):
    second = write(admin_person)
    first = second.prompt.versions.get(number=1)

    choose_prompt_version(version=second, actor=admin_person)
    choose_prompt_version(version=first, actor=admin_person)

    told = Event.objects.filter(name="aiqueries.prompt_chosen").order_by("pk")
    assert [(one.payload["before"], one.payload["version"]) for one in told] == [(1, 2), (2, 1)]
    assert Prompt.objects.get(name=ANSWER).current == first


def test_to_choose_what_is_in_use_is_no_news(admin_person):
    choose_prompt_version(
        version=PromptVersion.objects.get(prompt__name=ANSWER), actor=admin_person
    )

    assert not Event.objects.filter(name="aiqueries.prompt_chosen").exists()


def test_a_test_run_goes_the_way_of_all_queries(admin_person):
    version = write(admin_person)

    query = try_prompt_version(version=version, prompt="Who is this?", actor=admin_person)
    answering.answer(query.pk)

    query.refresh_from_db()
    assert (query.purpose, query.status) == (Purpose.TEST, Status.SUCCEEDED)
    assert (query.template, query.owner) == (version, admin_person)
    assert "Example College" in query.answer


def test_a_test_run_of_notes_keeps_no_draft(admin_person):
    version = PromptVersion.objects.get(prompt__name=REVIEW_NOTES)

    query = try_prompt_version(version=version, prompt="", actor=admin_person)
    answering.answer(query.pk)

    query.refresh_from_db()
    assert '"notes"' in query.answer
    assert not version.drafts.exists()


@pytest.mark.parametrize(
    ("who", "given", "refusal"),
    [
        ("vera", {}, NotAnAsker),
        ("admin_person", {"model": "gpt-0"}, UnknownModel),
        ("admin_person", {"prompt": "x" * 8_001}, InvalidPrompt),
    ],
)
def test_what_cannot_be_tried_is_refused(request, who, given, refusal):
    version = PromptVersion.objects.get(prompt__name=ANSWER)

    with pytest.raises(refusal):
        try_prompt_version(
            version=version,
            actor=request.getfixturevalue(who),
            **{"prompt": "Who?", **given},
        )

    assert not Query.objects.exists()


def test_lines_that_went_stand_before_those_that_came():
    assert changed_lines("one\ntwo\nthree", "one\n2\nthree\nfour") == [
        Line("same", "one"),
        Line("gone", "two"),
        Line("new", "2"),
        Line("same", "three"),
        Line("new", "four"),
    ]
