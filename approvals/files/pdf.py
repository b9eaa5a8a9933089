"""
PDF, as ISO 32000 describes it, without anything that does something.

The rule: the names of actions, scripts, embedded files, forms of XFA and encryption may stand
nowhere, neither in the file as it is nor in what its compressed streams unpack to. Links to
addresses and within the document may stay.
"""

import re
import zlib

from approvals.files.reading import DocumentActive, DocumentTooLarge, broken

START = b"%PDF-"
MOST_UNPACKED = 50_000_000  # bytes, all streams together
_ENDS = 1024  # bytes from the end in which the end's mark must stand
_WHOLE = rb"(?![^\x00\t\n\f\r ()<>\[\]{}/%])"
_ACTS = "something that acts by itself"
_DOING = {
    b"/JavaScript": "a script",
    b"/Launch": "the start of a program",
    b"/EmbeddedFile": "another file",
    b"/EmbeddedFiles": "another file",
    b"/FileAttachment": "another file",
    b"/Encrypt": "encryption, so that nobody can look inside",
    b"/XFA": "a form that runs scripts",
    **dict.fromkeys((b"/SubmitForm", b"/ImportData", b"/GoToE", b"/GoToR"), _ACTS),
    **dict.fromkeys((b"/RichMedia", b"/Rendition", b"/Movie", b"/Sound"), _ACTS),
}
_WHOLE_NAMES = {name: re.compile(re.escape(name) + _WHOLE) for name in _DOING}
_OBJECTS = re.compile(rb"/ObjStm" + _WHOLE)
# PDF lets any character of a name be two hex digits. Programs use that for spaces and umlauts.
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
MOST_ESCAPES = 20_000  # in one text; chance makes some thousand in 50 MB of pixels
_LONGEST_NAME = 64  # bytes: the longest one looked for, every character escaped
_STREAM = re.compile(rb"stream\r?\n")
_PLAIN_FLATE = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])")
_DICTIONARY = 2_000  # bytes before a stream in which its dictionary is looked for
# Bytes of a stream unpacked first. Each stream counts for as many, so that a million empty ones
# are too many.
_FIRST_STEP = 1_000


def ensure_harmless(data: bytes) -> None:
    """Raises InvalidFile for a cut off document, and for one that holds more than pages."""
    end = data.rfind(b"%%EOF")
    if end < len(data) - _ENDS or b"startxref" not in data[-2 * _ENDS :]:
        raise broken("the end of the document is missing")
    if data[end + 5 :].strip(b"\0\t\n\f\r "):
        raise broken("something follows its end")
    _refuse_doing(data)
    view, left = memoryview(data), MOST_UNPACKED
    for found in _STREAM.finditer(data):
        _ensure_open(data[max(0, found.start() - _DICTIONARY) : found.start()])
        unpacked = _unpacked(view[found.end() :], left + 1)
        left -= max(len(unpacked), _FIRST_STEP)
        if left < 0:
            raise DocumentTooLarge(
                f"The document unpacks to more than {MOST_UNPACKED // 1_000_000} MB.",
            )
        _refuse_doing(unpacked)


def _refuse_doing(text: bytes) -> None:
    """By name, whole, plain or escaped. In linear time, whatever the text is made for."""
    _refuse_plain(text)
    for number, escape in enumerate(_ESCAPE.finditer(text)):
        if number == MOST_ESCAPES:
            raise DocumentActive("The document disguises too many names.")
        begin = text.rfind(b"/", max(0, escape.start() - _LONGEST_NAME), escape.start())
        if begin >= 0:
            _refuse_plain(_unescaped(text[begin : begin + _LONGEST_NAME]))


def _refuse_plain(text: bytes) -> None:
    for name, whole in _WHOLE_NAMES.items():
        if name in text and whole.search(text):
            raise DocumentActive(f"The document contains {_DOING[name]} ({name.decode()}).")


def _unescaped(text: bytes) -> bytes:
    return _ESCAPE.sub(lambda digits: bytes([int(digits[1], 16)]), text)


def _ensure_open(before: bytes) -> None:
    """A stream of objects is packed in the one way that is unpacked here."""
    dictionary = before[before.rfind(b"obj") + 3 :]
    if b"#" in dictionary:
        dictionary = _unescaped(dictionary)
    if not _OBJECTS.search(dictionary):
        return
    if b"/DecodeParms" in dictionary or (
        b"/Filter" in dictionary and not _PLAIN_FLATE.search(dictionary)
    ):
        raise DocumentActive("The document packs its parts in a way that cannot be looked into.")


def _unpacked(data: memoryview, most: int) -> bytes:
    """What stands there, unpacked as far as it goes; nothing where it is not packed by zlib."""
    unpack, unpacked, at, step = zlib.decompressobj(), bytearray(), 0, _FIRST_STEP
    try:
        while at < len(data) and not unpack.eof and len(unpacked) < most:
            unpacked += unpack.decompress(data[at : at + step], most - len(unpacked))
            at, step = at + step, step * 4
    except zlib.error:
        pass
    return bytes(unpacked)
