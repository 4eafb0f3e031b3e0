"""OPML read as the world writes it, and written as its specification says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.publish.opml import document as opml
from local.sources.importing import as_new_file
from local.sources.opml_parser import DEPTH_LIMIT, ELEMENT_LIMIT, Opml, OpmlError, read, run
from newswire.source_rules import RuleError, text
from newswire.sources import Catalogue
from newswire.sources_file import load_catalogue
from tests.support.catalogues import catalogue, source

NOW = datetime(2025, 6, 2, 8, tzinfo=UTC)


def document(body: str, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0"?>\n<opml version="2.0"><head>{head}</head>\n<body>{body}</body></opml>'.encode()
    )


def outline(body: str) -> dict[str, object]:
    (only,) = read(document(body)).outlines
    return {name: getattr(only, name) for name in only.__slots__}


def test_a_feed_is_read_with_what_its_outline_says() -> None:
    body = (
        '<outline text="Kabar Satu" title="lain" type="rss" xmlUrl="https://satu.example/rss?a=1&amp;b=2" '
        'htmlUrl="https://satu.example/" language="id-ID"/>'
    )
    assert outline(body) == {
        "line": 3,
        "feed": "https://satu.example/rss?a=1&b=2",
        "title": "Kabar Satu",
        "homepage": "https://satu.example/",
        "language": "id-ID",
        "folder": "",
        "source": "",
    }


@pytest.mark.parametrize(
    "body",
    [
        '<outline TEXT="Satu" XMLURL="https://satu.example/rss"/>',
        '<OUTLINE text="" Title=" Satu " xmlurl=" https://satu.example/rss "/>',
        '<outline title="Satu" type="whatever" xmlUrl="https://satu.example/rss"><outline/></outline>',
    ],
    ids=["capitals", "title without text", "unknown type"],
)
def test_attributes_count_in_any_case_and_by_what_they_hold(body: str) -> None:
    found = outline(body.replace("OUTLINE", "outline"))
    assert (found["title"], found["feed"]) == ("Satu", "https://satu.example/rss")


def test_the_nearest_folder_with_a_name_is_a_feeds_folder() -> None:
    body = """<outline text="Indonesia"><outline title="Ekonomi"><outline>
        <outline text="Satu" xmlUrl="https://satu.example/rss"/></outline></outline>
        <outline text="Dua" xmlUrl="https://dua.example/rss"><outline xmlUrl="https://tiga.example/rss"/></outline>
        </outline><outline xmlUrl="https://empat.example/rss"/>"""
    folders = [one.folder for one in read(document(body)).outlines]
    assert folders == ["Ekonomi", "Indonesia", "Indonesia", ""]


def test_a_feed_in_no_folder_is_where_its_category_says() -> None:
    stated = '<outline xmlUrl="https://satu.example/rss" category="/Indonesia/Ekonomi,/Dunia"/>'
    assert outline(stated)["folder"] == "Ekonomi"
    assert outline(f'<outline text="Nasional">{stated}</outline>')["folder"] == "Nasional"


def test_an_outline_that_is_commented_out_is_left_out_with_all_in_it() -> None:
    body = """<outline text="Lama" isComment="true"><outline xmlUrl="https://satu.example/rss"/></outline>
        <outline xmlUrl="https://dua.example/rss"/>"""
    assert [one.feed for one in read(document(body)).outlines] == ["https://dua.example/rss"]


def test_another_document_is_not_followed_and_that_is_said() -> None:
    found = read(document('<outline type="include" text="Lagi" url="https://satu.example/more.opml"/>'))
    assert found == Opml(notes=["line 3: leads to another document, which is not read"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Ekonomi & Bisnis", "Ekonomi & Bisnis"),
        ("Ekonomi &amp;amp; Bisnis", "Ekonomi & Bisnis"),
        ("Caf&eacute;&nbsp;Kopi", "Café Kopi"),
        ("A &LT; B &#x1F; &#0; &#8217; &unknown; &#99999999;", "A < B ’ &unknown;"),
        ("R&D &amp; T&T; &", "R&D & T&T; &"),
    ],
)
def test_references_that_xml_does_not_know_are_read_as_they_were_meant(written: str, meant: str) -> None:
    body = document(f'<outline text="{written}" xmlUrl="https://satu.example/?a=1&amp;amp;copy=2&b=3"/>')
    (found,) = read(body).outlines
    assert found.title == meant
    assert found.feed == "https://satu.example/?a=1&copy=2&b=3"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "iso-8859-1"),
        ("utf-8-sig", "utf-8"),
        ("cp1252", "utf-8"),
        ("cp1252", "utf-16"),
        ("cp1252", "no-such-encoding"),
        ("iso-8859-15", "ISO-8859-15"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-8"),
    ],
)
def test_a_wrong_encoding_is_seen_through(encoding: str, declared: str) -> None:
    written = f'<?xml version="1.0" encoding="{declared}"?><opml><head><title>Café</title></head></opml>'
    assert read(written.encode(encoding)).title == "Café"


def test_a_document_may_begin_with_blank_lines_and_lines_still_count() -> None:
    with pytest.raises(OpmlError, match=r"^line 4: not well-formed XML: mismatched tag$"):
        read(b'\n\n<?xml version="1.0"?>\n<opml><body></opml>')
    assert read(b'\n\n<?xml version="1.0"?>\n<opml><head><title>A</title></head></opml>').title == "A"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "line 1: the file is empty"),
        (b"just words", "line 1: not well-formed XML: syntax error"),
        (b"<rss/>", "line 1: the root element is 'rss'; an OPML document (opml) is allowed"),
        (
            b'<!DOCTYPE opml [\n<!ENTITY a "b">]>\n<opml/>',
            "line 1: declares entities of its own (DTD internal subset); none are allowed",
        ),
        (
            b'<?xml version="1.0"?>\n<!--<!DOCTYPE opml>-->\n<!DOCTYPE opml SYSTEM "a>b" [ ]>\n<opml/>',
            "line 3: declares entities of its own (DTD internal subset); none are allowed",
        ),
        (
            document("<outline>" * (DEPTH_LIMIT + 1) + "</outline>" * (DEPTH_LIMIT + 1)),
            f"line 3: outlines are nested deeper than the {DEPTH_LIMIT} that are allowed",
        ),
        (document("<outline/>" * ELEMENT_LIMIT), f"line 3: more than {ELEMENT_LIMIT} elements"),
    ],
    ids=["empty", "text", "rss", "subset", "subset after a comment", "depth", "elements"],
)
def test_what_is_no_opml_is_refused_with_its_line(body: bytes, problem: str) -> None:
    with pytest.raises(OpmlError) as refused:
        read(body)
    assert str(refused.value).startswith(problem)
    assert run(body, {}) == {"problem": str(refused.value)}


def test_a_doctype_without_a_subset_is_read_and_nothing_of_it_fetched() -> None:
    body = b'<!DOCTYPE opml SYSTEM "http://satu.example/opml.dtd"><opml><head><title>A</title></head></opml>'
    assert read(body).title == "A"


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda words: f"<opml>{words}</opml>".encode()))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    answer = run(body, {})
    assert answer.keys() in ({"opml"}, {"problem"})


def two_sites() -> Catalogue:
    return catalogue(
        source(id="kabar", name="Kabar & <Kita>", feeds=("https://kabar.example/rss?a=1&b=2",)),
        source(
            id="kabar-bola",
            name="Kabar Bola",
            feeds=("https://kabar.example/bola", "https://b.kabar.example/"),
        ),
        source(id="mati", name="Mati", homepage="https://mati.example", enabled=False),
        source(id="niaga", name="Niaga", homepage="https://niaga.example", language="en", category="ekonomi"),
    )


def test_an_export_is_opml_2_with_an_outline_for_each_category_and_feed() -> None:
    root = ET.fromstring(opml(two_sites(), NOW))  # noqa: S314 - our own document
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert [(one.tag, one.text) for one in root[0]] == [
        ("title", "Kabar Nusantara"),
        ("dateCreated", "Mon, 02 Jun 2025 08:00:00 GMT"),
        ("ownerName", "Kabar Nusantara"),
    ]
    assert [one.get("text") for one in root[1]] == ["Nasional", "Ekonomi"]
    first = root[1][0][0]
    assert first.attrib == {
        "type": "rss",
        "text": "Kabar & <Kita>",
        "title": "Kabar & <Kita>",
        "xmlUrl": "https://kabar.example/rss?a=1&b=2",
        "htmlUrl": "https://kabar.example",
        "language": "id",
        "{urn:newswire:opml}id": "kabar",
    }


SITEMAPS = (
    "https://peta.example/sitemap_news.xml",
    "https://peta.example/Sitemap/terbaru",
    "https://peta.example/news.xml.gz",
    "https://www.peta.example/",
)


def test_sitemaps_and_pages_are_links_that_no_reader_subscribes_to_and_come_back() -> None:
    peta = source(id="peta", homepage="https://peta.example", feeds=("https://peta.example/rss", *SITEMAPS))
    exported = opml(catalogue(peta), NOW)
    outlines = list(ET.fromstring(exported)[1][0])  # noqa: S314 - our own document
    assert [(one.get("type"), one.get("url"), one.get("xmlUrl")) for one in outlines] == [
        ("rss", None, "https://peta.example/rss"),
        *(("link", address, None) for address in SITEMAPS),
    ]
    (again,) = load_catalogue(as_new_file(read(exported)).text).sources
    assert (again.id, again.feeds) == ("peta", peta.feeds)


def test_an_export_has_no_source_that_is_not_enabled_and_no_empty_category() -> None:
    only = catalogue(source(id="mati", name="Mati", enabled=False), source(category="ekonomi"))
    exported = opml(only, NOW).decode()
    assert "Mati" not in exported
    assert "Nasional" not in exported


def essence(found: Catalogue) -> list[tuple[object, ...]]:
    return [
        (one.id, one.name, one.homepage, one.feeds, found.categories[one.category], one.language)
        for one in found.sources
        if one.enabled
    ]


def test_an_export_read_again_makes_the_same_sources() -> None:
    """Also of two sources on one site, which feeds alone would not tell apart."""
    exported = two_sites()
    again = load_catalogue(as_new_file(read(opml(exported, NOW))).text)
    assert essence(again) == essence(exported)
    assert again.portal.name == exported.portal.name


def names() -> st.SearchStrategy[str]:
    def is_allowed(name: str) -> bool:
        try:
            return text(name) == name
        except RuleError:
            return False

    return st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60).filter(is_allowed)


@given(names(), names())
def test_any_name_survives_export_and_import(name: str, category: str) -> None:
    exported = replace(catalogue(source(name=name)), categories={"nasional": category})
    root = ET.fromstring(opml(exported, NOW))  # noqa: S314 - our own document
    assert root[1][0][0].get("text") == name
