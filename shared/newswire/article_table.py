"""ArticleTable: articles, aliases and the indexes that propose candidates.

An index answers as of a moment ago; whatever it proposes is decided by :meth:`ArticleTable.get_many`,
which reads consistently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal

from newswire.article import LaterRelease
from newswire.article_item import DUE, ArticleItem, Tombstone, alias_pk, article_pk, is_later
from newswire.known_copies import Enrolment, KnownCopies, copies_pk
from newswire.tables import ConditionFailed, Table

Index = Literal["by-portal", "by-category", "by-owner", "by-language"]
Record = ArticleItem | Tombstone

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

    ``later`` has the ids of all articles so far that were asked for and whose items are of a later release.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self.later: set[str] = set()

    def get_many(self, ids: Iterable[str]) -> dict[str, Record]:
        """Return the articles that exist, by id, as they are now, those of a later release excepted."""
        items = self._table.get_many(article_pk(article_id) for article_id in ids).values()
        later = {item["id"] for item in items if _is_later(item)}
        self.later |= later
        return {item["id"]: record(item) for item in items if item["id"] not in later}

    def resolve(self, ids: Iterable[str]) -> dict[str, Record]:
        """Return for every id that is known, directly or by alias, the article that it stands for.

        Raise :class:`~newswire.article.LaterRelease` where one of them is not this release's to decide about.
        """
        found = self._resolve(ids)
        for item in found.values():
            if _is_later(item):
                raise LaterRelease(
                    f"article {item['id']} is of a later release (schema {item.get('schema')}, "
                    f"state {item.get('state')})"
                )
        return {one: record(item) for one, item in found.items()}

    def _resolve(self, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        wanted = list(dict.fromkeys(ids))
        items = self._table.get_many(pk(one) for one in wanted for pk in (article_pk, alias_pk))
        found = {one: items[article_pk(one)] for one in wanted if article_pk(one) in items}
        aliases = {
            one: items[alias_pk(one)]["article"]
            for one in wanted
            if one not in found and alias_pk(one) in items
        }
        winners = self._table.get_many(map(article_pk, aliases.values())) if aliases else {}
        return found | {
            one: winners[article_pk(target)]
            for one, target in aliases.items()
            if article_pk(target) in winners
        }

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
    ) -> None:
        """Write an article, its new aliases and its enrolment among the copies of another, all or nothing.

        Raise :class:`~newswire.tables.ConditionFailed` where the article has another version by now
        (or a tombstone stands there), where an alias is an article or means another one, or where the
        copies or the original were written meanwhile.
        """
        named = list(dict.fromkeys(aliases))[:MAX_ALIASES]
        known = [one for one in item.aliases if one not in named]
        item = replace(item, aliases=tuple([*known, *named][-ALIASES_LISTED:]))
        if not named and enrolment is None:
            self._table.put(item.to_item(), expected_version=expected_version)
            return
        requests: list[dict[str, Any]] = [self._put(item.to_item(), expected_version)]
        for alias in named:
            requests.append({"Put": self._alias_request(alias, item.id)})
            requests.append(self._check(article_pk(alias), 0))
        if enrolment is not None:
            record, original = enrolment.record, enrolment.original
            requests.append(self._put(record.to_item(), record.version - 1 or None))
            requests += [] if original is None else [self._check(article_pk(original.id), original.version)]
        self._table.transact(requests)

    def retract(self, stones: Sequence[Tombstone], unchanged: Iterable[KnownCopies] = ()) -> None:
        """Put tombstones in the place of articles, all or none, for ever: no commit is conditional on theirs.

        Their aliases stay and lead to them. Raise :class:`~newswire.tables.ConditionFailed` where an article
        has not the version before its stone's by now, or where a record of copies is not ``unchanged``.
        """
        requests = [self._put(stone.to_item(), stone.version - 1) for stone in stones]
        requests += [self._check(copies_pk(one.address), one.version) for one in unchanged]
        self._table.transact(requests)

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
    """Read an article item or a tombstone."""
    if item["state"] == "live":
        return ArticleItem.from_item(item)
    return Tombstone.from_item(item)


def _is_later(item: Mapping[str, Any]) -> bool:
    return is_later(item.get("schema"), item.get("state"))
