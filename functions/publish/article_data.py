"""One article as JSON for other programs (``newswire/published/1``): what its page shows, and no more.

Unknown values are null, and so is what the owner does not let us show.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from functions.publish.entries import Entry
from functions.publish.json_text import json_text
from functions.publish.rights import Terms
from newswire.article import Article
from newswire.article_item import ArticleItem
from newswire.article_text import text_of
from newswire.dates import to_rfc3339
from newswire.urls import clean_link

SCHEMA = "newswire/published/1"


def data_key(article_id: str) -> str:
    """Return the key of an article's JSON."""
    return f"json/{article_id}.json"


def article_data(
    item: ArticleItem, entry: Entry, terms: Terms, article: Article | None, html: str | None
) -> bytes:
    """Return the article's JSON; ``html`` is what its page shows of the text, ``None`` for an excerpt."""
    return _written(
        {
            "schema": SCHEMA,
            "id": entry.id,
            "gone": False,
            "revision": item.revision,
            "url": entry.link,
            "original": entry.credit.original,
            "owner": {"id": entry.owner.id, "name": entry.credit.owner, "homepage": entry.credit.homepage},
            "title": entry.title,
            "authors": list(entry.authors),
            "published": to_rfc3339(entry.published),
            "updated": _moment(entry.updated),
            "corrected": _moment(entry.revised),
            "first_seen": entry.first_seen,
            "listed": entry.listed,
            "language": entry.language,
            "category": {"id": entry.category, "name": entry.section},
            "tags": list(entry.tags),
            "display": entry.display,
            "excerpt": entry.excerpt or None,
            "text": None if html is None else text_of(html),
            "html": html,
            "image": asdict(entry.image) if entry.image else None,
            "origin": item.origin,
            "credit": _credit(entry),
            "rights": {"licence": terms.licence, "index": terms.index, "robots": terms.robots},
            "provenance": _provenance(item, article),
        }
    )


def gone_data(article_id: str) -> bytes:
    """Return what stands in place of the JSON of an article that we do not carry any more."""
    return _written({"schema": SCHEMA, "id": article_id, "gone": True})


def _credit(entry: Entry) -> dict[str, Any]:
    credit = entry.credit
    return {
        "notice": credit.notice_text,
        "original": credit.original_line,
        "carrier": credit.carrier,
        "dateline": credit.dateline,
    }


def _provenance(item: ArticleItem, article: Article | None) -> dict[str, Any]:
    """Return how the text was had; of an excerpt, only the hash of the text that it begins."""
    if article is None:
        return {"text_sha256": item.text_sha256}
    known = asdict(article.provenance)
    return known | {"final_url": clean_link(known["final_url"]) if known["final_url"] else None}


def _moment(moment: datetime | None) -> str | None:
    return to_rfc3339(moment) if moment else None


def _written(document: dict[str, Any]) -> bytes:
    return (json_text(document) + "\n").encode()
