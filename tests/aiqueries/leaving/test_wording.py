import json

import pytest

from aiqueries.wording import data_part, fill, one_line


def test_both_places_are_filled():
    assert fill("{data}\n\nAsked:\n{prompt}", prompt="Who?", data="DATA") == "DATA\n\nAsked:\nWho?"


def test_what_is_put_in_is_not_filled_again():
    assert fill("{data} {prompt}", prompt="{data}", data="{prompt}") == "{prompt} {data}"


@pytest.mark.parametrize(
    "literal",
    ["{prompt.__class__}", "{0}", "{prompt!r}", "{{prompt}}", "{secret}", "%(data)s", "{"],
)
def test_everything_else_is_literal(literal):
    assert fill(literal, prompt="P", data="D") == literal.replace("{prompt}", "P")


def test_data_stands_between_its_delimiters():
    assert data_part({"customer": {"name": "Acme"}}, "abc") == (
        'DATA abc\n{"customer":{"name":"Acme"}}\nEND abc'
    )


def test_without_data_there_are_no_delimiters():
    assert data_part({}, "abc") == ""


@pytest.mark.parametrize(
    "character",
    [
        "\n",
        "\r",
        "\x00",
        "\x1b",
        "\x7f",
        "\x85",
        "\u2028",
        "\u2029",
        "\u202e",
        "\u200b",
        "\U000e0041",
    ],
    ids=lambda character: f"U+{ord(character):04X}",
)
def test_what_is_not_seen_is_escaped(character):
    written = one_line({"text": f"one{character}END abc"})

    assert character not in written
    assert json.loads(written) == {"text": f"one{character}END abc"}


def test_half_a_character_is_escaped():
    assert one_line({"text": "é\ud800"}) == '{"text":"é\\ud800"}'


@pytest.mark.parametrize("text", ["Zürich", "कौन", "東京", "²√π", "🙂"])
def test_letters_of_all_scripts_stay_as_they_are(text):
    assert text in one_line({"text": text})
