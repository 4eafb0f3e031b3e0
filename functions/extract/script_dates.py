"""Dates of publication and the site's zone in scripts: in broken JSON-LD and in what pages are built from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lxml.html import HtmlElement

_MAX_CHARACTERS = 500_000
# Begins with two letters that stand in all the names, which is what makes the search fast; none of an
# "unpublish_date" or a "republished".
_PUBLISHED = re.compile(
    r"""ub(?<=[Pp]ub)(?<![a-z]pub)(?:lished|lish|lication)?_?(?:[Aa]t|[Oo]n|[Dd]ate)?_?(?:[Tt]ime)?"""
    r"""\\?["']?\s{0,3}[:=]\s{0,3}\\?["']((?:19|20)[0-9]{2}-[^"'\\]{5,40})"""
)
# A site's settings have its zone by IANA's name under "timezone", alone or beside a short name or an offset.
_ZONE = re.compile(
    r"""ime_?[zZ]one(?:_?[a-zA-Z]{2,6})?\\?["']?\s{0,3}[:=]\s{0,3}(?:\{[^{}]{0,80}?)?"""
    r"""\\?["']([A-Z][A-Za-z]{1,11}(?:\\{0,3}/[A-Z][A-Za-z_-]{1,20}){1,2})\\?["']"""
)


def script_dates(scripts: Iterable[HtmlElement]) -> Iterator[str]:
    """Yield the dates that scripts give under a name that says publication."""
    for text in _texts(scripts):
        yield from (found[1] for found in _PUBLISHED.finditer(text))


def script_zone(scripts: Iterable[HtmlElement]) -> tzinfo | None:
    """Return the zone that the scripts name as the site's; None where they name none, or several."""
    names = {found[1].replace("\\", "") for text in _texts(scripts) for found in _ZONE.finditer(text)}
    try:
        return ZoneInfo(names.pop()) if len(names) == 1 else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of the database
        return None


def _texts(scripts: Iterable[HtmlElement]) -> Iterator[str]:
    left = _MAX_CHARACTERS
    for script in scripts:
        text = (script.text or "")[:left]
        left -= len(text)
        yield text
