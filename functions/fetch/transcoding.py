"""Document bytes to UTF-8, whatever they were sent as: what every reader behind this gets.

Which encoding, in this order (RFC 7303 section 3.2, XML 1.0 appendix F):

1. a byte order mark; without one, the NULs of UTF-16 and UTF-32 in the first four bytes;
2. UTF-8, if the bytes are valid UTF-8. That is against the RFC, which puts the header first, and right:
   servers' default headers are wrong more often than text in another encoding is valid UTF-8;
3. the header's ``charset``, then the XML declaration, if the bytes are valid in it;
4. UTF-8 with the bytes that are none of it read as windows-1252, so that one stray byte costs itself only.

UTF-7 is never decoded: it hides markup from whoever looks for it. EBCDIC is not known to us.
"""

from __future__ import annotations

import codecs
import re
import zlib

from functions.fetch.feed_entry import NotAFeed
from newswire.charsets import codec_of, header_label, is_seven_bit

INFLATED_LIMIT = 10 * 1024 * 1024
"""Bytes of a gzip file's content (design section 5, point 8)."""

UTF8_DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>'
"""What parsers are told of the text made here, before its root element."""

_GZIP = b"\x1f\x8b"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Which of the first four bytes are NUL tells the width and the order of the bytes.
_NULS: dict[tuple[bool, ...], str] = {
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}
_DECLARATION = re.compile(rb"""\s{0,100}<\?xml[^>]{0,300}?encoding\s{0,9}=\s{0,9}["']([\w.:-]{1,40})""")
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_STRAY = {0xDC00 + byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(128, 256)}


def inflated(body: bytes, limit: int = INFLATED_LIMIT) -> bytes:
    """Return a gzip file's content, other bytes as they are (sitemaps are served as ``.xml.gz``).

    Raise :class:`NotAFeed` where the content is larger than ``limit`` bytes or damaged.
    """
    if not body.startswith(_GZIP):
        return body
    pieces: list[bytes] = []
    room = limit + 1
    while body.startswith(_GZIP) and room > 0:  # RFC 1952 section 2.2: any number of members
        member = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        try:
            pieces.append(member.decompress(body, room))
        except zlib.error:
            raise NotAFeed("a damaged gzip file") from None
        room -= len(pieces[-1])
        if room > 0 and not member.eof:
            raise NotAFeed("a damaged gzip file")
        body = member.unused_data
    if room <= 0:
        raise NotAFeed(f"a gzip file of more than {limit} bytes")
    return b"".join(pieces)


def to_utf8(body: bytes, content_type: str | None) -> bytes:
    """Return the document in UTF-8 without mark, leading white space and forbidden control characters.

    ``content_type`` is the response's header. Never raises: what no encoding explains is replaced.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _tidy(_recoded(body[len(mark) :], encoding))
    wide = _NULS.get(tuple(byte == 0 for byte in body[:4]))
    return _tidy(_recoded(body, wide or _encoding(body, content_type)))


def _encoding(body: bytes, content_type: str | None) -> str | None:
    """Return the encoding of bytes without a mark; ``None`` where none of the candidates is valid."""
    declared = _DECLARATION.match(body)
    labels = (header_label(content_type), declared[1].decode("ascii", "replace") if declared else None)
    named = [codec for label in labels if label and (codec := codec_of(label))]
    if not any(is_seven_bit(codec) for codec in named):
        named.insert(0, "utf-8")
    # UTF-16 is in the NULs or nowhere: almost any bytes are valid in it.
    narrow = (
        codec for codec in named if not codec.lower().startswith(("utf-16", "utf-32", "utf_16", "utf_32"))
    )
    return next((codec for codec in narrow if _is_valid(body, codec)), None)


def _is_valid(body: bytes, encoding: str) -> bool:
    try:
        return (encoding == "utf-8" and body.isascii()) or body.decode(encoding) is not None
    except ValueError:
        return False


def _recoded(body: bytes, encoding: str | None) -> bytes:
    if encoding == "utf-8" and (body.isascii() or _is_valid(body, "utf-8")):
        return body
    if encoding in (None, "utf-8"):
        return body.decode("utf-8", "surrogateescape").translate(_STRAY).encode("utf-8", "replace")
    return body.decode(encoding or "", "replace").encode("utf-8", "replace")


def _tidy(text: bytes) -> bytes:
    # Marks in the midst come from files that were put together.
    return text.translate(None, _CONTROLS).lstrip(b" \t\r\n").removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n")
