from collections import Counter
from pathlib import Path

from approvals import importing

from .parse import contents

SEED = Path(importing.__file__).parent / "seed"


def seeded():
    return contents((SEED / "opentriviaqa.csv").read_bytes(), "opentriviaqa.csv")


def test_every_question_is_good():
    assert len(seeded()) == 300


def test_no_question_is_there_twice():
    assert max(Counter(content.digest for content in seeded()).values()) == 1


def test_there_are_several_subjects():
    assert Counter(content.subject for content in seeded()) == {
        "Science and technology": 130,
        "Geography": 130,
        "Brain teasers": 24,
        "Video games": 16,
    }


def test_licence_and_attribution_lie_beside_them():
    assert "Attribution-ShareAlike 4.0" in (SEED / "LICENSE.md").read_text(encoding="utf-8")
    assert "OpenTriviaQA" in (SEED / "ATTRIBUTION.md").read_text(encoding="utf-8")
