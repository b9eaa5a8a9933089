import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.comparing import MOST_WORDS, Change, Piece, changes
from approvals.content import Attached, QuestionContent


def content(text="What is 2 + 2?", options=("3", "4"), key="4", subject=""):
    return QuestionContent.checked(
        question_text=text, options=list(options), correct_answer=key, subject=subject
    )


def test_the_same_content_has_no_changes():
    assert changes(content(), content()) == []


def test_a_changed_word_is_told_from_the_rest():
    (change,) = changes(content(), content("What is 2 + 3?"))

    assert change.label == "Question"
    assert change.pieces == (
        Piece("same", "What is 2 + "),
        Piece("gone", "2"),
        Piece("new", "3"),
        Piece("same", "?"),
    )


@pytest.mark.parametrize(
    ("after", "labels"),
    [
        ({"options": ("3", "4", "5")}, ["Option C"]),
        ({"options": ("4", "3")}, ["Option A", "Option B", "Key"]),
        ({"key": "3"}, ["Key"]),
        ({"subject": "Maths"}, ["Subject"]),
    ],
)
def test_each_part_that_differs_is_named(after, labels):
    assert [change.label for change in changes(content(), content(**after))] == labels


def test_an_option_that_is_gone_is_shown_as_gone():
    (change,) = changes(content(options=("3", "4", "5")), content())

    assert change.pieces == (Piece("gone", "5"),)


def test_very_long_texts_are_shown_whole():
    (change,) = changes(content("a " * MOST_WORDS), content("b " * MOST_WORDS))

    assert [piece.kind for piece in change.pieces] == ["gone", "new"]


texts = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "Zs")), min_size=1)


@given(texts, texts)
def test_nothing_is_lost_or_made_up(old, new):
    before, after = content(f"q {old}"), content(f"q {new}")
    found = [change for change in changes(before, after) if change.label == "Question"]
    if before.question_text == after.question_text:
        assert found == []
        return

    pieces = found[0].pieces

    assert "".join(p.text for p in pieces if p.kind != "new") == before.question_text
    assert "".join(p.text for p in pieces if p.kind != "gone") == after.question_text


def attached(number, alt_text="Apples"):
    return Attached(
        attachment_id=str(number),
        name=f"{number}.png",
        alt_text=alt_text,
        media_type="image/png",
        size=1,
        sha256=str(number),
    )


def with_files(*files):
    return content().with_attachments(files)


def test_a_file_that_came_is_new():
    assert changes(content(), with_files(attached(1))) == [
        Change("Attachment", (Piece("new", "Apples (1.png)", "1"),))
    ]


def test_a_file_that_went_is_gone():
    assert changes(with_files(attached(1)), content()) == [
        Change("Attachment", (Piece("gone", "Apples (1.png)", "1"),))
    ]


def test_another_text_for_a_file_is_shown_word_by_word():
    (change,) = changes(with_files(attached(1)), with_files(attached(1, "Pears")))

    assert change.pieces == (
        Piece("gone", "Apples"),
        Piece("new", "Pears"),
        Piece("same", " (1.png)"),
    )


def test_another_order_of_files_is_a_change():
    before, after = with_files(attached(1), attached(2)), with_files(attached(2), attached(1))

    assert changes(before, after) == [
        Change(
            "Order of attachments", (Piece("gone", "1.png, 2.png"), Piece("new", "2.png, 1.png"))
        )
    ]


def test_the_order_is_not_told_where_a_file_came_between():
    before = with_files(attached(1), attached(2))
    after = with_files(attached(1), attached(3), attached(2))

    assert [change.label for change in changes(before, after)] == ["Attachment"]
