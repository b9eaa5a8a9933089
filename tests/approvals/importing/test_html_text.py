import pytest

from approvals.importing.html_text import NotPlain, plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain", "plain"),
        ("<p>One</p><p>two</p>", "One\ntwo"),
        ("One<br>two<BR />three", "One\ntwo\nthree"),
        ("<ul><li>One</li><li>two</li></ul>", "One\ntwo"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        ("One\n   two\tthree", "One two three"),
        ("a &lt; b &amp;&nbsp;c &eacute; &#8364;", "a < b & c é €"),
        ("a < b and c > d", "a < b and c > d"),
        ("x<sup>2</sup> + y<sup>n+1</sup>", "x² + yⁿ⁺¹"),
        ("H<sub>2</sub>O", "H₂O"),
        ("2<sup>abc</sup> and a<sub>max</sub>", "2^(abc) and a_(max)"),
        ("<b>bold</b><span>er</span>", "bolder"),
        ('<a title="a > b" href=x>link</a>', "link"),
        ("<script>if (a < b) alert(1)</script>seen", "seen"),
        ("<style>p { color: red }</style>seen", "seen"),
        ("a<!-- not <b>this</b> -->b", "ab"),
        ("seen<!-- never closed <b>this", "seen"),
        ("<?xml version='1.0'?><!DOCTYPE html>seen", "seen"),
        ("<![CDATA[x", "<![CDATA[x"),
        ("", ""),
    ],
)
def test_html_becomes_what_it_says(html, text):
    assert plain_text(html) == text


@pytest.mark.parametrize("tag", ["img", "IMG", "svg", "object", "iframe", "video", "audio", "math"])
def test_what_is_not_text_is_refused(tag):
    with pytest.raises(
        NotPlain, match=f"It shows something that is not text \\(<{tag.lower()}>\\)."
    ):
        plain_text(f"Look: <{tag} src='x'>")


def test_too_much_is_refused():
    with pytest.raises(NotPlain, match="100,001 characters long"):
        plain_text("x" * 100_001)


@pytest.mark.parametrize(
    "scrap", ["<a ", "<a b='", "<!--", "<![", "</", "<a/", "&#", "<?", '<a b="']
)
def test_hostile_html_takes_no_longer_than_kind_html(scrap):
    assert len(plain_text((scrap * 50_000)[:100_000])) <= 100_000
