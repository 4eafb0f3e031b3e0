"""Articles and their items with plain values; a test replaces what it is about."""

from __future__ import annotations

from newswire.article import Article, Image, Owner, Provenance
from newswire.article_item import ArticleItem, Via

OWNER = Owner("kabar", "Kabar Nusantara", "https://kabar.example")


def article() -> Article:
    """Return a complete first revision."""
    return Article(
        id="qponpqpxiz3ljxwx",
        revision=1,
        url="https://kabar.example/berita/1",
        canonical_url=None,
        owner=OWNER,
        title="Harga beras turun",
        authors=("Siti",),
        published="2025-06-02T07:00:00+07:00",
        updated=None,
        first_seen="2025-06-02T00:05:00.000Z",
        listed="2025-06-02T00:00:00.000Z",
        language="id",
        categories=("ekonomi",),
        tags=("beras", "harga"),
        excerpt="Harga beras turun lima persen.",
        text="Harga beras turun lima persen.",
        html="<p>Harga beras turun lima persen.</p>",
        images=(Image("https://kabar.example/a.jpg", alt="Beras", width=800, height=600),),
        origin="page",
        reason=None,
        provenance=Provenance(
            "2025-06-02T00:05:00.000Z", 200, "https://kabar.example/berita/1", "p" * 64, "t" * 64, "test/1"
        ),
    )


def article_item() -> ArticleItem:
    """Return the item of that article."""
    return ArticleItem(
        id="qponpqpxiz3ljxwx",
        version=1,
        revision=1,
        article_key=f"articles/qponpqpxiz3ljxwx/{'a' * 64}.json",
        text_sha256="t" * 64,
        url="https://kabar.example/berita/1",
        canonical_url=None,
        slug="harga-beras-turun",
        owner=OWNER,
        title="Harga beras turun",
        excerpt="Harga beras turun lima persen.",
        authors=("Siti",),
        image=Image("https://kabar.example/a.jpg", alt="Beras", width=800, height=600),
        language="id",
        tags=("beras",),
        category="ekonomi",
        published="2025-06-02T07:00:00+07:00",
        updated=None,
        first_seen="2025-06-02T00:05:00.000Z",
        listed="2025-06-02T00:00:00.000Z",
        origin="page",
        reason=None,
        via={
            "kabar https://kabar.example/rss": Via(
                "kabar", "https://kabar.example/berita/1", "2025-06-02T00:05:00.000Z", None, ("h1", "h2")
            )
        },
    )
