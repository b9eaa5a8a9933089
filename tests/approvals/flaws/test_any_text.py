"""Whatever people write, the rules look at it without raising, and in no time."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.content import LONGEST_OPTION, LONGEST_QUESTION, InvalidContent, QuestionContent
from approvals.flaws import find_flaws, key_positions

WORDS = [
    *("which", "not", "a", "an", "is", "are", "All of the above", "None of these", "both A and B"),
    *("10-20", "more than", "5", "1,000 km", "-3.5", "____", "?", "...", "except", "n't", "only"),
    *(
        "always",
        "the",
        "Das ist",
        "ما هو",
        "איזה",
        "什么",
        "🦉",
        "👩‍🔬",
        "\u200f",
        "e\u0301",
        "ß",
        "İ",
    ),
    *("(", ")", "'", "’", "-", "–", "_", "*", "<b>", "\n", "\t", "٣", "²", "½", "Ⅷ", "𝟛"),
]
TEXT = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=12).map("".join),
)


@settings(max_examples=400, deadline=None)
@given(text=TEXT, options=st.lists(TEXT, min_size=2, max_size=6), key=st.integers(0, 5))
def test_no_text_is_too_much(text, options, key):
    try:
        content = QuestionContent.checked(
            question_text=text, options=options, correct_answer=options[key % len(options)]
        )
    except InvalidContent:
        return

    for flaw in find_flaws(content):
        part = content.question_text
        if flaw.part != "question_text":
            part = content.options[int(flaw.part[8:-1])]
        assert 0 <= flaw.start < flaw.end <= len(part)
        assert part[flaw.start : flaw.end].startswith(flaw.quote.rstrip("…").rstrip())
        assert flaw.says.endswith(".")
    key_positions([content] * 3)


HUGE = [
    *("which not ", "a ", "_", "____ ", "n't ", "(", "the of which is not, ", ". A", "1-2 to "),
    *("-", "9,999", " ", "all of these ", "except ", "both A and ", "word-", "é", "🦉", "İ"),
    *("least likely ", "who that is not ", "\u200f", "?", ". . "),
]


@pytest.mark.parametrize("bit", HUGE, ids=range(len(HUGE)))
def test_the_longest_question_takes_no_time(bit):
    text = "Which of the " + bit * LONGEST_QUESTION
    options = [f"{n} of the {bit * LONGEST_OPTION}"[:LONGEST_OPTION].strip() for n in range(26)]
    content = QuestionContent(text[:LONGEST_QUESTION], tuple(options), options[3])

    began = time.process_time()
    find_flaws(content)

    # Some 70,000 characters. What grows with their square takes minutes.
    assert time.process_time() - began < 1.0
