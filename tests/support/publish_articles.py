"""Articles of a catalogue's publishers, and the items that extract commits for them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from newswire.article import Article, Owner, Provenance
from newswire.article_item import ArticleItem, Via
from newswire.article_text import text_of
from newswire.clock import instant
from newswire.sources import Catalogue
from newswire.text import slug
from newswire.urls import article_id, host_of

NOW = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


def make_article(sources: Catalogue, number: int, owner_id: str, **changes: Any) -> Article:
    """Return an article of that owner; the higher its number, the older it is (in minutes)."""
    owner = sources.source(owner_id)
    homepage = owner.homepage if owner else f"https://{owner_id.removeprefix('@')}"
    title = changes.get("title", f"Artikel nomor {number} dari {owner_id}")
    link = changes.pop("url", f"{homepage}/{number}/{slug(title)}")
    html = changes.pop("html", f"<p>Paragraf pertama nomor {number}.</p><p>Paragraf kedua.</p>")
    listed = changes.pop("listed", instant(NOW - timedelta(minutes=number)))
    text = text_of(html)
    article = Article(
        id=article_id(link),
        revision=1,
        url=link,
        canonical_url=None,
        owner=Owner(owner_id, owner.name if owner else host_of(homepage), homepage),
        title=title,
        authors=("Siti Rahma",),
        published=listed,
        updated=None,
        first_seen=listed,
        listed=listed,
        language=owner.language if owner else "id",
        categories=(),
        tags=(),
        excerpt=text.replace("\n", " "),
        text=text,
        html=html,
        images=(),
        origin="page",
        reason=None,
        provenance=Provenance(listed, 200, link, None, hashlib.sha256(text.encode()).hexdigest(), "test/1"),
    )
    return replace(article, **changes)


def item_of(
    article: Article, sources: Catalogue, key: str = "articles/test.json", **changes: Any
) -> ArticleItem:
    """Return the item that extract commits for a new article."""
    owner = sources.source(article.owner.id)
    item = ArticleItem(
        id=article.id,
        version=1,
        revision=article.revision,
        article_key=key,
        text_sha256=article.provenance.text_sha256,
        url=article.url,
        canonical_url=article.canonical_url,
        slug=slug(article.title),
        owner=article.owner,
        title=article.title,
        excerpt=article.excerpt,
        authors=article.authors,
        image=article.images[0] if article.images else None,
        language=article.language,
        tags=article.tags,
        category=owner.category if owner else "nasional",
        published=article.published,
        updated=article.updated,
        first_seen=article.first_seen,
        listed=article.listed,
        origin=article.origin,
        reason=article.reason,
        via={"feed": Via(sources.sources[0].id, article.url, article.first_seen)},
    )
    return replace(item, **changes)
