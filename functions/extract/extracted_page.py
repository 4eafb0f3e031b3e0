"""The worker's answer about a page, believed only as far as it keeps the bounds stated here.

The worker reads what strangers wrote and may have been taken over by it; then it can lie, and no more
than that. Each bound is at least what the readers in the worker keep by themselves, so that an honest
answer never meets one. Keys that are not known here are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast, get_args

from functions.extract.attribution import EVIDENCE_LIMIT, MOST, NAME_LIMIT, Attribution, Kind
from functions.extract.next_pages import MOST_PAGES
from newswire.article import Image
from newswire.directives import Directives, ImagePreview
from newswire.text import xml_text
from newswire.urls import clean_link

MAX_TEXT = 2 * 2**20
"""Characters of text and of HTML: a page has no more bytes."""

MAX_FURNITURE = 4000
"""Characters that the worker hands over of what it took out of the text."""

_T = TypeVar("_T")

_MAX_IMAGES = 100
_MAX_SIDE = 20_000  # pixels
_LINE_BREAK = re.compile(r"[\t\n\r]")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2}")  # ISO 639-1

_NAMES = (
    "a|abbr|b|bdi|bdo|blockquote|br|caption|cite|code|dd|del|dfn|div|dl|dt|em|figcaption|figure|h[2-6]|hr|i|img"
    "|ins|kbd|li|mark|ol|p|pre|q|rp|rt|ruby|s|samp|small|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|u|ul"
    "|var|wbr"
)
_VALUES = "alt|colspan|dir|height|lang|referrerpolicy|rel|rowspan|start|title|width"
_ATTRIBUTE = rf"""(?:{_VALUES})="[^"]*+"|(?:href|src)="https?://[^"]*+\""""
_PASSIVE_HTML = re.compile(rf"(?:[^<]++|<(?:{_NAMES})(?: (?:{_ATTRIBUTE}))*+>|</(?:{_NAMES})>)*+")


class BadAnswer(Exception):
    """An answer that no honest worker gives; ``field`` is what is wrong with it."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@dataclass(frozen=True, slots=True)
class ExtractedPage:
    """What a page says of its article; `functions.extract.metadata.PageMetadata` explains the fields.

    All texts are of XML 1.0 characters, all but ``text``, ``html`` and ``furniture`` on one line; dates are
    RFC 3339, URLs http or https; ``html`` has passive elements only.
    """

    text: str
    html: str
    furniture: str
    extractor: str
    title: str | None
    authors: tuple[str, ...]
    published: str | None
    updated: str | None
    language: str | None
    canonical_url: str | None
    foreign_canonical_url: str | None
    site_name: str | None
    tags: tuple[str, ...]
    categories: tuple[str, ...]
    excerpt: str | None
    images: tuple[Image, ...]
    paywalled: bool
    directives: Directives
    attributions: tuple[Attribution, ...]
    notice: bool
    whole_page: str | None
    further_pages: tuple[str, ...]

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any]) -> ExtractedPage:
        """Read an answer; raise :class:`BadAnswer` for one that breaks a bound."""
        values = {}
        for name, read in _READERS.items():
            try:
                values[name] = read(answer[name])
            except (KeyError, ValueError):
                raise BadAnswer(name) from None
        return cls(**values)


def _text(value: object, most: int = MAX_TEXT) -> str:
    if not isinstance(value, str) or len(value) > most or xml_text(value) != value:
        raise ValueError("not a text within the bounds")
    return value


def _line(most: int) -> Callable[[object], str]:
    def read(value: object) -> str:
        line = _text(value, most)
        if _LINE_BREAK.search(line):
            raise ValueError("not one line")
        return line

    return read


def _html(value: object) -> str:
    html = _text(value)
    if not _PASSIVE_HTML.fullmatch(html):
        raise ValueError("not passive HTML")
    return html


def _moment(value: object) -> str:
    stamp = _text(value, 30)
    if not _RFC3339.fullmatch(stamp):
        raise ValueError("not an RFC 3339 date")
    datetime.fromisoformat(stamp)
    return stamp


def _language(value: object) -> str:
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise ValueError("not a language's code")
    return value


def _url(value: object) -> str:
    if not isinstance(value, str) or clean_link(value) != value:
        raise ValueError("not a web address")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("not a truth value")  # noqa: TRY004 - what the child says is data
    return value


def _pixels(value: object) -> int:
    if type(value) is not int or not 0 < value <= _MAX_SIDE:
        raise ValueError("not a size in pixels")
    return value


def _image(value: object) -> Image:
    if not isinstance(value, dict):
        raise ValueError("not an image")  # noqa: TRY004 - what the child says is data
    return Image(
        url=_url(value.get("url")),
        alt=_caption(value.get("alt")),
        caption=_caption(value.get("caption")),
        width=_side(value.get("width")),
        height=_side(value.get("height")),
    )


def _optional(read: Callable[[object], _T]) -> Callable[[object], _T | None]:
    return lambda value: None if value is None else read(value)


_caption, _side = _optional(_line(2000)), _optional(_pixels)


def _list(read: Callable[[object], _T], most: int) -> Callable[[object], tuple[_T, ...]]:
    def read_all(value: object) -> tuple[_T, ...]:
        if not isinstance(value, list) or len(value) > most:
            raise ValueError("not a list within the bounds")
        return tuple(map(read, value))

    return read_all


def _directives(value: object) -> Directives:
    if not isinstance(value, dict) or not value.keys() <= _DIRECTIVES.keys():
        raise ValueError("not what a page can ask")
    return Directives.from_map({name: _DIRECTIVES[name](asked) for name, asked in value.items()})


def _length(value: object) -> int:
    if type(value) is not int or not 0 <= value <= MAX_TEXT:
        raise ValueError("not a length")
    return value


def _one_of(allowed: Collection[str]) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise ValueError("not one of the words allowed")
        return value

    return read


_DIRECTIVES: dict[str, Callable[[object], Any]] = {
    "noindex": _flag,
    "noarchive": _flag,
    "noimageindex": _flag,
    "max_snippet": _optional(_length),
    "max_image_preview": _optional(_one_of(get_args(ImagePreview))),
    "unavailable_after": _optional(_moment),
    "tdm_reserved": _optional(_flag),
    "tdm_policy": _optional(_url),
}


def _attribution(value: object) -> Attribution:
    if not isinstance(value, dict):
        raise ValueError("not an attribution")  # noqa: TRY004 - what the child says is data
    kind: Kind = cast(Kind, _one_of(get_args(Kind))(value.get("kind")))
    return Attribution(
        kind=kind,
        url=_optional(_url)(value.get("url")),
        name=_optional(_line(NAME_LIMIT))(value.get("name")),
        evidence=_line(EVIDENCE_LIMIT)(value.get("evidence")),
        beside=_list(_url, MOST)(value.get("beside")),
    )


_READERS: dict[str, Callable[[object], Any]] = {
    "text": _text,
    "html": _html,
    "furniture": lambda value: _text(value, MAX_FURNITURE),
    "extractor": _line(100),
    "title": _optional(_line(500)),
    "authors": _list(_line(200), 20),
    "published": _optional(_moment),
    "updated": _optional(_moment),
    "language": _optional(_language),
    "canonical_url": _optional(_url),
    "foreign_canonical_url": _optional(_url),
    "site_name": _optional(_line(200)),
    "tags": _list(_line(200), 50),
    "categories": _list(_line(200), 50),
    "excerpt": _optional(_line(2000)),
    "images": _list(_image, _MAX_IMAGES),
    "paywalled": _flag,
    "directives": _directives,
    "attributions": _list(_attribution, 2 * MOST),
    "notice": _flag,
    "whole_page": _optional(_url),
    "further_pages": _list(_url, MOST_PAGES),
}
