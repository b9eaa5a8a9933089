import pytest

from approvals.importing.rows import ParsedRow

from .parse import LISBON, errors, parsed

QUESTION = "What is the capital of Portugal? {=Lisbon ~Porto}"


def gift(text):
    return parsed(text, file_format="gift")


def reason(text):
    return gift(text)[0].code


def test_a_question_has_its_text_options_and_key():
    assert gift(QUESTION) == [LISBON]


def test_the_order_of_the_options_stays():
    assert gift("Which? {~1 =2 ~3}") == [ParsedRow(1, "Which?", ("1", "2", "3"), "2")]


@pytest.mark.parametrize(
    "text",
    [
        f"::Capitals::{QUESTION}",
        f"::A \\:: title:: {QUESTION}",
        "What is the capital of Portugal? {\n  =Lisbon\n  ~Porto\n}",
        "What is the capital of Portugal? {=Lisbon#Yes, \\#1. ~Porto#No.}",
        "What is the capital of Portugal? {=Lisbon ~Porto####Think of \\{ships\\}.}",
        "What is the capital of Portugal? {~%100%Lisbon ~%-50%Porto}",
        "What is the capital of Portugal? {=%100%Lisbon ~Porto}",
        f"[plain]{QUESTION}",
        "[html]<p>What is the <b>capital</b> of&nbsp;Portugal?</p> {=<i>Lisbon</i> ~Porto}",
    ],
)
def test_titles_feedback_weights_and_markup_are_left_out(text):
    assert gift(text) == [LISBON]


def test_comments_are_left_out():
    assert gift(f"// one\n{QUESTION}\n// two") == [
        ParsedRow(2, LISBON.question_text, LISBON.options, "Lisbon")
    ]


def test_escaped_characters_are_themselves():
    row = gift(r"2 \+ 2 \= \{4\}\: \~ or\n \# \\? {=\=1 ~\~2 ~c\:\\d}")[0]

    assert row.question_text == "2 \\+ 2 = {4}: ~ or\n # \\?"
    assert row.options == ("=1", "~2", "c:\\d")


def test_a_gap_in_the_middle_is_shown_as_one():
    assert gift("Lisbon lies in {=Portugal ~Spain}, doesn't it?")[0].question_text == (
        "Lisbon lies in _____ , doesn't it?"
    )


@pytest.mark.parametrize("answer", ["T", "TRUE", " true ", "T#wrong#right", "TRUE####because"])
def test_true_is_the_key(answer):
    assert gift(f"Lisbon is a city.{{{answer}}}") == [
        ParsedRow(1, "Lisbon is a city.", ("True", "False"), "True")
    ]


@pytest.mark.parametrize("answer", ["F", "FALSE", "false#no"])
def test_false_is_the_key(answer):
    assert gift(f"Porto is a river.{{{answer}}}")[0].correct_answer == "False"


def test_the_category_is_the_subject_from_there_on():
    rows = gift(
        f"{QUESTION}\n\n$CATEGORY: $course$/top/Geography/Europe\n\n{QUESTION}\n\n"
        f"$CATEGORY: Physics\n{QUESTION}"
    )

    assert [(row.line, row.subject) for row in rows] == [
        (1, ""),
        (5, "Geography / Europe"),
        (8, "Physics"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Who? {=Ben =Benjamin}", "unsupported_kind"),
        ("Who? {=Ben}", "unsupported_kind"),
        ("Match. {=a -> b =c -> d}", "unsupported_kind"),
        ("How many? {#3:1}", "unsupported_kind"),
        ("Write. {}", "unsupported_kind"),
        ("Just read this.", "unsupported_kind"),
        ("Which? {~%50%1 ~%50%2 ~3}", "several_keys"),
        ("Which? {=1 =2 ~3}", "several_keys"),
        ("Which? {=1 ~%50%2 ~3}", "several_keys"),
        ("Which? {~1 ~2}", "key_missing"),
        ("Which? {1 ~2}", "not_understood"),
        ("Which? {=1 ~2", "brace_unclosed"),
        ("Which? =1 ~2}", "braces_unclear"),
        ("Which? {=1 ~2} or {=3 ~4}", "braces_unclear"),
        ("Which? {=1 ~{2}}", "braces_unclear"),
        ("[html]<img src='x.png'>Which? {=1 ~2}", "not_plain_text"),
        ("Which? {=1 ~1}", "options_duplicate"),
        ("{=1 ~2}", "question_text_empty"),
    ],
)
def test_what_is_not_taken_in_is_an_error(text, code):
    assert errors(text, file_format="gift") == [(1, code)]


def test_an_unclosed_brace_harms_only_its_question():
    rows = gift(f"{QUESTION}\n\nWhich? {{=1 ~2\n\n{QUESTION}")

    assert [getattr(row, "code", "good") for row in rows] == ["good", "brace_unclosed", "good"]
    assert rows[1].line == 3


def test_a_question_of_a_megabyte_is_an_error():
    assert reason("x" * 1_000_000 + "{T}") == "too_long"


def test_a_question_of_endless_lines_is_one_error():
    assert [row.code for row in gift("more\n" * 30_000)] == ["too_long"]
