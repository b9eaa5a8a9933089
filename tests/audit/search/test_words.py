"""What people type, as what is looked for."""

import pytest

from audit.search import words
from audit.search.conditions import Either, Every, Prefix, Term, Without, is_exact

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "condition"),
    [
        ("gas", Term("w:gas")),
        ("Gases", Term("w:gase")),
        ("gas law", Every((Term("w:gas"), Term("w:law")))),
        ("the gas", Term("w:gas")),
        ("gas or law", Either((Term("w:gas"), Term("w:law")))),
        ("gas OR law", Either((Term("w:gas"), Term("w:law")))),
        ("gas -law", Every((Term("w:gas"), Without(Term("w:law"))))),
        ("-law", Without(Term("w:law"))),
        ('"gas law"', Every((Term("w:gas"), Term("w:law")), in_order=True)),
        ('"gas law', Every((Term("w:gas"), Term("w:law")), in_order=True)),
        ('-"gas law"', Without(Every((Term("w:gas"), Term("w:law")), in_order=True))),
        ("thermo*", Prefix("w:thermo")),
        ("O'Brien", Every((Term("w:o"), Term("w:brien")), in_order=True)),
        ("gas or", Term("w:gas")),
        ("a & b | !(c)", Every((Term("w:b"), Term("w:c")))),
    ],
)
def test_words_are_read_as_people_mean_them(typed, condition):
    assert words.read(typed).condition == condition


@pytest.mark.parametrize("typed", ["x'; DROP TABLE audit_entry --", "gas's*", "gas\\", "a'':*b"])
def test_signs_of_the_database_are_plain_text(typed):
    words.read(typed)


@pytest.mark.parametrize("typed", ["or", "*", "\\", "the", "the of a", '""', "...", "or or", "- -"])
def test_words_that_are_everywhere_are_refused(typed):
    with pytest.raises(words.NothingToFind):
        words.read(typed)


def test_only_phrases_need_a_second_look():
    assert is_exact(words.read("gas law or -fever").condition)
    assert not is_exact(words.read('gas "law of"  "boyle law"').condition)


def test_a_prefix_ends_where_the_next_begins():
    assert Prefix("w:ab").end == "w:ac"
