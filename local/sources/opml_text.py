"""The text of an OPML file as it was meant: its encoding, bare ampersands, HTML's entities. No I/O."""

from __future__ import annotations

import codecs
import re
from html.entities import html5
from xml.sax.saxutils import escape

from newswire.text import xml_text

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})")
_REFERENCE = re.compile(r"&(?:#(\d{1,8});|#[xX]([0-9A-Fa-f]{1,8});|([A-Za-z][A-Za-z0-9]{0,31};))?")
_OWN = {"amp;", "lt;", "gt;", "quot;", "apos;"}


def decoded(body: bytes) -> str:
    """Return the document's text: UTF-8 where it can be, whatever it says of itself."""
    marked = next((name for bom, name in _BOMS.items() if body.startswith(bom)), None)
    declared = _DECLARED.search(body[:400])
    wide = "utf-16-le" if body[1:2] == b"\0" else "utf-16-be" if body[:1] == b"\0" else None
    candidates = (marked, wide, "utf-8", declared[1].decode() if declared else None)
    for encoding in filter(None, candidates):
        try:
            text = body.decode(encoding)
        except (LookupError, UnicodeError):
            continue
        if encoding in (marked, wide, "utf-8") or "<?xml" in text:  # a declaration that can be read is true
            return xml_text(text)
    return xml_text(body.decode("cp1252", "replace"))


def with_known_references(text: str) -> str:
    """Return the text with references that XML knows, for all that an OPML writer may have used."""
    return _REFERENCE.sub(_repaired, text)


def _repaired(reference: re.Match[str]) -> str:
    """Return a reference that XML knows, for every one that an OPML writer may have used."""
    decimal, hexadecimal, name = reference.groups()
    if name in _OWN:
        return reference[0]
    if name:
        return escape(html5[name], {'"': "&quot;"}) if name in html5 else "&amp;" + name
    if decimal or hexadecimal:
        code = int(decimal) if decimal else int(hexadecimal, 16)
        valid = code <= 0x10FFFF and xml_text(chr(code)) != ""
        return reference[0].lower() if valid else ""
    return "&amp;"
