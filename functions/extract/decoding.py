"""Page bytes to text: the byte order mark, the header, the page's own declaration, in that order.

Follows the WHATWG Encoding and HTML standards with one deliberate difference: bytes that are valid
UTF-8 are read as UTF-8 whatever was declared, because servers' default headers are wrong more
often than text in another encoding happens to be valid UTF-8.
"""

from __future__ import annotations

import codecs
import re

MAX_BYTES = 2 * 2**20
"""Bytes of a page that are read; what follows is cut off (design section 5, point 8)."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The labels of the Encoding standard whose meaning is wider than that of Python's codec of that name.
_WIDER = {
    **dict.fromkeys(("ascii", "us-ascii", "iso-8859-1", "iso8859-1", "latin1", "latin-1"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb_2312-80"), "gb18030"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ksc5601"), "cp949"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis"), "cp932"),
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("iso-8859-11", "tis-620"), "cp874"),
    "big5": "big5hkscs",
}
# Their bytes are valid UTF-8 (all below 0x80) and mean something else.
_SEVEN_BIT = re.compile(r"iso-2022-\w{2}|hz-gb-2312")

_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE | re.ASCII)
_META = re.compile(rb"<(?:meta\b|\?xml\b)([^>]{1,400})>", re.IGNORECASE)
_META_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_PRESCAN = 16 * 1024  # The standard says 1,024; real pages declare later than that.
# "Binary data byte" of the WHATWG MIME Sniffing standard, section 3, in its resource header of 1,445 bytes.
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_RESOURCE_HEADER = 1445
_FEW_BROKEN = 2  # one in so many characters beyond ASCII; in text of another encoding all are broken


def decode_page(body: bytes, content_type: str | None) -> str:
    """Return the page as text, "" for bytes that are no text (a PDF, an image, an archive). Never raises.

    `content_type` is the response's header. What cannot be decoded becomes U+FFFD.
    """
    body = body[:MAX_BYTES]
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    declared = _declared(body, content_type)
    wide = any(name.startswith("utf-16") for name in declared)
    if not wide and _BINARY.search(body[:_RESOURCE_HEADER]):
        return ""
    if not wide and not any(_SEVEN_BIT.fullmatch(name) for name in declared):
        declared.insert(0, "utf-8")
    for encoding in declared:
        text = _strictly(body, encoding)
        if text is not None:
            return text
    return _leniently(body, [name for name in declared if name != "utf-8"])


def _leniently(body: bytes, declared: list[str]) -> str:
    """Decode what is valid in no encoding: UTF-8 with a few broken bytes, else what was declared."""
    text = body.decode("utf-8", "replace")
    foreign = sum(not character.isascii() for character in text)
    if text.count("\ufffd") * _FEW_BROKEN <= foreign:
        return text
    return body.decode(declared[0] if declared else "cp1252", "replace")


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """Return the usable encodings that the header and the page name, the header's first."""
    found = _HEADER_CHARSET.findall(content_type[:1000])[:1] if content_type else []
    for meta in _META.finditer(body[:_PRESCAN]):
        if charset := _META_CHARSET.search(meta[1]):
            found.append(charset[1].decode("ascii", "replace"))
            break
    return [known for label in found if (known := _codec(label)) is not None]


def _codec(label: str) -> str | None:
    name = _WIDER.get(label.lower(), label.lower())
    try:
        # Rejects Python's codecs that are not text encodings (base64, zlib) and unknown names alike.
        "".encode(name)
        codec = codecs.lookup(name).name
    except (LookupError, ValueError, TypeError):
        return None
    return None if codec in {"utf-7", "punycode", "idna", "unicode_escape", "raw_unicode_escape"} else name


def _strictly(body: bytes, encoding: str) -> str | None:
    try:
        # Not final: the cap may have cut a character in two.
        return codecs.getincrementaldecoder(encoding)().decode(body, final=False)
    except ValueError:
        return None
