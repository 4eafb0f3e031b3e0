"""How much of an article's text is links, and how much is prose. Pure."""

from __future__ import annotations

import re

SENTENCE_ENDS = tuple(".!?…\"”'’)»:;。！？」।؟")

_MOSTLY_LINKS = 0.5
_LONGEST_LINK = 300  # characters
_LISTED_LINKS = 10
_LISTED_SHARE = 0.3
_SENTENCE_BYTES = 80  # bytes: a character of a script without spaces says as much as three letters
_SHORT_SENTENCE = 30  # bytes
_LONGEST_SENTENCE = 400  # bytes
_LATIN_BYTES = 1.2  # bytes a character, at most
_LINK = re.compile(r"<a [^>]*>(.*?)</a>", re.DOTALL)
_LISTED_LINK = re.compile(r"<(?:p|li|td|h\d)>\s*<a [^>]*>[^<]*(?:<(?!/a)[^<]*)*</a>\s*</")
_TAG = re.compile(r"<[^>]*>")


def share_of_links(html: str, length: int) -> float:
    """Return how much of an article's text is in links; one around whole paragraphs was left open."""
    sizes = (len(_TAG.sub("", inner)) for inner in _LINK.findall(html))
    linked = sum(size for size in sizes if size <= _LONGEST_LINK)
    return min(1.0, linked / length) if length else 0.0


def is_list_of_links(html: str, text: str, link_share: float) -> bool:
    """Return whether half of it is in links, or a third of its lines headlines that lead elsewhere."""
    if link_share < _LISTED_SHARE:
        return False
    listed = len(_LISTED_LINK.findall(html))
    return link_share > _MOSTLY_LINKS or (listed >= _LISTED_LINKS and listed * 3 > text.count("\n") + 1)


def share_of_boilerplate(text: str) -> float:
    """Return how much of a text is not prose: lines that are short or have no ends of sentences."""
    total = prose = 0
    for line in text.split("\n"):
        size = len(line.encode())
        total += size
        if size >= _SHORT_SENTENCE and _is_prose(line, size):
            prose += size
    return 1 - prose / total if total else 1.0


def _is_prose(line: str, size: int) -> bool:
    """Judge a line of `size` bytes; a run of labels in one line has no marks, nor have some scripts ever."""
    ends = line.endswith(SENTENCE_ENDS)
    if size < _SENTENCE_BYTES or ends:
        return ends
    if size > len(line) * _LATIN_BYTES:
        return True
    return (line.count(". ") + line.count("? ") + line.count("! ")) * _LONGEST_SENTENCE >= size
