"""What a message's earlier receives had of its pages, where one receive has time for a single request.

With a long ``request_gap`` the next request to a host lies beyond a message's time. Whatever a look has had
until then is kept in FeedTable, an item a message: the redirects that it followed, and the answers that its
text is made of. It goes on from there when it comes back, and no page is asked for twice.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from functions.extract.failures import HostBusy
from newswire.clock import instant
from newswire.http_client import Answer, Hop
from newswire.messages import Message
from newswire.tables import Table

LIFE = timedelta(hours=2)
"""Longer than a message waits for its host before it makes do with what it has."""
QUICK_GAP = timedelta(seconds=2)
"""A gap of which a message's time has ten: with one so short nothing needs to be kept."""
ANSWERS_LIMIT = 350_000  # bytes: an item of DynamoDB has 400 KB


@dataclass(frozen=True, slots=True)
class _Had:
    answer: Answer
    at: str


class Steps:
    """What one message has had so far; ``is_begun`` tells whether anything was, or was asked just now."""

    def __init__(
        self, answers: Mapping[str, _Had] | None = None, trails: Mapping[str, tuple[Hop, ...]] | None = None
    ) -> None:
        self._answers = dict(answers or {})
        self._kept_trails = dict(trails or {})
        self._trails: dict[str, list[Hop]] = {}
        self.is_kept = self.is_begun = bool(self._answers or self._kept_trails)

    @property
    def since(self) -> datetime | None:
        """When the first page that is still to be read was had, ``None`` where none was."""
        had = (one.at for one in self._answers.values() if one.answer.status in (200, 304))
        return min(map(datetime.fromisoformat, had), default=None)

    def answer(self, url: str, conditions: Mapping[str, str]) -> Answer | None:
        """Return what was answered to such a request."""
        had = self._answers.get(_asked(url, conditions))
        return None if had is None else had.answer

    def had(self, url: str, conditions: Mapping[str, str], answer: Answer, at: datetime) -> None:
        """Take note of an answer."""
        self._answers[_asked(url, conditions)] = _Had(answer, instant(at))

    def trail(self, url: str) -> list[Hop]:
        """Return the redirects from an address that earlier receives followed; those to come are added."""
        trail = list(self._kept_trails.get(url, ()))
        self._trails[url] = trail
        return trail

    def to_item(self) -> dict[str, Any]:
        """Return the attributes of an item; without the answers where they do not fit into one."""
        answers = {asked: _answer_map(had) for asked, had in self._answers.items()}
        size = sum(len(asked.encode()) + _size(one) for asked, one in answers.items())
        trails = {**self._kept_trails, **self._trails}
        return {
            "answers": answers if size <= ANSWERS_LIMIT else {},
            "trails": {url: [list(hop) for hop in trail] for url, trail in trails.items() if trail},
        }

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Steps:
        """Read the item back."""
        answers = {asked: _had(one) for asked, one in item["answers"].items()}
        trails = {
            url: tuple(Hop(int(status), to) for status, to in hops) for url, hops in item["trails"].items()
        }
        return cls(answers, trails)


class KeptSteps:
    """The steps of messages, in FeedTable."""

    def __init__(self, table: Table, now: Callable[[], datetime]) -> None:
        self._table = table
        self._now = now

    @contextmanager
    def of(self, message: Message) -> Iterator[Steps]:
        """Give what earlier receives had; keep it, and what the block had, where that ends in HostBusy."""
        pk = f"steps#{message.deduplication_id()}"
        now = int(self._now().timestamp())
        item = self._table.peek_many([pk]).get(pk)
        steps = Steps.from_item(item) if item and int(item["expires"]) > now else Steps()
        try:
            yield steps
        except HostBusy:
            if steps.is_begun:
                expires = now + int(LIFE.total_seconds())
                self._table.put_unconditionally({"pk": pk, "expires": expires, **steps.to_item()})
            raise
        if steps.is_kept:
            self._table.delete(pk)


def _asked(url: str, conditions: Mapping[str, str]) -> str:
    return "\n".join([url, *(f"{name}: {value}" for name, value in sorted(conditions.items()))])


def _answer_map(had: _Had) -> dict[str, Any]:
    answer = had.answer
    return {
        "status": answer.status,
        "url": answer.url,
        "headers": dict(answer.headers),
        "body": zlib.compress(answer.body),
        "permanent_url": answer.permanent_url,
        "at": had.at,
    }


def _size(answer: Mapping[str, Any]) -> int:
    """Return about how many bytes an answer takes in an item."""
    headers = (len(name.encode()) + len(value.encode()) + 3 for name, value in answer["headers"].items())
    return len(answer["body"]) + sum(headers)


def _had(value: Mapping[str, Any]) -> _Had:
    body = zlib.decompress(bytes(value["body"]))
    answer = Answer(int(value["status"]), value["url"], value["headers"], body, value["permanent_url"])
    return _Had(answer, value["at"])
