"""All checks over everything that one store holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Protocol

from local.verify.article_files import (
    FormError,
    read_article,
    wrong_hash,
    wrong_name,
    wrong_provenance,
    wrong_text,
)
from local.verify.published_pages import wrong_page
from local.verify.report import Check
from newswire.article import Article
from newswire.article_item import ArticleItem, Tombstone
from newswire.article_table import Record

# What an item repeats of its file, for the lists; its excerpt follows the feed, without a revision.
_OF_ARTICLE = {one.name for one in fields(Article)} - {"excerpt"}
_REPEATED = [one.name for one in fields(ArticleItem) if one.name in _OF_ARTICLE]
_ID = slice(-len("qponpqpxiz3ljxwx.html"), -len(".html"))


class Stored(Protocol):
    """What a run or a stack has stored; keys are those of the buckets."""

    def records(self) -> Mapping[str, Record]:
        """Return the articles' items and tombstones by id."""

    def files(self) -> Iterable[tuple[str, bytes]]:
        """Yield the article files with their keys."""

    def pages(self) -> Iterable[tuple[str, bytes]]:
        """Yield the published article pages with their keys."""


class Verification:
    """The checks and what they found."""

    def __init__(self) -> None:
        self.names = Check("names", "an article file's name is the SHA-256 of its bytes")
        self.forms = Check("forms", "an article file has the schema's keys, in order, and its types")
        self.texts = Check("texts", "text is the text of html")
        self.hashes = Check("hashes", "text_sha256 is the SHA-256 of text")
        self.provenance = Check("provenance", "where the text comes from is told in full")
        self.items = Check("items", "an article's item points to a file that says the same")
        self.pages = Check("pages", "a published page carries the stored text, or its excerpt's beginning")
        self.erased = Check("erased", "no file is left of an article whose retention is over")

    @property
    def checks(self) -> tuple[Check, ...]:
        """Return all checks in the order of the summary."""
        return (
            self.names,
            self.forms,
            self.texts,
            self.hashes,
            self.provenance,
            self.items,
            self.pages,
            self.erased,
        )

    def run(self, stored: Stored) -> None:
        """Check everything; nothing is stopped by a fault."""
        records = stored.records()
        current = {
            record.article_key: record
            for record in records.values()
            if isinstance(record, ArticleItem) and record.retired is None  # its files may be half gone
        }
        left = {
            one.id: set[str]() for one in records.values() if isinstance(one, Tombstone) and one.is_retired
        }
        articles: dict[str, Article] = {}
        found: set[str] = set()
        for key, body in stored.files():
            found.add(key)
            left.get(key.rpartition("/")[0].rpartition("/")[2], set()).add(key)
            article = self._file(key, body)
            if article is not None and key in current:
                articles[article.id] = article
        for key, item in current.items():
            self.items.note(key, _wrong_item(item, key in found, articles.get(item.id)))
        for identity, keys in left.items():
            self.erased.note(identity, f"{min(keys)} is left of it" if keys else None)
        for key, body in stored.pages():
            identity = key[_ID]
            html = body.decode("utf-8", "replace")
            self.pages.note(key, wrong_page(html, records.get(identity), articles.get(identity)))

    def _file(self, key: str, body: bytes) -> Article | None:
        self.names.note(key, wrong_name(key, body))
        try:
            article = read_article(key, body)
        except FormError as error:
            self.forms.note(key, error.what)
            return None
        self.forms.note(key, None)
        self.texts.note(key, wrong_text(article))
        self.hashes.note(key, wrong_hash(article))
        self.provenance.note(key, wrong_provenance(article))
        return article


def _wrong_item(item: ArticleItem, is_there: bool, article: Article | None) -> str | None:  # noqa: FBT001 - a fact
    if not is_there:
        return f"is missing; article {item.id} points to it"
    if article is None:
        return None  # it is broken and has been named
    for name in _REPEATED:
        if getattr(item, name) != getattr(article, name):
            return f"{name} differs from the item's of article {item.id}"
    if item.text_sha256 != article.provenance.text_sha256:
        return f"text_sha256 differs from the item's of article {item.id}"
    return None
