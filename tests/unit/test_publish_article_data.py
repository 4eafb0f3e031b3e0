"""The article's JSON: what its page shows, for machines; never more of the text, in no moment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from newswire.article import Image
from newswire.article_item import ArticleItem
from newswire.article_text import text_of
from newswire.bucket import WriteConflict
from newswire.clock import instant
from newswire.directives import Directives
from newswire.sources import Display
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

PHOTO = Image("https://foto.example/a.jpg", "Foto", None, 800, 600)
SECRET = "Paragraf kedua."


def with_display(display: Display, **changes: Any) -> World:
    return World(catalogue(source("harian", display=display, licence="CC BY 4.0", **changes)))


def data(world: World, item: ArticleItem) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(world.site.text(f"json/{item.id}.json"))
    return found


def test_a_whole_article_has_text_html_credit_rights_and_provenance() -> None:
    world = with_display("full")
    item = world.add(1, images=(PHOTO,), tags=("beras",))
    assert world.publish(item) == set()
    found = data(world, item)

    assert (found["schema"], found["gone"], found["display"]) == ("newswire/published/1", False, "full")
    assert found["url"] == f"https://kabar.example/a/{item.slug}-{item.id}.html"
    assert found["original"] == item.url
    assert found["owner"] == {"id": "harian", "name": "Harian", "homepage": "https://www.harian.example/"}
    assert found["text"] == text_of(found["html"])
    assert hashlib.sha256(found["text"].encode()).hexdigest() == found["provenance"]["text_sha256"]
    assert set(found["provenance"]) == {
        *("fetched", "status", "final_url", "page_sha256", "text_sha256", "extractor")
    }
    assert "berasal dari dan merupakan milik Harian" in found["credit"]["notice"]
    assert found["rights"] == {"licence": "CC BY 4.0", "index": "index", "robots": None}
    assert found["image"]["url"] == PHOTO.url
    assert world.site.objects[f"json/{item.id}.json"].content_type == "application/json"
    assert f'type="application/json" href="/json/{item.id}.json"' in world.page(item)


def test_an_excerpt_has_no_text_and_names_only_the_texts_hash() -> None:
    world = with_display("excerpt", images="none")
    item = world.add(1, excerpt="Paragraf pertama.", images=(PHOTO,))
    world.publish(item)
    found = data(world, item)

    assert (found["display"], found["excerpt"]) == ("excerpt", "Paragraf pertama.")
    assert (found["text"], found["html"], found["image"]) == (None, None, None)
    assert found["provenance"] == {"text_sha256": item.text_sha256}
    assert SECRET not in world.site.text(f"json/{item.id}.json")


def test_what_the_page_asks_for_narrows_the_json_too() -> None:
    world = with_display("full")
    item = world.add(1)
    item = world.revise(item, directives=Directives(max_snippet=12))
    world.publish(item)
    assert data(world, item)["html"] is None
    assert len(data(world, item)["excerpt"]) <= 13


def test_a_headline_has_no_json() -> None:
    world = with_display("link")
    item = world.add(1)
    world.publish(item)
    assert not [key for key in world.written() if key.startswith("json/")]


@pytest.mark.parametrize("how", ["retracted", "link now", "paused", "over"])
def test_an_article_that_goes_leaves_nothing_but_its_id(how: str) -> None:
    world = with_display("full")
    item = world.add(1)
    world.publish(item)
    if how == "retracted":
        world.retract(item)
    elif how == "link now":
        world.catalogue = with_display("link").catalogue
    elif how == "paused":
        world.catalogue = with_display("full", enabled=False).catalogue
    else:
        world.revise(item, directives=Directives(unavailable_after=instant(NOW - timedelta(hours=1))))
    world.publish(item)

    assert data(world, item) == {"schema": "newswire/published/1", "id": item.id, "gone": True}
    assert "gone" in world.site.objects[f"json/{item.id}.json"].metadata


def test_a_retraction_leaves_a_notice_even_where_there_was_no_json() -> None:
    world = with_display("full")
    item = world.add(1)
    world.retract(item)
    world.publish(item)
    assert data(world, item)["gone"] is True


def test_an_article_that_comes_back_has_its_json_again() -> None:
    world = with_display("link")
    item = world.add(1)
    world.publish(item)
    world.catalogue = with_display("full").catalogue
    world.publish(item)
    assert data(world, item)["display"] == "full"


def test_the_same_again_writes_nothing_and_a_new_revision_both() -> None:
    world = with_display("full")
    item = world.add(1)
    world.publish(item)
    del world.site.puts[:]
    world.publish(item)
    assert world.site.puts == []

    world.publish(world.revise(item, title="Judul baru", revision=2))
    assert {f"json/{item.id}.json", f"a/{item.slug}-{item.id}.html"} <= set(world.site.puts)
    assert data(world, item)["title"] == "Judul baru"


def shown(world: World, item: ArticleItem) -> tuple[bool, bool]:
    """Return whether the page and whether the JSON show the whole text at this moment."""
    written = world.written()
    page, found = f"a/{item.slug}-{item.id}.html", f"json/{item.id}.json"
    return SECRET.encode() in written.get(page, b""), SECRET.encode() in written.get(found, b"")


CHANGES: list[tuple[Display, Display]] = [
    ("full", "excerpt"),
    ("excerpt", "full"),
    ("full", "link"),
    ("link", "full"),
    ("excerpt", "link"),
    ("link", "excerpt"),
]


@pytest.mark.parametrize(("before", "after"), CHANGES)
def test_after_no_write_does_the_json_show_more_than_the_page(before: Display, after: Display) -> None:
    world = with_display(before)
    item = world.add(1, excerpt="Paragraf pertama.")
    moments: list[tuple[bool, bool]] = []
    world.site.after_put = lambda _key: moments.append(shown(world, item))
    world.publish(item)
    world.catalogue = with_display(after).catalogue
    world.publish(item)
    world.retract(item)
    world.publish(item)
    assert moments
    assert [moment for moment in moments if moment[1] and not moment[0]] == []
    assert moments[-1] == (False, False)


@pytest.mark.parametrize("key", ["json/{}.json", "a/{}.html"])
def test_a_write_that_fails_is_made_good_by_the_next_run(key: str) -> None:
    world = with_display("full")
    item = world.add(1)
    wanted = key.format(item.id if key.startswith("json") else f"{item.slug}-{item.id}")
    world.site.before_put = _failing_once(wanted)
    assert world.publish(item) == {item.id}
    assert world.publish(item) == set()
    assert data(world, item)["display"] == "full"
    assert SECRET in world.page(item)


def _failing_once(wanted: str) -> Callable[[str], None]:
    failed: list[str] = []

    def before_put(key: str) -> None:
        if key == wanted and not failed:
            failed.append(key)
            raise OSError("no answer")

    return before_put


def test_a_run_that_was_overtaken_does_not_bring_the_older_json_back() -> None:
    world = with_display("full")
    item = world.add(1, title="Lama")
    newer = replace(item, version=2, revision=2, title="Baru")
    overtaken: list[str] = []

    def before_put(key: str) -> None:
        if key.startswith("a/") and not overtaken:
            overtaken.append(key)
            world.articles.save(newer)
            assert world.beside().publish(newer) == set()

    world.site.before_put = before_put
    assert world.publish(item) == set()
    assert data(world, item)["title"] == "Baru"
    assert world.site.objects[f"json/{item.id}.json"].metadata["version"] == "2"


def test_a_conflict_on_the_json_alone_starts_the_article_again() -> None:
    world = with_display("full")
    item = world.add(1)
    conflicts: list[str] = []

    def before_put(key: str) -> None:
        if key.startswith("json/") and len(conflicts) < 3:
            conflicts.append(key)
            raise WriteConflict(key)

    world.site.before_put = before_put
    assert world.publish(item) == set()
    assert data(world, item)["display"] == "full"
