"""The texts of the near-duplicates' row: the frozen web's sentences put together anew, and edited copies.

Every sentence is used about as often as any other, so that two texts have little in common unless one is a
copy of the other.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.newsweb import NoMaterials

WORDS = 200  # of a text, at least; a sentence may lead beyond
_SENTENCE_WORDS = range(6, 61)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
# Their letters count as words with us and not with a peer that splits at spaces.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_DROPPED, _CHANGED = 0.2, 0.08  # of a copy's sentences and words, at most


@dataclass(frozen=True, slots=True)
class Copies:
    """Texts to look up: `of` is the place of the text that one is an edited copy of, None where of none."""

    texts: tuple[str, ...]
    of: tuple[int | None, ...]


def sentences(folder: Path) -> dict[str, list[str]]:
    """Return the different sentences that people labelled as articles' text: ``id`` and all others.

    Raise :class:`NoMaterials` where the folder is not the frozen web.
    """
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        raise NoMaterials(f"the frozen web is not in {folder}")
    found: dict[str, dict[str, None]] = {"id": {}, "others": {}}
    for entry in json.loads(manifest.read_text(encoding="utf-8"))["entries"]:
        gold = entry.get("gold") or {}
        text = gold.get("text") if entry["kind"] == "page" and gold.get("level") != "snapshot" else None
        if text and not _UNSPACED.search(text):
            found["id" if entry.get("lang") == "id" else "others"].update(dict.fromkeys(_long_enough(text)))
    return {language: list(of) for language, of in found.items()}


def recombined(pool: Sequence[str], count: int, rng: random.Random) -> list[str]:
    """Return so many texts of at least `WORDS` words; each sentence is dealt before one is dealt again."""
    deck = _dealt(pool, rng)
    return [_text(deck) for _ in range(count)]


def edited(text: str, words: Sequence[str], rng: random.Random) -> str:
    """Drop each sentence with a probability of up to 20 %, and change up to 8 % of the words left."""
    dropped, changed = rng.uniform(0, _DROPPED), rng.uniform(0, _CHANGED)
    whole = _SENTENCE_END.split(text)
    kept = [sentence for sentence in whole if rng.random() >= dropped] or whole
    return " ".join(rng.choice(words) if rng.random() < changed else word for word in " ".join(kept).split())


def lookups(stored: Sequence[str], strangers: Sequence[str], copies: int, rng: random.Random) -> Copies:
    """Return edited copies of so many of the stored texts, and the strangers, mixed."""
    words = " ".join(rng.sample(stored, min(len(stored), 200))).split()
    planted = [(edited(stored[place], words, rng), place) for place in rng.sample(range(len(stored)), copies)]
    mixed: list[tuple[str, int | None]] = [*planted, *((text, None) for text in strangers)]
    rng.shuffle(mixed)
    return Copies(tuple(text for text, _ in mixed), tuple(of for _, of in mixed))


def _long_enough(text: str) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(text):
        if len(sentence.split()) in _SENTENCE_WORDS:
            yield sentence


def _dealt(pool: Sequence[str], rng: random.Random) -> Iterator[str]:
    deck = list(pool)
    while True:
        rng.shuffle(deck)
        yield from deck


def _text(deck: Iterator[str]) -> str:
    taken: list[str] = []
    words = 0
    while words < WORDS:
        taken.append(next(deck))
        words += len(taken[-1].split())
    return "\n".join(taken)
