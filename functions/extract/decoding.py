"""Page bytes to UTF-8: the byte order mark, the header, the page's own declaration, in that order.

Follows the WHATWG Encoding and HTML standards with one deliberate difference: bytes that are valid
UTF-8 are read as UTF-8 whatever was declared, because servers' default headers are wrong more
often than text in another encoding happens to be valid UTF-8.
"""

from __future__ import annotations

import codecs
import re

from newswire.charsets import codec_of, header_label, is_seven_bit

MAX_BYTES = 2 * 2**20
"""Bytes of a page that are read; what follows is cut off (design section 5, point 8)."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(rb"<(?:meta\b|\?xml\b)([^>]{1,400})>", re.IGNORECASE)
_META_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_PRESCAN = 16 * 1024  # The standard says 1,024; real pages declare later than that.
# "Binary data byte" of the WHATWG MIME Sniffing standard, section 3, in its resource header of 1,445 bytes.
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_RESOURCE_HEADER = 1445
_FEW_BROKEN = 2  # one in so many characters beyond ASCII; in text of another encoding all are broken


def decode_page(body: bytes, content_type: str | None) -> str:
    """Return the page as text, as :func:`utf8_page` reads it."""
    return utf8_page(body, content_type).decode()


def utf8_page(body: bytes, content_type: str | None) -> bytes:
    """Return the page in UTF-8, b"" for bytes that are no text (a PDF, an image, an archive). Never raises.

    `content_type` is the response's header. What cannot be decoded becomes U+FFFD.
    Most pages are as they came.
    """
    body = body[:MAX_BYTES]
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return _utf8(body[len(mark) :].decode(encoding, "replace"))
    declared = _declared(body, content_type)
    # Markup has characters of ASCII, so that every second byte of many is null
    wide = b"\0" in body[:_RESOURCE_HEADER] and any(map(_is_wide, declared))
    declared = [name for name in declared if _is_wide(name) == wide]
    if not wide and _BINARY.search(body[:_RESOURCE_HEADER]):
        return b""
    if not wide and not any(is_seven_bit(name) for name in declared):
        declared.insert(0, "utf-8")
    for encoding in declared:
        # Python's own utf-16 needs a mark; the standard's is little-endian
        page = _strictly(body, "utf-16-le" if encoding == "utf-16" else encoding)
        if page is not None:
            return page
    return _utf8(_leniently(body, [name for name in declared if name != "utf-8"]))


def _is_wide(name: str) -> bool:
    return name.startswith("utf-16")


def _leniently(body: bytes, declared: list[str]) -> str:
    """Decode what is valid in no encoding: UTF-8 with a few broken bytes, else what was declared."""
    text = body.decode("utf-8", "replace")
    foreign = sum(not character.isascii() for character in text)
    if text.count("\ufffd") * _FEW_BROKEN <= foreign:
        return text
    return body.decode(declared[0] if declared else "cp1252", "replace")


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """Return the usable encodings that the header and the page name, the header's first."""
    header = header_label(content_type)
    found = [header] if header else []
    for meta in _META.finditer(body[:_PRESCAN]):
        if charset := _META_CHARSET.search(meta[1]):
            found.append(charset[1].decode("ascii", "replace"))
            break
    return [known for label in found if (known := codec_of(label)) is not None]


def _strictly(body: bytes, encoding: str) -> bytes | None:
    try:
        # Not final: the cap may have cut a character in two.
        if encoding == "utf-8":
            _, length = codecs.utf_8_decode(body, "strict", False)  # noqa: FBT003 - it takes no names
            return body[:length]
        return _utf8(codecs.getincrementaldecoder(encoding)().decode(body, final=False))
    except ValueError:
        return None


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "ignore")
