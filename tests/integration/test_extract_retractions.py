"""What is retracted stays retracted, by whatever link, feed or replay it comes again."""

from __future__ import annotations

import pytest

from tests.support.extract_world import World, entry


def test_a_tombstone_is_never_overwritten_by_a_replay(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    world.bury(url)
    before = world.everything()
    for replay in (
        entry(url),
        entry(url, poll=1, title="Muncul lagi"),
        entry(url, source="warta", poll=2, updated="2026-01-06T00:00:00Z"),
    ):
        assert world.handle(replay).what == "tombstoned"
    assert world.everything() == before
    assert world.pages_asked() == ["/berita/1"]


def test_a_retraction_covers_all_urls_that_were_known(world: World) -> None:
    canonical = world.url("/berita/beras")
    link = world.serve("/cetak/1", canonical_url=canonical)
    world.handle(entry(link))
    world.bury(link)
    world.serve("/berita/beras")
    assert world.handle(entry(canonical, source="warta")).what == "tombstoned"
    assert len(world.articles()) == 1


@pytest.mark.parametrize("way", ["canonical", "redirect"])
def test_a_retracted_article_does_not_come_back_under_a_new_link(world: World, way: str) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    world.bury(url)
    link = world.serve("/baru/1", canonical_url=url) if way == "canonical" else world.redirect("/baru/1", url)
    assert world.handle(entry(link, source="warta")).what == "tombstoned"
    assert len(world.articles()) == 1


def test_a_retracted_article_takes_no_other_with_it(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    world.bury(url)
    link = world.serve("/baru/2", "Naskah lain.", canonical_url=url)
    assert world.handle(entry(link, title="Berita yang sama sekali lain")).what == "stored"
