"""What a page asks of robots and of miners: meta elements and the headers that came with it.

Directives: the ``robots`` meta element and the ``X-Robots-Tag`` header, for everyone or for Newswire by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from lxml.html import HtmlElement

from functions.extract.reservations import UNSAID, Reservation, stated, superseded
from functions.extract.robots import PRODUCT
from functions.extract.robots_directives import MAX_TEXT, MAX_TEXTS, directives_in, header_texts
from newswire.directives import Directives

_NAMES = ("robots", PRODUCT.lower(), "tdm-reservation", "tdm-policy")


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
    texts = [*meta["robots"], *meta[PRODUCT.lower()], *header_texts(answer.robots_tag)]
    return directives_in(texts, superseded(answer.reservation, _reservation(meta, url)), zone)


def _meta(elements: Iterable[HtmlElement]) -> Mapping[str, list[str]]:
    """Return the contents of the elements that are read here (some write ``value`` for ``content``)."""
    found: dict[str, list[str]] = {name: [] for name in _NAMES}
    for element in elements:
        contents = found.get((element.get("name") or "").strip().lower())
        if contents is not None and len(contents) < MAX_TEXTS:
            contents.append((element.get("content") or element.get("value") or "")[:MAX_TEXT])
    return found


def _reservation(meta: Mapping[str, list[str]], url: str) -> Reservation:
    reservation, policy = (next(iter(meta[name]), None) for name in ("tdm-reservation", "tdm-policy"))
    return stated(reservation, policy, url)
