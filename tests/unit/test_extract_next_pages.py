"""Which links lead to an article's further pages, and how pages become one article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from functions.extract.extracted_page import ExtractedPage
from functions.extract.extraction import extract_page
from functions.extract.failures import Lack, PermanentFailure, Shortfall, TransientFailure
from functions.extract.joined_pages import Joined, join_pages
from functions.extract.next_pages import MOST_PAGES, NO_PAGER, Pager, pager_of
from functions.extract.page_tree import parse_page
from newswire.article_text import text_of
from tests.support.extract_pages import extracted

URL = "https://www.kabar.example/read/2026/01/05/harga-beras-turun"


def pager(links: str, url: str = URL, head: str = "") -> Pager:
    page = parse_page(f"<html><head>{head}</head><body>{links}</body></html>".encode())
    assert page is not None
    return pager_of(page, list(page.iter("a")), url)


def further(*marks: str) -> Pager:
    return Pager(None, tuple(URL + one for one in marks))


def test_numbers_of_a_pager_lead_to_the_pages_in_order() -> None:
    links = "".join(f'<a href="?page={number}">{number}</a>' for number in (1, 3, 2))
    assert pager(f'<div class="paging">{links}</div>') == further("?page=2", "?page=3")


@pytest.mark.parametrize(
    ("link", "mark_of_page"),
    [
        ('<a href="?page=2">Selanjutnya</a>', "?page=2"),
        ('<a href="?page=2">Halaman 2</a>', "?page=2"),
        ('<a href="?page=2">Halaman selanjutnya »</a>', "?page=2"),
        ('<a href="?halaman=2">2</a>', "?halaman=2"),
        ('<a href="/read/2026/01/05/harga-beras-turun/2"><b>2</b></a>', "/2"),
        ('<a href="/read/2026/01/05/harga-beras-turun/2/">Next page</a>', "/2/"),
        ('<a href="?page=2&amp;utm_source=pager">Next</a>', "?page=2"),
    ],
)
def test_a_link_onward_leads_to_the_second_page(link: str, mark_of_page: str) -> None:
    assert pager(link) == further(mark_of_page)


def test_the_head_may_say_what_comes_next() -> None:
    assert pager("<p>teks</p>", head='<link rel="next" href="?page=2">') == further("?page=2")


@pytest.mark.parametrize(
    ("link", "mark_of_page"),
    [
        ('<a href="?page=all#page2">2</a>', "?page=all"),
        ('<a href="?showpage=all">Tampilkan semua</a>', "?showpage=all"),
        ('<a href="?single=1">Single page</a>', "?single=1"),
        ('<a href="/read/2026/01/05/harga-beras-turun/10?showpage=all">Semua</a>', "/10?showpage=all"),
        ('<a href="/read/2026/01/05/harga-beras-turun/All">Lihat Semua</a>', "/All"),
    ],
)
def test_one_page_with_everything_is_preferred(link: str, mark_of_page: str) -> None:
    assert pager(f'<a href="?page=2">2</a>{link}') == Pager(URL + mark_of_page, (f"{URL}?page=2",))


def test_no_more_than_five_pages_are_led_to() -> None:
    links = "".join(f'<a href="?page={number}">{number}</a>' for number in range(1, 12))
    assert len(pager(links).further) == MOST_PAGES - 1


def test_a_gap_in_the_numbers_ends_the_pages() -> None:
    assert pager('<a href="?page=2">2</a><a href="?page=4">4</a>') == further("?page=2")


@pytest.mark.parametrize(
    "links",
    [
        '<a href="https://lain.example/read/2026/01/05/harga-beras-turun?page=2">2</a>',
        '<a href="/read/2026/01/05/harga-gabah?page=2">2</a>',
        '<a href="/read/2026/01/05?page=2">2</a>',
        '<a href="?page=2#comments">2</a>',
        '<div class="comments"><nav><a href="?page=2">2</a></nav></div>',
        '<div id="komentar"><a href="?page=2">Selanjutnya</a></div>',
        '<div class="berita-terkait"><a href="?page=2">2</a></div>',
        '<a href="?page=2">Harga beras naik lagi</a>',
        '<a href="?page=3">3</a>',
        '<a href="?page=2"></a>',
        '<a href="?page=2&amp;urut=baru">2</a>',
        '<a href="?view=all">View all comments</a>',
        '<a href="?p=2">2</a>',
        '<a href="http://[kabar?page=2">2</a>',
        '<a href="javascript:void(0)?page=2">2</a>',
    ],
)
def test_other_links_are_no_pager(links: str) -> None:
    assert pager(links) == NO_PAGER


@pytest.mark.parametrize("url", [f"{URL}?page=2", f"{URL}?page=all", f"{URL}?showpage=all"])
def test_only_the_first_page_leads_on(url: str) -> None:
    assert pager('<a href="?page=3">3</a><a href="?page=2">2</a>', url) == NO_PAGER


def test_a_query_that_is_the_article_s_own_stays() -> None:
    links = '<a href="?id=7&amp;page=2">2</a><a href="?id=8&amp;page=3">3</a>'
    assert pager(links, f"{URL}?id=7") == further("?id=7&page=2")


def test_the_extractor_says_where_an_article_goes_on() -> None:
    page = f'<html><body><p>Harga beras turun.</p><a href="{URL}?page=2">2</a></body></html>'
    params = {"url": URL, "content_type": "text/html", "timezone": None, "language": "id"}
    fields = extract_page(page.encode(), params)
    assert (fields["whole_page"], fields["further_pages"]) == (None, [f"{URL}?page=2"])


def read(text: str = "", **changed: Any) -> ExtractedPage:
    return replace(ExtractedPage.from_answer(extracted(text)), **changed)


class Site:
    """Pages by address; what is asked is remembered, an exception is raised."""

    def __init__(self, pages: Mapping[str, ExtractedPage | Exception]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def ask(self, url: str) -> ExtractedPage:
        self.asked.append(url)
        found = self.pages[url]
        if isinstance(found, Exception):
            raise found
        return found


def joined(first: ExtractedPage, **pages: ExtractedPage | Exception) -> Joined:
    return join_pages(first, Site(pages).ask)


def test_the_pages_of_an_article_become_one_text() -> None:
    first = read("satu", further_pages=("b", "c"))
    article = joined(first, b=read("dua"), c=read("tiga"))
    assert article.fields.html == "<p>satu</p>\n<p>dua</p>\n<p>tiga</p>"
    assert article.fields.text == text_of(article.fields.html) == "satu\ndua\ntiga"
    assert article.shortfall is None


def test_everything_but_the_text_is_the_first_page_s() -> None:
    first = read("satu", further_pages=("b",), title="Judul", authors=("Siti",))
    article = joined(first, b=read("dua", title="Judul - Halaman 2", authors=("Redaksi",)))
    assert replace(article.fields, text="", html="") == replace(first, text="", html="")


def test_a_headline_and_a_lead_that_each_page_repeats_stand_once() -> None:
    first = read("", html="<p>Lead</p>\n<p>satu</p>", further_pages=("b",), title="Judul")
    second = read("", html="<h2>Judul</h2>\n<p>Lead</p>\n<p>dua</p>")
    assert joined(first, b=replace(second, text="dua")).fields.text == "Lead\nsatu\ndua"


def test_a_sentence_repeated_in_the_middle_of_a_page_stays() -> None:
    lines = "\n".join(f"<p>{word}</p>" for word in ("a", "b", "c", "d", "satu"))
    first = read("satu", further_pages=("b",))
    article = joined(first, b=read("x", html=lines))
    assert article.fields.text.splitlines() == ["satu", "a", "b", "c", "d", "satu"]


def test_line_breaks_in_preformatted_text_stay() -> None:
    first = read("x", html="<p>x</p>", further_pages=("b",))
    further_page = read("y", html="<pre>a\nb</pre>\n<p>y</p>")
    assert joined(first, b=further_page).fields.html == "<p>x</p>\n<pre>a\nb</pre>\n<p>y</p>"


@pytest.mark.parametrize(
    ("failure", "lack"),
    [
        (PermanentFailure("HTTP 404", 404), "gone"),
        (PermanentFailure("HTTP 410", 410), "gone"),
        (PermanentFailure("leads elsewhere for good", 200), "gone"),
        (PermanentFailure("TDM reserved", 200), "gone"),
        (PermanentFailure("leads elsewhere", 200), "unread"),
        (PermanentFailure("HTTP 403", 403), "unread"),
        (PermanentFailure("robots.txt disallows"), "unread"),
        (PermanentFailure("parser died", 200), "unread"),
        (TransientFailure("HTTP 503"), "passing"),
    ],
)
def test_the_first_failure_ends_the_article_and_is_its_shortfall(failure: Exception, lack: Lack) -> None:
    site = Site({"b": read("dua"), "c": failure, "d": read("empat")})
    article = join_pages(read("satu", further_pages=("b", "c", "d")), site.ask)
    assert article.fields.text == "satu\ndua"
    assert article.pages == ("b",)
    assert article.shortfall == Shortfall(f"page 3: {failure}", "c", lack)
    assert site.asked == ["b", "c"]


def test_a_site_that_shows_the_same_page_again_has_no_further_ones() -> None:
    site = Site({"b": read("satu"), "c": read("tiga")})
    article = join_pages(read("satu", further_pages=("b", "c")), site.ask)
    assert (article.fields.text, article.shortfall, site.asked) == ("satu", None, ["b"])


def test_no_more_than_five_pages_are_asked_for() -> None:
    site = Site({str(number): read(f"halaman {number}") for number in range(2, 12)})
    join_pages(read("satu", further_pages=tuple(site.pages)), site.ask)
    assert len(site.asked) == MOST_PAGES - 1


def test_a_page_with_everything_takes_the_place_of_the_first() -> None:
    article = joined(read("satu", whole_page="w"), w=read("satu\ndua", title="Lain"))
    assert article.fields.text == "satu\ndua"
    assert article.fields.title == read().title


def test_a_page_with_everything_that_holds_less_does_not() -> None:
    article = joined(read("satu dua", whole_page="w"), w=read("satu"))
    assert article == Joined(article.fields, (), Shortfall("the page with all holds less", "w", "unread"))
    assert article.fields.text == "satu dua"


def test_without_the_page_with_everything_the_first_is_what_there_is() -> None:
    article = joined(read("satu", whole_page="w"), w=TransientFailure("timed out"))
    assert article.shortfall == Shortfall("the page with all: timed out", "w", "passing")
    assert article.fields.text == "satu"


@pytest.mark.parametrize("whole", [PermanentFailure("HTTP 404", 404), read("s")])
def test_where_the_page_with_everything_is_none_the_single_ones_are_asked_for(
    whole: ExtractedPage | Exception,
) -> None:
    site = Site({"w": whole, "b": read("dua")})
    article = join_pages(read("satu", whole_page="w", further_pages=("b",)), site.ask)
    assert (article.fields.text, article.pages, article.shortfall) == ("satu\ndua", ("b",), None)
    assert site.asked == ["w", "b"]


def test_a_page_with_everything_that_fails_for_now_is_waited_for() -> None:
    site = Site({"w": TransientFailure("HTTP 503")})
    article = join_pages(read("satu", whole_page="w", further_pages=("b",)), site.ask)
    assert article.shortfall == Shortfall("the page with all: HTTP 503", "w", "passing")
    assert site.asked == ["w"]


def test_an_article_on_one_page_asks_for_nothing() -> None:
    site = Site({})
    first = read("satu")
    assert join_pages(first, site.ask) == Joined(first)
    assert site.asked == []
