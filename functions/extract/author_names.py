"""Names out of what stands in an author field or a byline; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MAX_NAME = 60  # characters
_MAX_WORDS = 5

# Matched at the start, in any case, as often as they stand there ("Story by", "Penulis: Kontributor …").
_ROLES = (
    "by|written by|posted by|published by|story by|words by|text by|reported by|reviewed by|interview by"
    "|author|reporter|source|text|interview|oleh|ditulis oleh|penulis|pewarta|jurnalis|wartawan|laporan"
    "|kontributor|sumber|von|ein beitrag von|autor|autorin|autoren|quelle|par|auteur|auteurs|por|escribe"
    "|autore|door|av|af"
)
_ROLE = re.compile(rf"(?:{_ROLES})\b", re.IGNORECASE)
_EDGES = " \t,.;:/|()[]\"'“”„«»*·•–—-"
_TITLES = r"Jr|Sr|Ph\.?D|M\.?D|M\.?Sc|S\.[A-Z]|II|III"  # what a comma does not separate from its name
_BETWEEN = re.compile(
    rf"\s*(?:[;|/•·]|,(?!\s?(?:{_TITLES})\b)|\s[–-]\s|\s(?:and|dan|und|et|y|en|og|och|&)\s)\s*",
    re.IGNORECASE,
)
# Where a byline stops being one: a time, an address, what stands beside it.
_MONTHS = "jan|feb|mar|apr|may|mei|jun|jul|aug|agu|sep|oct|okt|nov|dec|des|dez"
_BESIDE = (
    "published|updated|posted on|diterbitkan|diperbarui|follow|share|comments?|komentar|staff writer"
    "|contributor|senin|selasa|rabu|kamis|jum['’]?at|sabtu|minggu|monday|tuesday|wednesday|thursday|friday"
    "|saturday|sunday"
)
_END = re.compile(rf"\d|@|\b(?:{_MONTHS})[a-zä]{{0,7}}\.? \d|\b(?:{_BESIDE})\b", re.IGNORECASE)
_PARENTHESIS = re.compile(r"\s*\([^()]{0,60}\)")
_PLACE = re.compile(r"\s(?:in|at|for)\s.*", re.IGNORECASE)
_NO_NAMES = (
    "says|sagt|said|reply|antworten|name|read|more|about|facebook|twitter|whatsapp|instagram|telegram|linkedin"
    "|e-?mail|copy|link"
)
_NOT_A_NAME = re.compile(
    rf"[<>{{}}=_?!#]|https?:|www\.|\w\.(?:com|net|org|id|de|co|tv)\b|\b(?:{_NO_NAMES})\b", re.IGNORECASE
)
_DESKS = (
    "admin|administrator|redaksi|redaktion|redaction|redacción|rédaction|editors?|editorial|staff|newsroom|desk"
    "|team|tim|correspondents?|reporters?|wartawan|contributors?|guest|user|unknown|no author|developer"
)
_DESK = re.compile(rf"\b(?:{_DESKS})\b", re.IGNORECASE)
# Two to five capitalised words and their particles; scripts without capitals have no such shape.
_NAME_WORD = r"(?:[^\W\d_a-z][\w.'’-]*|d[aeiou]s?|v[ao]n|bin|binti|al|el|der|den|zu|y)"
_FULL_NAME = re.compile(rf"{_NAME_WORD}(?: {_NAME_WORD}){{1,4}}")
_WORD = re.compile(r"\w+")


def names_in(texts: Iterable[str]) -> list[str]:
    """Return the names in the texts, each once; a text with an address or a sentence in it has none."""
    names: dict[str, str] = {}
    for text in texts:
        for name in _names(_PARENTHESIS.sub("", text)):
            names.setdefault(compact(name), name)
    return list(names.values())


def is_desk(name: str) -> bool:
    """Whether a name stands for an office ("Redaksi", "Staff", "admin") and not for a person or agency."""
    return _DESK.search(name) is not None


def is_full_name(name: str) -> bool:
    """Whether a name is written as people's first and last names are."""
    return _FULL_NAME.fullmatch(name) is not None


def compact(name: str) -> str:
    """Return the form in which names are compared: letters and digits only, in lower case."""
    return "".join(_WORD.findall(name.lower()))


def _names(text: str) -> list[str]:
    if _NOT_A_NAME.search(text):
        return []
    end = _END.search(text)
    parts = _BETWEEN.split(text[: end.start()] if end else text)
    names = (_PLACE.sub("", _without_role(part)) for part in parts)
    return [
        name for name in names if compact(name) and len(name) <= _MAX_NAME and len(name.split()) <= _MAX_WORDS
    ]


def _without_role(text: str) -> str:
    text = text.strip(_EDGES)
    while role := _ROLE.match(text):
        text = text[role.end() :].strip(_EDGES)
    return text
