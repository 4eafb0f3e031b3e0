"""How much of an article's text is links, and how much is prose. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

SENTENCE_ENDS = tuple(".!?…\"”'’)»:;。！？」।؟")

_MOSTLY_LINKS = 0.5
_LONGEST_LINK = 300  # characters
_LISTED_LINKS = 10
_LISTED_SHARE = 0.3
_SENTENCE_BYTES = 80  # bytes: a character of a script without spaces says as much as three letters
_SHORT_SENTENCE = 30  # bytes
_LONGEST_SENTENCE = 400  # bytes
_LATIN_BYTES = 1.2  # bytes a character, at most
_TAG = re.compile(r"<[^<>]*>")
_LINE_STARTS = ("<p>", "<li>", "<td>", "<h2>", "<h3>", "<h4>", "<h5>", "<h6>")
_NEAR = 20  # characters before and after a link, in which white space may stand


@dataclass(frozen=True, slots=True)
class Links:
    """The links of an article's HTML: characters in them, and how many are a line of their own."""

    length: int
    lines: int

    def share(self, text: str) -> float:
        """Return how much of the article's text is in links, from 0 to 1."""
        return min(1.0, self.length / len(text)) if text else 0.0

    def are_most_of(self, text: str) -> bool:
        """Return whether half of it is in links, or a third of its lines headlines that lead elsewhere."""
        share = self.share(text)
        is_list = self.lines >= _LISTED_LINKS and self.lines * 3 > text.count("\n") + 1
        return share > _MOSTLY_LINKS or (is_list and share >= _LISTED_SHARE)


def links_of(html: str) -> Links:
    """Measure sanitised HTML's links; one around whole paragraphs was left open by the page, and is none."""
    length = lines = 0
    for before, piece in pairwise(html.split("<a ")):
        inner, _, after = piece.partition("</a>")
        size = len(_TAG.sub("", inner.partition(">")[2]))
        if size <= _LONGEST_LINK:
            length += size
            opens = before[-_NEAR:].rstrip().endswith(_LINE_STARTS)
            lines += opens and after[:_NEAR].lstrip().startswith("</")
    return Links(length, lines)


def share_of_boilerplate(text: str) -> float:
    """Return how much of a text is not prose: lines that are short or have no ends of sentences."""
    total = prose = 0
    for line in text.split("\n"):
        size = len(line) if line.isascii() else len(line.encode())
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
