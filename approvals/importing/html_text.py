"""HTML as Moodle writes it, to the plain text a candidate reads."""

import re
from html import unescape

LONGEST_HTML = 100_000  # characters

_BREAKING = frozenset(
    ("address", "blockquote", "br", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5", "h6")
) | frozenset(("hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul"))
_UNSEEN = frozenset(("script", "style", "template", "head", "title"))
_SHOWN = frozenset(("img", "svg", "object", "embed", "iframe", "video", "audio", "canvas", "math"))
# Python's HTMLParser takes 84 seconds over 100 kB of `<a <a <a`. No match here goes beyond the
# next `<`, so the time grows with the length alone.
_MARKUP = re.compile(
    r"""<!--|<(/?)([a-z][a-z0-9]*)(?:[^<>"']|"[^"<]*"|'[^'<]*')*>|<[!?][^<>]*>""", re.IGNORECASE
)
_SUPERSCRIPT = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_SUBSCRIPT = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_RAISABLE = re.compile(r"[0-9+\-−=()n]+")
_LOWERABLE = re.compile(r"[0-9+\-−=()]+")


class NotPlain(ValueError):
    """The HTML shows something that no plain text can stand for, as the message says."""


def plain_text(html: str) -> str:
    """
    What the HTML says, one line a paragraph.

    Raised and lowered digits keep their place (m², H₂O), since losing it changes the meaning.
    Raises NotPlain for pictures, sound, formulas and text of over 100,000 characters.
    """
    if len(html) > LONGEST_HTML:
        raise NotPlain(f"The HTML is {len(html):,} characters long; {LONGEST_HTML:,} are allowed.")
    reader = _Reader()
    reader.read(html)
    lines = (re.sub(r"[^\S\n]+", " ", line).strip() for line in reader.text().split("\n"))
    return "\n".join(line for line in lines if line)


class _Reader:
    def __init__(self) -> None:
        self._parts: list[str] = []
        self._unseen: list[str] = []
        self._script = ""

    def text(self) -> str:
        return "".join(self._parts)

    def read(self, html: str) -> None:
        at = 0
        while found := _MARKUP.search(html, at):
            self._data(html[at : found.start()])
            at = found.end()
            if found[0] == "<!--":
                closed = html.find("-->", at)
                at = closed + 3 if closed >= 0 else len(html)
            elif found[1]:
                self._end(found[2].lower())
            elif found[2]:
                self._start(found[2].lower())
        self._data(html[at:])

    def _start(self, tag: str) -> None:
        if tag in _SHOWN:
            raise NotPlain(f"It shows something that is not text (<{tag}>).")
        if tag in _UNSEEN:
            self._unseen.append(tag)
        elif tag in _BREAKING:
            self._parts.append("\n")
        elif tag in ("td", "th"):
            self._parts.append(" ")
        elif tag in ("sup", "sub"):
            self._script = tag

    def _end(self, tag: str) -> None:
        if tag in self._unseen:
            self._unseen.remove(tag)
        elif tag in _BREAKING:
            self._parts.append("\n")
        elif tag == self._script:
            self._script = ""

    def _data(self, data: str) -> None:
        if self._unseen:
            return
        # A line end inside a paragraph is only a space.
        text = re.sub(r"\s+", " ", unescape(data))
        if self._script and text.strip():
            text = _shifted(text.strip(), self._script)
        self._parts.append(text)


def _shifted(text: str, script: str) -> str:
    if script == "sup":
        return text.translate(_SUPERSCRIPT) if _RAISABLE.fullmatch(text) else f"^({text})"
    return text.translate(_SUBSCRIPT) if _LOWERABLE.fullmatch(text) else f"_({text})"
