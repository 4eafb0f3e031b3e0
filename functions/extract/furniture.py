"""Page furniture among an article's blocks: what goes, by the rules of furniture.toml.

A block goes whole or, where line breaks divide it, a first or last line of it goes; nothing is ever cut out
of a line.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

RULES = Path(__file__).with_name("furniture.toml")
Block = tuple[str, str]
"""A tag and the HTML inside the element."""

_PLACES = ("anywhere", "start", "end")
_START, _END = 5, 10  # blocks
_SENTENCE = re.compile(r".{40,}[.!?…][\"'”’»)\]]*", re.DOTALL)
_LONGEST = 200
_MOST_LINES = 40
_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r"<a [^>]*>(.*?)</a>", re.DOTALL)
_ELEMENT = re.compile(r"<(/?)([a-z0-9]+)")
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_TEXT_BLOCKS = frozenset({"p", "blockquote", "ul", "ol", *_HEADINGS})


@dataclass(frozen=True, slots=True)
class Rules:
    """Compiled rules: for each place one expression for all and one for those that take long lines.

    Those that need a word stand apart, with the words.
    """

    by_place: dict[str, re.Pattern[str]]
    long_by_place: dict[str, re.Pattern[str]]
    by_word: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...]
    takes_links: re.Pattern[str]
    longest: int

    def match(self, line: str, places: Collection[str]) -> bool:
        """Return whether a line of text, at one of these places, is furniture."""
        text = line.lower()
        if len(text) > self.longest:
            return False
        expressions = self.by_place if len(text) <= _LONGEST else self.long_by_place
        for place in places:
            if expressions[place].fullmatch(text):
                return True
        for place, words, pattern in self.by_word:
            if place in places and _has_one(text, words) and pattern.fullmatch(text):
                return True
        return False


def _has_one(text: str, words: Iterable[str]) -> bool:
    for word in words:  # noqa: SIM110 - a generator costs more than the search
        if word in text:
            return True
    return False


def read_rules(text: str) -> list[dict[str, Any]]:
    """Return the rules of a file; raise ValueError or KeyError for one that is not a file of rules."""
    usual = {"longest": _LONGEST, "needs": [], "place": "anywhere", "takes": "line"}
    return [usual | rule for rule in tomllib.loads(text)["rule"]]


def compiled(rules: Sequence[dict[str, Any]]) -> Rules:
    """Return the rules as expressions."""
    free = [r for r in rules if not r["needs"]]
    return Rules(
        {place: _joined(r for r in free if r["place"] == place) for place in _PLACES},
        {
            place: _joined(r for r in free if r["place"] == place and r["longest"] > _LONGEST)
            for place in _PLACES
        },
        tuple((r["place"], tuple(r["needs"]), _joined([r])) for r in rules if r["needs"]),
        _joined(r for r in rules if r["takes"] == "links"),
        max(r["longest"] for r in rules),
    )


def _joined(rules: Iterable[dict[str, Any]]) -> re.Pattern[str]:
    parts = [f"(?!.{{{rule['longest'] + 1}}})(?:{'|'.join(rule['patterns'])})" for rule in rules]
    return re.compile("|".join(parts) or r"(?!)")


@cache
def _rules() -> Rules:
    return compiled(read_rules(RULES.read_text(encoding="utf-8")))


def without(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks without furniture, in order; never none where there was one."""
    rules = _rules()
    kept: list[Block] = []
    place = 0
    while place < len(blocks):
        tag, inner = blocks[place]
        block = _trimmed(blocks[place], place, len(blocks), rules)
        place += 1
        if tag == "p" and _is_links_under_heading(inner, rules):
            place = _after_links(blocks, place)
        elif block is not None:
            kept.append(block)
        elif rules.takes_links.fullmatch(_line(inner).lower()):
            place = _after_links(blocks, place)
    while len(kept) > 1 and kept[-1][0] in _HEADINGS:
        kept.pop()  # a heading of nothing
    return kept or list(blocks)


def _trimmed(block: Block, place: int, count: int, rules: Rules) -> Block | None:
    """Return a block without furniture in its first and last lines; None where nothing is left."""
    tag, inner = block
    if tag not in _TEXT_BLOCKS or "<img" in inner:
        return block
    places = ["anywhere", *(["start"] if place < _START else []), *(["end"] if place >= count - _END else [])]
    lines = inner.split("<br>") if "<br>" in inner else [inner]
    if len(lines) == 1:
        return None if rules.match(_line(inner), places) else block
    if len(lines) > _MOST_LINES or tag != "p":
        return block
    while lines and _is_furniture(lines[-1], rules, places):
        lines.pop()
    while lines and _is_furniture(lines[0], rules, places):
        lines.pop(0)
    return (tag, "<br>".join(lines)) if lines else None


def _is_links_under_heading(inner: str, rules: Rules) -> bool:
    """Return whether line breaks divide a paragraph into a heading of links and those links."""
    heading, breaks, rest = inner.partition("<br>")
    is_heading = breaks and _is_balanced(heading) and rules.takes_links.fullmatch(_line(heading).lower())
    return bool(is_heading) and all(map(_is_links, rest.split("<br>")))


def _is_furniture(line: str, rules: Rules, places: list[str]) -> bool:
    text = _line(line)
    return _is_balanced(line) and (not text or rules.match(text, places))


def _is_balanced(line: str) -> bool:
    """Return whether every element that begins in a line ends in it, and the other way round."""
    opened: list[str] = []
    for slash, name in _ELEMENT.findall(line):
        if not slash:
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    return not opened


def _after_links(blocks: Sequence[Block], place: int) -> int:
    """Return where the article goes on after a heading of links."""
    rest = blocks[place:]
    if place > len(blocks) // 2 and not any(_SENTENCE.fullmatch(_prose(inner)) for _, inner in rest):
        return len(blocks)
    while place < len(blocks) and blocks[place][0] not in _HEADINGS and _is_links(blocks[place][1]):
        place += 1
    return place


def _is_links(inner: str) -> bool:
    return "<a " in inner and len(_prose(inner)) < 3


def _prose(inner: str) -> str:
    """Return the text of a block that is not in links."""
    return _line(_LINK.sub("", inner))


def _line(inner: str) -> str:
    text = _TAG.sub(" ", inner) if "<" in inner else inner
    return " ".join((unescape(text) if "&" in text else text).split())
