import json

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture
def check(tmp_path, capsys):
    def run(text):
        file = tmp_path / "mine.asl.json"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        call_command("check_definition", str(file))
        return capsys.readouterr().out

    return run


def document(**state):
    return json.dumps({"StartAt": "A", "States": {"A": state}})


def test_a_good_definition_is_told_so(check):
    assert check(document(Type="Succeed")).endswith("mine.asl.json: 1 states, nothing wrong.\n")


def test_every_problem_is_a_line_with_its_place(check):
    with pytest.raises(CommandError) as caught:
        check(document(Type="Pass", ResultWriter={}))

    lines = str(caught.value).splitlines()
    assert [line.partition("mine.asl.json: ")[2] for line in lines] == [
        "States.A.ResultWriter: not supported.",
        "States.A: must have either Next or End.",
        "States: no state that can be reached ends the execution.",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Not JSON"),
        ("{", "Not JSON"),
        ("[" * 100_000, "Not JSON"),
        ('{"StartAt": "A", "StartAt": "B"}', "StartAt: stands twice in the same object."),
        ('{"StartAt": "${Nothing}"}', r"\$\{Nothing\}: nothing to put in its place."),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_what_is_no_definition_is_told_so(check, text, reason):
    with pytest.raises(CommandError, match=reason):
        check(text)


def test_a_file_that_is_not_there_is_told_so(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("check_definition", str(tmp_path / "nothing"))
