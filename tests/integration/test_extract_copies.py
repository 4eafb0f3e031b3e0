"""A page that is itself a copy: its true owner is recorded and credited, the copy stays in ``via``."""

from __future__ import annotations

from typing import Any

import pytest

from newswire.article_item import Copy
from newswire.ownership import DOMAIN_PREFIX
from newswire.sources import Display
from newswire.urls import article_id
from tests.support.extract_pages import TEXT
from tests.support.extract_world import SUMMARY, WARTA, World, entry

SLUG = "/berita/harga-beras-turun-lima-persen"


def statement(name: str | None, url: str | None = None) -> dict[str, Any]:
    return {
        "kind": "statement",
        "url": url,
        "name": name,
        "evidence": f"Telah tayang di {name}",
        "beside": [],
    }


def test_the_owner_is_the_one_that_the_canonical_address_names(world: World) -> None:
    original = world.url(SLUG)
    copy = world.serve(
        "/salinan/1",
        host=WARTA,
        site_name="Warta Kita",
        foreign_canonical_url=original,
        title="Harga Beras Turun",
    )
    world.handle(entry(copy, source="warta"))
    item = world.only()
    assert (item.owner.id, item.category, item.url) == ("kabar", "nasional", copy)
    assert item.copy == Copy("Warta", f"canonical: {original}", original)
    assert [(via.source, via.url) for via in item.via.values()] == [("warta", copy)]
    document = world.document()
    assert (document.owner, document.canonical_url, document.text) == (item.owner, None, TEXT)
    assert world.table.newest("by-owner", "kabar", 10) == [item.id]


def test_a_copy_never_makes_another_sites_address_mean_it(world: World) -> None:
    original = world.serve(SLUG, "Naskah asli.")
    copy = world.serve("/salinan/1", "Naskah palsu.", WARTA, foreign_canonical_url=original)
    world.handle(entry(copy, source="warta", title="Harga beras turun lima persen"))
    assert world.aliases() == {}
    world.handle(entry(original))
    owners = {item.url: item.owner.id for item in world.articles().values() if item.owner}
    assert owners == {original: "kabar", copy: "kabar"}


def test_a_copy_of_an_article_that_is_known_is_one_more_way_to_it(world: World) -> None:
    original = world.serve(SLUG)
    world.handle(entry(original))
    copy = world.serve("/salinan/1", "Naskah dengan iklan.", WARTA, foreign_canonical_url=original)
    assert world.handle(entry(copy, source="warta")).what == "joined"
    item = world.only()
    assert (item.url, item.copy, world.document().text) == (original, None, TEXT)
    assert sorted(via.url for via in item.via.values()) == sorted([original, copy])
    assert world.aliases() == {article_id(copy): item.id}


def test_a_copy_of_a_retracted_article_stays_away(world: World) -> None:
    original = world.url(SLUG)
    world.bury(original)
    copy = world.serve("/salinan/1", host=WARTA, foreign_canonical_url=original)
    assert world.handle(entry(copy, source="warta")).what == "tombstoned"


def test_an_owner_that_is_named_only_leaves_the_originals_address_open(world: World) -> None:
    copy = world.serve("/salinan/1", host=WARTA, attributions=[statement("Kabar")])
    world.handle(entry(copy, source="warta"))
    assert world.only().owner.id == "kabar"
    assert world.only().copy == Copy("Warta", "Telah tayang di Kabar", None)


@pytest.mark.parametrize("name", ["BMKG", "Twitter", "berbagai sumber", "Warta"])
def test_who_is_no_source_of_ours_takes_no_article_by_name(world: World, name: str) -> None:
    copy = world.serve("/salinan/1", host=WARTA, attributions=[statement(name)])
    world.handle(entry(copy, source="warta"))
    assert (world.only().owner.id, world.only().copy) == ("warta", None)


def test_a_true_owner_that_lets_us_only_link_has_no_text_taken_from_a_copy(world: World) -> None:
    copy = world.serve("/salinan/1", attributions=[statement("Lentera")])
    world.handle(entry(copy))
    document = world.document()
    assert (world.only().owner.id, document.reason, document.origin) == ("lentera", "display: link", "feed")
    assert (document.text, document.html) == (SUMMARY, f"<p>{SUMMARY}</p>")
    assert (document.provenance.status, document.provenance.final_url) == (200, copy)
    assert document.provenance.page_sha256 is None
    assert world.only().copy is not None


@pytest.mark.parametrize(("others", "origin"), [("link", "feed"), ("excerpt", "page"), ("full", "page")])
def test_a_true_owner_that_no_source_is_is_under_the_carriers_setting_for_others(
    world: World, others: Display, origin: str
) -> None:
    world.change_source("kabar", others=others)
    original = "https://www.lain.example/2026/harga-beras-turun"
    copy = world.serve("/salinan/1", attributions=[statement("Lain", original)])
    world.handle(entry(copy))
    item = world.only()
    assert (item.owner.id, item.owner.name) == (f"{DOMAIN_PREFIX}lain.example", "Lain")
    assert item.owner.homepage == "https://www.lain.example"
    assert (item.copy.original if item.copy else None, item.origin) == (original, origin)


def test_a_bare_link_to_a_copy_that_may_only_be_linked_has_the_pages_headline(world: World) -> None:
    copy = world.serve("/salinan/1", attributions=[statement("Lentera")])
    world.handle(entry(copy, title=None, summary=None, language=None))
    document = world.document()
    assert (document.title, document.text, document.reason) == ("Judul di halaman", "", "display: link")


def test_the_owner_of_a_copy_stays_whatever_the_page_says_later(world: World) -> None:
    copy = world.serve("/salinan/1", host=WARTA, attributions=[statement("Kabar")])
    world.handle(entry(copy, source="warta"))
    before = world.only()
    world.serve("/salinan/1", "Naskah baru.", WARTA)
    world.handle(entry(copy, source="warta", poll=1, title="Ralat"))
    after = world.only()
    assert (after.revision, after.owner, after.copy) == (2, before.owner, before.copy)


def test_an_article_that_was_its_sites_own_stays_so(world: World) -> None:
    page = world.serve("/berita/1", host=WARTA)
    world.handle(entry(page, source="warta"))
    world.serve("/berita/1", "Naskah baru.", WARTA, attributions=[statement("Lentera")])
    world.handle(entry(page, source="warta", poll=1, title="Ralat"))
    assert (world.only().owner.id, world.only().copy, world.document().text) == (
        "warta",
        None,
        "Naskah baru.",
    )


def test_a_redirect_to_another_site_is_no_copy(world: World) -> None:
    page = world.serve(SLUG, attributions=[statement("Kabar")])
    world.handle(entry(world.redirect("/r/1", page, WARTA), source="warta"))
    assert (world.only().owner.id, world.only().copy) == ("kabar", None)
