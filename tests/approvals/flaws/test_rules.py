import pytest

from approvals.content import Attached, QuestionContent
from approvals.flaws import RULES, Severity, find_flaws

PLANET = "Which planet is closest to the sun?"
FOUR = ["Mercury", "Venus", "Mars", "Saturn"]


def question(text=PLANET, options=FOUR, key=None):
    return QuestionContent.checked(
        question_text=text, options=options, correct_answer=key or options[0]
    )


def found(rule, content):
    return [flaw for flaw in find_flaws(content) if flaw.rule == rule]


def test_a_sound_question_has_no_flaws():
    assert find_flaws(question()) == []


FLAWED = [
    ("negative-stem", "Which of these is not a planet?", FOUR, None, "not"),
    ("negative-stem", "Which planet doesn't have a moon?", FOUR, None, "doesn't"),
    ("negative-stem", "What did Apollo 11 never bring back?", FOUR, None, "never"),
    ("negative-stem", "All of these are planets except:", FOUR, None, "except"),
    (
        "negative-stem",
        "Which one is least likely to rain?",
        FOUR,
        None,
        "least likely",
    ),
    ("negative-stem", "Mark the false statement about Mars.", FOUR, None, "false"),
    ("negative-stem", "Spain does not border which of these?", FOUR, None, "not"),
    ("negative-stem", "Mark the wrong answer about Mars.", FOUR, None, "wrong"),
    ("negative-stem", "The brain is not responsible for what?", FOUR, None, "not"),
    ("unfocused-stem", "Mercury is", FOUR, None, "Mercury is"),
    ("unfocused-stem", "Photosynthesis:", FOUR, None, "Photosynthesis:"),
    (
        "blank-inside",
        "The planet ____ is closest to the sun of all.",
        FOUR,
        None,
        "____",
    ),
    (
        "all-of-the-above",
        PLANET,
        ["Mars", "Venus", "All of the above"],
        None,
        None,
    ),
    ("all-of-the-above", PLANET, ["Mars", "Venus", "All of these."], None, None),
    (
        "all-of-the-above",
        PLANET,
        ["Mars", "Venus", "All are correct"],
        None,
        None,
    ),
    ("none-of-the-above", PLANET, ["Mars", "Venus", "None of these"], None, None),
    (
        "none-of-the-above",
        PLANET,
        ["Mars", "Venus", "none of the above"],
        None,
        None,
    ),
    (
        "none-of-the-above",
        PLANET,
        ["Mars", "No", "No correct answer"],
        None,
        None,
    ),
    ("combined-options", PLANET, ["Mars", "Venus", "Both A and B"], None, None),
    ("combined-options", PLANET, ["Mars", "Venus", "Both of these"], None, None),
    ("combined-options", PLANET, ["Mars", "Io", "Titan", "A & C"], None, None),
    ("same-meaning", PLANET, ["Milky Way", "Mars", "the milky way."], None, None),
    ("same-meaning", PLANET, ["X-ray light", "Mars", "X ray light"], None, None),
    ("overlapping-options", "How many?", ["10-20", "20-30", "31-40"], None, "20-30"),
    ("overlapping-options", "How many?", ["5", "under 10", "10 to 12"], None, "under 10"),
    ("overlapping-options", "How far?", ["over 2 km", "over 5 km", "over 9 km"], None, "over 5 km"),
    (
        "overlapping-options",
        "How far?",
        ["between 2 and 5 km", "4–9 km"],
        None,
        "4–9 km",
    ),
    ("article-cue", "Who studies fish is an", ["ichthyologist", "chemist", "poet"], None, "an"),
    ("article-cue", "The king of the beasts is a ___", ["lion", "eagle", "owl"], None, "a"),
    (
        "number-cue",
        "The organs of the body for breathing are",
        ["lungs", "heart", "liver"],
        None,
        "are",
    ),
    (
        "word-repeated-in-key",
        "What are crystals of sugar grown from in the kitchen?",
        ["a crystal of salt", "hot milk", "flour", "vinegar"],
        None,
        "crystal",
    ),
    (
        "absolute-words",
        "Which of these is true of whales?",
        ["They breathe air", "They always swim alone", "They eat at night"],
        None,
        "always",
    ),
    (
        "vague-frequency",
        "Which of these is true of whales?",
        ["They usually swim in groups", "They swim alone", "They eat at night"],
        None,
        "usually",
    ),
    ("odd-one-out", "What is the next number?", ["12", "14", "It ends", "20"], None, "It ends"),
    ("odd-one-out", "What is missing?", ["Salt", "7", "Sugar", "Pepper"], None, "7"),
    ("unsorted-numbers", "How many moons?", ["2", "7", "5"], None, "5"),
    ("unsorted-numbers", "How far?", ["1 million km", "2,000 km", "3,000 km"], None, "2,000 km"),
    (
        "repeated-opening",
        "What is an Abelian group?",
        ["A group that is small", "A group that is finite", "A group that is commutative"],
        None,
        "A group that is",
    ),
]


@pytest.mark.parametrize(
    ("rule", "text", "options", "key", "quote"),
    FLAWED,
    ids=[f"{f[0]}-{n}" for n, f in enumerate(FLAWED)],
)
def test_a_flaw_is_found_and_quoted(rule, text, options, key, quote):
    (flaw,) = found(rule, question(text, options, key))

    assert flaw.quote == (quote if quote is not None else options[-1])


SOUND = [
    ("negative-stem", "Why did Ann not go home?", FOUR),
    ("negative-stem", "Which film not only won but was cheap?", FOUR),
    ("negative-stem", "Which country needs at least two days to cross?", FOUR),
    ("negative-stem", "Which animal that is not a fish lives in the sea?", FOUR),
    ("negative-stem", "He did not stay. Which city did he go to?", FOUR),
    ("negative-stem", "Which is the largest lake (not counting seas)?", FOUR),
    ("negative-stem", "Whales do not sleep.", ["True", "False"]),
    ("negative-stem", "A wrong answer costs the team 5 points. How many has it?", FOUR),
    ("negative-stem", "In the sea, layers do not mix, and thus lack what?", FOUR),
    ("negative-stem", "Wer ist nicht, the one?", ["der", "die", "das", "und"]),
    ("unfocused-stem", "2 + 2 =", ["4", "5"]),
    ("unfocused-stem", "Solve.", ["4", "5"]),
    ("unfocused-stem", "The capital of France is", FOUR),
    ("unfocused-stem", "什么是光合作用", FOUR),
    ("unfocused-stem", "Whales sleep.", ["True", "False"]),
    ("blank-inside", "The planet closest to the sun is ____.", FOUR),
    ("blank-inside", "Which number is missing: 3, 6, ___, 24 and 48?", ["12", "13"]),
    ("all-of-the-above", PLANET, ["All men", "All of Europe", "Mars"]),
    ("none-of-the-above", PLANET, ["None", "One", "No idea"]),
    ("combined-options", "Which vitamins?", ["A and D", "B and C", "C and D", "A and B"]),
    ("combined-options", "In which order?", ["1, 2, 3", "2, 1, 3", "3, 2, 1"]),
    ("same-meaning", "How is it spelled?", ["Its own", "It's own"]),
    ("same-meaning", "How cold is it?", ["23 degrees", "-23 degrees", "0 degrees"]),
    ("same-meaning", "Which formula holds?", ["a * b + ccc", "a + b * ccc"]),
    ("same-meaning", "When?", ["at 10.30 daily", "at 10:30 daily", "at 1030 daily"]),
    ("overlapping-options", "How many?", ["1-10", "11-20", "21-30"]),
    ("overlapping-options", "How many?", ["under 10", "10 to 20", "over 20"]),
    ("overlapping-options", "What was the score?", ["1-3", "2-5", "0-4"]),
    ("overlapping-options", "How many?", ["10 km", "20 km", "20 miles"]),
    ("longest-is-key", PLANET, ["Mercury, the first", "Venus", "Mars"]),
    ("article-cue", "It is an", ["owl", "eagle", "hour", "FBI agent", "8"]),
    ("article-cue", "It is a", ["university", "one-off", "European", "UFO", "NASA plan"]),
    ("article-cue", "This is vitamin A", ["lion", "owl", "eagle"]),
    ("article-cue", "He is a(n)", ["lion", "owl", "eagle"]),
    ("number-cue", "The organs for breathing are", ["lungs", "hearts", "livers"]),
    ("word-repeated-in-key", "Which sea is the Dead Sea?", ["Sea of Salt", "Sea of Ice", "Io"]),
    ("absolute-words", "Which song is it?", ["Only You Can Know", "Never Say Never Again", "Io"]),
    ("absolute-words", "Which of these?", ["the only one that flies", "one that swims", "Io"]),
    ("absolute-words", "When is it?", ["It is always hot", "It is always cold"]),
    ("odd-one-out", "How many?", ["12", "14", "none", "20"]),
    ("odd-one-out", "How many?", ["12", "14", "20", "None of these"]),
    ("unsorted-numbers", "How many?", ["2", "5", "7", "None of these"]),
    ("unsorted-numbers", "How many?", ["9", "5", "1"]),
    ("unsorted-numbers", "How far?", ["900 km", "1 thousand km", "2 million km"]),
    ("unsorted-numbers", "How far?", ["3 km", "1 mile", "2 km"]),
    ("unsorted-numbers", "Which vitamin?", ["B12", "B2", "B6"]),
    (
        "repeated-opening",
        "Which?",
        ["The Order of the Boar", "The Order of the Bee", "The Order of the Ox"],
    ),
    ("reading-level", "Who was it, after all?", FOUR),
]


@pytest.mark.parametrize(
    ("rule", "text", "options"), SOUND, ids=[f"{s[0]}-{n}" for n, s in enumerate(SOUND)]
)
def test_what_only_looks_like_a_flaw_is_left_alone(rule, text, options):
    assert found(rule, question(text, options)) == []


def test_a_negative_in_capitals_is_only_a_hint():
    (flaw,) = found("negative-stem", question("Which of these is NOT a planet?"))

    assert flaw.severity == Severity.HINT


def test_a_negative_in_small_letters_is_a_flaw():
    (flaw,) = found("negative-stem", question("Which of these is not a planet?"))

    assert flaw.severity == Severity.FLAW


def test_a_key_much_longer_than_all_others_is_a_flaw():
    long = "Mercury, which goes round the sun in 88 days"
    content = question(options=["Venus", long, "Mars"], key=long)

    (flaw,) = found("longest-is-key", content)

    assert (flaw.part, flaw.start, flaw.end) == ("options[1]", 0, len(long))
    assert "44 characters, the longest other option 5" in flaw.says


def test_a_long_option_that_is_not_the_key_is_no_flaw():
    long = "Mercury, which goes round the sun in 88 days"

    assert found("longest-is-key", question(options=["Venus", long, "Mars"])) == []


def test_a_short_stem_with_a_picture_asks_enough():
    picture = Attached(
        attachment_id="1", name="a.png", alt_text="A.", media_type="image/png", size=1, sha256="0"
    )

    content = question("Mercury is").with_attachments([picture])

    assert found("unfocused-stem", content) == []


def test_a_long_sentence_of_long_words_is_hard_to_read():
    text = (
        "Notwithstanding considerable disagreement among contemporary international institutional "
        "economists regarding the methodological appropriateness of econometric approximations "
        "to multidimensional macroeconomic developments, which organisation published "
        "the authoritative recommendations concerning intergovernmental harmonisation of the "
        "statistical classification of economic activities in the European Community?"
    )

    (flaw,) = found("reading-level", question(text))

    assert flaw.says.startswith("The stem reads at grade 4")


def test_a_flaw_says_where_it_stands_and_where_its_rule_comes_from():
    (flaw,) = find_flaws(question("Which of these is not a planet?"))

    assert (flaw.rule, flaw.part) == ("negative-stem", "question_text")
    assert (flaw.start, flaw.end) == (18, 21)
    assert flaw.source == "Haladyna, Downing & Rodriguez 2002, guideline 17"


def test_content_without_a_key_that_nobody_checked_is_read_all_the_same():
    content = QuestionContent("Which of these is not a planet?", ("Mars", "Io", "Titan"), "Oslo")

    assert [flaw.rule for flaw in find_flaws(content)] == ["negative-stem"]


def test_a_rule_that_is_off_finds_nothing():
    content = question("Which of these is not a planet?")

    assert find_flaws(content, off=["negative-stem"]) == []


def test_rules_have_names_for_programs_and_sentences_for_people():
    assert all(name == rule.name and name == name.lower() for name, rule in RULES.items())
    assert all(rule.sentence.endswith(".") and rule.source for rule in RULES.values())
