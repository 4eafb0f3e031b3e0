"""Links by which readers pass an article on, and the proof that its text is unaltered."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from lxml import html

from tests.support.publish_articles import make_article
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

TITLE = 'Harga "naik" 5% & turun? <b>\x00 #1 + ✓'


def page_of(world: World, **changes: Any) -> html.HtmlElement:
    item = world.add(1, **changes)
    assert world.publish(item) == set()
    return html.fromstring(world.page(item))


def test_the_links_bring_title_and_address_whatever_is_in_them() -> None:
    page = page_of(World(), title=TITLE, slug="harga")
    whatsapp, mail = page.xpath("//div[@class='share']//a")
    address = page.xpath("//meta[@property='og:url']/@content")[0]
    shown = TITLE.replace("\x00", "")

    asked = urlsplit(whatsapp.get("href"))
    assert (asked.scheme, asked.netloc, asked.path) == ("https", "wa.me", "/")
    assert parse_qs(asked.query) == {"text": [f"{shown} {address}"]}
    written = urlsplit(mail.get("href"))
    assert (written.scheme, written.path) == ("mailto", "")
    assert parse_qs(written.query) == {"subject": [shown], "body": [address]}
    assert {link.get("rel") for link in (whatsapp, mail)} == {"noopener nofollow"}


def test_the_fingerprint_is_that_of_the_text_in_the_articles_json() -> None:
    world = World()
    page = page_of(world)
    (proof,) = page.find_class("unaltered")
    (data,) = proof.xpath(".//a/@href")
    text = json.loads(world.site.text(data.removeprefix("/")))["text"]

    assert proof.xpath("string(.//code)") == hashlib.sha256(text.encode()).hexdigest()


def test_an_excerpt_does_not_claim_to_be_the_whole_text() -> None:
    assert page_of(World(catalogue(source("harian", display="excerpt")))).find_class("unaltered") == []


def test_a_text_that_is_not_the_one_that_was_taken_does_not_claim_to_be_unaltered() -> None:
    taken = make_article(catalogue(), 1, "harian").provenance
    other = replace(taken, text_sha256="0" * 64)
    assert page_of(World(), provenance=other).find_class("unaltered") == []


def test_the_credit_names_publisher_original_first_publication_and_licence() -> None:
    page = page_of(World(catalogue(source("harian", licence="CC BY 4.0"))))
    (credit,) = page.find_class("credit")
    facts = {row.xpath("string(dt)"): row.xpath("string(dd)").strip() for row in credit.xpath(".//dl/div")}

    assert facts == {
        "Penerbit": "Harian",
        "Artikel asli": "Baca artikel aslinya di Harian",
        "Pertama kali terbit": "Jumat, 2 Januari 2026, 18.59 WIB",
        "Lisensi": "CC BY 4.0",
    }
