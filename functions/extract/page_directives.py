"""What a page asks of robots and of miners: meta elements and the headers that came with it.

Directives: Google's and Bing's ``robots`` meta element and ``X-Robots-Tag`` header, for everyone or for
Newswire by name. Whoever gives several means all of them, so the strictest of each kind counts. Nothing of
a stranger's text is kept: every value is typed and bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo

from lxml.html import HtmlElement

from functions.extract.reservations import UNSAID, Reservation, stated, superseded
from functions.extract.robots import PRODUCT
from newswire.clock import instant
from newswire.dates import parse_date
from newswire.directives import Directives, ImagePreview

_MAX_TEXT = 2000  # characters of one element or header
_MAX_ELEMENTS = 20
_MAX_SNIPPET = 100_000
_OURS = frozenset({"", "*", PRODUCT.lower()})
_NAMES = ("robots", PRODUCT.lower(), "tdm-reservation", "tdm-policy")
_STRICTEST: tuple[ImagePreview, ...] = ("none", "standard", "large")
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


@dataclass(frozen=True, slots=True)
class AnswerSays:
    """What is known before the page is read: ``X-Robots-Tag``, and what its site and headers reserve.

    Of several such headers each is on a line of its own.
    """

    robots_tag: str | None = None
    reservation: Reservation = UNSAID


def read_directives(
    elements: Iterable[HtmlElement], url: str, answer: AnswerSays, zone: tzinfo | None
) -> Directives:
    """Return what a page's meta elements and its answer ask.

    ``zone`` is that of dates without one, UTC if unknown.
    """
    meta = _meta(elements)
    headers = (answer.robots_tag or "").split("\n")[:_MAX_ELEMENTS]
    texts = [*meta["robots"], *meta[PRODUCT.lower()], *headers]
    tokens = [token for text in texts for token in _tokens(text)]
    words = {word for word, _ in tokens}
    reservation = superseded(answer.reservation, _reservation(meta, url))
    return Directives(
        noindex=not words.isdisjoint(("noindex", "none")),
        noarchive="noarchive" in words,
        max_snippet=_snippet(tokens),
        max_image_preview=_image_preview(tokens),
        unavailable_after=_end(tokens, zone or UTC),
        tdm_reserved=reservation.reserved,
        tdm_policy=reservation.policy,
    )


def _meta(elements: Iterable[HtmlElement]) -> Mapping[str, list[str]]:
    """Return the contents of the elements that are read here (some write ``value`` for ``content``)."""
    found: dict[str, list[str]] = {name: [] for name in _NAMES}
    for element in elements:
        contents = found.get((element.get("name") or "").strip().lower())
        if contents is not None and len(contents) < _MAX_ELEMENTS:
            contents.append((element.get("content") or element.get("value") or "")[:_MAX_TEXT])
    return found


def _reservation(meta: Mapping[str, list[str]], url: str) -> Reservation:
    reservation, policy = (next(iter(meta[name]), None) for name in ("tdm-reservation", "tdm-policy"))
    return stated(reservation, policy, url)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield the directives for us and their values; an agent's name speaks until the next one."""
    agent = ""
    for token in _TOKEN.finditer(text[:_MAX_TEXT]):
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
    return next((size for size in _STRICTEST if size in sizes), None)


def _end(tokens: Iterable[tuple[str, str]], zone: tzinfo) -> str | None:
    dates = [parse_date(value, zone) for word, value in tokens if word == "unavailable_after"]
    return min((instant(date) for date in dates if date is not None), default=None)
