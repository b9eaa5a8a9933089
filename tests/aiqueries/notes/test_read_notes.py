"""Which notes of an answer hold."""

import json

import pytest

from aiqueries.drafted import MOST_NOTES, Noted, Read, read_notes
from aiqueries.kinds import NoteKind

TEXT = "Which metal is usually used? Name one metal."
OPTIONS = ["Iron", "Iron and copper", "Café crème"]
GOOD = {"kind": "AMBIGUITY", "part": "question_text", "quote": "usually used", "says": "How far?"}
KEPT = Noted(
    kind=NoteKind.AMBIGUITY,
    part="question_text",
    start=15,
    end=27,
    quote="usually used",
    says="How far?",
)


def read(answer):
    return read_notes(answer, question_text=TEXT, options=OPTIONS)


def of(*notes):
    """What is kept of an answer with these notes."""
    return read(json.dumps({"notes": list(notes)})).notes


def test_a_note_with_its_quote_is_kept():
    assert read(json.dumps({"notes": [GOOD]})) == Read(offered=1, notes=[KEPT])


@pytest.mark.parametrize(
    "wrapped",
    [
        "```json\n%s\n```",
        "Here are my notes:\n\n%s\n\nI hope {this} helps.",
        'Let me think {about it}. {"draft": 1}\n```\n%s',
        '{"result": %s}',
        "\ufeff%s",
    ],
)
def test_json_is_found_in_what_stands_around_it(wrapped):
    assert read(wrapped % json.dumps({"notes": [GOOD]})).notes == [KEPT]


def test_no_notes_is_an_answer():
    assert read('{"notes": []}') == Read()


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "The question is fine.",
        "[]",
        "null",
        '{"notes": "none"}',
        '{"notes": {"kind": "BIAS"}}',
        '{"notes": [{"kind": "AMBIGUITY", "quote": "usually',
        "{" * 5_000,
        '{"a":' * 5_000,
        "[" * 100_000,
        '{"notes": ' + "9" * 5_000 + "}",
    ],
    ids=range(11),
)
def test_what_is_no_list_of_notes_is_unreadable(answer):
    assert read(answer) == Read(is_readable=False)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "SPELLING"},
        {"kind": ""},
        {"kind": None},
        {"kind": ["BIAS"]},
        {"quote": "usually  used"},
        {"quote": "Usually used"},
        {"quote": "nowhere in it"},
        {"quote": "   "},
        {"quote": 7},
        {"quote": "x" * 501},
        {"says": ""},
        {"says": "\u200b\n"},
        {"says": "x" * 601},
        {"says": {"text": "How far?"}},
    ],
    ids=str,
)
def test_what_does_not_hold_is_dropped(change):
    assert of({**GOOD, **change}) == []


@pytest.mark.parametrize("note", [None, 1, "usually used", ["usually used"], {}], ids=str)
def test_what_is_no_note_is_offered_and_dropped(note):
    assert read(json.dumps({"notes": [note, GOOD]})) == Read(offered=2, notes=[KEPT])


def test_a_quote_is_found_in_the_part_it_names():
    (note,) = of({**GOOD, "part": "options[1]", "quote": "Iron"})

    assert (note.part, note.start, note.end) == ("options[1]", 0, 4)


@pytest.mark.parametrize("part", ["options[0]", "options", "correct_answer", "options[99]", None])
def test_a_quote_from_another_part_is_put_right(part):
    (note,) = of({**GOOD, "part": part, "quote": "Name one metal."})

    assert (note.part, note.start) == ("question_text", 29)


def test_letters_written_otherwise_are_the_same_letters():
    (note,) = of({**GOOD, "quote": "Cafe\u0301 cre\u0300me"})

    assert (note.part, note.quote, note.end) == ("options[2]", "Café crème", 10)


def test_words_of_their_own_are_found_before_parts_of_words():
    (note,) = read_notes(
        json.dumps({"notes": [{**GOOD, "quote": "art"}]}),
        question_text="Which part is art?",
        options=[],
    ).notes

    assert note.start == 14


def test_the_same_is_noted_once():
    assert of(GOOD, {**GOOD, "says": "Again."}, {**GOOD, "part": "options[0]"}) == [KEPT]


def test_another_kind_on_the_same_words_is_another_note():
    assert len(of(GOOD, {**GOOD, "kind": "BIAS"})) == 2


def test_a_draft_has_twelve_notes_at_the_most():
    many = [{**GOOD, "quote": TEXT[start : start + 3]} for start in range(30)]

    found = read(json.dumps({"notes": many}))

    assert (found.offered, len(found.notes)) == (30, MOST_NOTES)


def test_what_is_said_can_be_kept_and_seen():
    (note,) = of({**GOOD, "says": "How\u0000 far\ud800?\n\n\u202eNow\u2066."})

    assert note.says == "How far ? Now ."


def test_a_draft_is_read_quickly_whatever_it_is():
    assert read('{"notes": [' + '{"kind": ' * 100_000) == Read(is_readable=False)
