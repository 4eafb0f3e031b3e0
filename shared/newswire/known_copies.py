"""Which articles are copies of what stands at an address: written with each copy, read at a retraction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from newswire.article_item import ArticleItem

# A copy beyond these is found out at its own next look.
COPIES_LIMIT = 50


def copies_pk(address_id: str) -> str:
    """Return the partition key of the record of an address, given by its id."""
    return f"copies#{address_id}"


@dataclass(frozen=True, slots=True)
class KnownCopies:
    """The copies of what stands at one address.

    ``address`` is the address's id (an article's, an alias's, or of nothing that is known yet), ``articles``
    the ids of the copies. ``version`` is +1 at every write; 0: nothing is stored.
    """

    address: str
    version: int = 0
    articles: tuple[str, ...] = ()

    def with_copy(self, article_id: str) -> KnownCopies | None:
        """Return the record to be written with a further copy, ``None`` where it takes no more."""
        if len(self.articles) >= COPIES_LIMIT:
            return None
        articles = tuple(dict.fromkeys((*self.articles, article_id)))
        return replace(self, version=self.version + 1, articles=articles)

    def to_item(self) -> dict[str, Any]:
        """Return the item as DynamoDB's resource API takes it."""
        articles = list(self.articles)
        return {
            "pk": copies_pk(self.address),
            "type": "copies",
            "version": self.version,
            "articles": articles,
        }

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> KnownCopies:
        """Read the item back; numbers may be ``Decimal``."""
        return cls(item["pk"].partition("#")[2], int(item["version"]), tuple(item["articles"]))


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A copy's entry among those of its original: the ``record`` to be written with it.

    ``original`` is the article that the address stood for, which must not have been written since: it may be
    a tombstone by now.
    """

    record: KnownCopies
    original: ArticleItem | None = None
