"""The search page: what it may do, what it says in both languages and without scripts, who leads to it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import html

from functions.publish.static_files import SEARCH_SCRIPT, static_files
from tests.support.publish_catalogues import catalogue
from tests.support.publish_world import World


def _world(**changes: Any) -> World:
    world = World(catalogue(**changes))
    world.publish(world.add(1), world.add(2, "warta"))
    world.refresh()
    return world


def _policy(world: World, key: str) -> dict[str, list[str]]:
    (policy,) = html.fromstring(world.site.text(key)).xpath("//meta[@http-equiv]/@content")
    return {name: values for name, *values in (part.split() for part in policy.split(";"))}


def test_only_the_search_page_asks_for_files_and_what_it_runs_is_ours() -> None:
    world = _world()
    pages = [key for key in world.written() if key.endswith(".html")]

    searching = [key for key in pages if "connect-src" in _policy(world, key)]

    assert searching == ["search.html"]
    policy = _policy(world, "search.html")
    assert policy["default-src"] == ["'none'"]
    assert {policy[name][0] for name in ("script-src", "connect-src", "form-action")} == {"'self'"}
    assert max(map(len, policy.values())) == 1
    (script,) = html.fromstring(world.site.text("search.html")).xpath("//script[@type='module']")
    assert dict(script.attrib) == {"type": "module", "src": f"/{static_files()[SEARCH_SCRIPT].key}"}
    assert not script.text


def test_every_page_leads_to_search() -> None:
    world = _world()
    for key, body in world.written().items():
        if key.endswith(".html"):
            assert b'href="/search.html#q"' in body, key
            assert body.count(b'href="/search.html"') == 1, key


def test_search_offers_every_category_and_source_and_labels_every_field() -> None:
    world = _world()
    tree = html.fromstring(world.site.text("search.html"))

    options = {field.get("name"): [one.get("value") for one in field] for field in tree.iter("select")}

    assert options["c"] == ["", *world.catalogue.categories]
    assert options["s"] == ["", *(source.id for source in world.catalogue.sources)]
    fields = [*tree.iter("select"), *tree.iter("input")]
    assert {field.get("id") for field in fields} == {label.get("for") for label in tree.iter("label")}
    (status,) = tree.xpath("//*[@role='status']")
    assert not status.text


@pytest.mark.parametrize(("language", "word"), [("id", "peramban"), ("en", "browser")])
def test_without_scripts_it_says_so_in_the_portals_language_and_offers_the_archive(
    language: str, word: str
) -> None:
    world = _world(language=language)
    (notice,) = re.findall(r"<noscript>(.*?)</noscript>", world.site.text("search.html"))

    assert "JavaScript" in notice
    assert word in notice
    assert 'href="/archive.html"' in notice


def test_results_are_no_page_for_search_engines() -> None:
    world = _world()
    assert '<meta name="robots" content="noindex">' in world.site.text("search.html")
    assert "search" not in world.site.text("sitemap-sections.xml")


def test_search_asks_no_third_party() -> None:
    world = _world()
    tree = html.fromstring(world.site.text("search.html"))

    addresses = [
        value for element in tree.iter() for name, value in element.items() if name in ("src", "action")
    ]

    assert all(address.startswith("/") for address in addresses)
    assert not [link for link in tree.xpath("//a/@href") if not link.startswith(("/", "#"))]
