"""What a run did, counted for its summary line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

# An article whose publisher wants nothing but a link needs no page: that is no failure.
_AS_WANTED = "display: link"


@dataclass(slots=True)
class Tally:
    """Counts of one run; ``failures`` are by reason, one for each feed poll, article or message.

    ``sent`` counts, by function, the entries that its runs handed on.
    """

    feeds_polled: int = 0
    entries: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    outputs_written: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    _from_feed: dict[str, str] = field(default_factory=dict)

    def ran(self, function: str, totals: Mapping[str, Any]) -> None:
        """Count a run that polled feeds, whatever started it, and entries of which one could show nothing."""
        self.failures.update(totals.get("nothing_to_show", {}))
        if "feeds_polled" in totals:
            self.feeds_polled += totals["feeds_polled"]
            self.entries += totals["entries"]
            self.sent[function] += totals["sent"]
            self.failures.update(totals["failures"])

    def changed(self, record: Mapping[str, Any]) -> None:
        """Note an article's latest item: whether its text comes from the feed, and why."""
        image = record["dynamodb"].get("NewImage", {})
        if image.get("type", {}).get("S") != "article":
            return
        identity = image["id"]["S"]
        reason = image.get("reason", {}).get("S")
        if image.get("origin", {}).get("S") == "feed" and reason and reason != _AS_WANTED:
            self._from_feed[identity] = reason
        else:
            self._from_feed.pop(identity, None)

    def copy(self) -> Tally:
        """Return the counts as they are now."""
        return replace(
            self, sent=self.sent.copy(), failures=self.failures.copy(), _from_feed=dict(self._from_feed)
        )

    def all_failures(self) -> dict[str, int]:
        """Return the failures by reason, sorted; an article from its feed counts under its page's failure."""
        return dict(sorted((self.failures + Counter(self._from_feed.values())).items()))

    def summary(self, articles: Iterable[Mapping[str, Any]], seconds: float) -> dict[str, Any]:
        """Return the summary; ``articles`` are the stored items, as DynamoDB's JSON.

        One that is withheld, as its page says that it was withdrawn, does not count.
        """
        origins = Counter(
            item["origin"]["S"] for item in articles if item.get("origin", {}).get("S") and _is_shown(item)
        )
        return {
            "feeds_polled": self.feeds_polled,
            "entries": self.entries,
            "articles": {"page": origins["page"], "feed": origins["feed"]},
            "failures": self.all_failures(),
            "outputs_written": self.outputs_written,
            "seconds": round(seconds, 1),
        }


def _is_shown(item: Mapping[str, Any]) -> bool:
    if item.get("type", {}).get("S") != "article" or "withheld_since" in item:
        return False
    return bool(item.get("state", {}).get("S") == "live")
