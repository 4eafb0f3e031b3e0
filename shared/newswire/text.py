"""Text as XML 1.0 can carry it: every field is brought into this form at ingest."""

from __future__ import annotations

import re
import unicodedata

# https://www.w3.org/TR/xml/#charsets: XML forbids C0 controls and surrogates, and advises against C1 controls
# and noncharacters, which are parse errors in HTML (HTML Standard, 13.2.3.5).
_PLANES = "".join(f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 17))
_NOT_XML = re.compile(f"[^\t\n\r -~\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd{_PLANES}]")
_NOT_SLUG = re.compile(r"[^a-z0-9]+")
# Letters and a symbol that are drawn as nothing: Hangul fillers, the Khmer inherent vowels, Braille blank.
_BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
# Explicit directional formatting (UAX #9, section 2): what opens, and what closes the last that is open.
_CLOSED_BY = dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c") | dict.fromkeys(
    "\u2066\u2067\u2068", "\u2069"
)
_DIRECTED = re.compile("[\u202a-\u202e\u2066-\u2069]")
SLUG_LIMIT = 80
# What most texts have beyond ASCII; none of it is a letter or a digit
_MARKS = "\u2019\u2018\u201c\u201d\u2013\u2014\u2026\u00a0\u00ab\u00bb"
_ASCII_WORDS = bytes(
    code if chr(code).isalnum() or code == ord("_") else ord(" ") for code in range(128)
) + bytes(128)


def xml_text(text: str) -> str:
    """Return ``text`` without the characters that XML 1.0 forbids or advises against; nobody sees them.

    NEL, which HTML does not allow, becomes the space that it reads as.
    """
    # What is printable is allowed in XML; most text is, but for its line breaks, and asking is cheaper than
    # searching.
    if text.isprintable() or text.replace("\n", "").isprintable():
        return text
    return _NOT_XML.sub("", text.replace("\x85", " "))


def is_visible(text: str) -> bool:
    """Return whether a reader sees anything of ``text``: it is not all spaces, controls and fillers."""
    return any(unicodedata.category(one)[0] not in "CZ" and one not in _BLANK for one in text)


def contained(text: str) -> str:
    """Return ``text``; where its directional controls do not close each other, without them.

    One that stays open turns what follows in the same paragraph (UAX #9, rule X8).
    """
    found = _DIRECTED.findall(text)
    awaited: list[str] = []
    for control in found:
        if control in _CLOSED_BY:
            awaited.append(_CLOSED_BY[control])
        elif not awaited or awaited.pop() != control:
            return _DIRECTED.sub("", text)
    return _DIRECTED.sub("", text) if awaited else text


def ascii_words(text: str) -> list[bytes] | None:
    """Return the words of a text, faster than by an expression; ``None`` where it is not in ASCII.

    Most texts are but for a few marks, which are no part of words.
    """
    plain = text
    for mark in () if text.isascii() else _MARKS:
        plain = plain.replace(mark, " ")
    return plain.encode().translate(_ASCII_WORDS).split() if plain.isascii() else None


def collapsed(text: str) -> str:
    """Return ``text`` with a single space for white space between words, and none around them."""
    # Of all white space only the space is printable, and most lines have no other, and no two of them.
    is_single = "  " not in text and text.isprintable()
    return text.strip() if is_single else " ".join(text.split())


def one_line(text: str, limit: int) -> str:
    """Return ``text`` on one line, without forbidden characters, of at most ``limit`` characters."""
    return collapsed(xml_text(text[: limit * 4]))[:limit].rstrip()


def shorten(text: str, limit: int) -> str:
    """Return at most ``limit`` characters of ``text``, cut between words, with an ellipsis if cut."""
    line = one_line(text, len(text) + 1)
    if len(line) <= limit:
        return line
    cut = line[:limit]
    at_word = cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut[:-1]
    return at_word.rstrip(" ,;:.-–—") + "…"


def folded(text: str) -> str:
    """Return ``text`` in the form in which names are compared: on one line, without case."""
    return collapsed(unicodedata.normalize("NFKC", text).casefold())


def slug(title: str) -> str:
    """Return the readable part of an article's URL; ``news`` where the title has no Latin letters."""
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    words = _NOT_SLUG.sub("-", plain).strip("-")
    if len(words) > SLUG_LIMIT:
        words = words[: SLUG_LIMIT + 1].rsplit("-", 1)[0][:SLUG_LIMIT]
    return words.strip("-") or "news"
