"""The pictures in an article's text: the publisher's with what browsers need, or ours in their place.

What comes in is nh3's output (`newswire.sanitise`): text is escaped, tags are balanced, and attributes stand
in double quotation marks. It is read tag by tag from its beginning, so that what looks like a tag in an
attribute's value is never taken for one. What is put in is escaped here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape, unescape

from newswire.image_copies import ImageCopy

TEXT_SIZES = "(min-width: 44rem) 42rem, 100vw"
"""The width of the article's column (newswire.css), as browsers choose by it."""

_TAG = re.compile(r'<(/?[a-z][a-z0-9]*)((?: [a-z]+="[^"]*+")*+)>')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*+)"')
_LATE = ' loading="lazy" decoding="async"'

Attributes = Mapping[str, str]


@dataclass(slots=True)
class _Figure:
    """An open figure: whether it keeps a picture, whether it lost one, and which pieces are its captions."""

    keeps: bool = False
    lost: bool = False
    caption: int | None = None
    captions: list[tuple[int, int]] = field(default_factory=list)


def loaded_late(html: str) -> str:
    """Return the text with its pictures loaded when a reader comes to them."""
    return _TAG.sub(lambda tag: f"<img{tag[2]}{_LATE}>" if tag[1] == "img" else tag[0], html)


def without_plain_http(html: str) -> str:
    """Return the text without the pictures that a page with TLS may not load, nor their captions.

    Browsers ask for https in place of http (Mixed Content, section 4.1) or load nothing; the page's policy
    allows https alone.
    """
    return _replaced(html, lambda given: "" if given.get("src", "").lower().startswith("http:") else None)


def with_copies(html: str, copies: Sequence[ImageCopy], portal_url: str | None = None) -> str:
    """Return the text with our copies in place of the publisher's pictures; those without one are left out.

    A figure that loses its pictures loses its captions, which are no part of the text. With ``portal_url``
    addresses are absolute, for feeds; without, the page's own reader chooses among the variants.
    """
    known = {copy.url: copy for copy in copies}

    def shown(attributes: Attributes) -> str:
        copy = known.get(attributes.get("src", ""))
        return "" if copy is None else _own(copy, attributes.get("alt", ""), portal_url)

    return _replaced(html, shown)


def _own(copy: ImageCopy, alt: str, portal_url: str | None) -> str:
    size = f'width="{copy.width}" height="{copy.height}"'
    if portal_url is not None:
        address = f"{portal_url}/{copy.key(copy.width)}"
        return f'<img src="{escape(address)}" alt="{escape(alt)}" {size}>'
    choices = ", ".join(f"/{copy.key(width)} {width}w" for width in copy.widths)
    source = f'src="/{escape(copy.key(copy.usual))}" srcset="{escape(choices)}" sizes="{TEXT_SIZES}"'
    return f'<img {source} alt="{escape(alt)}" {size}{_LATE}>'


def _replaced(html: str, shown: Callable[[Attributes], str | None]) -> str:
    """Return the text with what ``shown`` makes of each picture; ``None`` leaves it as it is."""
    pieces: list[str] = []
    figures: list[_Figure] = []
    end = 0
    for tag in _TAG.finditer(html):
        pieces.append(html[end : tag.start()])
        end = tag.end()
        if tag[1] == "img":
            attributes = {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag[2])}
            instead = shown(attributes)
            pieces.append(tag[0] if instead is None else instead)
            for figure in figures[-1:]:
                figure.keeps |= bool(pieces[-1])
                figure.lost |= not pieces[-1]
        else:
            pieces.append(tag[0])
            _note(tag[1], pieces, figures)
    return "".join([*pieces, html[end:]])


def _note(tag: str, pieces: list[str], figures: list[_Figure]) -> None:
    """Follow figures and their captions; the last piece is this tag."""
    if tag == "figure":
        figures.append(_Figure())
    elif not figures:
        return
    elif tag == "figcaption":
        figures[-1].caption = len(pieces) - 1
    elif tag == "/figcaption" and figures[-1].caption is not None:
        figures[-1].captions.append((figures[-1].caption, len(pieces)))
    elif tag == "/figure":
        _close(figures, pieces)


def _close(figures: list[_Figure], pieces: list[str]) -> None:
    figure = figures.pop()
    if figure.lost and not figure.keeps:
        for first, after in figure.captions:
            pieces[first:after] = [""] * (after - first)
    for outer in figures[-1:]:
        outer.keeps |= figure.keeps
        outer.lost |= figure.lost
