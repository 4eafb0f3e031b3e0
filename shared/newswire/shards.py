"""The queue message of fetch to itself (``newswire/shard/1``), both ways: feeds for one run to poll.

``docs/architecture.md`` describes every key. A shard is ASCII JSON, as every message of ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from newswire.urls import clean_link

SCHEMA = "newswire/shard/1"
SHARD_FEEDS = 1000
BODY_LIMIT = 1024 * 1024  # bytes: what SQS takes
_SOURCE = re.compile(r"[a-z0-9-]+")
_PARENT = re.compile(r"[a-z2-7]{10}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z", re.ASCII)
_KINDS: Mapping[type, str] = {int: "an integer", str: "a string", list: "a list"}


class ShardError(ValueError):
    """A shard that no code of ours can have written; the text says what is wrong and what is allowed."""


@dataclass(frozen=True, slots=True)
class ShardFeed:
    """A feed as ``sources.yaml`` names it, by the id of its source and its configured URL.

    Of a document that one of the source's feeds lists, ``parent`` is the tag of that feed.
    """

    source: str
    url: str
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Shard:
    """One of the ``of`` parts, counted from 0, that a scheduled run made of the feeds that were due.

    ``planned`` is that run's clock at its start, RFC 3339 in UTC with milliseconds.
    """

    number: int
    of: int
    planned: str
    feeds: tuple[ShardFeed, ...]

    def to_json(self) -> str:
        """Return the message body; raise :class:`ShardError` where SQS would not take it."""
        feeds = [{key: value for key, value in asdict(feed).items() if value} for feed in self.feeds]
        body = json.dumps({"schema": SCHEMA, **asdict(self), "feeds": feeds}, separators=(",", ":"))
        if len(body) > BODY_LIMIT:
            raise ShardError(f"shard has {len(body)} bytes; at most {BODY_LIMIT} are allowed")
        return body

    @classmethod
    def from_json(cls, body: str) -> Shard:
        """Read a message body; raise :class:`ShardError` naming the key and what it allows."""
        if (size := len(body.encode(errors="surrogatepass"))) > BODY_LIMIT:
            raise ShardError(f"shard has {size} bytes; at most {BODY_LIMIT} are allowed")
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            raise ShardError("shard is not JSON") from None
        if not isinstance(document, dict) or document.get("schema") != SCHEMA:
            found = document.get("schema") if isinstance(document, dict) else type(document).__name__
            raise ShardError(f"shard schema is {_shown(found)}; {SCHEMA!r} is allowed")
        number, of = _value(document, "number", int), _value(document, "of", int)
        if not 0 <= number < of:
            counted = f"{_shown(number)} of {_shown(of)}"
            raise ShardError(f"shard keys 'number' and 'of' are {counted}; 0 to of - 1 is allowed")
        return cls(number, of, _instant(document), _feeds(document))


def _instant(document: Mapping[str, Any]) -> str:
    stamp: str = _value(document, "planned", str)
    try:
        aware = datetime.fromisoformat(stamp).tzinfo is not None
    except ValueError:  # as of a day or an hour that does not exist
        aware = False
    if aware and _INSTANT.fullmatch(stamp):
        return stamp
    raise ShardError(
        f"shard key 'planned' is {_shown(stamp)}; a moment such as '2026-01-05T01:00:00.000Z' is allowed"
    )


def _feeds(document: Mapping[str, Any]) -> tuple[ShardFeed, ...]:
    feeds = _value(document, "feeds", list)
    if not 1 <= len(feeds) <= SHARD_FEEDS:
        raise ShardError(f"shard key 'feeds' has {len(feeds)} entries; 1 to {SHARD_FEEDS} are allowed")
    return tuple(_feed(f"feeds[{index}]", feed) for index, feed in enumerate(feeds))


def _feed(where: str, feed: object) -> ShardFeed:
    if not isinstance(feed, dict):
        raise ShardError(f"shard key '{where}' is {type(feed).__name__}; an object is allowed")
    source, url = _value(feed, "source", str, f"{where}."), _value(feed, "url", str, f"{where}.")
    if not _SOURCE.fullmatch(source):
        raise ShardError(f"shard key '{where}.source' is {_shown(source)}; {_SOURCE.pattern} is allowed")
    if clean_link(url) is None:
        raise ShardError(f"shard key '{where}.url' is {_shown(url)}; an absolute http(s) URL is allowed")
    parent = feed.get("parent")
    if parent is not None and not (isinstance(parent, str) and _PARENT.fullmatch(parent)):
        raise ShardError(
            f"shard key '{where}.parent' is {_shown(parent)}; null or {_PARENT.pattern} is allowed"
        )
    return ShardFeed(source, url, parent)


def _value(document: Mapping[str, Any], name: str, kind: type, parent: str = "") -> Any:
    value = document.get(name)
    if type(value) is kind:  # exactly: true is an int to Python
        return value
    problem = "missing" if value is None else type(value).__name__
    raise ShardError(f"shard key '{parent}{name}' is {problem}; {_KINDS[kind]} is allowed")


def _shown(value: object) -> str:
    return ascii(value)[:80]
