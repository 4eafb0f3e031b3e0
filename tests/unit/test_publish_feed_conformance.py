"""Every feed of every kind of article is valid by the letter of its specification, and the rules bite."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from newswire.article import Image
from newswire.article_item import Copy
from newswire.clock import instant
from newswire.directives import Directives
from tests.support.attack_payloads import OWN_PAYLOADS
from tests.support.feed_rules import violations
from tests.support.publish_articles import NOW, make_article
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

ARCHIVED = re.compile(r"(^|/)(feed|atom)-\d[^/]*\.(xml|json)$")
FEEDS = ("feed.xml", "atom.xml", "feed.json")
PHOTO = Image("https://foto.example/a.jpg", "Foto & <alt>", "Keterangan", 800, 600)
CROPPED = Image("https://foto.example/potong.jpg?w=800&h=600", None, "Hanya keterangan")


def every_kind_of_article() -> World:
    """Return a world that has published every kind of article, the hostile ones included."""
    world = World(
        catalogue(
            source("harian", licence="CC BY-SA 4.0 & lain"),
            source("warta", display="excerpt", index="noindex-news", category="ekonomi", images="none"),
            source("tribune", name="The <Tribune> & Co", display="link", language="en", category="dunia"),
            source("courrier", language="fr", category="dunia", others="full"),
            source("kosong", language="ban", category="ekonomi"),
        )
    )
    made = [
        world.add(0, title="Tom & Jerry <b>", authors=("A", "B & C"), tags=("t & g", "<u>"), images=(PHOTO,)),
        world.add(1, html="<p>akhir ]]> CDATA &amp; tanda</p>", images=(CROPPED,)),
        world.add(2, "warta", published="2026-01-02T18:00:00+07:00", authors=(), images=(PHOTO,)),
        world.add(3, "tribune", title="A headline", images=(PHOTO,)),
        world.add(4, "@lain.example", title="Tak bertuan"),
        world.add(5, published=instant(NOW + timedelta(days=2)), title="Dari masa depan"),
        world.add(6, published=None, language=None, title="Tanpa tanggal", authors=(" ", "\x01")),
        world.add(7, "courrier", title="L’été à Paris", updated=instant(NOW - timedelta(minutes=1))),
        world.add(8, language="pt_BR", title="O mar", authors=()),
        world.add(9, "warta", excerpt="", html="", authors=(), published=None),
        world.store(make_article(world.catalogue, 10, "harian"), copy=Copy("Kumpulan", "tautan")),
        world.store(make_article(world.catalogue, 11, "harian"), directives=Directives(max_snippet=40)),
        world.add(12, title="Dikoreksi"),
        world.add(13, title="Ditarik"),
    ]
    made += [
        world.add(
            100 + number,
            title=payload,
            authors=(payload,),
            tags=(payload,),
            excerpt=payload,
            html=f"<p>Isi. {payload}</p>",
            images=(Image("https://foto.example/b.png", payload, payload),),
        )
        for number, payload in enumerate(OWN_PAYLOADS)
    ]
    world.refresh()
    assert world.publish(*made) == set()
    revised = world.revise(made[12], revised=instant(NOW - timedelta(minutes=2)))
    world.retract(made[13])
    assert world.publish(revised, made[13]) == set()
    return world


@pytest.fixture(scope="module")
def world() -> World:
    return every_kind_of_article()


def archives_of(world: World) -> dict[str, bytes]:
    """Return the documents of all archives."""
    return {key: body for key, body in world.written().items() if ARCHIVED.search(key)}


def feeds_of(world: World) -> dict[str, bytes]:
    """Return the feeds of all channels, and the list of sources."""
    return {
        key: body
        for key, body in world.written().items()
        if key.rpartition("/")[2] in {*FEEDS, "sources.opml"}
    }


def test_no_feed_breaks_a_rule(world: World) -> None:
    found = {
        key: broken
        for key, body in feeds_of(world).items()
        if (broken := violations(key, body, f"https://kabar.example/{key}", NOW))
    }
    assert found == {}
    channels = 1 + 3 + 5 + 4  # the portal, categories, sources, languages
    assert len(feeds_of(world)) == channels * 3 + 1


def test_no_document_of_an_archive_breaks_a_rule(world: World) -> None:
    archives = archives_of(world)
    found = {
        key: broken
        for key, body in archives.items()
        if (broken := violations(key, body, f"https://kabar.example/{key}", NOW))
    }
    assert found == {}
    assert {key.rpartition(".")[2] for key in archives} == {"json", "xml"}


ARCHIVE_SABOTAGE = [
    ("<fh:archive/>", ""),
    ("<fh:archive/>", "<fh:archive/><fh:archive/>"),
    ("<fh:archive/>", "<fh:archive/><fh:complete/>"),
    ('rel="current"', 'rel="related"'),
    ('rel="self"', 'rel="current"'),
]


@pytest.mark.parametrize("name", ["feed", "atom"])
@pytest.mark.parametrize(("sound", "broken"), ARCHIVE_SABOTAGE)
def test_an_archive_that_is_sabotaged_breaks_a_rule(world: World, name: str, sound: str, broken: str) -> None:
    key = next(key for key in archives_of(world) if key.startswith(f"{name}-") and key.endswith(".xml"))
    text = world.site.text(key)
    assert sound in text
    assert violations(key, text.replace(sound, broken).encode(), f"https://kabar.example/{key}", NOW)


def test_the_three_formats_of_a_channel_have_the_same_entries(world: World) -> None:
    for key in [key for key in feeds_of(world) if key.endswith("feed.json")]:
        ids = [item["id"] for item in json.loads(world.site.text(key))["items"]]
        assert len(ids) > 10 or key != "feed.json"
        for name, mark in (("feed.xml", '<guid isPermaLink="false">{}<'), ("atom.xml", "<id>{}<")):
            feed = world.site.text(key.replace("feed.json", name))
            assert [feed.index(mark.format(one)) for one in ids] == sorted(
                feed.index(mark.format(one)) for one in ids
            )
            assert feed.count("<item>") + feed.count("<entry ") == len(ids)


def test_a_channel_without_articles_has_valid_feeds_too() -> None:
    world = World()
    world.refresh()
    for key, body in feeds_of(world).items():
        assert violations(key, body, f"https://kabar.example/{key}", NOW) == [], key


SABOTAGE = [
    ("feed.xml", "<title>", "<title/><title>"),
    ("feed.xml", "<pubDate>Fri, 02 Jan 2026", "<pubDate>Fri, 02 Jan 26"),
    ("feed.xml", "<pubDate>Fri, 02 Jan", "<pubDate>Sat, 02 Jan"),
    ("feed.xml", "<pubDate>Fri, 02 Jan 2026", "<pubDate>Wed, 02 Jan 2030"),
    ("feed.xml", 'isPermaLink="false"', 'isPermaLink="true"'),
    ("feed.xml", "<dc:creator>A, B", "<author>A</author><dc:creator>A, B"),
    ("feed.xml", 'rel="self"', 'rel="via"'),
    ("feed.xml", "<source url=", "<source href="),
    ("feed.xml", 'type="image/jpeg"', 'type="video/mp4"'),
    ("feed.xml", 'medium="image"', 'medium="picture"'),
    ("feed.xml", "<p>Paragraf", '<p onclick="x()">Paragraf'),
    ("feed.xml", "<p>Paragraf", '<p><a href="/x">x</a>Paragraf'),
    ("feed.xml", "<item>", "<item><rating>1</rating>"),
    ("feed.xml", 'type="text/css" href', 'type="text/xsl" href'),
    ("atom.xml", "<updated>2026-01-02T12:00:00Z", "<updated>2026-01-02 12:00:00"),
    ("atom.xml", "<updated>2026-01-02T", "<updated>2025-01-02T"),
    ("atom.xml", "<author><name>A</name>", "<author><name> </name>"),
    ("atom.xml", "<entry ", '<link rel="next" href="/2"/><entry '),
    ("atom.xml", '<category term="t ', '<category label="t '),
    ("atom.xml", '<content type="html"', '<content type="text"'),
    ("atom.xml", "<source>", "<source><id>x:y</id>"),
    ("atom.xml", "<id>urn:uuid:", "<id>"),
    ("atom.xml", "<id>tag:", "<id>urn:x:"),
    ("atom.xml", "<summary>", "<summary/><summary>"),
    ("atom.xml", 'xml:lang="fr"', 'xml:lang="fr_FR"'),
    ("atom.xml", "</feed>", ""),
    ("feed.json", '"version":"https://jsonfeed.org/version/1.1"', '"version":"1"'),
    ("feed.json", '"authors":[{"name":"A"}', '"authors":[{"nom":"A"}'),
    ("feed.json", '"mime_type":"image/jpeg"', '"type":"image/jpeg"'),
    ("feed.json", '"date_published":"2026-01-02T', '"date_published":"2026-01-02 '),
    ("feed.json", '"external_url":"https', '"external_url":"ftp'),
    ("feed.json", '"tags":[', '"categories":['),
    ("feed.json", "<p>Paragraf", "<script>x()</script><p>Paragraf"),
    ("sources.opml", 'version="2.0"', 'version="1.0"'),
    ("sources.opml", 'type="rss"', 'kind="rss"'),
    ("sources.opml", 'xmlUrl="https', 'xmlUrl="feed'),
    ("sources.opml", 'text="Nasional"', 'title="Nasional"'),
]


@pytest.mark.parametrize(("key", "sound", "broken"), SABOTAGE)
def test_a_feed_that_is_sabotaged_breaks_a_rule(world: World, key: str, sound: str, broken: str) -> None:
    text = world.site.text(key)
    assert sound in text
    sabotaged = text.replace(sound, broken).encode()
    found = violations(key, sabotaged, f"https://kabar.example/{key}", NOW)
    assert found
    assert all(one.section and one.problem for one in found)
