"""What a file's questions say together: flaws by rule, and where the keys stand."""

from approvals.services.bringing import findings
from tests.approvals.imports import HEADER, check, upload

NEGATIVE = "Which of these is not a town?,Oslo,Peru,B,\n"
SOUND = "Which town is in Portugal?,Porto,Oslo,A,\n"


def found_in(ben, text):
    return check(upload(ben, HEADER + text)).findings


def test_flaws_are_counted_by_rule(ben):
    found = found_in(ben, NEGATIVE + SOUND + NEGATIVE.replace("town", "city"))

    assert (found["questions"], found["looked_at"], found["flawed"]) == (3, 3, 2)
    assert found["by_rule"] == {"negative-stem": 2}


def test_rows_that_cannot_be_read_are_left_out(ben):
    assert found_in(ben, SOUND + "Who?,Ben,Ben,A,\n")["questions"] == 1


def test_flaws_are_counted_in_the_first_of_very_many(ben, monkeypatch):
    monkeypatch.setattr(findings, "MOST_LOOKED_AT", 1)

    found = found_in(ben, SOUND + NEGATIVE)

    assert (found["questions"], found["looked_at"], found["flawed"]) == (2, 1, 0)


def test_keys_are_counted_and_what_is_odd_is_said(ben):
    rows = "".join(f"Which is {n}?,a{n},b{n},c{n},d{n},B\n" for n in range(20))

    kept = check(upload(ben, "question,a,b,c,d,answer\n" + rows))

    assert kept.findings["keys"] == [0, 20]
    crowd, run = kept.findings["notes"]
    assert crowd.startswith("B is the key of 20 of the 20 questions with 4 options")
    assert run.startswith("B is the key 20 times on end, from question 1 on.")


def test_a_file_that_is_checked_again_is_counted_anew(ben):
    kept = check(upload(ben, HEADER + NEGATIVE))
    kept.status, kept.data = "CHECKING", (HEADER + NEGATIVE).encode()
    kept.save()

    assert check(kept).findings["questions"] == 1


def test_a_refused_file_has_no_findings(ben):
    assert found_in(ben, "") == {}
