"""Robots directives out of what is written, and out of an answer's headers alone. No I/O, no parser.

Google's and Bing's words, for everyone or for Newswire by name. Whoever gives several means all of them, so
the strictest of each kind counts. Nothing of a stranger's text is kept: every value is typed and bounded.
Headers are read in this process as well, where their page kills its reader: 40,000 characters of them at
most, in 20 ms at worst (docs/decisions/0020).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, tzinfo

from functions.extract.reservations import Reservation, stated, superseded
from functions.extract.robots import PRODUCT
from newswire.clock import instant
from newswire.dates import parse_date
from newswire.directives import PREVIEWS, Directives, ImagePreview

MAX_TEXT = 2000
"""Characters of one element or header."""
MAX_TEXTS = 20
"""Elements of one name, or headers."""

_MAX_SNIPPET = 100_000
_OURS = frozenset({"", "*", PRODUCT.lower()})
_VALUED = "max-snippet|max-image-preview|max-video-preview|unavailable_after"
_WORDS = f"{_VALUED}|all|index|noindex|follow|nofollow|none|noarchive|nosnippet|noimageindex|notranslate"
# A date may have commas and colons in it: it ends where the next directive begins, behind its agent or not.
_TOKEN = re.compile(
    rf"(?P<date>unavailable_after\s*:\s*(?P<until>.*?)(?=[,;]\s*(?:[\w*-]+\s*:\s*)?(?:{_WORDS})\b|$))"
    rf"|(?P<key>{_VALUED})\s*:\s*(?P<value>[\w+-]*)"
    r"|(?P<agent>[\w*.-]++)\s*:"
    r"|(?P<word>[\w-]++)",
    re.IGNORECASE | re.DOTALL,
)


def directives_in(texts: Iterable[str], reservation: Reservation, zone: tzinfo | None) -> Directives:
    """Return what texts of meta elements and headers ask, and the reservation beside them.

    ``zone`` is that of dates without one, UTC if unknown.
    """
    tokens = [token for text in texts for token in _tokens(text)]
    words = {word for word, _ in tokens}
    return Directives(
        noindex=not words.isdisjoint(("noindex", "none")),
        noarchive="noarchive" in words,
        noimageindex="noimageindex" in words,
        max_snippet=_snippet(tokens),
        max_image_preview=_image_preview(tokens),
        unavailable_after=_end(tokens, zone or UTC),
        tdm_reserved=reservation.reserved,
        tdm_policy=reservation.policy,
    )


def header_texts(robots_tag: str | None) -> list[str]:
    """Return the ``X-Robots-Tag`` headers of an answer, which stand on a line each."""
    return (robots_tag or "").split("\n")[:MAX_TEXTS]


def reservation_of(headers: Mapping[str, str], url: str, site: Reservation) -> Reservation:
    """Return what is said of mining before a page is read: by its ``site``, then by its answer's headers."""
    header = stated(headers.get("tdm-reservation"), headers.get("tdm-policy"), url)
    return superseded(site, header)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield the directives for us and their values; an agent's name speaks until the next one."""
    agent = ""
    for token in _TOKEN.finditer(text[:MAX_TEXT]):
        if token["agent"]:
            agent = token["agent"].lower()
        elif agent in _OURS:
            if token["date"]:
                yield "unavailable_after", token["until"]
            else:
                yield (token["key"] or token["word"]).lower(), (token["value"] or "").lower()


def _snippet(tokens: Iterable[tuple[str, str]]) -> int | None:
    lengths = [0 for word, _ in tokens if word == "nosnippet"]
    stated_lengths = [value for word, value in tokens if word == "max-snippet"]
    # -1 is "no limit", which is what saying nothing means.
    lengths += [min(int(one[:9]), _MAX_SNIPPET) for one in stated_lengths if one.isascii() and one.isdigit()]
    return min(lengths, default=None)


def _image_preview(tokens: Iterable[tuple[str, str]]) -> ImagePreview | None:
    sizes = {value for word, value in tokens if word == "max-image-preview"}
    return next((size for size in PREVIEWS if size in sizes), None)


def _end(tokens: Iterable[tuple[str, str]], zone: tzinfo) -> str | None:
    dates = [parse_date(value, zone) for word, value in tokens if word == "unavailable_after"]
    return min((instant(date) for date in dates if date is not None), default=None)
