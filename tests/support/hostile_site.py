"""A portal whose every article is an attack: each known script injection, in every field of a publisher's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from newswire.article import Article, Image
from newswire.article_history import Edit
from newswire.article_item import ArticleItem, Copy, Via
from newswire.clock import instant
from newswire.sources import Catalogue
from newswire.text import is_visible
from newswire.urls import clean_link
from tests.support.publish_articles import NOW, make_article
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

PAYLOADS = Path(__file__).parents[3] / "shared" / "attack" / "xss_payloads.json"
CARRIER = {"feed": Via("warta", "https://www.warta.example/rss.xml", instant(NOW))}
OWNERS = ("harian", "@liar.example", "warta", "tribune", "polos", "harian")


def payloads() -> list[str]:
    """Return the collection."""
    return [row["payload"] for row in json.loads(PAYLOADS.read_text(encoding="utf-8"))]


def hostile_catalogue(**changes: Any) -> Catalogue:
    """Return publishers with every kind of rights; one of them carries the articles of others."""
    return catalogue(
        source("harian"),
        source("warta", display="excerpt", others="full"),
        source("tribune", display="link"),
        source("polos", images="none", index="noindex"),
        **changes,
    )


def hostile_site(attacks: Sequence[str] | None = None) -> dict[str, bytes]:
    """Return all outputs by key; each payload is an article of one of the publishers in turn.

    Its HTML is stored as it is, as if nothing had cleaned it at ingest: the last line of defence is tried.
    """
    world = World(hostile_catalogue())
    world.refresh()
    items = [_stored(world, number, attack) for number, attack in enumerate(attacks or payloads())]
    assert world.publish(*items) == set()
    assert world.log.lines == []
    return world.written()


def _stored(world: World, number: int, payload: str) -> ArticleItem:
    owner = OWNERS[number % len(OWNERS)]
    article = make_article(world.catalogue, number, owner, html="<p>Isi.</p>")
    item = world.store(_hostile(article, number, payload), slug=f"nomor-{number}", via=CARRIER)
    edit = Edit(2, instant(NOW), payload, ("title", "text", payload), 3, 4, payload, payload, payload)
    hostile = replace(
        item,
        revised=instant(NOW),
        history=(replace(edit, correction=True),),
        copy=Copy(payload[:100], payload) if number % 2 else None,
        withheld_since=instant(NOW) if number % 50 == 49 else None,
    )
    world.articles.save(hostile)
    return hostile


def _hostile(article: Article, number: int, payload: str) -> Article:
    picture = payload[:500] if number % 2 else f"https://x.example/a.jpg?{payload[:500]}"
    # An article whose own link is none is not shown at all.
    url = clean_link(f"{article.url}?{payload[:500]}") or article.url
    named = article.owner.id.startswith("@") and is_visible(payload[:100])
    return replace(
        article,
        url=url,
        canonical_url=payload,
        owner=replace(article.owner, name=payload[:100] if named else "Penerbit"),
        # It has to be seen in every output whatever the payload is; some are blank.
        title=f"{payload[:300]} {number}",
        authors=(payload[:200],),
        categories=(payload[:60],),
        tags=(payload[:60],),
        language=payload[:60],
        published=payload[:60],
        updated=payload[:60],
        excerpt=payload,
        html=payload,
        images=(Image(picture, payload, payload),),
        reason=payload,
        provenance=replace(article.provenance, final_url=payload, extractor=payload),
    )
