"""The queue message between fetch and extract (``newswire/message/1``), both ways.

``docs/architecture.md`` describes every key. Messages are ASCII JSON: no control character can
reach SQS, which refuses what XML 1.0 cannot carry.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Literal

from newswire.text import xml_text
from newswire.urls import clean_link

SCHEMA = "newswire/message/1"
HINT_LIMIT = 200 * 1024  # bytes of a whole message body; SQS itself allows 1 MiB

_LATER_KEYS = frozenset({"via_url", "enclosures"})

Kind = Literal["entry", "recheck"]


class MessageError(ValueError):
    """A message that no code of ours can have written; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that an entry names: an absolute http(s) link, its media type, its length in bytes."""

    url: str
    type: str | None = None
    length: int | None = None

    @classmethod
    def from_document(cls, document: object) -> Enclosure:
        """Read an enclosure; raise :class:`MessageError` where it is not one."""
        if not isinstance(document, dict) or set(document) != {"url", "type", "length"}:
            raise MessageError("hint.enclosures is not a list of objects with url, type and length")
        url, kind, length = document["url"], document["type"], document["length"]
        if not isinstance(url, str) or clean_link(url) is None:
            raise MessageError("hint.enclosures: url is not an absolute http(s) link")
        if not (kind is None or isinstance(kind, str)) or not (length is None or type(length) is int):
            raise MessageError("hint.enclosures: type is a string or null, length a number or null")
        return cls(url, kind, length)


@dataclass(frozen=True, slots=True)
class Hint:
    """What a feed says of one entry; text without markup except ``content`` (sanitised HTML).

    ``via_title`` and ``via_url`` name the source that the entry itself was taken from.
    """

    title: str | None = None
    published: str | None = None
    updated: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    summary: str | None = None
    content: str | None = None
    image: str | None = None
    language: str | None = None
    rights: str | None = None
    via_title: str | None = None
    via_url: str | None = None
    enclosures: tuple[Enclosure, ...] = ()

    def hash(self) -> str:
        """Return 32 hexadecimal characters that equal hints share.

        A key that was added later counts only where it says something: no hash of before changes.
        """
        said = {name: value for name, value in self.plain().items() if value or name not in _LATER_KEYS}
        return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()[:32]

    def to_json(self) -> bytes:
        """Return the hint as compact ASCII JSON."""
        return json.dumps(self.plain(), separators=(",", ":")).encode()

    def plain(self) -> dict[str, Any]:
        """Return the hint as plain data that JSON has."""
        # asdict would copy every text deeply, which takes longer than the JSON.
        values = {name: getattr(self, name) for name in self.__slots__}
        return {**values, "enclosures": [asdict(one) for one in self.enclosures]}

    def as_xml_text(self) -> Hint:
        """Return the hint without characters that XML 1.0 forbids; halves of characters cannot be stored."""
        return Hint(*[_as_xml_text(getattr(self, name)) for name in self.__slots__])

    @classmethod
    def from_document(cls, document: object) -> Hint:
        """Read a hint, a key that is missing as empty; raise :class:`MessageError` for anything else."""
        if not isinstance(document, dict):
            raise MessageError(f"hint is {type(document).__name__}; an object is allowed")
        if unknown := sorted(document.keys() - cls.__slots__):
            raise MessageError(f"hint has unknown keys {unknown}; allowed are {sorted(cls.__slots__)}")
        values: dict[str, Any] = {name: _hinted(name, value) for name, value in document.items()}
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of one feed (or one due re-check) on its way to extract."""

    kind: Kind
    source: str
    feed: str
    polled: str
    article_id: str
    url: str
    hint_hash: str
    hint: Hint | None = None
    hint_key: str | None = None
    reason: str | None = None

    def to_json(self) -> str:
        """Return the message body."""
        hint = None if self.hint is None else self.hint.plain()
        document = {"schema": SCHEMA, **{name: getattr(self, name) for name in self.__slots__}, "hint": hint}
        return json.dumps(document, separators=(",", ":"))

    def deduplication_id(self) -> str:
        """Return the id under which SQS drops a repeated send, and nothing else, for five minutes."""
        key = f"{self.kind}\n{self.feed}\n{self.article_id}\n{self.hint_hash}\n{self.polled}"
        return hashlib.sha256(key.encode()).hexdigest()

    @classmethod
    def from_json(cls, body: str) -> Message:
        """Read a message body; raise :class:`MessageError` saying what is wrong."""
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            raise MessageError("message is not JSON") from None
        if not isinstance(document, dict) or document.get("schema") != SCHEMA:
            found = document.get("schema") if isinstance(document, dict) else type(document).__name__
            raise MessageError(f"message schema is {found!r}; {SCHEMA!r} is allowed")
        values = {name: _string(document, name) for name in cls.__slots__ if name != "hint"}
        if values["kind"] not in ("entry", "recheck"):
            raise MessageError(f"message kind is {values['kind']!r}; 'entry' and 'recheck' are allowed")
        if clean_link(values["url"] or "") is None:
            raise MessageError("message url is not an absolute http(s) link")
        for name, form in _FORMS.items():
            value = values[name]
            if value is not None and not form.fullmatch(value):
                raise MessageError(f"message key {name!r} is {value[:80]!r}; {form.pattern} is allowed")
        _check_moment("message key 'polled'", values["polled"])
        for name in ("source", "feed", "url"):
            if xml_text(text := values[name] or "") != text:
                raise MessageError(f"message key {name!r} is {ascii(text)[:80]}; text of XML 1.0 is allowed")
        hint = document.get("hint")
        return cls(**values, hint=None if hint is None else Hint.from_document(hint))  # type: ignore[arg-type]  # checked above


_OPTIONAL = {"hint_key", "reason"}
_FORMS = {
    "polled": re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z"),
    "article_id": re.compile(r"[a-z2-7]{16}"),
    "hint_hash": re.compile(r"[0-9a-f]{32}"),
    "hint_key": re.compile(r"hints/[0-9a-f]{32}\.json"),
}


def _as_xml_text(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_as_xml_text, value))
    if isinstance(value, Enclosure):
        return replace(value, url=xml_text(value.url), type=_as_xml_text(value.type))
    return xml_text(value) if isinstance(value, str) else value


def _hinted(name: str, value: object) -> object:
    if name in ("authors", "categories", "enclosures"):
        kind = dict if name == "enclosures" else str
        if not isinstance(value, list) or not all(isinstance(entry, kind) for entry in value):
            raise MessageError(f"hint.{name} is not a list of {'objects' if kind is dict else 'strings'}")
        return tuple(Enclosure.from_document(entry) if kind is dict else entry for entry in value)
    if value is not None and not isinstance(value, str):
        raise MessageError(f"hint.{name} is not a string or null")
    if name in ("published", "updated"):
        _check_moment(f"hint.{name}", value)
    return value


def _check_moment(name: str, stamp: str | None) -> None:
    try:
        aware = stamp is None or datetime.fromisoformat(stamp).tzinfo is not None
    except ValueError:
        aware = False
    if not aware:
        raise MessageError(f"{name} is {stamp!r}; an RFC 3339 date with an offset is allowed")


def _string(document: Mapping[str, Any], name: str) -> str | None:
    value = document.get(name)
    if isinstance(value, str) or (value is None and name in _OPTIONAL):
        return value
    raise MessageError(f"message key {name!r} is {'missing' if value is None else 'not a string'}")
