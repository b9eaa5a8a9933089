import json
import time

import pytest

from aiqueries.bridges.providers.offline.provider import Offline
from aiqueries.bridges.providers.port import ProviderError
from aiqueries.kinds import Trouble
from tests.aiqueries.providers.asking import answer, ask

NOTES = "Draft notes.\nAnswer format: review-notes\nQuote what each is about."
CUSTOMER = 'What do they do?\n<data>\n{"customer": {"name": "Acme", "industry": "Steel"}}\n</data>'


def question(**changes):
    """The content of an ask about a question."""
    fields = {
        "question_text": "Which metal is usually used? Name one.",
        "options": ["Iron", "Copper"],
        "correct_answer": "Iron",
    }
    return f"<data>\n{json.dumps({**fields, **changes})}\n</data>"


def notes(content):
    return json.loads(answer(Offline(), ask(instructions=NOTES, content=content)).text)["notes"]


def test_the_same_ask_gets_the_same_answer():
    first = answer(Offline(), ask(content=CUSTOMER, key="one"))
    second = answer(Offline(), ask(content=CUSTOMER, key="two"))

    assert first.text == second.text


def test_the_customer_s_fields_are_in_the_answer():
    text = answer(Offline(), ask(content=CUSTOMER)).text

    assert text.splitlines()[1:3] == ["- name: Acme", "- industry: Steel"]


def test_the_answer_says_who_gave_it():
    assert "I am the offline provider" in answer(Offline()).text


def test_what_is_streamed_is_the_answer():
    pieces = []

    reply = answer(Offline(), ask(content=CUSTOMER), on_text=pieces.append)

    assert len(pieces) > 5
    assert "".join(pieces) == reply.text


def test_a_token_is_four_characters():
    reply = answer(Offline(), ask(instructions="12345", content="1234"))

    assert reply.input_tokens == 3
    assert reply.output_tokens == -(-len(reply.text) // 4)


def test_an_answer_ends_at_the_most_tokens():
    reply = answer(Offline(), ask(most_tokens=3))

    assert (len(reply.text), reply.output_tokens, reply.complete) == (12, 3, False)


def test_a_note_quotes_the_question():
    found = notes(question())

    assert found[0] == {
        "kind": "AMBIGUITY",
        "part": "question_text",
        "quote": "usually used?",
        "says": "“usually” leaves open how far; say when it holds.",
    }


def test_some_notes_quote_what_is_not_there():
    texts = [f"Which metal is used in case {number}?" for number in range(40)]

    foreign = [
        note["quote"] in text
        for text in texts
        for note in notes(question(question_text=text))
        if note["part"] == "question_text"
    ]

    assert 0 < foreign.count(False) < foreign.count(True)


def test_an_option_within_another_is_noted():
    found = notes(question(question_text="Name it.", options=["Iron", "Iron and copper"]))

    assert ("TWO_RIGHT", "options[0]", "Iron") in [
        (note["kind"], note["part"], note["quote"]) for note in found
    ]


def test_now_and_then_the_key_is_doubted():
    doubts = [
        note
        for number in range(40)
        for note in notes(question(question_text=f"Name metal {number}."))
        if note["kind"] == "WRONG_KEY"
    ]

    assert 0 < len(doubts) < 20
    assert {(note["part"], note["quote"]) for note in doubts} == {("options[0]", "Iron")}


def test_the_data_part_counts_and_not_what_the_person_wrote():
    own = json.dumps({"customer": {"name": "Somebody else's college, with a long name"}})
    content = f'DATA 1f\n{{"customer":{{"name":"Acme"}}}}\nEND 1f\n\nThe person asks:\n{own}'

    text = answer(Offline(), ask(content=content)).text

    assert "- name: Acme" in text
    assert "college" not in text


@pytest.mark.parametrize("content", ["", "{", "{}", "[" * 5000, '{"options": 3}', "\ud800 {"])
def test_nothing_sensible_gets_no_notes(content):
    assert [note for note in notes(content) if note["part"] != "question_text"] == []


def test_an_answer_takes_as_long_as_is_set(settings):
    settings.AI_OFFLINE_DELAY = 0.15
    began = time.monotonic()

    answer(Offline())

    assert time.monotonic() - began >= 0.15


def test_it_stops_when_asked_to(settings):
    settings.AI_OFFLINE_DELAY = 60
    began = time.monotonic()

    with pytest.raises(ProviderError) as caught:
        answer(Offline(), stop=lambda: time.monotonic() - began > 0.1)

    assert caught.value.kind is Trouble.CANCELLED
    assert time.monotonic() - began < 1


def test_it_gives_up_at_its_timeout(settings):
    settings.AI_OFFLINE_DELAY = 60

    with pytest.raises(ProviderError) as caught:
        answer(Offline(), ask(timeout=0.1))

    assert caught.value.kind is Trouble.TIMED_OUT
