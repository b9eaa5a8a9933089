"""Small files of every kind, made here so that every byte of them is known."""

import struct
import zlib

RED = b"\xff\x00\x00"


def png_chunk(kind, content):
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def png(width=2, height=2, *more, colour=RED):
    """A picture of one colour; `more` are chunks between the header and the pixels."""
    row = b"\0" + colour * min(width, 2000)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            *more,
            png_chunk(b"IDAT", zlib.compress(row * min(height, 2000))),
            png_chunk(b"IEND", b""),
        ]
    )


def segment(mark, content):
    return struct.pack(">BBH", 0xFF, mark, len(content) + 2) + content


# The tables of a picture in one grey: one component, each with a single Huffman code.
_QUANTUM = segment(0xDB, b"\0" + b"\1" * 64)
_HUFFMAN = segment(0xC4, b"\x00\x01" + b"\0" * 15 + b"\x00") + segment(
    0xC4, b"\x10\x01" + b"\0" * 15 + b"\x00"
)
_JFIF = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")


def jpeg(width=8, height=8, *more, scans=1):
    """A grey picture; `more` are segments before the pixels."""
    scan = segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x3f"
    return b"".join(
        [
            b"\xff\xd8",
            _JFIF,
            *more,
            _QUANTUM,
            segment(0xC0, struct.pack(">BHHBBBB", 8, height, width, 1, 1, 0x11, 0)),
            _HUFFMAN,
            scan * scans,
            b"\xff\xd9",
        ]
    )


def exif(orientation=1, order=">", secret=b"48.8584N"):
    """EXIF with the way up and something that nobody else should know."""
    begin = {"<": b"II*\0", ">": b"MM\0*"}[order]
    entries = struct.pack(order + "HHII", 0x010F, 2, len(secret), 38)
    entries += struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    directory = struct.pack(order + "H", 2) + entries + b"\0\0\0\0"
    return segment(0xE1, b"Exif\0\0" + begin + struct.pack(order + "I", 8) + directory + secret)


def gif(width=2, height=2, *more, frames=1):
    """A picture in two colours; `more` are extensions before the pixels."""
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\x00"
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0)
    return b"".join([head, RED, b"\0\0\0", *more, frame * frames, b"\x3b"])


def riff_chunk(kind, content):
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def webp(width=1, height=1, *more):
    """A lossless picture; `more` are chunks, of which the first may be a VP8X."""
    pixels = b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14) + b"\x07\x10\x11\x11\x88"
    body = b"WEBP" + b"".join(more) + riff_chunk(b"VP8L", pixels)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def vp8x(width, height, flags=0x0C):
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return riff_chunk(b"VP8X", bytes([flags, 0, 0, 0]) + sides)


def pdf(*objects, trailer=b""):
    """A document of one empty page; `objects` are the bodies of further objects."""
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>",
        *objects,
    ]
    text, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        text
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(bodies) + 1, table)
        + b"trailer << /Size %d /Root 1 0 R %s >>\n" % (len(bodies) + 1, trailer)
        + b"startxref\n%d\n%%%%EOF\n" % len(text)
    )


def stream(content, dictionary=b"", pack=zlib.compress):
    packed = pack(content)
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (dictionary, len(packed), packed)


GOOD = {
    "chart.png": png(),
    "photo.jpg": jpeg(),
    "photo.jpeg": jpeg(),
    "moves.gif": gif(),
    "flat.webp": webp(),
    "table.pdf": pdf(),
}
