"""The article's headline, among everything that a page calls its title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SEPARATOR = re.compile(r"\s(?:[–—·•»«~/-]|:{1,2}|--)\s|\s?[|｜]\s?|：")
_CERTAIN_SEPARATOR = re.compile(r"\s?[|｜]\s?|\s(?:»|::)\s")  # never part of a sentence
_PREFIX = re.compile(r"(.{2,40}?): ")
_LONGEST_NAME = 4  # words
_LONGEST_MOTTO = 12  # words; a name and what sites say of themselves, in logos and behind titles
_WORD = re.compile(r"\w+")
# What paginated sites add: "… Halaman all", "… - Page 2".
_PAGE_NUMBER = re.compile(r"[ |–-]{1,5}(?:Halaman|Page|Hal\.?) (?:all|\d{1,3})$", re.IGNORECASE)


def choose_title(
    declared: Sequence[str], headings: Sequence[str], document_title: str | None, site: Iterable[str]
) -> str | None:
    """Return the headline, or None.

    `declared`: headlines of JSON-LD, Open Graph and microdata, best first; `headings`: the texts of the
    h1 elements; `site`: names and hosts of the publisher, which are no part of a headline.

    What readers see (a heading) is trusted most, provided that something else on the page says
    nearly the same, for a heading may be a logo or a section's name. A wording that two declarations
    share outweighs a heading that says it in part (a kicker more or less).
    """
    names = {_compact(name) for name in site} - {""}
    segments = _CERTAIN_SEPARATOR.split(document_title or "")
    if len(segments) > 1 and len(segments[-1]) < len(max(segments, key=len)):
        names.add(_compact(segments[-1]))
    titles = [title for text in declared if (title := _clean(text, names))]
    spoken = titles + ([_clean(document_title, names)] if document_title else [])
    heading = _heading(headings, spoken + _SEPARATOR.split(document_title or ""), names)
    if heading is None:
        return next(iter(titles), max(_parts(segments, names), key=len) or document_title)
    if _votes(heading, spoken) == 0:
        shared = (title for title in titles if _votes(title, spoken) > 1 and _ends_alike(heading, title))
        return next(shared, heading)
    return heading


def _parts(segments: Sequence[str], names: set[str]) -> list[str]:
    """Return the parts of a document's title; what follows the first may be the site's motto."""
    first, *others = segments
    return [_clean(first, names), *(_clean(part, names, longest=_LONGEST_MOTTO) for part in others)]


def _heading(headings: Sequence[str], spoken: Sequence[str], names: set[str]) -> str | None:
    cleaned = (_clean(text, names, longest=_LONGEST_MOTTO) for text in headings)
    visible = [title for title in cleaned if title]
    for heading in visible:
        if any(_alike(_words(heading), _words(other)) for other in spoken):
            return heading
    # Nothing confirms it, so it must at least be the only one, and a sentence.
    return visible[0] if len(set(visible)) == 1 and len(_words(visible[0])) > 3 else None


def _clean(text: str, names: set[str], *, longest: int = _LONGEST_NAME) -> str:
    """Return the text without the site's name at its ends; "" where nothing else is left."""
    cuts = list(_SEPARATOR.finditer(text))
    while cuts and _is_site(text[cuts[-1].end() :], names, longest=_LONGEST_MOTTO):
        text = text[: cuts.pop().start()]
    if cuts and _is_site(text[: cuts[0].start()], names):
        text = text[cuts[0].end() :]
    if (prefix := _PREFIX.match(text)) and _is_site(prefix[1], names):
        text = text[prefix.end() :]
    return "" if _is_site(text, names, longest=longest) else _PAGE_NUMBER.sub("", text).strip()


def _is_site(segment: str, names: set[str], *, longest: int = _LONGEST_NAME) -> bool:
    """Whether a segment is the site's name, or begins as it does ("CNN" of "CNN Indonesia").

    One of more words than `longest` that begins so is a headline about the publisher.
    """
    words = _words(segment)
    key = "".join(words)
    if key in names:
        return True
    is_short = len(words) <= longest
    return len(key) > 3 and any(
        name.startswith(key) or (is_short and len(name) > 3 and key.startswith(name)) for name in names
    )


def _votes(title: str, spoken: Sequence[str]) -> int:
    return sum(_words(other) == _words(title) for other in spoken)


def _alike(some: list[str], others: list[str]) -> bool:
    """Whether half of the shorter one's words are in the longer one."""
    shorter, longer = sorted((some, others), key=len)
    common = len(set(shorter) & set(longer))
    return some == others or (len(shorter) > 2 and common * 2 >= len(set(shorter)))


def _ends_alike(some: str, other: str) -> bool:
    """Whether one is the other with a kicker before it."""
    shorter, longer = sorted((_words(some), _words(other)), key=len)
    return longer[-len(shorter) :] == shorter


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _compact(text: str) -> str:
    return "".join(_words(text))
