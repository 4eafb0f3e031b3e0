"""Articles that their publishers withdrew: a tombstone takes their place, and that of all their copies.

The copies of an article are those that were enrolled under one of its ids when they were stored
(`newswire.known_copies`). One transaction has all tombstones and the condition that no copy was enrolled
meanwhile; a copy's own transaction has the condition that its original was not retracted meanwhile. What that
cannot reach (an original that was taken down by hand, more copies than a transaction takes) a copy finds out
at its own next look.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from functions.extract import records
from functions.extract.archive import Archive
from functions.extract.outcome import Outcome
from functions.extract.page_records import FRONT_PAGE_FOR_GOOD
from newswire.article_item import ArticleItem, Tombstone
from newswire.clock import instant
from newswire.known_copies import KnownCopies
from newswire.urls import article_id

NOTICE = "retraction notice"
ORIGINAL_WITHDRAWN = "original withdrawn"
TRANSACTION_LIMIT = 100  # items, by DynamoDB
# A server in trouble, or one that was moved, says these of everything: they are nobody's word.
_MISSING = frozenset({"HTTP 404", FRONT_PAGE_FOR_GOOD})


def is_withdrawal(reason: str) -> bool:
    """Return whether an article with this reason on its tombstone was withdrawn, and is not only missing.

    Copies on other sites go with what was withdrawn: by a notice, by 410 (gone on purpose, RFC 9110 section
    15.5.11), by hand.
    """
    return reason not in _MISSING


class Retractions:
    """Puts tombstones; raises ConditionFailed where somebody else wrote first."""

    def __init__(self, archive: Archive, now: Callable[[], datetime]) -> None:
        self._archive = archive
        self._now = now

    def retract(self, known: ArticleItem, reason: str) -> Outcome:
        """Retract an article and the copies of it, and the copies of those."""
        now = instant(self._now())
        copies, seen = self._copies(known) if is_withdrawal(reason) else ([], [])
        stones = [records.tombstone(known, reason, now)]
        stones += [records.tombstone(one, ORIGINAL_WITHDRAWN, now) for one in copies]
        self._archive.retract(stones, seen)
        return Outcome("retracted", known.id, None, reason, tuple(one.id for one in copies))

    def has_lost_original(self, item: ArticleItem) -> bool:
        """Return whether an article is a copy of one that was retracted."""
        if item.copy is None or item.copy.original is None:
            return False
        original = article_id(item.copy.original)
        stone = self._archive.resolve([original]).get(original)
        return isinstance(stone, Tombstone) and is_withdrawal(stone.reason)

    def _copies(self, known: ArticleItem) -> tuple[list[ArticleItem], list[KnownCopies]]:
        """Return the live copies, as many as one transaction takes, and the records that name them."""
        found, seen = {known.id: known}, dict[str, KnownCopies]()
        pending = [known]
        for item in pending:
            addresses = [one for one in (item.id, *item.aliases) if one not in seen]
            room = TRANSACTION_LIMIT - len(found) - len(seen) - len(addresses)
            if room < 0:
                break
            records_of = self._archive.known_copies(addresses)
            seen |= {record.address: record for record in records_of}
            named = self._archive.resolve([one for record in records_of for one in record.articles])
            live = {one.id: one for one in named.values() if isinstance(one, ArticleItem) and one.copy}
            further = [one for one in live.values() if one.id not in found][:room]
            found |= {one.id: one for one in further}
            pending += further
        return pending[1:], list(seen.values())
