"""What a trace asks of a run's folder and of a deployed stack alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from newswire.bucket import StoredObject
from newswire.sources import Catalogue

TableName = Literal["ArticleTable", "FeedTable"]
BucketName = Literal["ArticleBucket", "SiteBucket"]
Facts = dict[str, Any]


class NothingThere(Exception):
    """There is no run, or no stack, to ask; the message says where it was looked for."""


class NotTraceable(ValueError):
    """What was asked for is no address, no id and no feed; the message says what is allowed."""


class Unreadable(Exception):
    """An article's item is there and cannot be read; the message says what of it can be told."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dead letter, as far as a trace tells it."""

    queue: str
    body: str
    reason: str


class Store(Protocol):
    """Tables, buckets and logs; ``now`` is the clock that what is due is compared with."""

    @property
    def now(self) -> datetime:
        """Return the present moment: a run's folder stands at its last one."""

    @property
    def catalogue(self) -> Catalogue:
        """Return the sources as the functions read them."""

    @property
    def log_groups(self) -> Sequence[str]:
        """Return the names of the functions' log groups; none where logs are files."""

    def items(self, table: TableName, pks: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
        """Return the items that exist by key, as Python values, read consistently."""

    def object(self, bucket: BucketName, key: str) -> StoredObject | None:
        """Return an object, ``None`` where there is none."""

    def letters(self) -> Sequence[Waiting]:
        """Return the dead letters of articles; reading them hides them from others for a moment."""

    def log_lines(self, words: Sequence[str], since: datetime) -> Sequence[str]:
        """Return the logs' lines with one of these words, in their order, within bounds."""
