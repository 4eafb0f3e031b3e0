"""When two wordings say the same: a form of a text in which only what its author changed differs.

White space, the breaking into paragraphs, capital letters and typography (quotes, dashes, ligatures,
invisible characters) do not count, nor do lines that a site changes by itself: counters, ages, links to
other articles. Every other character does.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter

# Of the words of an article; a rewritten one keeps its names and its subject.
LEAST_KEPT = 0.3
COUNTER_LINE = 100  # characters; what is longer is a sentence
RELATED_LINE = 200

_INVISIBLE = dict.fromkeys(
    [0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF]
)
_TYPOGRAPHY = _INVISIBLE | str.maketrans(
    dict.fromkeys("‘’‚‛“”„‟«»‹›′″`´'", '"') | dict.fromkeys("‐‑‒–—―−", "-")
)
_SPACING = (
    (re.compile(r"\s*-+\s*"), "-"),
    (re.compile(r"\"{2,}"), '"'),
    (re.compile(r"\s+(?=[,.;:!?%)\]])|(?<=[(\[])\s+"), ""),
    (re.compile(r"\b(rp|us\$|idr|usd)\.?\s+(?=\d)"), r"\1"),
)

_NUMBER = r"\d[\d.,]*\s*(?:rb|ribu|jt|juta|k|m|mn|mio|thousand|million)?\+?"
_UNIT_ID = r"(?:detik|menit|jam|hari|minggu|pekan|bulan|tahun)"
_UNIT_EN = r"(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|mos?|months?|y|years?)"
_STAMP = r"(?:(?:last )?(?:updated|published|posted)|diperbarui|diterbitkan|terbit|tayang|update)?\s*:?\s*"

# What sites count by themselves. Each holds for a whole line, or for a part of one between separators.
COUNTERS: dict[str, str] = {
    "comments, Indonesian": rf"{_NUMBER} komentar|komentar\s*[:(]?\s*{_NUMBER}\)?|belum ada komentar",
    "comments, English": rf"{_NUMBER} comments?|comments?\s*[:(]?\s*{_NUMBER}\)?|no comments(?: yet)?",
    "shares, Indonesian": rf"{_NUMBER} (?:kali |x )?(?:di)?(?:bagikan|suka|sukai)"
    rf"|(?:di)?(?:bagikan|sukai?)\s*[:(]?\s*{_NUMBER}\)?(?: kali)?",
    "shares, English": rf"{_NUMBER} (?:shares?|likes?|retweets?|reactions?|claps?)"
    rf"|(?:shares?|likes?|retweets?|reactions?)\s*[:(]?\s*{_NUMBER}\)?",
    "views, Indonesian": rf"(?:dibaca|dilihat|ditonton)\s*:?\s*{_NUMBER}(?: kali| x| orang)?"
    rf"|{_NUMBER} (?:kali |x |orang )?(?:dibaca|dilihat|ditonton|pembaca|penonton|tayangan|membaca)",
    "views, English": rf"{_NUMBER} (?:views?|reads?|readers?|viewers?)"
    rf"|(?:views?|reads?)\s*[:(]?\s*{_NUMBER}\)?",
    "age, Indonesian": rf"{_STAMP}(?:{_NUMBER}\s*|se){_UNIT_ID}\s+(?:yang\s+)?lalu|{_STAMP}baru saja",
    "age, English": rf"{_STAMP}(?:about |over |almost )?(?:{_NUMBER}|an?|one)\s*{_UNIT_EN} ago"
    rf"|{_STAMP}just now",
    "reading time, Indonesian": rf"{_NUMBER}\s*menit (?:mem)?baca(?:an)?"
    rf"|(?:waktu )?baca\s*:?\s*{_NUMBER}\s*menit",
    "reading time, English": rf"{_NUMBER}[- ]?min(?:ute)?s?[- ]read"
    rf"|reading time\s*:?\s*{_NUMBER} min(?:ute)?s?",
}
# How lines begin that name other articles.
RELATED: dict[str, str] = {
    "related, Indonesian": r"(?:baca|simak|lihat|tonton|cek) juga\b"
    r"|(?:artikel|berita) (?:terkait|lainnya)\s*:",
    "related, English": r"(?:read|see|watch) (?:also|more|next)\s*:|also read\b|related(?: \w+)?\s*:",
}

_COUNTER = re.compile("|".join(COUNTERS.values()))
_RELATED = re.compile("|".join(RELATED.values()))
_SEPARATOR = re.compile(r"\s*[|•·/()]\s*|\s+-+\s+|\s*,\s+")
_DIGIT_OR_NOW = re.compile(r"\d|\bbaru saja\b|\bjust now\b|\bago\b|\blalu\b|\bkomentar\b|\bcomments\b")
_WORD = re.compile(r"\w+")


def comparable(text: str) -> str:
    """Return the form of ``text`` that equal wordings share; it is for comparing only."""
    plain = unicodedata.normalize("NFKC", text.translate(_TYPOGRAPHY)).translate(_TYPOGRAPHY).casefold()
    form = " ".join(" ".join(map(_without_counters, plain.splitlines())).split())
    for pattern, replacement in _SPACING:
        form = pattern.sub(replacement, form)
    return form


def fingerprint(title: str, text: str) -> str:
    """Return 16 hexadecimal characters that equal wordings of a headline and a text share."""
    return hashlib.sha256(f"{comparable(title)}\n{comparable(text)}".encode()).hexdigest()[:16]


def words_changed(before: str, after: str) -> tuple[int, int]:
    """Return how many words were added and how many removed; one that moved is neither."""
    old, new = (Counter(_WORD.findall(comparable(text))) for text in (before, after))
    return (new - old).total(), (old - new).total()


def share_kept(before: str, after: str) -> float:
    """Return which share of the words of ``before``, from 0 to 1, ``after`` still has."""
    old, new = (Counter(_WORD.findall(comparable(text))) for text in (before, after))
    return (old & new).total() / old.total() if old else 1.0


def is_lost(before: str, after: str) -> bool:
    """Return whether a page that had one text has none of it now, for all that readers could tell."""
    return share_kept(before, after) < LEAST_KEPT


def _without_counters(line: str) -> str:
    line = line.strip()
    if len(line) <= RELATED_LINE and _RELATED.match(line):
        return ""
    if len(line) > COUNTER_LINE or not _DIGIT_OR_NOW.search(line) or line.endswith("."):
        return line
    if _COUNTER.fullmatch(line):
        return ""
    parts = _SEPARATOR.split(line)
    kept = [part for part in parts if part and not _COUNTER.fullmatch(part)]
    return line if len(kept) == len([part for part in parts if part]) else " ".join(kept)
