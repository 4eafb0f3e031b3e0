"""ArticleTable: articles, aliases and the indexes that propose candidates.

An index answers as of a moment ago; whatever it proposes is decided by :meth:`ArticleTable.get_many`,
which reads consistently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal

from newswire.article import LaterRelease, changed
from newswire.article_item import DUE, ArticleItem, Tombstone, alias_pk, article_pk, is_later
from newswire.item_types import check_types
from newswire.known_copies import Enrolment, KnownCopies, copies_pk
from newswire.stops import STOPS_PK, Stops
from newswire.tables import ConditionFailed, Table

Index = Literal["by-portal", "by-category", "by-owner", "by-language"]
Record = ArticleItem | Tombstone
# What :func:`record` raises for an item that cannot be read, LaterRelease included
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, ArithmeticError)

_PARTITION = {
    "by-portal": "portal",
    "by-category": "category",
    "by-owner": "owner_id",
    "by-language": "language_id",
}
_PAGE = 300
MAX_ALIASES = 8
ALIASES_LISTED = 30  # in an article's item


@dataclass(frozen=True, slots=True)
class Due:
    """An article whose sparse index says that something is due at ``at`` (RFC 3339)."""

    id: str
    at: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An article in a listing; ``position`` is its sort key there: when it was listed, and its id."""

    id: str
    position: str


class ArticleTable:
    """The commit point of extract and the truth that publish reads.

    An item that cannot be read (a later release's, or one that was written by hand) is an error to who has
    to decide about it. Who goes through many is told by ``unreadable`` (id and what is wrong) and goes on
    without it.
    """

    def __init__(self, table: Table, unreadable: Callable[[str, Exception], None] | None = None) -> None:
        self._table = table
        self._unreadable = unreadable

    def get_many(self, ids: Iterable[str]) -> dict[str, Record]:
        """Return the articles that exist, by id, as they are now."""
        return self._records(ids, self._table.get_many)

    def peek_many(self, ids: Iterable[str]) -> dict[str, Record]:
        """Return the articles that exist, by id, as they were a moment ago: for who only proposes."""
        return self._records(ids, self._table.peek_many)

    def resolve(self, ids: Iterable[str]) -> dict[str, Record]:
        """Return for every id that is known, directly or by alias, the article that it stands for."""
        return self.resolve_beside_stops(ids)[0]

    def known(self, ids: Iterable[str]) -> dict[str, Record]:
        """Return as :meth:`resolve`, of ids that most likely are articles.

        An alias that is not asked for is a read unit less at each of the looks at an article.
        """
        wanted = list(dict.fromkeys(ids))
        found = self._articles_in(self._table.get_many(map(article_pk, wanted)), wanted)
        return self.resolve(wanted) if found is None else found

    def known_beside_stops(self, ids: Iterable[str]) -> tuple[dict[str, Record], Stops]:
        """Return as :meth:`resolve_beside_stops`, of ids that most likely are articles."""
        wanted = list(dict.fromkeys(ids))
        items = self._table.get_many([*map(article_pk, wanted), STOPS_PK])
        found = self._articles_in(items, wanted)
        if found is None:
            return self.resolve_beside_stops(wanted)
        return found, Stops.from_item(items.get(STOPS_PK))

    def resolve_beside_stops(self, ids: Iterable[str]) -> tuple[dict[str, Record], Stops]:
        """Return as :meth:`resolve`, and by the same read what stops there are."""
        wanted = list(dict.fromkeys(ids))
        pks = [pk(one) for one in wanted for pk in (article_pk, alias_pk)]
        items = self._table.get_many([*pks, STOPS_PK])
        found = {one: record(items[article_pk(one)]) for one in wanted if article_pk(one) in items}
        aliases = {
            one: items[alias_pk(one)]["article"]
            for one in wanted
            if one not in found and alias_pk(one) in items
        }
        winners = self.get_many(aliases.values()) if aliases else {}
        found |= {one: winners[target] for one, target in aliases.items() if target in winners}
        return found, Stops.from_item(items.get(STOPS_PK))

    def stops(self) -> Stops:
        """Return what stops there are, by a consistent read."""
        return Stops.from_item(self._table.get_many([STOPS_PK]).get(STOPS_PK))

    def put_stops(self, stops: Stops) -> None:
        """Write all stops; raise :class:`~newswire.tables.ConditionFailed` if somebody else has."""
        self._table.put(stops.to_item(), expected_version=stops.version - 1 or None)

    def known_copies(self, addresses: Iterable[str]) -> list[KnownCopies]:
        """Return for the id of every address which articles are copies of what stands there."""
        wanted = {copies_pk(one): one for one in addresses}
        items = self._table.get_many(wanted)
        return [
            KnownCopies.from_item(items[pk]) if pk in items else KnownCopies(one)
            for pk, one in wanted.items()
        ]

    def commit(
        self,
        item: ArticleItem,
        *,
        expected_version: int | None,
        aliases: Sequence[str] = (),
        enrolment: Enrolment | None = None,
        stops: Stops | None = None,
    ) -> None:
        """Write an article, its new aliases and its enrolment among the copies of another, all or nothing.

        Raise :class:`~newswire.tables.ConditionFailed` where the article has another version by now
        (or a tombstone stands there), where an alias is an article or means another one, where a new
        article's id became an alias, where the copies or the original were written meanwhile, or where there
        are other ``stops`` than those it was decided by.
        """
        named = list(dict.fromkeys(aliases))[:MAX_ALIASES]
        known = [one for one in item.aliases if one not in named]
        item = changed(item, aliases=tuple([*known, *named][-ALIASES_LISTED:]))
        if not named and enrolment is None and stops is None and expected_version is not None:
            self._table.put(item.to_item(), expected_version=expected_version)
            return
        requests: list[dict[str, Any]] = [self._put(item.to_item(), expected_version)]
        if expected_version is None:
            requests.append(self._check(alias_pk(item.id), 0))
        for alias in named:
            requests.append({"Put": self._alias_request(alias, item.id)})
            requests.append(self._check(article_pk(alias), 0))
        if enrolment is not None:
            record, original = enrolment.record, enrolment.original
            requests.append(self._put(record.to_item(), record.version - 1 or None))
            requests += [] if original is None else [self._check(article_pk(original.id), original.version)]
        requests += [] if stops is None else [self._check(STOPS_PK, stops.version)]
        self._table.transact(requests)

    def retract(self, stones: Sequence[Tombstone], unchanged: Iterable[KnownCopies] = ()) -> None:
        """Put tombstones in the place of articles, all or none, for ever: no commit is conditional on theirs.

        Their aliases stay and lead to them; a first version takes an address that is nobody's. Raise
        :class:`~newswire.tables.ConditionFailed` where an article has not the version before its stone's by
        now, or where a record of copies is not ``unchanged``.
        """
        requests = [self._put(stone.to_item(), stone.version - 1 or None) for stone in stones]
        requests += [self._check(alias_pk(stone.id), 0) for stone in stones if stone.version == 1]
        requests += [self._check(copies_pk(one.address), one.version) for one in unchanged]
        self._table.transact(requests)

    def restore(self, stone: Tombstone, record: Record | None) -> None:
        """Put a record in a tombstone's place, ``None``: nothing, so that the next entry begins anew.

        Raise :class:`~newswire.tables.ConditionFailed` where the tombstone was written meanwhile.
        """
        if record is None:
            self._table.delete_where(article_pk(stone.id), "version = :known", {":known": stone.version})
        else:
            known = replace(record, version=stone.version + 1)
            self._table.put(known.to_item(), expected_version=stone.version)

    def newest(self, index: Index, key: str, limit: int) -> list[str]:
        """Return at most ``limit`` ids of a listing, newest first."""
        return [one.id for one in self.listed_before(index, key, None, limit)]

    def listed_before(self, index: Index, key: str, position: str | None, limit: int) -> list[Listed]:
        """Return at most ``limit`` articles of a listing, newest first, that come after ``position`` there.

        ``None`` is before the newest.
        """
        condition = "#key = :key" if position is None else "#key = :key AND listed_id < :position"
        after = {} if position is None else {":position": {"S": position}}
        listing = self._table.query(
            page=min(limit, _PAGE),
            IndexName=index,
            ScanIndexForward=False,
            KeyConditionExpression=condition,
            ExpressionAttributeNames={"#key": _PARTITION[index]},
            ExpressionAttributeValues={":key": {"S": key}, **after},
        )
        return [
            Listed(item["pk"].removeprefix("article#"), item["listed_id"]) for item in islice(listing, limit)
        ]

    def due_rechecks(self, now: str, limit: int) -> list[Due]:
        """Return the articles whose page is due to be looked at again, longest due first."""
        return self._due("by-recheck", "recheck", "recheck_at", now, limit)

    def due_changes(self, now: str, limit: int) -> list[Due]:
        """Return the articles whose outputs time alone has changed, longest due first."""
        return self._due("by-change", "change", "next_change", now, limit)

    def settle_change(self, article: ArticleItem, following: str | None) -> bool:
        """Put the ``following`` change in the place of one that is done; ``None``: no other is to come.

        Return ``False`` if the article has been written meanwhile.
        """
        due = {"change": None if following is None else DUE, "next_change": following}
        return self._change(article, due)

    def retire(self, article: ArticleItem, now: str, erased_from: str) -> bool:
        """Note that an article's retention is over and that the site is rid of it: that is for good.

        From ``erased_from`` on (RFC 3339) it is due for extract, in the index of looks, to be erased. Return
        ``False`` if the article has been written meanwhile.
        """
        noted = {"retired": now, "recheck": DUE, "recheck_at": erased_from}
        return self._change(article, {"change": None, "next_change": None, **noted})

    def _articles_in(
        self, items: Mapping[str, dict[str, Any]], wanted: Sequence[str]
    ) -> dict[str, Record] | None:
        """Return the articles of these ids, ``None`` where one of them is none."""
        if any(article_pk(one) not in items for one in wanted):
            return None
        return {one: record(items[article_pk(one)]) for one in wanted}

    def _records(
        self, ids: Iterable[str], read: Callable[[Iterable[str]], dict[str, dict[str, Any]]]
    ) -> dict[str, Record]:
        wanted = {article_pk(article_id): article_id for article_id in ids}
        found = {wanted[pk]: self._read(wanted[pk], item) for pk, item in read(wanted).items()}
        return {one: known for one, known in found.items() if known is not None}

    def _read(self, article_id: str, item: dict[str, Any]) -> Record | None:
        try:
            return record(item)
        except UNREADABLE as error:
            if self._unreadable is None:
                raise
            self._unreadable(article_id, error)
            return None

    def _change(self, article: ArticleItem, values: Mapping[str, str | None]) -> bool:
        try:
            self._table.change_attributes(article_pk(article.id), values, expected_version=article.version)
        except ConditionFailed:
            return False
        return True

    def _due(self, index: str, partition: str, sort: str, now: str, limit: int) -> list[Due]:
        due: list[Due] = []
        for item in self._table.query(
            page=limit,
            IndexName=index,
            KeyConditionExpression="#partition = :due AND #sort <= :now",
            ExpressionAttributeNames={"#partition": partition, "#sort": sort},
            ExpressionAttributeValues={":due": {"S": DUE}, ":now": {"S": now}},
        ):
            due.append(Due(item["pk"].removeprefix("article#"), item[sort]))
            if len(due) == limit:
                break
        return due

    def _put(self, item: dict[str, Any], expected_version: int | None) -> dict[str, Any]:
        return {"Put": self._table.put_request(item, expected_version=expected_version)}

    def _alias_request(self, alias: str, article_id: str) -> dict[str, Any]:
        return {
            "TableName": self._table.name,
            "Item": {"pk": {"S": alias_pk(alias)}, "type": {"S": "alias"}, "article": {"S": article_id}},
            "ConditionExpression": "attribute_not_exists(pk) OR article = :article",
            "ExpressionAttributeValues": {":article": {"S": article_id}},
        }

    def _check(self, pk: str, version: int) -> dict[str, Any]:
        """Return the condition that an item has a version, 0: that there is none."""
        return {"ConditionCheck": self._table.check_request(pk, expected_version=version or None)}


def record(item: dict[str, Any]) -> Record:
    """Read an article item or a tombstone; raise where an attribute is missing or of another type.

    That is :class:`~newswire.article.LaterRelease` where it is not this release's to decide about.
    """
    if is_later(schema := item.get("schema"), state := item["state"]):
        raise LaterRelease(f"article {item['id']} is of a later release (schema {schema}, state {state})")
    found = ArticleItem.from_item(item) if state == "live" else Tombstone.from_item(item)
    check_types(found)
    return found
