"""The demo from feed to portal: the handlers, the template and the stack that are deployed."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import xml.etree.ElementTree as ET
from html import escape
from pathlib import Path
from typing import Any

import html5lib
import pytest

from local.demo.server import DemoPublishers
from local.demo.story_files import load_publishers as publishers
from local.verify.__main__ import main as verify
from newswire.article_text import text_of
from tests.e2e.conftest import PORT_SHIFT, Played, play
from tests.support.demo_outcome import DemoOutcome
from tests.support.feed_rules import violations

MODEL = "perpustakaan-terapung-kembali-singgah-di-tujuh-pulau"
EDITED = "perahu-malam-sungai-marga-mulai-diuji-coba"
NEW = "jalur-feri-baru-pangkas-ongkos-kirim-sayur"
SHARED = "koperasi-nelayan-kelanting"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


def article(played: Played, part_of_url: str) -> dict[str, Any]:
    return next(one for one in played.articles() if part_of_url in one["url"])


def page(played: Played, part_of_url: str) -> str:
    file = next((played.site / "a").glob(f"*-{article(played, part_of_url)['id']}.html"))
    return file.read_text(encoding="utf-8")


def article_element(html: str) -> str:
    found = re.search(r"<article[^>]*>(.*?)</article>", html, re.DOTALL)
    assert found is not None
    return found[1]


def rss_items(file: Path) -> list[ET.Element]:
    return ET.parse(file).getroot().findall("./channel/item")  # noqa: S314 - our own file


def paragraphs(played: Played, slug: str) -> str:
    return "\n".join(block.text for block in outcome(played).edition(slug).blocks)


def outcome(played: Played) -> DemoOutcome:
    return DemoOutcome(DemoPublishers(played.demo_start(), PORT_SHIFT))


def test_every_article_comes_from_its_page_and_nothing_fails(played: Played) -> None:
    assert played.summary["articles"] == outcome(played).articles()
    assert played.summary["failures"] == {}


def test_the_model_page_carries_every_paragraph_unaltered(played: Played) -> None:
    stored = article(played, MODEL)
    shown = text_of(article_element(page(played, MODEL)))
    assert shown == stored["text"] == paragraphs(played, MODEL)
    assert hashlib.sha256(shown.encode()).hexdigest() == stored["provenance"]["text_sha256"]


def test_the_model_page_shows_dateline_notice_and_google_news_outside_the_text(played: Played) -> None:
    html = page(played, MODEL)
    link = article(played, MODEL)["url"]
    assert '<p class="dateline">kabar.example –</p>' in html
    notice = re.search(r'<p class="notice">(.*?)</p>', html)
    assert notice is not None
    assert notice[1] == (
        f'Artikel ini berasal dari dan merupakan milik <a href="{link}">Harian Angin Timur</a>. Kabar '
        "Nusantara menghimpun artikel dari sumber-sumber tepercaya di satu tempat. Isi artikel menjadi "
        "tanggung jawab sumbernya. Kabar Nusantara tidak mengubah apa pun di dalamnya."
    )
    assert '<a href="https://news.google.example/publications/kabar-nusantara">' in html
    assert "kabar.example –" not in article_element(html)


def test_the_model_articles_feed_item_carries_the_same_credit(played: Played) -> None:
    stored = article(played, MODEL)
    item = next(i for i in rss_items(played.site / "feed.xml") if stored["title"] == i.findtext("title"))
    body = item.findtext(CONTENT) or ""
    notice = re.search(r'<p class="notice">(.*?)</p>', page(played, MODEL))
    assert notice is not None
    assert f"<p>{notice[1]}</p>" in body
    assert "https://news.google.example/publications/kabar-nusantara" in body
    assert body.startswith("<p><strong>kabar.example</strong> –</p>")
    assert text_of(body).startswith("kabar.example –\n" + stored["text"])
    assert item.findtext("source") == "Harian Angin Timur"


def test_an_article_of_two_feeds_is_carried_once_with_two_records(played: Played) -> None:
    stored = [one for one in played.articles() if SHARED in one["url"]]
    assert len(stored) == 1
    item = played.items()[stored[0]["id"]]
    assert {via["M"]["source"]["S"] for via in item["via"]["M"].values()} == {"angin-timur", "lumbung-niaga"}
    assert stored[0]["owner"]["id"] == "angin-timur"
    titles = [i.findtext("title") for i in rss_items(played.site / "feed.xml")]
    assert titles.count(stored[0]["title"]) == 1


def test_an_edited_article_is_a_revision_and_the_old_one_is_kept(played: Played) -> None:
    stored = article(played, EDITED)
    assert stored["revision"] == 2
    assert stored["text"] == paragraphs(played, EDITED)
    kept = sorted((played.out / "articles" / stored["id"]).glob("*.json"))
    assert [json.loads(file.read_text())["revision"] for file in kept] in ([1, 2], [2, 1])
    assert text_of(article_element(page(played, EDITED))) == stored["text"]


def test_an_article_that_appears_while_the_demo_plays_is_on_the_front_page(played: Played) -> None:
    identity = article(played, NEW)["id"]
    assert identity in (played.site / "index.html").read_text(encoding="utf-8")
    assert identity in (played.site / "c" / "ekonomi" / "feed.xml").read_text(encoding="utf-8")


def test_a_withdrawn_article_is_a_notice_and_in_no_list(played: Played) -> None:
    (gone,) = (story for _, story in outcome(played).stories() if story.retraction)
    assert gone.retraction is not None
    stored = article(played, gone.slug)
    # The demo ends before the second look, which would make a tombstone of it.
    assert "withheld_since" in played.items()[stored["id"]]
    notice = page(played, gone.slug)
    assert "<article" not in notice
    lists = [file for file in played.site.rglob("*.*ml") if file.parent.name != "a"]
    assert [file.name for file in lists if stored["id"] in file.read_text(encoding="utf-8")] == []


def test_a_copy_is_one_more_record_of_its_original(played: Played) -> None:
    (copy,) = (story for publisher in publishers() for story in publisher.stories if story.original)
    assert copy.original is not None
    stored = [one for one in played.articles() if copy.slug in one["url"]]
    assert [one["owner"]["id"] for one in stored] == [copy.original.publisher]
    item = played.items()[stored[0]["id"]]
    carriers = {via["M"]["source"]["S"] for via in item["via"]["M"].values()}
    assert carriers == {copy.original.publisher, "gema-randukara"}


def test_full_text_ends_when_its_time_is_over(played: Played) -> None:
    """36 hours at this publisher: the story was that old half an hour after the start."""
    ended = page(played, "dayung-putri-tanggarang")
    still = page(played, "wayang-daun-lontar")
    assert "Hadiah Rp15 juta" not in ended
    assert "Pertunjukan berikutnya direncanakan" in still


def test_a_publisher_that_wants_no_pictures_shown_has_none(played: Played) -> None:
    articles = [one for one in played.articles() if one["owner"]["id"] == "saltmarsh-review"]
    assert any(one["images"] for one in articles)
    pictures = {image["url"] for one in articles for image in one["images"]}
    for file in (file for kind in ("html", "xml", "json") for file in played.site.rglob(f"*.{kind}")):
        text = file.read_text(encoding="utf-8")
        assert not [picture for picture in pictures if picture in text]


def test_a_publisher_that_wants_no_index_has_pages_that_say_so_and_is_in_no_sitemap(
    played: Played,
) -> None:
    sitemaps = "".join(file.read_text() for file in played.site.glob("sitemap*.xml"))
    for one in (one for one in played.articles() if one["owner"]["id"] == "kerlip-sains"):
        assert '<meta name="robots" content="noindex' in page(played, one["url"])
        assert one["id"] not in sitemaps


def test_a_link_publisher_has_headlines_that_lead_to_it_and_no_page_of_ours(played: Played) -> None:
    told = [story for publisher, story in outcome(played).stories() if publisher.id == "harbour-lantern"]
    owned = [one for one in played.articles() if one["owner"]["id"] == "harbour-lantern"]
    sitemaps = "".join(file.read_text() for file in played.site.glob("sitemap*.xml"))
    listed = (played.site / "s" / "harbour-lantern.html").read_text(encoding="utf-8")
    assert len(owned) == len(told)
    for one in owned:
        assert not list((played.site / "a").glob(f"*{one['id']}*"))
        assert one["id"] not in sitemaps
        assert f'href="{escape(one["url"])}"' in listed


def test_every_page_is_valid_html_and_every_feed_and_sitemap_is_well_formed(played: Played) -> None:
    pages = sorted(played.site.rglob("*.html"))
    assert len(pages) > outcome(played).pages()
    for file in pages:
        html5lib.HTMLParser(strict=True).parse(file.read_text(encoding="utf-8"))
    for file in sorted(played.site.rglob("*.xml")):
        ET.parse(file)  # noqa: S314 - our own file


def test_no_feed_breaks_a_rule_of_its_specification(played: Played) -> None:
    demo = DemoPublishers(played.demo_start(), PORT_SHIFT)
    names = ("feed.xml", "atom.xml", "feed.json", "sources.opml")
    files = [file for name in names for file in sorted(played.site.rglob(name))]
    home = json.loads((played.site / "feed.json").read_text(encoding="utf-8"))["home_page_url"]
    found = {
        key: broken
        for key, file in ((str(file.relative_to(played.site)), file) for file in files)
        if (broken := violations(key, file.read_bytes(), f"{home}{key}", demo.start + demo.end))
    }
    assert found == {}
    assert len(files) > 20


def test_every_article_with_a_page_is_json_for_machines_as_far_as_the_page_shows_it(played: Played) -> None:
    pages = {file.stem[-16:]: file.read_text("utf-8") for file in (played.site / "a").iterdir()}
    assert {file.stem for file in (played.site / "json").iterdir()} == pages.keys()
    for identity, page_html in pages.items():
        said = json.loads((played.site / "json" / f"{identity}.json").read_text(encoding="utf-8"))
        whole = re.search(r'<article class="article-text"[^>]*>(.*?)</article>', page_html, re.DOTALL)
        shown = text_of(whole[1]) if whole else None
        assert said.get("text") == shown, identity


def test_the_same_command_again_asks_conditionally_and_touches_no_file(
    played: Played, tmp_path: Path
) -> None:
    out = tmp_path / "again"
    shutil.copytree(played.out, out)  # copies times as well
    before = {
        file: file.stat().st_mtime_ns for part in ("site", "articles") for file in (out / part).rglob("*")
    }
    again = play(out)
    after = {
        file: file.stat().st_mtime_ns for part in ("site", "articles") for file in (out / part).rglob("*")
    }
    assert after == before
    assert again.summary["entries"] == 0
    assert again.summary["outputs_written"] == 0


@pytest.mark.parametrize(
    "name", ["index.html", "about.html", "404.html", "robots.txt", "sitemap.xml", "feed.xml"]
)
def test_the_portal_has_its_fixed_addresses(played: Played, name: str) -> None:
    assert (played.site / name).stat().st_size > 0


def test_what_the_demo_has_stored_and_published_is_verified(
    played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verify(["--out", str(played.out)]) == 0
    assert re.search(
        # The notice in place of the retracted article is a page, too.
        rf"^pages +{outcome(played).pages() + 1} checked, 0 broken",
        capsys.readouterr().out,
        re.MULTILINE,
    )
