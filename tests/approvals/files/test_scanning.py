"""Which files can be attached, and what is kept of them."""

import zlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from approvals.files.reading import InvalidFile
from approvals.files.scanning import LARGEST_FILE, scan
from tests.approvals.files.samples import (
    GOOD,
    exif,
    gif,
    jpeg,
    pdf,
    png,
    png_chunk,
    riff_chunk,
    segment,
    stream,
    vp8x,
    webp,
)

SECRET = b"48.8584N"


def refusal(data, name):
    with pytest.raises(InvalidFile) as caught:
        scan(data, name)
    assert caught.value.field == "file"
    assert str(caught.value).endswith(".")
    return caught.value.code


@pytest.mark.parametrize("name", list(GOOD))
def test_a_good_file_is_kept_bit_by_bit(name):
    assert scan(GOOD[name], name).data == GOOD[name]


@pytest.mark.parametrize(
    ("data", "name", "media_type", "size"),
    [
        (png(3, 5), "a.png", "image/png", (3, 5)),
        (jpeg(16, 8), "a.JPG", "image/jpeg", (16, 8)),
        (gif(7, 2), "a.gif", "image/gif", (7, 2)),
        (webp(9, 4), "a.webp", "image/webp", (9, 4)),
        (pdf(), "a.pdf", "application/pdf", (0, 0)),
    ],
    ids=["png", "jpeg", "gif", "webp", "pdf"],
)
def test_the_bytes_tell_kind_and_size(data, name, media_type, size):
    scanned = scan(data, name)

    assert (scanned.media_type, (scanned.width, scanned.height)) == (media_type, size)


REFUSED = {
    "nothing": (b"", "a.png", "file_empty"),
    "too many bytes": (png() + b"\0" * LARGEST_FILE, "a.png", "file_too_large"),
    "text": (b"What is 2 + 2?", "a.png", "file_type_unknown"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "file_type_unknown"),
    "html": (b"<!doctype html><p>", "a.html", "file_type_unknown"),
    "zip": (b"PK\3\4" + b"\0" * 40, "a.docx", "file_type_unknown"),
    "bmp": (b"BM" + b"\0" * 60, "a.bmp", "file_type_unknown"),
    "a png called jpg": (png(), "a.jpg", "file_name_misleading"),
    "a pdf called png": (pdf(), "a.png", "file_name_misleading"),
    "a png called nothing": (png(), "chart", "file_name_misleading"),
    "a png called svg": (png(), "a.png.svg", "file_name_misleading"),
    "no name": (png(), " ./", "file_name_empty"),
    "png with html behind": (png() + b"<script>alert(1)</script>", "a.png", "file_two_faced"),
    "png with html in a text": (
        png(2, 2, png_chunk(b"tEXt", b"Comment\0<HTML><body>")),
        "a.png",
        "file_two_faced",
    ),
    "jpeg with html in a comment": (
        jpeg(8, 8, segment(0xFE, b"<script src=//x>")),
        "a.jpg",
        "file_two_faced",
    ),
    "gif with php behind": (gif() + b"<?php system($_GET[0]); ?>", "a.gif", "file_two_faced"),
    "pdf inside a gif": (
        gif(2, 2, b"\x21\xfe\x08%PDF-1.4\0"),
        "a.gif",
        "file_two_faced",
    ),
    "html before a pdf's first object": (
        pdf().replace(b"%PDF-1.4\n", b"%PDF-1.4\n<html>\n"),
        "a.pdf",
        "file_two_faced",
    ),
    "png with a zip behind": (png() + b"PK\3\4archive", "a.png", "file_broken"),
    "gif with a zip behind": (gif() + b"PK\3\4archive", "a.gif", "file_broken"),
    "webp with a zip behind": (webp() + b"PK\3\4archive", "a.webp", "file_broken"),
    "pdf with a zip behind": (pdf() + b"PK\3\4archive", "a.pdf", "file_broken"),
    "png with a wrong checksum": (png()[:-1] + b"\0", "a.png", "file_broken"),
    "png without pixels": (
        png().replace(b"IDAT", b"iDAT"),
        "a.png",
        "file_broken",
    ),
    "png with two headers": (
        png(2, 2, png_chunk(b"IHDR", b"\0" * 13)),
        "a.png",
        "file_broken",
    ),
    "png of no size": (png(0, 2), "a.png", "file_broken"),
    "jpeg without pixels": (
        b"\xff\xd8" + segment(0xFE, b"x") + b"\xff\xd9",
        "a.jpg",
        "file_broken",
    ),
    "jpeg of two sizes": (
        jpeg(8, 8, segment(0xC0, b"\x08\0\x10\0\x10\1\1\x11\0")),
        "a.jpg",
        "file_broken",
    ),
    "jpeg that is all marks": (b"\xff\xd8" + b"\xff" * 100_000, "a.jpg", "file_broken"),
    "jpeg of a million segments": (
        b"\xff\xd8" + segment(0xE5, b"") * 30_000,
        "a.jpg",
        "file_broken",
    ),
    "png of 900 million pixels": (png(30_000, 30_000), "a.png", "picture_too_large"),
    "jpeg of 900 million pixels": (jpeg(30_000, 30_000), "a.jpg", "picture_too_large"),
    "gif of 900 million pixels": (gif(30_000, 30_000), "a.gif", "picture_too_large"),
    "webp of 256 million pixels": (webp(16_000, 16_000), "a.webp", "picture_too_large"),
    "webp that says one size and has another": (
        webp(16_000, 16_000, vp8x(10, 10)),
        "a.webp",
        "picture_too_large",
    ),
    "gif of too many frames": (gif(1000, 1000, frames=101), "a.gif", "picture_too_large"),
    "a picture too long": (png(20_000, 1), "a.png", "picture_too_large"),
    "jpeg of too many scans": (jpeg(8, 8, scans=101), "a.jpg", "picture_too_large"),
    "pdf with a script": (
        pdf(b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"),
        "a.pdf",
        "pdf_active",
    ),
    "pdf with a script in disguise": (
        pdf(b"<< /S /#4aava#53cript /JS (app.alert\\(1\\)) >>"),
        "a.pdf",
        "pdf_active",
    ),
    "pdf that starts a program": (pdf(b"<< /S /Launch /F (cmd.exe) >>"), "a.pdf", "pdf_active"),
    "pdf with a file": (pdf(b"<< /Type/EmbeddedFile/Length 0 >>"), "a.pdf", "pdf_active"),
    "pdf with files": (pdf(b"<< /Names << /EmbeddedFiles 9 0 R >> >>"), "a.pdf", "pdf_active"),
    "pdf that sends a form": (pdf(b"<< /S /SubmitForm >>"), "a.pdf", "pdf_active"),
    "pdf with a script, packed": (
        pdf(stream(b"7 0 << /S /JavaScript /JS (x) >>", b"/Type /ObjStm /Filter /FlateDecode")),
        "a.pdf",
        "pdf_active",
    ),
    "pdf with a script in disguise, packed": (
        pdf(stream(b"<< /S /J#61vaScrip#74 >>", b"/Type /#4fbjStm /Filter /FlateDecode")),
        "a.pdf",
        "pdf_active",
    ),
    "pdf with nothing but disguises": (pdf(b"/#41" * 25_000), "a.pdf", "pdf_active"),
    "pdf with objects packed otherwise": (
        pdf(stream(b"7 0 << >>", b"/Type /ObjStm /Filter /LZWDecode", bytes)),
        "a.pdf",
        "pdf_active",
    ),
    "pdf with objects packed twice": (
        pdf(stream(b"x", b"/Type /ObjStm /Filter [/ASCII85Decode /FlateDecode]")),
        "a.pdf",
        "pdf_active",
    ),
    "pdf that is encrypted": (pdf(trailer=b"/Encrypt 9 0 R"), "a.pdf", "pdf_active"),
    "pdf that unpacks to 60 MB": (
        pdf(stream(b"\0" * 60_000_000, b"/Filter /FlateDecode")),
        "a.pdf",
        "pdf_too_large",
    ),
    "pdf of endless streams": (pdf(b"stream\n" * 60_000), "a.pdf", "pdf_too_large"),
}


@pytest.mark.parametrize("what", list(REFUSED))
def test_a_bad_file_is_refused(what):
    data, name, code = REFUSED[what]

    assert refusal(data, name) == code


@pytest.mark.parametrize("name", list(GOOD))
def test_a_file_cut_off_anywhere_is_refused(name):
    whole = GOOD[name].rstrip(b"\n")

    for length in range(1, len(whole)):
        assert refusal(whole[:length], name) in {"file_broken", "file_type_unknown"}


@pytest.mark.parametrize(
    "body",
    [
        b"<< /S /URI /URI (https://example.org/) >>",
        b"<< /S /GoTo /D [3 0 R /Fit] >>",
        b"<< /Title (About JavaScript) >>",
        b"<< /JavaScriptless 1 >>",
        b"<< /BaseFont /Times#20New#20Roman >>",
        stream(b"BT (2 + 2) Tj ET", b"/Filter /FlateDecode"),
        stream(b"7 0 << /Type /Font >>", b"/Type /ObjStm /Filter [ /FlateDecode ]"),
        stream(b"\xff\xd8\xff", b"/Filter /DCTDecode", bytes),
    ],
)
def test_a_pdf_of_pages_links_and_pictures_is_kept(body):
    assert scan(pdf(body), "a.pdf").data == pdf(body)


@pytest.mark.parametrize(
    ("data", "name", "clean"),
    [
        (png(2, 2, png_chunk(b"eXIf", SECRET), png_chunk(b"tEXt", SECRET)), "a.png", png()),
        (png(2, 2, png_chunk(b"zTXt", SECRET), png_chunk(b"tIME", SECRET)), "a.png", png()),
        (jpeg(8, 8, exif()), "a.jpg", jpeg()),
        (jpeg(8, 8, segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET)), "a.jpg", jpeg()),
        (jpeg(8, 8, segment(0xED, SECRET), segment(0xFE, SECRET)), "a.jpg", jpeg()),
        (jpeg() + SECRET, "a.jpg", jpeg()),
        (gif(2, 2, b"\x21\xfe\x08" + SECRET + b"\0"), "a.gif", gif()),
        (gif(2, 2, b"\x21\xff\x0bXMP DataXMP\x08" + SECRET + b"\0"), "a.gif", gif()),
        (
            webp(1, 1, vp8x(1, 1), riff_chunk(b"EXIF", SECRET), riff_chunk(b"XMP ", SECRET)),
            "a.webp",
            webp(1, 1, vp8x(1, 1, flags=0)),
        ),
    ],
)
def test_what_a_picture_tells_besides_is_left_out(data, name, clean):
    assert scan(data, name).data == clean


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_a_photo_stays_the_right_way_up(order, orientation):
    kept = scan(jpeg(16, 8, exif(orientation, order)), "a.jpg")

    assert SECRET not in kept.data
    assert scan(kept.data, "a.jpg") == kept
    assert (kept.width, kept.height) == ((16, 8) if orientation == 3 else (8, 16))


@pytest.mark.parametrize(
    "content", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"]
)
def test_exif_that_cannot_be_read_is_just_left_out(content):
    assert scan(jpeg(8, 8, segment(0xE1, content)), "a.jpg").data == jpeg()


def test_loops_and_delays_of_a_moving_picture_stay():
    moving = gif(
        2, 2, b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0", b"\x21\xf9\x04\0\x0a\0\0\0", frames=3
    )

    assert scan(moving, "a.gif").data == moving


KINDS = st.sampled_from(sorted(GOOD))


@given(st.binary(max_size=400), KINDS)
@example(b"\x89PNG\r\n\x1a\n", "chart.png")
@example(b"RIFF\0\0\0\0WEBP", "flat.webp")
@example(b"GIF89a", "moves.gif")
def test_any_bytes_end_kept_or_refused(data, name):
    assert_kept_or_refused(data, name)


@given(KINDS, st.data())
def test_a_good_file_with_any_damage_ends_kept_or_refused(name, data):
    damaged = bytearray(GOOD[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=6))
        if not damaged:
            break

    assert_kept_or_refused(bytes(damaged), name)


@given(KINDS, st.binary(max_size=300))
def test_anything_behind_the_mark_of_a_kind_ends_kept_or_refused(name, data):
    assert_kept_or_refused(GOOD[name][: len(GOOD[name]) // 2] + data, name)


def assert_kept_or_refused(data, name):
    try:
        kept = scan(data, name)
    except InvalidFile:
        return
    # What is kept is clean: it comes through again as it is.
    assert scan(kept.data, kept.name) == kept


def test_huge_streams_are_not_unpacked_to_their_end():
    bomb = pdf(stream(zlib.compress(b"\0" * 100_000_000), b"/Filter [/FlateDecode /FlateDecode]"))

    assert scan(bomb, "a.pdf").data == bomb
