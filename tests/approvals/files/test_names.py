import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.files import names
from approvals.files.reading import InvalidFile


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("chart.png", "chart.png"),
        ("C:\\Users\\ben\\chart.png", "chart.png"),
        ("../../etc/passwd.png", "passwd.png"),
        ("a\tb\nc.png", "a b c.png"),
        ("a\x00b\x1b.png", "ab.png"),
        ("gnp.\u202etxt.png", "gnp.txt.png"),
        ("cafe\u0301.png", "caf\u00e9.png"),
        ("  .hidden.png. ", "hidden.png"),
        ("\u00fcber alles.png", "\u00fcber alles.png"),
        ("half \ud800.png", "half .png"),
    ],
)
def test_a_name_is_cleaned(given_name, kept):
    assert names.cleaned(given_name) == kept


def test_a_long_name_keeps_its_ending():
    kept = names.cleaned("x" * 300 + ".jpeg")

    assert kept == "x" * 115 + ".jpeg"


@pytest.mark.parametrize("name", ["", " ", "...", "/", "a/", "\x00", "\u200b"])
def test_a_name_of_nothing_is_refused(name):
    with pytest.raises(InvalidFile) as caught:
        names.cleaned(name)

    assert caught.value.code == "file_name_empty"


@given(st.text())
def test_any_name_is_kept_short_and_plain_or_refused(name):
    try:
        kept = names.cleaned(name)
    except InvalidFile:
        return
    assert 1 <= len(kept) <= 120
    assert not set(kept) & set("/\\\0\n\r")
    assert names.cleaned(kept) == kept
