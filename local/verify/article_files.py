"""Whether the bytes of an article file are what the design promises of them. No I/O.

Design section 7: one immutable file per revision, named by its hash; section 4: where the text comes from,
and the hash by which anyone can see that it is unaltered.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_type_hints

from newswire.article import Article, Image, Owner, Provenance
from newswire.article_text import text_of
from newswire.urls import clean_link

_KEY = re.compile(r"articles/([a-z2-7]{16})/([0-9a-f]{64})\.json")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOMENTS = ("published", "updated", "first_seen", "listed")
_LINKS = ("url", "canonical_url")


@dataclass(frozen=True, slots=True)
class FormError(Exception):
    """Bytes that are no article file; ``what`` says why."""

    what: str


def wrong_name(key: str, body: bytes) -> str | None:
    """Return what is wrong with the file's name, which its bytes decide."""
    named = _KEY.fullmatch(key)
    if named is None:
        return "is not named articles/<id>/<sha256>.json"
    found = hashlib.sha256(body).hexdigest()
    return None if found == named[2] else f"its bytes have the SHA-256 {found}"


def read_article(key: str, body: bytes) -> Article:
    """Return the article; raise :class:`FormError` where the file is not exactly in the schema's form."""
    try:
        article = Article.from_json(body)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FormError(f"is no article: {error!r}") from None
    for part in (article, article.owner, article.provenance, *article.images):
        for name, kind in get_type_hints(type(part)).items():
            if not _allowed(getattr(part, name), kind):
                raise FormError(f"{name} is {getattr(part, name)!r:.80}, which the schema does not allow")
    if (wrong := next(_value_faults(key, article), None)) is not None:
        raise FormError(wrong)
    if article.to_json() != body:
        raise FormError("has other keys, another order or another notation than the schema")
    return article


def wrong_text(article: Article) -> str | None:
    """Return how the text differs from the text of the HTML."""
    return None if article.text == text_of(article.html) else "text is not the text of html"


def wrong_hash(article: Article) -> str | None:
    """Return how the stated hash differs from the text's."""
    found = hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).hexdigest()
    stated = article.provenance.text_sha256
    return None if found == stated else f"text_sha256 is {stated}, but the text's is {found}"


def wrong_provenance(article: Article) -> str | None:
    """Return what is missing or impossible in where the text is said to come from."""
    return next(_provenance_faults(article), None)


def _provenance_faults(article: Article) -> Iterator[str]:
    stated = article.provenance
    if not _is_moment(stated.fetched):
        yield f"provenance.fetched is {stated.fetched!r}, no RFC 3339 date"
    if not stated.extractor.strip():
        yield "provenance.extractor is empty"
    if stated.final_url is not None and clean_link(stated.final_url) is None:
        yield f"provenance.final_url is {stated.final_url!r:.80}, no http(s) link"
    if article.origin == "feed":
        if stated.page_sha256 is not None:
            yield "provenance.page_sha256 is there, but the text is the feed's"
        if not article.reason:
            yield "reason is missing: why the text is the feed's"
        return
    for name in ("status", "final_url", "page_sha256"):
        if getattr(stated, name) is None:
            yield f"provenance.{name} is missing, but the text is a page's"
    if not _SHA256.fullmatch(stated.page_sha256 or ""):
        yield f"provenance.page_sha256 is {stated.page_sha256!r:.80}, no SHA-256"


def _value_faults(key: str, article: Article) -> Iterator[str]:
    if article.id not in key.split("/"):
        yield f"id is {article.id!r}, which is not its folder's name"
    if article.revision < 1:
        yield f"revision is {article.revision}"
    if article.origin not in ("page", "feed"):
        yield f"origin is {article.origin!r}; page and feed are allowed"
    for name in _MOMENTS:
        if (stamp := getattr(article, name)) is not None and not _is_moment(stamp):
            yield f"{name} is {stamp!r:.80}, no RFC 3339 date"
    for name in _LINKS:
        if (link := getattr(article, name)) is not None and clean_link(link) is None:
            yield f"{name} is {link!r:.80}, no http(s) link"
    if not all((article.owner.id, article.owner.name, article.owner.homepage, article.title)):
        yield "title, or the owner's id, name or homepage is empty"


def _is_moment(stamp: str) -> bool:
    try:
        return datetime.fromisoformat(stamp).tzinfo is not None
    except ValueError:
        return False


def _is_integer(value: object) -> bool:
    return type(value) is int


def _is_texts(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(one, str) for one in value)


def _is(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, kind)


_KINDS: Mapping[Any, Callable[[object], bool]] = {
    str: _is(str),
    str | None: lambda value: value is None or isinstance(value, str),
    int: _is_integer,
    int | None: lambda value: value is None or _is_integer(value),
    tuple[str, ...]: _is_texts,
    Owner: _is(Owner),
    Provenance: _is(Provenance),
    tuple[Image, ...]: _is(tuple),
}


def _allowed(value: object, kind: Any) -> bool:
    # What is left is Literal["page", "feed"], whose two values are checked by name.
    return _KINDS.get(kind, _is(str))(value)
