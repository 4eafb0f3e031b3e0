"""Loose text becomes paragraphs, the article's element gets its name, and the lead comes back."""

from __future__ import annotations

import pytest
from lxml.html import HtmlElement

from functions.extract.article_frame import frame_article
from functions.extract.extraction import extract_page
from functions.extract.lead import find_lead
from functions.extract.loose_text import paragraphs_of
from functions.extract.page_tree import parse_page
from functions.extract.prose import measure

URL = "https://kabar.example/nasional/harga-beras"
FIRST = "Harga beras di pasar induk turun pekan ini karena panen raya di sejumlah daerah sudah dimulai."
NEXT = "Pedagang mengatakan pasokan akan tetap cukup sampai bulan depan, dan pembeli pun mulai kembali."
LAST = "Petani berharap harga gabah tetap di atas harga pembelian yang sudah ditetapkan pemerintah itu."
LEAD = "Pasokan melimpah setelah panen raya, tetapi petani berharap harga gabah tidak ikut jatuh."


def page_of(content: str) -> HtmlElement:
    page = parse_page(f"<html><body>{content}</body></html>".encode())
    assert page is not None
    return page


def paragraphs(content: str) -> list[str]:
    page = page_of(content)
    found = paragraphs_of(page)
    assert set(found) == set(page.iter("p"))
    return [" ".join(one.text_content().split()) for one in page.iter("p")]


def text_of_page(content: str) -> str:
    page = f"<html><head><title>Harga Beras Turun</title></head><body>{content}</body></html>".encode()
    params = {"url": URL, "content_type": "text/html", "timezone": None, "language": "id"}
    return str(extract_page(page, params)["text"])


def test_text_before_the_first_paragraph_becomes_one() -> None:
    assert paragraphs(f"<div><b>Jakarta</b> - {FIRST}<p>{NEXT}</p></div>") == [f"Jakarta - {FIRST}", NEXT]


def test_text_between_blocks_becomes_paragraphs() -> None:
    assert paragraphs(f"<div><p>{FIRST}</p>{NEXT}<div>iklan</div>{LAST}</div>") == [FIRST, NEXT, LAST]


def test_two_line_breaks_end_a_paragraph_and_one_does_not() -> None:
    assert paragraphs(f"<div>{FIRST}<br><br>{NEXT}<br>{LAST}</div>") == [FIRST, f"{NEXT}{LAST}"]


def test_a_paragraph_is_divided_where_two_line_breaks_divide_it() -> None:
    content = f"<p>{FIRST}<br/><br/>{NEXT} <em>Ya.</em><br/> <br/>{LAST}</p>"
    assert paragraphs(content) == [FIRST, f"{NEXT} Ya.", LAST]


def test_short_loose_text_stays_loose() -> None:
    assert paragraphs("<div>Iklan<p>Isi</p>Tutup</div>") == ["Isi"]


def test_no_text_is_lost_or_moved() -> None:
    content = f"<div>a {FIRST} <i>b</i> c<p>d</p>e {NEXT}<br><br>f {LAST}<ul><li>g</li></ul>h</div>"
    page = page_of(content)
    before = page.text_content()
    paragraphs_of(page)
    assert page.text_content() == before


def framed(content: str) -> HtmlElement:
    page = page_of(content)
    frame_article(page, measure(paragraphs_of(page)))
    return page


def test_the_element_of_most_prose_is_named_where_no_name_says_article() -> None:
    page = framed(f"<div><div id='x'><p>{FIRST}</p><p>{NEXT}</p></div><div><p>{LAST}</p></div></div>")
    assert [one.get("id") for one in page.xpath("//*[@itemprop='articleBody']")] == ["x"]


@pytest.mark.parametrize("own", ["class='article-body'", "itemprop='articleBody'", "id='entry-content'"])
def test_a_page_that_names_its_article_is_left_alone(own: str) -> None:
    page = framed(f"<div {own}><p>{LAST}</p></div><div id='x'><p>{FIRST}</p><p>{NEXT}</p></div>")
    assert page.xpath("//*[@id='x']/@itemprop") == []


def test_no_name_speaks_against_what_is_around_the_prose() -> None:
    page = framed(f"<div class='grid author-and-share'><div><p>{FIRST}</p><p>{NEXT}</p></div></div>")
    assert page.xpath("//div/@class") == ["grid"]


def test_a_page_without_a_majority_is_left_alone() -> None:
    parts = "".join(f"<div class='share'><p>{text}</p></div>" for text in (FIRST, NEXT, LAST))
    assert framed(parts).xpath("//div/@class") == ["share"] * 3


def test_an_article_in_an_element_named_after_share_bars_is_found() -> None:
    others = "".join(f"<li><a href='/{n}'>Berita lain nomor {n} hari ini</a></li>" for n in range(20))
    prose = "".join(f"<p>{text}</p>" for text in (FIRST, NEXT, LAST) * 2)
    text = text_of_page(f"<ul>{others}</ul><div class='sosmed author-and-share'><div>{prose}</div></div>")
    assert text.splitlines()[:3] == [FIRST, NEXT, LAST]


BODY = "".join(f"<p>{text} Bagian {number}.</p>" for number, text in enumerate((FIRST, NEXT, LAST) * 2))


@pytest.mark.parametrize(
    "lead",
    [
        f"<p class='article__lead'>{LEAD}</p>",
        f"<div class='teaser-text'><p>{LEAD}</p></div>",
        f"<h2 class='subheadline'>{LEAD}</h2>",
        f"<div itemprop='description'>{LEAD}</div>",
    ],
)
def test_a_lead_outside_of_the_article_s_element_opens_the_text(lead: str) -> None:
    text = text_of_page(f"<h1>Harga Beras Turun</h1>{lead}<div class='article-body'>{BODY}</div>")
    assert text.splitlines()[:2] == [LEAD, f"{FIRST} Bagian 0."]


def test_a_paragraph_that_is_the_page_s_description_is_a_lead() -> None:
    page = page_of(f"<h1>Harga Beras Turun</h1><p>{LEAD}</p><div class='article-body'>{BODY}</div>")
    found = find_lead(page, "Harga Beras Turun", LEAD)
    assert found is not None
    assert found.text_content() == LEAD


def test_a_lead_keeps_its_links_and_emphasis() -> None:
    lead = LEAD.replace("panen raya", '<a href="/panen"><b>panen raya</b></a>')
    page = f"<h1>Harga Beras</h1><p class='lead'>{lead}</p><div class='article-body'>{BODY}</div>"
    params = {"url": URL, "content_type": "text/html", "timezone": None, "language": "id"}
    html = extract_page(page.encode(), params)["html"]
    assert '<a href="https://kabar.example/panen" ' in html.splitlines()[0]


def test_a_lead_that_the_text_has_is_not_repeated() -> None:
    page = f"<h1>Harga Beras</h1><div class='article-body'><p class='lead'>{LEAD}</p>{BODY}</div>"
    assert text_of_page(page).count(LEAD) == 1


@pytest.mark.parametrize(
    "other",
    [
        f"<figure><p class='lead'>{LEAD}</p></figure>",
        f"<p class='lead-photo-caption'>{LEAD}</p>",
        f"<p class='lead'><a href='/lain'>{LEAD}</a></p>",
        f"<aside><p class='teaser'>{LEAD}</p></aside>",
        f"<div class='article-body'>{BODY}</div><p class='teaser'>{LEAD}</p>",
    ],
)
def test_captions_links_and_teasers_of_others_are_no_leads(other: str) -> None:
    page = page_of(f"<h1>Harga Beras Turun</h1>{other}<div class='article-body'>{BODY}</div>")
    assert find_lead(page, "Harga Beras Turun", None) is None


def test_a_page_without_a_headline_has_no_lead() -> None:
    assert find_lead(page_of(f"<p class='lead'>{LEAD}</p>{BODY}"), None, None) is None
