"""What stands in place of an article that was taken down, and what tells nothing of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from functions.publish.entries import page_key
from newswire.article_item import TAKEDOWN, Tombstone
from newswire.sources import Language
from tests.support.publish_articles import make_article
from tests.support.publish_world import World

NOTE = "Surat <b>direksi</b>"
WORDS: dict[Language, str] = {
    "id": "telah menghapus artikel ini dan tidak lagi memuatnya.",
    "en": "has taken this article down and does not carry it any more.",
}


def take_down(world: World) -> Tombstone:
    """Publish an article of which a correction is known, then take it down."""
    item = world.store(make_article(world.catalogue, 1, "harian"))
    item = replace(item, version=item.version + 1, revised="2026-01-02T11:00:00.000Z")
    world.articles.save(item)
    assert world.publish(item) == set()
    stone = replace(world.retract(item), reason=TAKEDOWN, order=f"url#{item.id}", note=NOTE, former=item)
    world.articles.save(stone)
    assert world.publish(item) == set()
    return stone


@pytest.mark.parametrize("language", WORDS)
def test_the_notice_says_so_in_the_portals_language_and_not_why(language: Language) -> None:
    world = World()
    portal = replace(world.catalogue.portal, language=language)
    world.catalogue = replace(world.catalogue, portal=portal)
    stone = take_down(world)
    page = world.site.objects[page_key(stone.slug, stone.id)]
    assert f"{portal.name} {WORDS[language]}" in page.body.decode()
    assert page.metadata["gone"] == "1"


def test_no_output_has_the_operators_words_or_the_headline_and_no_correction_is_told_of_it() -> None:
    world = World()
    stone = take_down(world)
    assert isinstance(stone.former, object)
    said = [key for key, one in world.site.objects.items() if b"direksi" in one.body]
    assert said == []
    assert [key for key, one in world.site.objects.items() if stone.id.encode() in one.body] == [
        f"json/{stone.id}.json"
    ]
    assert b"harian" not in world.site.objects["corrections.json"].body
