"""What search knows of the articles: a partitioned series of JSON files, each of which is its own memory.

A row is what a result shows, and no more than the owner's rights let a list show. Names of sources and
categories are not in it, so that none has to be made anew when one of them changes.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass

from functions.publish.carried import Carried
from functions.publish.json_text import json_text
from functions.publish.snapshot import Snapshot
from newswire.text import shorten

SCHEMA = "newswire/search/1"
# What a phone on a slow line can wait for, compressed as CloudFront sends it
MOST_ROWS = 1000
EXCERPT_LIMIT = 160


@dataclass(frozen=True, slots=True)
class SearchRow:
    """One article as search finds and shows it.

    ``owner`` is a source's id, or ``@`` and a domain; only such an owner's ``name`` is here. ``page`` is the
    key of our page; an article without one has ``link``, its publisher's. ``listed`` is RFC 3339 in UTC.
    """

    id: str
    title: str
    owner: str
    category: str
    listed: str
    name: str | None = None
    page: str | None = None
    link: str | None = None
    language: str | None = None
    excerpt: str | None = None

    @property
    def day(self) -> str:
        """Return the UTC day under which the article is listed."""
        return self.listed[:10]


class SearchSeries:
    """The series of the files that search loads."""

    def __init__(self, most: int = MOST_ROWS) -> None:
        self.most = most

    def moment(self, listed: str) -> str:
        """Return the moment itself: nobody reads these files by the day."""
        return listed

    def keys(self, name: str) -> Sequence[str]:
        """Return the key of a partition's file."""
        return (search_key(name),)

    def lasting(self, memory: Snapshot) -> bool:
        """Return whether the rows have the form that this program writes."""
        return memory.stored is None or json.loads(memory.body)["schema"] == SCHEMA

    def ids(self, memory: Snapshot) -> Sequence[str]:
        """Return the ids of the articles in a file of whatever form."""
        return [row["id"] for row in _articles(memory)]

    def named(self, memory: Snapshot) -> Collection[str]:
        """Return those of them that are found with a page of ours."""
        return [row["id"] for row in _articles(memory) if "page" in row]

    def rows(self, memory: Snapshot) -> dict[str, SearchRow]:
        """Return a file's rows by article id."""
        return {row["id"]: SearchRow(**row) for row in _articles(memory)}

    def row(self, carried: Carried) -> SearchRow:
        """Return an article's row; whatever is carried can be found."""
        entry, unowned = carried.entry, carried.entry.owner.id.startswith("@")
        return SearchRow(
            id=entry.id,
            title=entry.title,
            owner=entry.owner.id,
            category=entry.category,
            listed=entry.listed,
            name=entry.owner.name if unowned else None,
            page=entry.page,
            link=None if entry.page else entry.link,
            language=entry.language,
            excerpt=shorten(entry.excerpt, EXCERPT_LIMIT) or None,
        )

    def memory(self, name: str, rows: Mapping[str, SearchRow], memory: Snapshot) -> bytes:  # noqa: ARG002 - a series' signature
        """Return the file: its rows, newest first."""
        return document(rows)

    def outputs(
        self,
        name: str,
        rows: Mapping[str, SearchRow],
        memory: Snapshot,  # noqa: ARG002 - a series' signature
        *,
        split: bool = False,
    ) -> Mapping[str, bytes]:
        """Return the file: its rows, newest first."""
        return {search_key(name): document(rows, split=split)}

    def metadata(self, rows: Mapping[str, SearchRow]) -> Mapping[str, str]:  # noqa: ARG002 - as above
        """Say nothing beside the bytes."""
        return {}


def search_key(name: str) -> str:
    """Return the key of a partition's file."""
    return f"search/{name}.json"


def document(rows: Mapping[str, SearchRow], *, split: bool = False) -> bytes:
    """Return a file of these rows, newest first; of a row only what is known."""
    ordered = sorted(rows.values(), key=lambda row: (row.listed, row.id), reverse=True)
    lines = [
        json_text({name: value for name, value in asdict(row).items() if value is not None})
        for row in ordered
    ]
    head = f'{{"schema":"{SCHEMA}",' + ('"split":true,' if split else "")
    return (head + '"articles":[\n' + ",\n".join(lines) + "\n]}\n").encode()


def _articles(memory: Snapshot) -> list[dict[str, str]]:
    if memory.stored is None:
        return []
    articles: list[dict[str, str]] = json.loads(memory.body)["articles"]
    return articles
