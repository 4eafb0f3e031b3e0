"""What a source's pages were like lately, as FeedTable keeps it: counts by day, and the last texts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from newswire.article import changed

PK_PREFIX = "pages#"
GOOD = "good"
KEPT_DAYS = 7
KEPT_TEXTS = 10
FEWEST_PAGES = 10
POOR_FROM = 0.5
# Below the limit that makes a source poor, so that one near it is not told again and again.
GOOD_FROM = 0.25
_HASH = 16  # hexadecimal characters
_MEMORY = timedelta(days=30)

Transition = Literal["poor", "recovered"]


@dataclass(frozen=True, slots=True)
class SourcePages:
    """The pages of one source.

    `texts` are the last pages' text hashes with the articles' ids, the newest last; `days` counts pages by
    UTC day and by grade: `good`, or the reason. `is_poor` is what was told to the operator last.
    """

    source: str
    texts: tuple[tuple[str, str], ...] = ()
    days: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    is_poor: bool = False

    def earlier(self, text_sha256: str) -> str | None:
        """Return the id of the last article whose page had this text."""
        return next((one for text, one in reversed(self.texts) if text == text_sha256[:_HASH]), None)

    def with_page(self, text_sha256: str, article_id: str, grade: str, now: datetime) -> SourcePages:
        """Return the record after one more page; `grade` is `good` or the reason."""
        text = text_sha256[:_HASH]
        others = [one for one in self.texts if one[0] != text]
        first = self.earlier(text_sha256) or article_id
        day = now.date().isoformat()
        counts = self.days.get(day, {})
        days = {**self.days, day: {**counts, grade: counts.get(grade, 0) + 1}}
        kept = {name: days[name] for name in sorted(days)[-KEPT_DAYS:]}
        return replace(self, texts=(*others, (text, first))[-KEPT_TEXTS:], days=kept)

    def since(self, now: datetime) -> SourcePages:
        """Return the record without days that are a week ago."""
        first = (now - timedelta(days=KEPT_DAYS - 1)).date().isoformat()
        return changed(self, days={day: counts for day, counts in self.days.items() if day >= first})

    def rate(self) -> float:
        """Return the share of poor pages in the days kept."""
        return _rate(self.days.values())

    def assessed(self) -> tuple[SourcePages, Transition | None]:
        """Return the record with its health, and whether that changed.

        What counts are the newest days that hold ten pages: a publisher that changes its site is noticed
        within the day, and one that brings little is not judged by a single page.
        """
        recent: list[Mapping[str, int]] = []
        for day in sorted(self.days, reverse=True):
            recent.append(self.days[day])
            if sum(sum(counts.values()) for counts in recent) >= FEWEST_PAGES:
                break
        else:
            return self, None
        rate = _rate(recent)
        if not self.is_poor and rate >= POOR_FROM:
            return replace(self, is_poor=True), "poor"
        if self.is_poor and rate < GOOD_FROM:
            return replace(self, is_poor=False), "recovered"
        return self, None

    def to_item(self, now: datetime) -> dict[str, Any]:
        """Return the item of FeedTable."""
        return {
            "pk": PK_PREFIX + self.source,
            "texts": [f"{text} {article}" for text, article in self.texts],
            "days": {day: dict(counts) for day, counts in self.days.items()},
            "poor_percent": round(self.rate() * 100),
            **({"health": "poor"} if self.is_poor else {}),
            "expires": int((now + _MEMORY).timestamp()),
        }

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> SourcePages:
        """Read the item back."""
        pairs = (pair.split(" ", 1) for pair in item["texts"])
        return cls(
            source=item["pk"].removeprefix(PK_PREFIX),
            texts=tuple((text, article) for text, article in pairs),
            days={day: {name: int(n) for name, n in counts.items()} for day, counts in item["days"].items()},
            is_poor=item.get("health") == "poor",
        )


def _rate(days: Iterable[Mapping[str, int]]) -> float:
    counted = list(days)
    total = sum(sum(counts.values()) for counts in counted)
    return 1 - sum(counts.get(GOOD, 0) for counts in counted) / total if total else 0.0
