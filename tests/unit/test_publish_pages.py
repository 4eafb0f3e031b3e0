"""Pages: valid, readable without scripts, honest about whose article it is, harmless whatever it holds."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from itertools import pairwise
from typing import Any

import html5lib
import pytest
from lxml import html

from newswire.article import Image
from newswire.article_history import Edit, PageRecord
from newswire.article_item import Copy
from newswire.clock import instant
from newswire.sources import Catalogue
from tests.support.publish_articles import NOW
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World, model_world

HOSTILE = "</title></script><!--<script>alert(1)</script> & \"quoted\" 'single' \x07\x00\ufffe]]>"
PICTURE = Image("https://www.harian.example/a.jpg?x=1&y=2", "Foto", "Keterangan foto", 1200, 800)


def _page(world: World, **changes: Any) -> str:
    item = world.add(1, **changes)
    assert world.publish(item) == set()
    return world.page(item)


def _only(**source_changes: Any) -> Catalogue:
    return catalogue(source("harian", **source_changes))


def _meta(page: str, name: str) -> str | None:
    found = html.fromstring(page).xpath("//meta[@name=$name or @property=$name]/@content", name=name)
    return str(found[0]) if found else None


def _canonical(page: str) -> str:
    (link,) = html.fromstring(page).xpath("//link[@rel='canonical']/@href")
    return str(link)


def _everything() -> World:
    world = World()
    items = [
        world.add(1, title=HOSTILE, authors=(HOSTILE,), tags=(HOSTILE,), excerpt=HOSTILE, images=(PICTURE,)),
        world.add(2, "warta", language="en", title="An English title", updated=instant(NOW)),
        world.add(3, "tribune", title=HOSTILE, url="https://www.tribune.example/3?a=1&b=<x>"),
        world.add(4, "@lain.example", language="x-not-a-language!"),
        world.add(5, html="<ul><li>a<li>b</ul><table><tr><td>sel</td></tr></table><p>Gambar <img src='x'>"),
        world.add(6, title="Ditarik"),
    ]
    world.refresh()
    world.publish(*items)
    world.retract(items[-1])
    world.publish(items[-1])
    return world


def test_every_page_passes_the_html_standards_parser_without_an_error() -> None:
    pages = {key: body for key, body in _everything().written().items() if key.endswith(".html")}

    assert len(pages) > 12
    for key, body in pages.items():
        parser = html5lib.HTMLParser(strict=False)
        parser.parse(body.decode())
        assert parser.errors == [], key


def test_no_page_runs_anything_or_asks_a_third_party_but_for_allowed_images() -> None:
    for key, body in _everything().written().items():
        if not key.endswith(".html"):
            continue
        tree = html.fromstring(body.decode())
        scripts = tree.xpath("//script[not(@type='application/ld+json')]")
        assert all(script.get("src").startswith("/static/") and not script.text for script in scripts), key
        attributes = [name for element in tree.iter() for name in element.attrib]
        assert not [name for name in attributes if str(name).startswith("on") or name == "style"], key
        (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'")
        assert "; script-src 'self'; base-uri 'none'; " in policy
        searches = "connect-src 'self'; form-action 'self'" if key == "search.html" else "form-action 'none'"
        assert policy.endswith(f"; base-uri 'none'; {searches}"), key
        for link in tree.xpath("//link[@rel='stylesheet' or @rel='icon']/@href"):
            assert link.startswith("/static/")


@pytest.mark.parametrize(
    ("index", "robots", "googlebot_news", "own_canonical"),
    [
        ("index", None, None, True),
        ("noindex", "noindex", None, False),
        ("noindex-news", None, "noindex", True),
    ],
)
def test_search_engines_are_told_what_the_owner_wants(
    index: Any, robots: str | None, googlebot_news: str | None, own_canonical: bool
) -> None:
    page = _page(World(_only(index=index)), url="https://www.harian.example/asli")

    assert (_meta(page, "robots"), _meta(page, "Googlebot-News")) == (robots, googlebot_news)
    expected = _meta(page, "og:url") if own_canonical else "https://www.harian.example/asli"
    assert _canonical(page) == expected


def test_an_excerpt_page_shows_the_excerpt_alone_and_leads_to_the_original() -> None:
    long = "Kata-kata pembuka yang cukup panjang untuk dipotong. " * 12
    page = _page(
        World(_only(display="excerpt")),
        html="<p>Rahasia seluruh isi.</p>",
        excerpt=long,
        url="https://www.harian.example/asli",
    )

    assert "Rahasia" not in page
    (excerpt,) = html.fromstring(page).find_class("article-excerpt")
    shown = excerpt.text_content()
    assert len(shown) <= 300
    assert shown.endswith("…")
    assert long.startswith(shown[:-1])
    assert long[len(shown) - 1] in " ."
    assert (
        html.fromstring(page).find_class("read-more")[0].find("a").get("href")
        == "https://www.harian.example/asli"
    )


def test_structured_data_has_the_byline_and_what_the_page_is_based_on() -> None:
    page = _page(World(), title=HOSTILE, authors=("Ana", HOSTILE), url="https://www.harian.example/asli")

    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    data = json.loads(block)
    assert not set("<>&") & set(block)
    assert data["headline"] == "</title></script><!--<script>alert(1)</script> & \"quoted\" 'single' ]]>"
    assert data["author"][0]["name"] == "Ana"
    assert data["isBasedOn"] == "https://www.harian.example/asli"
    assert data["publisher"]["name"] == "Harian"


def test_cards_and_search_engines_get_the_picture_with_its_size_and_no_invented_translation() -> None:
    world = World()
    page = _page(world, images=(PICTURE,))

    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert json.loads(block)["image"] == [
        {
            "@type": "ImageObject",
            "url": PICTURE.url,
            "width": 1200,
            "height": 800,
            "caption": "Keterangan foto",
        }
    ]
    named = ("og:image:width", "og:image:height", "og:image:alt", "article:section", "twitter:card")
    assert [_meta(page, name) for name in named] == ["1200", "800", "Foto", "Nasional", "summary_large_image"]
    assert _meta(_page(World()), "twitter:card") == "summary"
    assert not [key for key, body in world.written().items() if key.endswith(".html") and b"hreflang" in body]


@pytest.mark.parametrize("origin", ["page", "feed"])
def test_an_article_without_a_text_has_no_empty_place_for_it_and_no_fingerprint_of_nothing(
    origin: str,
) -> None:
    world = World(_only())
    page = html.fromstring(_page(world, html="", origin=origin))
    assert page.xpath("//main//article | //main//details") == []
    assert page.xpath("//p[@class='read-more']/a/@href") == page.xpath("//dd[@class='original']/a/@href")
    (data,) = (json.loads(body) for key, body in world.written().items() if key.startswith("json/"))
    assert (data["text"], data["html"]) == (None, None)
    (entry,) = json.loads(world.site.text("feed.json"))["items"]
    assert "<div" not in entry["content_html"]


def test_an_article_of_pictures_alone_shows_them_and_no_fingerprint_of_nothing() -> None:
    page = html.fromstring(_page(World(_only()), html=f"<p><img src='{PICTURE.url}' alt='Foto'></p>"))
    assert page.xpath("//main//article//img/@alt") == ["Foto"]
    assert page.xpath("//main//details") == []


def test_the_main_image_reserves_its_space_and_sends_no_referrer() -> None:
    page = _page(World(), images=(PICTURE,))

    (image,) = html.fromstring(page).xpath("//figure[@class='main-image']/img")
    assert (image.get("width"), image.get("height")) == ("1200", "800")
    assert image.get("referrerpolicy") == "no-referrer"
    assert image.get("alt") == "Foto"
    assert "Keterangan foto" in page


def test_an_image_that_the_text_already_shows_is_not_shown_twice() -> None:
    page = _page(
        World(), images=(PICTURE,), html='<p>A</p><img src="https://www.harian.example/a.jpg?x=1&amp;y=2">'
    )

    assert page.count("/a.jpg?x=1") == page.count('"og:image"') + page.count('"image":[') + 1


def test_without_the_right_to_images_no_page_or_feed_has_one() -> None:
    world = World(_only(images="none"))
    body = '<p>A</p><figure><img src="https://www.harian.example/b.jpg"><figcaption>Ket</figcaption></figure>'

    page = _page(world, images=(PICTURE,), html=body)

    assert "img-src 'self';" in html.fromstring(page).xpath("//meta[@http-equiv]/@content")[0]
    outputs = [text.decode() for text in world.written().values()]
    assert not [text for text in outputs if ".jpg" in text]
    assert "Ket" not in page


def test_a_portal_with_tls_shows_no_image_without_it_and_the_demo_does() -> None:
    bare = Image("http://www.harian.example/a.jpg")
    secure = World(_only())
    plain = World(catalogue(source("harian"), url="http://localhost:8000"))

    assert "main-image" not in _page(secure, images=(bare,))
    page = _page(plain, images=(bare,))
    assert "main-image" in page
    assert "img-src 'self' https: http:" in html.fromstring(page).xpath("//meta[@http-equiv]/@content")[0]


def test_an_article_in_another_language_says_so() -> None:
    world = World()
    page = _page(world, language="en", title="In English")

    tree = html.fromstring(page)
    assert tree.get("lang") == "id"
    assert tree.xpath("//h1/@lang") == ["en"]
    assert tree.find_class("article-text")[0].get("lang") == "en"
    assert html.fromstring(world.site.text("index.html")).xpath("//h3/@lang") == ["en"]


def test_a_correction_is_dated_and_a_future_publication_is_not_believed() -> None:
    later, future = instant(NOW + timedelta(hours=1)), instant(NOW + timedelta(days=30))

    corrected = _page(World(), updated=later)
    assert "Diperbarui <time" in corrected

    page = _page(World(), published=future)
    assert "Februari" not in page
    assert _meta(page, "article:published_time") == "2026-01-02T11:59:00Z"


def test_a_correction_that_its_publisher_does_not_date_has_the_time_at_which_it_was_seen() -> None:
    world = World()
    item = world.add(1)
    world.publish(item)
    assert "Diperbarui" not in world.page(item)
    world.publish(world.revise(item, revised=instant(NOW + timedelta(hours=1))))

    page = world.page(item)
    assert 'Diperbarui <time datetime="2026-01-02T13:00:00Z"' in page
    assert _meta(page, "article:modified_time") == "2026-01-02T13:00:00Z"
    (statement,) = html.fromstring(page).xpath("//script[@type='application/ld+json']/text()")
    assert json.loads(statement)["dateModified"] == "2026-01-02T13:00:00Z"


def test_what_is_remembered_of_looks_and_edits_touches_no_page() -> None:
    world = World()
    item = world.add(1)
    world.publish(item)
    puts = len(world.site.puts)
    edit = Edit(2, instant(NOW), "articles/a/1.json", ("reason",), 0, 0, "f" * 16)
    world.publish(world.revise(item, page=PageRecord(item.url, etag='"1"'), history=(edit,)))

    assert len(world.site.puts) == puts


def test_every_page_has_one_h1_landmarks_and_a_way_past_the_navigation() -> None:
    for key, body in _everything().written().items():
        if not key.endswith(".html"):
            continue
        tree = html.fromstring(body.decode())
        assert len(tree.xpath("//h1")) == 1, key
        assert [len(tree.xpath(f"//{name}")) >= 1 for name in ("main", "nav", "footer")] == [True] * 3, key
        assert tree.xpath("//a[@class='skip']/@href") == ["#content"]
        levels = [int(element.tag[1]) for element in tree.iter("h1", "h2", "h3")]
        assert all(second - first <= 1 for first, second in pairwise(levels)), key
        assert not [image for image in tree.iter("img") if image.get("alt") is None], key


def test_the_about_page_says_who_is_carried_how_and_how_to_be_left_out() -> None:
    world = World(catalogue(source("harian", licence="CC BY 4.0", full_text_for=timedelta(hours=36))))
    world.refresh()

    about = " ".join(html.fromstring(world.site.text("about.html")).text_content().split())

    for said in (
        "Harian",
        "CC BY 4.0",
        "Utuh selama 36 jam",
        "User-agent: Newswire",
        "redaksi@kabar.example",
    ):
        assert said in about
    assert "Newswire/" in about
    assert "+https://kabar.example/about.html" in about


@pytest.mark.parametrize(
    ("licence", "stated"),
    [
        ("https://licence.example/by", "https://licence.example/by"),
        ("CC BY 4.0 & lain", {"@type": "CreativeWork", "name": "CC BY 4.0 & lain"}),
    ],
)
def test_structured_data_name_a_licence_by_its_url_or_as_a_work(licence: str, stated: object) -> None:
    page = html.fromstring(_page(World(_only(licence=licence))))

    (script,) = page.xpath("//script[@type='application/ld+json']")
    assert json.loads(script.text)["license"] == stated


def test_an_english_portal_speaks_english_throughout() -> None:
    world = World(catalogue(source("harian", language="en"), language="en", name="Harbour Wire"))
    page = _page(world, language="en")
    world.refresh()

    assert "This article comes from and belongs to" in page
    assert "Friday, 2 January 2026, 18:59 WIB" in page
    assert "Our sources" in world.site.text("about.html")
    assert "Artikel" not in world.site.text("404.html")


def test_a_portal_without_articles_says_so() -> None:
    world = World(catalogue(source("harian")))
    world.refresh()

    assert "Belum ada artikel" in world.site.text("index.html")
    assert "Belum ada artikel" in world.site.text("s/harian.html")


COPY = "https://www.kumpulan.example/1/harga"


def test_a_copys_original_is_what_readers_are_led_to() -> None:
    world = World(_only(index="noindex"))
    item = world.add(1, url=COPY)
    page_url = "https://www.harian.example/asli-harga-beras"
    item = world.revise(item, copy=Copy("Kumpulan", "canonical", page_url))
    world.publish(item)
    page = world.page(item)
    assert _canonical(page) == page_url
    assert COPY not in page
    assert "Kumpulan" not in page
    (feed_item,) = json.loads(world.site.text("feed.json"))["items"]
    assert feed_item["external_url"] == page_url


def test_a_copy_without_a_known_original_names_the_site_that_readers_are_led_to() -> None:
    world = World()
    item = world.add(1, url=COPY, origin="feed")
    item = world.revise(item, copy=Copy("Kumpulan <b>", "Telah tayang di Harian"))
    world.publish(item)
    page = world.page(item)
    assert f'<a href="{COPY}">Baca selengkapnya di Kumpulan &lt;b&gt;</a>' in page
    assert f'<a href="{COPY}">Baca di Kumpulan &lt;b&gt;, yang memuat ulang artikel Harian</a>' in page
    assert '<a href="https://www.harian.example/">Harian</a>' in page.partition('class="notice"')[2]


def test_a_channel_remembers_by_way_of_whom_a_copy_came() -> None:
    world = World()
    item = world.revise(world.add(1, url=COPY), copy=Copy("Kumpulan", "Telah tayang di Harian"))
    world.publish(item)
    world.publish(world.add(2))
    assert "Baca di Kumpulan, yang memuat ulang artikel Harian" in world.site.text("feed.xml")
    memory = json.loads(world.site.text("feed.json"))["items"]
    assert [one["_newswire"]["carrier"] for one in memory] == ["Kumpulan", None]


def test_no_page_opens_a_window_that_could_change_this_one() -> None:
    """Without ``target`` a link opens no second window, and so leaves no ``opener`` behind."""
    world, item = model_world()
    world.publish(item)
    pages = [body.decode() for _, body in world.pages()]
    assert pages
    assert [page for page in pages if re.search(r"<[^>]*\starget=", page)] == []
