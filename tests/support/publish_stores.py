"""Stores in memory that keep S3's and DynamoDB's promises, for the publish stage's tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any

from newswire.article import LaterRelease
from newswire.article_item import ArticleItem
from newswire.article_table import Due, Index, Listed, Record
from newswire.bucket import Packed, StoredObject, WriteConflict
from newswire.languages import primary_language


class MemoryObjects:
    """A bucket whose conditional writes behave as S3's; hooks let a test interfere."""

    def __init__(self) -> None:
        self.objects: dict[str, StoredObject] = {}
        self.calls: Counter[str] = Counter()
        self.puts: list[str] = []
        self.reads: list[str] = []
        self.headers: dict[str, tuple[str, bool]] = {}  # Cache-Control; whether it is stored with gzip
        self.before_put: Callable[[str], None] = lambda _key: None
        self.after_put: Callable[[str], None] = lambda _key: None
        self.after_get: Callable[[str], None] = lambda _key: None
        self._lock = RLock()

    def get(self, key: str) -> StoredObject | None:
        self.calls["GetObject"] += 1
        self.reads.append(key)
        found = self.objects.get(key)
        self.after_get(key)
        return found

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
        assert cache_control
        packed = body if isinstance(body, Packed) else Packed.of(body)
        self.headers[key] = (cache_control, packed.encoding is not None)
        self.before_put(key)
        with self._lock:
            self.calls["PutObject"] += 1
            there = self.objects.get(key)
            if (if_none_match and there) or (if_match and (there is None or there.etag != if_match)):
                raise WriteConflict(key)
            self.objects[key] = StoredObject(packed.body, packed.etag, content_type, dict(metadata or {}))
            self.puts.append(key)
        self.after_put(key)
        return packed.etag

    def text(self, key: str) -> str:
        return self.objects[key].body.decode()


class MemoryArticles:
    """ArticleTable without DynamoDB; ``index_as_of`` simulates an index that lags behind."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.indexed: dict[str, ArticleItem] = {}
        self.calls: Counter[str] = Counter()
        self.of_later_release: set[str] = set()
        self.unreadable: Callable[[str, Exception], None] = lambda _id, _reason: None
        self.index_lags = False
        self.after_get: Callable[[], None] = lambda: None

    def save(self, record: Record) -> None:
        self.records[record.id] = record
        if not self.index_lags:
            self.catch_up()

    def catch_up(self) -> None:
        self.indexed = {key: one for key, one in self.records.items() if isinstance(one, ArticleItem)}

    def get_many(self, ids: Iterable[str]) -> Mapping[str, Record]:
        wanted = list(dict.fromkeys(ids))
        self.calls["BatchGetItem"] += -(-len(wanted) // 100)
        later = self.of_later_release.intersection(wanted)
        for one in sorted(later):
            self.unreadable(one, LaterRelease(f"article {one} is of a later release"))
        found = {one: self.records[one] for one in wanted if one in self.records and one not in later}
        self.after_get()
        return found

    def newest(self, index: Index, key: str, limit: int) -> list[str]:
        return [one.id for one in self.listed_before(index, key, None, limit)]

    def listed_before(self, index: Index, key: str, position: str | None, limit: int) -> list[Listed]:
        self.calls["Query"] += 1
        keys: dict[Index, Callable[[ArticleItem], str]] = {
            "by-portal": lambda _item: "all",
            "by-category": lambda item: item.category,
            "by-owner": lambda item: item.owner.id,
            "by-language": lambda item: primary_language(item.language) or "",
        }
        places = [
            Listed(item.id, f"{item.listed}#{item.id}")
            for item in self.indexed.values()
            if keys[index](item) == key
        ]
        places.sort(key=lambda one: one.position, reverse=True)
        return [one for one in places if position is None or one.position < position][:limit]

    def due_changes(self, now: str, limit: int) -> list[Due]:
        self.calls["Query"] += 1
        due = [Due(item.id, at) for item in self.indexed.values() if (at := item.next_change) and at <= now]
        return sorted(due, key=lambda one: one.at)[:limit]

    def settle_change(self, article: ArticleItem, following: str | None) -> bool:
        return self.replaced(article, replace(article, next_change=following))

    def retire(self, article: ArticleItem, now: str, erased_from: str) -> bool:
        noted = replace(article, next_change=None, retired=now, recheck_at=erased_from)
        return self.replaced(article, noted)

    def replaced(self, before: Record, after: Record) -> bool:
        """Write an article's next version, unless it has been written since ``before`` was read."""
        if self.records[before.id].version != before.version:
            return False
        self.save(replace(after, version=before.version + 1))
        return True


@dataclass(slots=True)
class QuietLog:
    """A logger that remembers what it was told."""

    lines: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def debug(self, msg: object, **kwargs: Any) -> None:
        pass

    def info(self, msg: object, **kwargs: Any) -> None:
        self.told.append((str(msg), kwargs))

    def warning(self, msg: object, **kwargs: Any) -> None:
        self.lines.append((str(msg), kwargs))

    error = warning
