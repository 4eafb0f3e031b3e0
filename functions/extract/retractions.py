"""Articles that their publishers withdrew: a tombstone takes their place, and that of all their copies.

The copies of an article are those that were enrolled under one of its ids when they were stored
(`newswire.known_copies`). The transaction with an article's tombstone has the condition that no copy was
enrolled meanwhile; a copy's own transaction has the condition that its original was not retracted meanwhile.
What that cannot reach (an original that was taken down by hand, copies beyond what is taken at once) a copy
finds out at its own next look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from functions.extract import records
from functions.extract.archive import Archive
from functions.extract.outcome import Outcome
from functions.extract.page_records import FRONT_PAGE_FOR_GOOD
from functions.extract.takedowns import Order, order_of, taken_down
from newswire.article_item import RETENTION, TAKEDOWN, ArticleItem, Tombstone
from newswire.article_table import Record
from newswire.clock import instant
from newswire.due_changes import ERASED_AFTER, retention_end
from newswire.known_copies import KnownCopies
from newswire.sources import Catalogue
from newswire.urls import article_id

NOTICE = "retraction notice"
ORIGINAL_WITHDRAWN = "original withdrawn"
TRANSACTION_LIMIT = 100  # items, by DynamoDB
MOST_AT_ONCE = 1000  # articles, so that a message ends in time
# A server in trouble, or one that was moved, says the first two of everything: they are nobody's word. The
# last is our own policy.
_NOT_WITHDRAWN = frozenset({"HTTP 404", FRONT_PAGE_FOR_GOOD, RETENTION})


def is_withdrawal(reason: str) -> bool:
    """Return whether an article with this reason on its tombstone was withdrawn: not missing, not retired.

    Copies on other sites go with what was withdrawn: by a notice, by 410 (gone on purpose, RFC 9110 section
    15.5.11), by hand.
    """
    return reason not in _NOT_WITHDRAWN


@dataclass(frozen=True, slots=True)
class _Ending:
    """The tombstone that takes an article's place, and the records of its copies that must not change."""

    stone: Tombstone
    records: tuple[KnownCopies, ...]

    @property
    def size(self) -> int:
        """Return how many items of a transaction it takes."""
        return 1 + len(self.records) + (self.stone.version == 1)  # what takes an address checks its alias


class Retractions:
    """Puts tombstones; raises ConditionFailed where somebody else wrote first."""

    def __init__(self, archive: Archive, catalogue: Catalogue, now: Callable[[], datetime]) -> None:
        self._archive = archive
        self._catalogue = catalogue
        self._now = now

    def retract(self, known: ArticleItem, reason: str) -> Outcome:
        """Retract an article and the copies of it, and the copies of those.

        Where one transaction does not take them all, copies go before what they are copies of: until the
        original's own, the last, whoever comes next finds it due and takes those that are left.
        """
        last = self._ending(known, reason, instant(self._now()))
        copies = self._put(last if is_withdrawal(reason) else replace(last, records=()))
        return Outcome("retracted", known.id, None, reason, copies)

    def take_down(self, known: Record | None, url: str, order: Order) -> Outcome:
        """Take down an article by an order, and its copies with it; where none is ``known``, the address.

        What was withdrawn already is taken down as well: only the operator brings it back then.
        """
        stone = taken_down(known, url, order, self._now(), self._erased_from)
        copies = self._put(self._with_records(stone, known.aliases if isinstance(known, ArticleItem) else ()))
        return Outcome("retracted", stone.id, None, TAKEDOWN, copies)

    def _put(self, last: _Ending) -> tuple[str, ...]:
        endings = [last, *self._copies(last)]
        for together in _transactions(reversed(endings)):
            stones = [one.stone for one in together]
            self._archive.retract(stones, [record for one in together for record in one.records])
        return tuple(one.stone.id for one in endings[1:])

    def retract_with_original(self, item: ArticleItem) -> Outcome | None:
        """Retract an article that is a copy of one that was withdrawn, ``None`` where it is not."""
        stone = self._original(item)
        if not isinstance(stone, Tombstone) or not is_withdrawal(stone.reason):
            return None
        if stone.is_taken_down:
            return self.take_down(item, item.url, order_of(stone))
        return self.retract(item, ORIGINAL_WITHDRAWN)

    def has_withheld_original(self, item: ArticleItem) -> bool:
        """Return whether an article is a copy of one that is withheld: it waits for what becomes of that."""
        original = self._original(item)
        return isinstance(original, ArticleItem) and original.withheld_since is not None

    def _original(self, item: ArticleItem) -> Record | None:
        if item.copy is None or item.copy.original is None:
            return None
        original = article_id(item.copy.original)
        return self._archive.resolve([original]).get(original)

    def _copies(self, original: _Ending) -> list[_Ending]:
        """Return the endings of the live copies of an article, each after that of what it is a copy of."""
        found = {original.stone.id: original}
        pending = [original]
        for one in pending:
            named = self._archive.resolve([copy for record in one.records for copy in record.articles])
            live = {item.id: item for item in named.values() if isinstance(item, ArticleItem) and item.copy}
            further = [item for item in live.values() if item.id not in found][: MOST_AT_ONCE - len(found)]
            endings = [self._ending_with(original.stone, item) for item in further]
            found |= {ending.stone.id: ending for ending in endings}
            pending += endings
        return pending[1:]

    def _ending_with(self, original: Tombstone, copy: ArticleItem) -> _Ending:
        """Return the ending of a copy, of the same order as that of what it is a copy of."""
        if not original.is_taken_down:
            return self._ending(copy, ORIGINAL_WITHDRAWN, original.gone_at)
        order = order_of(original)
        stone = taken_down(copy, copy.url, order, self._now(), self._erased_from)
        return self._with_records(stone, copy.aliases)

    def _ending(self, item: ArticleItem, reason: str, now: str) -> _Ending:
        stone = replace(records.tombstone(item, reason, now), recheck_at=self._erased_from(item))
        return self._with_records(stone, item.aliases)

    def _with_records(self, stone: Tombstone, aliases: Iterable[str]) -> _Ending:
        copies = self._archive.known_copies(list(dict.fromkeys((stone.id, *aliases))))
        return _Ending(stone, tuple(copies))

    def _erased_from(self, item: ArticleItem) -> str | None:
        """Return when a withdrawn article's files are to be erased: when it would have left anyway."""
        if item.retired is not None:
            return item.recheck_at
        end = retention_end(item, self._catalogue)
        return None if end is None else instant(max(end, self._now() + ERASED_AFTER))


def _transactions(endings: Iterable[_Ending]) -> Iterator[list[_Ending]]:
    """Divide endings among as few transactions as take them in their order."""
    together: list[_Ending] = []
    for one in endings:
        if sum(each.size for each in (*together, one)) > TRANSACTION_LIMIT:
            yield together
            together = []
        together.append(one)
    yield together
