from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from approvals.models import ImportRow, Question, QuestionImport
from outbox.models import Event
from tests.cast import person

GOOD = "question,a,b,answer\nWhat is 1 + 1?,2,3,A\nWhat is 1 + 2?,2,3,B\n"
MIXED = GOOD + "Who?,Ben,Ben,A\n\nWhat is 1 + 1?,2,3,A\nWhy?,Yes\n"


@pytest.fixture
def file(tmp_path):
    def write(text, name="questions.csv"):
        path = tmp_path / name
        path.write_bytes(text.encode())
        return path

    return write


def run(path, *arguments):
    out = StringIO()
    call_command("import_questions", path, *arguments, stdout=out)
    return out.getvalue().splitlines()


def test_the_good_questions_are_imported(file, ben):
    assert run(file(GOOD), "--as", "Ben@Example.com") == [
        "2 questions found: 2 good, 0 duplicates, 0 errors.",
        "2 questions imported.",
    ]
    assert Question.objects.filter(created_by=ben).count() == 2


def test_errors_are_listed_with_line_and_reason(file, ben):
    assert run(file(MIXED), "--as", ben.email) == [
        "line 4: Options A and B are the same.",
        "line 7: The row has 2 cells, the header 4.",
        "5 questions found: 2 good, 1 duplicates, 2 errors.",
        "2 questions imported.",
    ]


def test_a_second_run_finds_nothing_new(file, ben):
    run(file(GOOD), "--as", ben.email)

    assert run(file(GOOD), "--as", ben.email)[-1] == "Nothing new to import."
    assert Question.objects.count() == 2


def test_a_dry_run_changes_nothing(file, ben):
    lines = run(file(MIXED), "--as", ben.email, "--dry-run")

    assert lines[-1] == "2 questions could be imported."
    assert not Question.objects.exists()
    assert not QuestionImport.objects.exists()
    assert not ImportRow.objects.exists()


def test_nothing_is_left_to_the_background(file, ben):
    run(file(GOOD), "--as", ben.email)

    names = Event.objects.values_list("name", flat=True)
    assert list(names) == ["approvals.questions_imported"]


def test_format_and_subject_can_be_said(file, ben):
    path = file("What is 1 + 1?{T}\n", "questions.txt")
    run(path, "--as", ben.email, "--format", "gift", "--subject", "Sums")

    assert Question.objects.get().subject == "Sums"


def test_the_encoding_is_told(tmp_path, ben):
    path = tmp_path / "q.csv"
    path.write_bytes("question,a,b,answer\nOù?,1,2,A\n".encode("latin-1"))

    assert run(path, "--as", ben.email)[0] == "1 line not in UTF-8, read as Windows-1252."


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "questions.csv: The file is empty."),
        ("1,2\n", "questions.csv: The first row does not name the columns"),
        ("<!DOCTYPE quiz><quiz/>", "questions.csv: The file declares a document type"),
        ("question,a,b,answer\nWho?,Ben,Ben,A\n", "questions.csv: No question in it is good."),
    ],
)
def test_a_file_without_good_questions_ends_in_an_error(file, ben, text, reason):
    with pytest.raises(CommandError) as caught:
        run(file(text), "--as", ben.email)

    assert str(caught.value).startswith(reason)
    assert not Question.objects.exists()


def test_a_file_that_is_not_there_is_an_error(tmp_path, ben):
    with pytest.raises(CommandError, match=r"cannot be read: No such file"):
        run(tmp_path / "none.csv", "--as", ben.email)


@pytest.mark.parametrize("email", ["nobody@example.com", "cleo@example.com"])
def test_who_may_not_import_cannot(file, cleo, email):
    with pytest.raises(CommandError):
        run(file(GOOD), "--as", email)

    assert not QuestionImport.objects.exists()


def test_the_only_administrator_need_not_be_named(file, admin_person, ben):
    run(file(GOOD))

    assert QuestionImport.objects.get().uploaded_by == admin_person


def test_of_two_administrators_one_must_be_named(file, admin_person):
    person("Zoe Second", is_superuser=True)

    with pytest.raises(CommandError, match="--as EMAIL"):
        run(file(GOOD))
