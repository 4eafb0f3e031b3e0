"""Which of our categories an article belongs to, by the sections that its publisher puts it in."""

from __future__ import annotations

from collections.abc import Iterable

from newswire.sources import Source
from newswire.text import folded


def category_in(source: Source, publishers_sections: Iterable[str]) -> str:
    """Return the category that the first matching entry of the source's ``sections`` names, else its own.

    The entries' order counts, not that of the article's sections, which many systems sort by alphabet.
    """
    said = {folded(section) for section in publishers_sections}
    return next((ours for theirs, ours in source.sections.items() if theirs in said), source.category)
