"""Dates of publication in scripts: in broken JSON-LD and in the data that pages are built from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

_MAX_CHARACTERS = 500_000
# Begins with two letters that stand in all the names, which is what makes the search fast; none of an
# "unpublish_date" or a "republished".
_PUBLISHED = re.compile(
    r"""ub(?<=[Pp]ub)(?<![a-z]pub)(?:lished|lish|lication)?_?(?:[Aa]t|[Oo]n|[Dd]ate)?_?(?:[Tt]ime)?"""
    r"""\\?["']?\s{0,3}[:=]\s{0,3}\\?["']((?:19|20)[0-9]{2}-[^"'\\]{5,40})"""
)


def script_dates(scripts: Iterable[HtmlElement]) -> Iterator[str]:
    """Yield the dates that scripts give under a name that says publication."""
    left = _MAX_CHARACTERS
    for script in scripts:
        text = (script.text or "")[:left]
        left -= len(text)
        yield from (found[1] for found in _PUBLISHED.finditer(text))
