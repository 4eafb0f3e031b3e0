"""The stored article: one immutable JSON file per revision (``newswire/article/1``).

The keys and their order are a contract with everyone who reads the archive; see
``docs/architecture.md``. Unknown values are ``None``, never guessed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SCHEMA = "newswire/article/1"

Origin = Literal["page", "feed"]

# A function that makes of a document of one schema one of the next: documents are upgraded as they are read.
Upgrade = Callable[[Mapping[str, Any]], Mapping[str, Any]]
UPGRADES: Mapping[str, Upgrade] = {}  # by the schema that each of them takes


class Slotted(Protocol):
    """A dataclass with slots."""

    __slots__: tuple[str, ...]


_Part = TypeVar("_Part", bound="DataclassInstance")


class LaterRelease(ValueError):
    """What is stored was written by a later release, which alone can read it; the message says what it is."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who an article belongs to: a source of ours, or the domain it stands on."""

    id: str
    name: str
    homepage: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the article; width and height in CSS pixels where the publisher states them."""

    url: str
    alt: str | None = None
    caption: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the text comes from, so that anyone can check that it was not altered."""

    fetched: str
    status: int | None
    final_url: str | None
    page_sha256: str | None
    text_sha256: str
    extractor: str


@dataclass(frozen=True, slots=True)
class Article:
    """One revision of one article, exactly as it is stored."""

    id: str
    revision: int
    url: str
    canonical_url: str | None
    owner: Owner
    title: str
    authors: tuple[str, ...]
    published: str | None
    updated: str | None
    first_seen: str
    listed: str
    language: str | None
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    excerpt: str
    text: str
    html: str
    images: tuple[Image, ...]
    origin: Origin
    reason: str | None
    provenance: Provenance

    def to_json(self) -> bytes:
        """Return the file's bytes: UTF-8, keys in the contract's order, one final newline."""
        document = {"schema": SCHEMA, **members_of(self)}
        return (_JSON.encode(document) + "\n").encode()

    @classmethod
    def from_json(cls, body: bytes, upgrades: Mapping[str, Upgrade] = UPGRADES) -> Article:
        """Read a stored file, of a former schema by ``upgrades``.

        Raise :class:`LaterRelease` where it has a schema that is not known, ``ValueError`` where it has none.
        """
        document: Any = json.loads(body)
        while upgrade := upgrades.get(_schema(document)):
            document = upgrade(document)
        found = _schema(document) or None
        if found != SCHEMA:
            kind = LaterRelease if found else ValueError
            raise kind(f"article file has schema {found!r}; only {SCHEMA!r} can be read")
        known = {field.name: document[field.name] for field in fields(cls)}
        return cls(
            **known
            | {
                "owner": Owner(**document["owner"]),
                "images": tuple(Image(**image) for image in document["images"]),
                "provenance": Provenance(**document["provenance"]),
                **{name: tuple(document[name]) for name in ("authors", "categories", "tags")},
            }
        )


def _schema(document: Any) -> str:
    return str(document.get("schema") or "") if isinstance(document, dict) else ""


def members_of(part: Slotted) -> dict[str, Any]:
    """Return the fields of a dataclass with slots as they are; `asdict` copies what they hold."""
    return {name: getattr(part, name) for name in part.__slots__}


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=members_of)


def changed(part: _Part, **values: Any) -> _Part:
    """Return a dataclass with these values; itself where it has them, for thirty fields take long to set."""
    is_same = all(getattr(part, name) == value for name, value in values.items())
    return part if is_same else replace(part, **values)
