"""One article is one item, by whatever link, feed and order it arrives."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from newswire.article_item import ArticleItem
from newswire.clock import instant
from newswire.http_client import Answer
from newswire.ownership import display_of, owning_source
from newswire.sources import Source
from newswire.urls import article_id
from tests.support.catalogues import catalogue, source
from tests.support.extract_pages import HTML, page_body
from tests.support.extract_world import KABAR, LENTERA, TITLE, WARTA, World, entry, recheck

SPELLINGS = [
    "https://kabar.example/berita/beras?id=7&hal=1",
    "http://kabar.example/berita/beras?id=7&hal=1",
    "https://www.kabar.example/berita/beras?id=7&hal=1",
    "https://m.kabar.example/berita/beras?id=7&hal=1",
    "https://mobile.kabar.example/berita/beras?id=7&hal=1",
    "https://amp.kabar.example/berita/beras?id=7&hal=1",
    "https://KABAR.example/berita/beras?id=7&hal=1",
    "https://kabar.example:443/berita/beras?id=7&hal=1",
    "http://kabar.example:80/berita/beras?id=7&hal=1",
    "https://kabar.example/berita/beras/?id=7&hal=1",
    "https://kabar.example//berita//beras?id=7&hal=1",
    "https://kabar.example/berita/beras?hal=1&id=7",
    "https://kabar.example/berita/beras?id=7&hal=1&utm_source=rss&utm_medium=umpan",
    "https://kabar.example/berita/beras?fbclid=abc&id=7&hal=1",
    "https://kabar.example/berita/beras?id=7&hal=1#komentar",
    "https://kabar.example/berita/beras/amp?id=7&hal=1",
    "https://kabar.example/berita/beras.amp?id=7&hal=1",
    "https://kabar.example/berita/beras?id=7&hal=1&amp=1",
    "https://kabar.example/berita/%62eras?id=7&hal=1",
    "https://kabar.example/berita/beras?&id=7&hal=1&outputType=amp",
]
FEEDS = ["kabar", "warta", "lentera", "pelita", "gema"]


@dataclass(slots=True)
class AnyPage:
    """Publishers' servers that have one page at every address."""

    asked: list[str] = field(default_factory=list)

    def get(self, link: str, *_asked: object) -> Answer:
        """Answer with the page."""
        self.asked.append(link)
        return Answer(200, link, {"content-type": HTML}, page_body())


def carriers() -> list[Source]:
    """Return Kabar, which owns the article, and four others whose feeds carry it."""
    owner = source(id="kabar", name="Kabar", homepage="https://kabar.example", display="full")
    others = [
        source(id=one, name=one.title(), homepage=f"https://{one}.example", others="full")
        for one in FEEDS[1:]
    ]
    return [owner, *others]


def test_listing_keys_are_those_of_the_indexes(world: World) -> None:
    url = world.serve("/berita/1", published="2026-01-05T07:30:00+07:00")
    world.handle(entry(url))
    item = world.only()
    assert world.table.newest("by-portal", "all", 10) == [item.id]
    assert world.table.newest("by-category", "nasional", 10) == [item.id]
    assert world.table.newest("by-owner", "kabar", 10) == [item.id]
    assert (item.listed, item.first_seen) == ("2026-01-05T00:30:00.000Z", instant(world.now))


def test_a_link_to_another_sites_article_joins_it_without_taking_its_owner(world: World) -> None:
    """A feed of redirecting links (as feed proxies make them) brings other publishers' articles."""
    world.change_source("lentera", display="full")
    page = world.serve("/berita/beras", host=WARTA)
    world.handle(entry(world.redirect("/r/1", page, LENTERA), source="lentera"))
    assert (world.only().owner.id, world.only().category) == ("warta", "ekonomi")
    world.handle(entry(page, source="warta"))
    assert len(world.only().via) == 2


@pytest.mark.parametrize("seed", range(3))
def test_twenty_spellings_through_five_feeds_are_one_article_in_any_order(world: World, seed: int) -> None:
    world.catalogue = catalogue(*carriers())
    deliveries = [(FEEDS[number % 5], link) for number, link in enumerate(SPELLINGS)]
    random.Random(seed).shuffle(deliveries)  # noqa: S311 - an order, not a secret
    pages = AnyPage()
    for feed, link in deliveries:
        summary = f"Kata {feed}."
        world.invocation(pages).handle(entry(link, source=feed, summary=summary), 1)
    item = world.only()
    assert item.id == article_id(SPELLINGS[0])
    assert world.aliases() == {}
    assert len(pages.asked) == 1
    assert (item.revision, item.version) == (1, 5)
    assert {via.source for via in item.via.values()} == set(FEEDS)
    assert len(item.via) == 5
    # Credit and rights come out the same, whoever was first.
    assert (item.owner.id, item.owner.name, item.category) == ("kabar", "Kabar", "nasional")
    assert item.slug == "harga-beras-turun"
    owning = owning_source(item.owner.homepage, world.catalogue)
    carrying = [one for one in world.catalogue.sources if one.id in {via.source for via in item.via.values()}]
    assert display_of(owning, carrying) == "full"


def test_a_guid_that_gets_a_new_url_keeps_its_article(world: World) -> None:
    first, second = world.serve("/berita/1"), world.serve("/berita/satu")
    world.handle(entry(first))
    world.handle(entry(second, poll=1, article=article_id(first)))
    assert world.only().id == article_id(first)
    assert world.aliases() == {article_id(second): article_id(first)}
    world.handle(entry(second, source="warta"))
    assert len(world.only().via) == 2


@pytest.mark.parametrize(
    "changed",
    [{"title": "Judul baru"}, {"content": "<p>Hanya di umpan.</p>"}],
    ids=["told by a revision", "nothing to tell"],
)
def test_a_new_url_of_an_edited_entry_is_known_from_then_on(world: World, changed: dict[str, str]) -> None:
    first, second = world.serve("/berita/1"), world.serve("/berita/satu")
    world.handle(entry(first))
    world.handle(entry(second, poll=1, article=article_id(first), **changed))
    world.handle(entry(second, source="warta"))
    assert world.only().id == article_id(first)
    assert len(world.only().via) == 2


def test_a_revision_shows_the_url_that_the_entry_has_now(world: World) -> None:
    first, second = world.serve("/berita/1"), world.serve("/berita/satu")
    world.handle(entry(first))
    world.handle(entry(second, poll=1, article=article_id(first), title="Judul baru"))
    assert (world.only().url, world.document().url) == (second, second)


def test_two_links_whose_pages_share_canonical_and_headline_are_one_article(world: World) -> None:
    canonical = world.url("/berita/beras")
    print_view = world.serve("/cetak/1", canonical_url=canonical)
    world.handle(entry(print_view))
    app_view = world.serve("/aplikasi/1", "Naskah dengan iklan di tengahnya.", canonical_url=canonical)
    assert world.handle(entry(app_view, source="warta", title=TITLE.upper())).what == "joined"
    item = world.only()
    assert {via.url for via in item.via.values()} == {print_view, app_view}
    assert world.aliases() == dict.fromkeys([article_id(canonical), article_id(app_view)], item.id)
    world.handle(entry(world.serve("/berita/beras"), source="lentera"))
    assert len(world.only().via) == 3


def test_a_canonical_that_is_an_article_already_gets_the_further_link(world: World) -> None:
    canonical = world.serve("/berita/beras")
    world.handle(entry(canonical))
    link = world.serve("/cetak/1", canonical_url=canonical)
    assert world.handle(entry(link, source="warta")).what == "joined"
    assert world.only().id == article_id(canonical)
    assert world.handle(entry(link, source="warta")).what == "already handled"


def test_links_that_redirect_to_one_page_are_one_article(world: World) -> None:
    page = world.serve("/berita/beras")
    world.handle(entry(world.redirect("/r/1", page)))
    world.handle(entry(world.redirect("/r/2", page), source="warta"))
    world.handle(entry(page, source="lentera"))
    assert len(world.only().via) == 3


def test_headlines_that_differ_by_a_kicker_are_one_article_where_the_text_is_the_same(world: World) -> None:
    canonical = world.url("/berita/beras")
    world.handle(entry(world.serve("/a/1", canonical_url=canonical)))
    link = world.serve("/b/1", canonical_url=canonical)
    world.handle(entry(link, source="warta", title="Harga Beras Turun, Pedagang Senang"))
    assert len(world.only().via) == 2


@pytest.mark.parametrize("canonical", ["/", "/?utm_source=app", "/berita"])
def test_a_page_that_others_are_said_to_be_does_not_swallow_them(world: World, canonical: str) -> None:
    said = world.url(canonical)
    for number in (1, 2, 3):
        url = world.serve(f"/berita/{number}", f"Naskah nomor {number}.", canonical_url=said)
        world.handle(entry(url, title=f"Kabar {number} dari {number}"))
    assert len(world.articles()) == 3


def test_the_front_page_never_stands_for_an_article(world: World) -> None:
    front = world.url("/")
    world.handle(entry(world.serve("/berita/1", canonical_url=front)))
    world.handle(entry(world.redirect("/berita/2", front), title="Artikel yang sudah hilang"))
    assert world.aliases() == {}


@pytest.mark.parametrize(("host", "path"), [(WARTA, "/persetujuan"), (KABAR, "/masuk"), (KABAR, "/")])
def test_pages_that_all_lead_to_one_wall_stay_articles_of_their_own(
    world: World, host: str, path: str
) -> None:
    wall = world.serve(path, "Sebelum melanjutkan, setujui kuki kami.", host)
    titles = ["Harga beras turun", "Timnas menang di Solo", "Gempa di Selat Sunda"]
    for number, title in enumerate(titles):
        world.handle(entry(world.redirect(f"/berita/{number}", wall), title=title))
    stored = [item for item in world.articles().values() if isinstance(item, ArticleItem)]
    assert {item.title for item in stored} == set(titles)


def test_no_page_speaks_for_an_address_on_another_site(world: World) -> None:
    victim = world.url("/berita/beras", KABAR)
    impostor = world.serve("/tiruan", "Naskah tiruan.", WARTA, canonical_url=victim)
    world.handle(entry(impostor, source="warta"))
    assert world.only().owner.id == "warta"
    assert world.aliases() == {}
    world.serve("/berita/beras", "Naskah asli.")
    assert world.handle(entry(victim)).what == "stored"


def test_an_article_that_comes_from_its_feed_first_learns_its_other_urls_later(world: World) -> None:
    canonical = world.url("/berita/beras")
    link = world.fail("/r/1", 503)
    world.handle(entry(link), receive_count=3)
    world.now += timedelta(hours=2)
    world.serve("/r/1", canonical_url=canonical)
    assert world.handle(recheck(world.only(), world.now)).what == "revised"
    assert world.aliases() == {article_id(canonical): article_id(link)}


def test_a_known_url_that_is_another_article_is_left_to_it(world: World) -> None:
    canonical = world.serve("/berita/lama", "Naskah lama.")
    world.handle(entry(canonical, title="Artikel lama"))
    link = world.serve("/berita/baru", "Naskah baru.", canonical_url=canonical)
    world.handle(entry(link, title="Sesuatu yang lain"))
    assert set(world.articles()) == {article_id(canonical), article_id(link)}
    assert world.aliases() == {}
