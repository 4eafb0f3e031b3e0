"""Names out of what stands in an author field or a byline; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newswire.date_names import MONTHS

_MAX_NAME = 60  # characters
_MAX_WORDS = 5
_MAX_TEXT = 600  # characters of one field

# Matched at the start, in any case, as often as they stand there ("Story by", "Penulis: Kontributor …").
_ROLES = (
    "by|written by|posted by|published by|story by|words by|text by|reported by|reviewed by|interview by"
    "|author|reporter|source|text|interview|oleh|ditulis oleh|penulis|pewarta|jurnalis|wartawan|laporan"
    "|kontributor|sumber|von|ein beitrag von|autor|autorin|autoren|quelle|par|auteur|auteurs|por|escribe"
    "|autore|door|av|af|(?:view |see |show )?all posts by|more (?:posts |stories )?(?:by|from)|posts by"
    "|alles von|alle (?:artikel|beiträge) von|mehr von|zeige alle beiträge von|tous les articles de"
)
_ROLE = re.compile(rf"(?:{_ROLES})\b", re.IGNORECASE)
# Who had a part in it, but did not write it; up to the next label.
_OTHER_ROLES = (
    "editors?|edited by|redaktur|penyunting|disunting oleh|photo(?:s|graphy|grapher)?(?: by)?|photographs by"
    "|foto(?:s|grafer)?|fotos? von|images? by|illustrations? by|grafis|ilustrasi|translated by|translation"
    "|penerjemah|diterjemahkan oleh|übersetzt von|fact[- ]checked by|medically reviewed by|video(?: by)?"
    "|produser|producer|sumber berita"
)
_OTHER = re.compile(rf"(?:{_OTHER_ROLES})\s?(?::|\b(?<=by|en)\b)", re.IGNORECASE)
# Labels that follow each other without anything between: "Reporter: A Editor: B".
_LABEL = re.compile(
    r"\s(?=(?:editor|redaktur|penyunting|penulis|reporter|pewarta|kontributor|foto|fotografer|sumber)\s?:)",
    re.IGNORECASE,
)
_EDGES = " \t,.;:/|()[]\"'“”„«»*·•–—-"
_DEGREES = re.compile(
    r",?\s(?:Ph\.?\s?D|M\.?D|M\.?Sc|M\.?S|M\.?P\.?H|M\.?A|B\.?A|M\.?B\.?A|R\.?D(?:N)?|R\.?N|J\.?D|Esq"
    r"|[SM]\.\s?(?:[A-Z][a-z]{0,4}\.?){1,3})\.?(?=,|\s|$)"
)
_SUFFIX = r"Jr|Sr|II|III"  # what a comma does not separate from its name
_BETWEEN = re.compile(
    rf"\s*(?:[;|/•·]|,(?!\s?(?:{_SUFFIX})\b)|\s[–-]\s|\s(?:and|dan|und|et|y|en|og|och|&)\s|\n)\s*",
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
_BEGINNING = re.compile(
    r"^(?:posted|published|publiziert|veröffentlicht|publié)\b.{0,40}?\b(?:by|von|par)\s", re.IGNORECASE
)
_PARENTHESIS = re.compile(r"\s*\([^()]{0,60}\)")
_MARKUP = re.compile(r"<[^<>]{0,300}>")
_PLACE = re.compile(r"\s(?:in|at|for)\s.*", re.IGNORECASE)
_NO_NAMES = (
    "says|sagt|said|reply|antworten|name|read|more|about|facebook|twitter|whatsapp|instagram|telegram|linkedin"
    "|e-?mail|copy|link|posted|publiziert|veröffentlicht|erstellt|publié|kontakt|contact|profile?|archive?"
    "|newsletter|subscribe|search|login|menu|null|undefined|beiträge|artikel|articles|posts|baca juga"
)
_NOT_A_NAME = re.compile(
    rf"[<>{{}}=_?!#©]|https?:|www\.|\w\.(?:com|net|org|id|de|co|tv)\b|\b(?:{_NO_NAMES})\b", re.IGNORECASE
)
_DESKS = (
    "admin|administrator|redaksi|redaktion|redaction|redacción|rédaction|redazione|editors?|editorial|staff"
    "|newsroom|(?:web )?desk|team|tim (?:redaksi|liputan|news|editor|penulis|peliput|investigasi|riset)\\w*"
    "|tim \\w+com|correspondents?|korrespondent(?:in)?|reporters?|wartawan|contributors?|columnist|writers?"
    "|journalist|freelancer?|professor|director|founder|guest|user|unknown|anonymous|no author|developer"
    "|webmaster|news service|superadmin|gmbh|verlag|inc|ltd|llc|magazine?|zeitung|times|tribune|media"
)
_DESK = re.compile(rf"\b(?:{_DESKS})\b", re.IGNORECASE)
# Two to five capitalised words and their particles; scripts without capitals have no such shape.
_NAME_WORD = r"(?:[^\W\d_a-zà-öø-ÿ][\w.'’-]*|d[aeiou]s?|v[ao]n|bin|binti|al|el|der|den|de|la|zu|y|mc)"
_FULL_NAME = re.compile(rf"{_NAME_WORD}(?: {_NAME_WORD}){{1,4}}(?:, (?:{_SUFFIX})\.?)?")
_WORD = re.compile(r"\w+")


def names_in(texts: Iterable[str]) -> list[str]:
    """Return the names in the texts, each once; a text with an address or a sentence in it has none."""
    names: dict[str, str] = {}
    for text in texts:
        for name in _names(_PARENTHESIS.sub("", _MARKUP.sub(" ", text[:_MAX_TEXT])).replace("\xad", "")):
            names.setdefault(compact(name), name)
    return list(names.values())


def is_desk(name: str) -> bool:
    """Whether a name stands for an office or a job ("Redaksi", "Staff", "admin"), no person or agency."""
    return _DESK.search(name) is not None


def is_full_name(name: str) -> bool:
    """Whether a name is written as people's first and last names are."""
    return _FULL_NAME.fullmatch(name) is not None


def compact(name: str) -> str:
    """Return the form in which names are compared: letters and digits only, in lower case."""
    return "".join(_WORD.findall(name.lower()))


def _names(text: str) -> list[str]:
    text = _without_role(_BEGINNING.sub("", text))
    if _NOT_A_NAME.search(text):
        return []
    text = _DEGREES.sub("", text)
    end = _END.search(text)
    names = []
    for labelled in _LABEL.split(text[: end.start()] if end else text):
        for part in _BETWEEN.split(labelled):
            if _OTHER.match(part.strip(_EDGES)):
                break  # the names that follow have the same role
            names.append(" ".join(_PLACE.sub("", _without_role(part)).split()))
    return [
        name
        for name in names
        if compact(name)
        and len(name) <= _MAX_NAME
        and len(name.split()) <= _MAX_WORDS
        and name.lower() not in MONTHS
    ]


def _without_role(text: str) -> str:
    text = text.strip(_EDGES)
    while role := _ROLE.match(text):
        text = text[role.end() :].strip(_EDGES)
    return text
