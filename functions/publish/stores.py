"""What publishing needs of the stores, so that another one can stand in for S3 and DynamoDB."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from newswire.article_item import ArticleItem
from newswire.article_table import Due, Index, Listed, Record
from newswire.bucket import Packed, StoredObject


class Articles(Protocol):
    """:class:`newswire.article_table.ArticleTable`, as far as publishing uses it."""

    def get_many(self, ids: Iterable[str]) -> Mapping[str, Record]:
        """Return the articles that exist, by id, by consistent reads."""

    def newest(self, index: Index, key: str, limit: int) -> Sequence[str]:
        """Return the newest ids of a listing, as of a moment ago."""

    def listed_before(self, index: Index, key: str, position: str | None, limit: int) -> Sequence[Listed]:
        """Return articles of a listing, newest first, that come after ``position``, as of a moment ago."""

    def due_changes(self, now: str, limit: int) -> Sequence[Due]:
        """Return the articles whose outputs time alone has changed."""

    def settle_change(self, article: ArticleItem, following: str | None) -> bool:
        """Put the following change, if any, in the place of one, unless it has been written meanwhile."""

    def retire(self, article: ArticleItem, now: str, erased_from: str) -> bool:
        """Note that an article's retention is over, unless it has been written meanwhile."""


class Objects(Protocol):
    """:class:`newswire.bucket.Bucket`, as far as publishing uses it."""

    def get(self, key: str) -> StoredObject | None:
        """Return an object, or ``None`` where there is none."""

    def put(
        self,
        key: str,
        body: bytes | Packed,
        *,
        content_type: str,
        cache_control: str | None = None,
        metadata: Mapping[str, str] | None = None,
        if_match: str | None = None,
        if_none_match: bool = False,
    ) -> str:
        """Write an object on conditions; raise :class:`newswire.bucket.WriteConflict` if one fails."""
