"""A portal whose every article is an attack: each known script injection, in every field."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from newswire.article import Image
from newswire.sanitise import clean_html
from tests.support.publish_world import World, catalogue, make_article, source

PAYLOADS = Path(__file__).parents[3] / "shared" / "attack" / "xss_payloads.json"


def hostile_site() -> dict[str, bytes]:
    """Return all outputs by key; each payload is an article of one of three publishers in turn."""
    sources = catalogue(
        source("harian"), source("warta", display="excerpt"), source("tribune", display="link")
    )
    world = World(sources)
    payloads = [row["payload"] for row in json.loads(PAYLOADS.read_text(encoding="utf-8"))]
    items = []
    for number, payload in enumerate(payloads):
        owner = ("harian", "harian", "warta", "tribune")[number % 4]
        article = make_article(sources, number, owner, html=clean_html(payload))
        picture = payload[:500] if number % 2 else "https://x.example/a.jpg"
        hostile = replace(
            article,
            title=payload[:300],
            authors=(payload[:200],),
            tags=(payload[:60],),
            excerpt=payload,
            html=payload,
            images=(Image(picture, payload, payload),),
        )
        items.append(world.store(hostile, slug=f"nomor-{number}"))
    assert world.publish(*items) == set()
    assert world.log.lines == []
    return world.written()
