"""Real questions to measure with: a folder of OpenTriviaQA's, or those of the product."""

import os
from pathlib import Path

SEED = Path(__file__).parents[2] / "approvals/importing/seed"


def questions():
    """
    The contents of all good questions in QUESTION_BANK, a folder; without it, of the seed.

    https://github.com/uberspot/OpenTriviaQA has such a folder, `categories`.
    """
    folder = Path(os.environ.get("QUESTION_BANK", SEED))
    files = sorted(path for path in folder.iterdir() if path.suffix in ("", ".csv"))
    return [content for path in files for content in _contents(path)]


def _contents(path):
    from approvals.importing.parsing import GoodRow, QuestionFile

    rows = QuestionFile(path.read_bytes(), path.name).checked()
    return [row.content for row in rows if isinstance(row, GoodRow)]
