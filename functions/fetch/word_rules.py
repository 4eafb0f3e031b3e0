"""The words by which an operator takes or leaves entries (``include`` and ``exclude``)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

_WORD = re.compile(r"\w+")
# Thai, Lao, Burmese, Khmer, Japanese and Chinese are written without spaces between words.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class WordRules:
    """Which entries are wanted: one of ``include`` where there are any, none of ``exclude``.

    A rule is a word or a phrase. It matches whole words (``ikan`` is not in ``pendidikan``) whatever
    their case and diacritics; in scripts without spaces it matches anywhere.
    """

    include: tuple[str, ...]
    exclude: tuple[str, ...]

    @classmethod
    def of(cls, include: Iterable[str], exclude: Iterable[str]) -> Self:
        """Prepare rules as they stand in ``sources.yaml``; one without letters or digits never matches."""
        prepared = (
            tuple(phrase for rule in rules if (phrase := _phrase(rule))) for rules in (include, exclude)
        )
        return cls(*prepared)

    def allow(self, texts: Iterable[str | None]) -> bool:
        """Return whether an entry with these texts is wanted; no phrase reaches over two of them."""
        if not self.include and not self.exclude:
            return True
        words = "\n".join(f" {' '.join(_words(text))} " for text in texts if text)
        wanted = not self.include or any(phrase in words for phrase in self.include)
        return wanted and not any(phrase in words for phrase in self.exclude)


def _phrase(rule: str) -> str:
    words = " ".join(_words(rule))
    return words if not words or _UNSPACED.search(words) else f" {words} "


def _words(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(one for one in decomposed if not unicodedata.combining(one)))
