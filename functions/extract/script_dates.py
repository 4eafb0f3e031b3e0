"""Dates of publication in scripts: in broken JSON-LD and in the data that pages are built from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

_MAX_CHARACTERS = 500_000
_PUBLISHED = re.compile(
    r"""\b(?:date_?published|(?:first_?)?published_?(?:at|on|date|time)|(?:first_?)?publi(?:sh|cation)_?(?:date|time)|pub_?date)"""
    r"""\\?["']?\s{0,3}[:=]\s{0,3}\\?["']((?:19|20)[0-9]{2}-[^"'\\]{5,40})""",
    re.IGNORECASE,
)


def script_dates(scripts: Iterable[HtmlElement]) -> Iterator[str]:
    """Yield the dates that scripts give under a name that says publication."""
    left = _MAX_CHARACTERS
    for script in scripts:
        text = (script.text or "")[:left]
        left -= len(text)
        yield from (found[1] for found in _PUBLISHED.finditer(text))
