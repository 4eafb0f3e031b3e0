"""Labels of character encodings as headers and documents write them, to codecs of Python's."""

from __future__ import annotations

import codecs
import re

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
# UTF-7 hides markup from whoever looks for it; the others encode something else than text.
_REFUSED = {"utf-7", "punycode", "idna", "unicode_escape", "raw_unicode_escape"}
_SEVEN_BIT = re.compile(r"iso-2022-\w{2}|hz-gb-2312")
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE | re.ASCII)
_HEADER_LIMIT = 1000


def codec_of(label: str) -> str | None:
    """Return the codec that a label means (WHATWG Encoding standard); ``None`` where it means none."""
    name = _WIDER.get(label.lower(), label.lower())
    try:
        # Rejects Python's codecs that are not text encodings (base64, zlib) and unknown names alike.
        "".encode(name)
        known = codecs.lookup(name).name
    except (LookupError, ValueError, TypeError):
        return None
    return None if known in _REFUSED else name


def is_seven_bit(label: str) -> bool:
    """Return whether the bytes of an encoding are all below 0x80 and mean something else than ASCII."""
    return _SEVEN_BIT.fullmatch(label.lower()) is not None


def header_label(content_type: str | None) -> str | None:
    """Return the ``charset`` of a Content-Type header."""
    found = _HEADER_CHARSET.search(content_type[:_HEADER_LIMIT]) if content_type else None
    return found[1] if found else None
