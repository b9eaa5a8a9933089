"""Names and addresses in texts, found and made unreadable."""

import json

import pytest
from django.db import connection

from accounts.models import User
from core.models import IdempotentAnswer
from core.redaction import ERASED, Words, found, redact
from tests.cast import person

WORDS = Words(["Wilhelmina Brandt", "wilhelmina@example.com"])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Fine. Wilhelmina Brandt", f"Fine. {ERASED}"),
        ("wilhelmina  BRANDT's idea", f"{ERASED}'s idea"),
        ("Brandt, Wilhelmina", ERASED),
        ("wilhelmina_brandt-2.csv", f"{ERASED}-2.csv"),
        ("who=Wilhelmina+Brandt&x=wilhelmina%20brandt", f"who={ERASED}&x={ERASED}"),
        ("Ask Wilhelmina@Example.com.", f"Ask {ERASED}."),
        ("?email=wilhelmina%40example.com&x=1", f"?email={ERASED}&x=1"),
    ],
)
def test_a_name_is_found_however_it_is_written(text, left):
    assert WORDS.found_in(text)
    assert WORDS.redacted(text) == left


@pytest.mark.parametrize(
    "text",
    ["Wilhelmina", "Mr. Brandt", "Wilhelmina Brandtner", "awilhelmina@example.com", ""],
)
def test_what_only_looks_alike_stays(text):
    assert not WORDS.found_in(text)
    assert WORDS.redacted(text) == text


def test_a_name_of_one_word_is_no_other_word():
    may = Words(["May"])

    assert (
        may.redacted("May may say MAY; Maya may not.")
        == f"{ERASED} may say {ERASED}; Maya may not."
    )


def test_too_short_a_name_is_not_looked_for():
    assert not Words(["Al", "", "  "])
    assert Words([]).redacted("Al") == "Al"


@pytest.mark.parametrize(
    "name",
    ["Zoë Åström", "Ο Νίκος Καζαντζάκης", 'Jo "Jojo" Doe', "a+b (c) [d]", "李 小龍", "O'Neil.*x"],
)
def test_postgresql_finds_what_python_finds(db, name):
    words = Words([name])
    text = f"({name.upper()}) {name}, {name}s"
    with connection.cursor() as cursor:
        cursor.execute("SELECT regexp_replace(%s, %s, %s, 'g')", [text, words.pattern, ERASED])
        (left,) = cursor.fetchone()

    assert left == words.redacted(text)
    assert ERASED in left


def test_columns_of_text_and_json_are_redacted_in_place(db):
    kept = {"actor_id": "x", "key": "1", "fingerprint": "f", "status": 201}
    row = IdempotentAnswer.objects.create(
        body=json.dumps({"by": "Wilhelmina Brandt"}),
        headers={"To": ["wilhelmina@example.com", "ben@example.com"]},
        **kept,
    )
    IdempotentAnswer.objects.create(body="Else", **{**kept, "key": "2"})

    assert found(IdempotentAnswer.objects.all(), ["body", "headers"], WORDS).get() == row
    assert redact(IdempotentAnswer.objects.all(), ["body", "headers"], WORDS) == 1
    row.refresh_from_db()
    assert row.body == f'{{"by": "{ERASED}"}}'
    assert row.headers == {"To": [ERASED, "ben@example.com"]}
    assert redact(IdempotentAnswer.objects.all(), ["body", "headers"], WORDS) == 0


def test_without_words_nothing_is_touched(db):
    person("Anna Else")

    assert redact(User.objects.all(), ["name"], Words([])) == 0
    assert not found(User.objects.all(), ["name"], Words([]))
