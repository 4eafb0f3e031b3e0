"""Whether a page is a copy, and whose: a wrong credit is worse than none."""

from __future__ import annotations

from typing import Any

import pytest

from functions.extract.attribution import Attribution, Kind
from functions.extract.extracted_page import ExtractedPage
from functions.extract.originals import CopySigns, original_of, own_address, signs_of
from newswire.article import Owner
from tests.support.catalogues import catalogue, source
from tests.support.extract_pages import extracted

KABAR = source(id="kabar", name="Kabar Nusantara", homepage="https://www.kabar.example")
ANTARA = source(
    id="antara", name="ANTARA", homepage="https://www.antaranews.example", hosts=("antara.example",)
)
SPORT = source(id="kabar-bola", name="Kabar Bola", homepage="https://bola.kabar.example")
AGGREGATOR = source(id="kumpulan", name="Kumpulan", homepage="https://kumpulan.example")
ALL = catalogue(KABAR, ANTARA, SPORT, AGGREGATOR)
PAGE = "https://kumpulan.example/2026/harga-beras-turun-lagi"
TITLE = "Harga Beras Turun Lagi"
ORIGINAL = "https://www.kabar.example/read/harga-beras-turun-lagi"
STRANGERS = "https://www.lain.example/2026/01/harga-beras-turun-lagi"


def sign(kind: Kind, url: str | None = None, name: str | None = None, *beside: str) -> Attribution:
    return Attribution(kind, url, name, f"{kind} {url} {name}", tuple(beside))


def owner(*signs: Attribution, page: str = PAGE, title: str = TITLE) -> str | None:
    found = original_of(CopySigns(page, title, signs), ALL)
    return found.owner.id if found else None


def address(*signs: Attribution) -> str | None:
    found = original_of(CopySigns(PAGE, TITLE, signs), ALL)
    assert found is not None
    return found.url


def test_a_page_that_says_nothing_is_no_copy() -> None:
    assert owner() is None


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (ORIGINAL, "kabar"),
        ("https://bola.kabar.example/harga-beras-turun-lagi", "kabar-bola"),
        ("https://www.antara.example/berita/harga-beras-turun-lagi", "antara"),
        (STRANGERS, "@lain.example"),
        ("https://www.lain.example/2026/beras-turun", None),  # two words make no article's address
        ("https://www.lain.example/harga-minyak-naik-lagi", None),  # another article's
        ("https://www.lain.example/demo/hello-world-this-is-a-post", None),  # a theme's
        ("https://www.lain.example/", None),
        ("https://www.lain.example/berita", None),
        ("https://medium.com/@siti/harga-beras-turun-lagi", None),
        ("https://kumpulan-beta.wordpress.com/harga-beras-turun-lagi", None),
        ("https://kumpulan-beta.netlify.app/harga-beras-turun-lagi", None),
        ("https://siti.blogspot.com/2026/harga-beras-turun-lagi.html", "@siti.blogspot.com"),
        ("https://kumpulan.co.example/harga-beras-turun-lagi", "@co.example"),
        ("https://kumpulan.id/harga-beras-turun-lagi", None),  # an edition for another country
    ],
)
def test_a_foreign_canonical_address_counts_where_it_is_this_articles(url: str, found: str | None) -> None:
    assert owner(sign("canonical", url)) == found


def test_a_canonical_address_without_words_counts_by_its_number() -> None:
    numbered = "https://www.lain.example/read/7654321"
    assert owner(sign("canonical", numbered)) is None
    assert owner(sign("canonical", numbered), page="https://kumpulan.example/b/7654321") == "@lain.example"


@pytest.mark.parametrize("common", ["20260105", "202601"])
def test_a_day_is_no_number_that_two_addresses_share(common: str) -> None:
    canonical = sign("canonical", f"https://www.lain.example/read/{common}/sesuatu-yang-lain")
    assert owner(canonical, page=f"https://kumpulan.example/{common}/harga-beras-turun-lagi") is None


def test_a_port_is_no_number_that_two_addresses_share() -> None:
    canonical = sign("canonical", "https://www.lain.example:54321/sesuatu-yang-sama-sekali-lain")
    assert owner(canonical, page="https://kumpulan.example:54321/harga-beras-turun-lagi") is None


def test_a_canonical_address_counts_where_another_sign_leads_to_the_same_site() -> None:
    canonical = sign("canonical", "https://www.lain.example/2026/01/sesuatu-yang-sama-sekali-lain")
    assert owner(canonical) is None
    assert owner(canonical, sign("statement", None, "Lain")) == "@lain.example"
    assert owner(canonical, sign("statement", "https://lain.example/")) == "@lain.example"
    assert owner(canonical, sign("organisation", "https://lain.example/", "PT Lain")) == "@lain.example"


@pytest.mark.parametrize(
    ("url", "name", "found"),
    [
        (ORIGINAL, "Kabar Nusantara", "kabar"),
        (ORIGINAL, "di sini", "kabar"),
        ("https://www.lain.example/", "Lain", "@lain.example"),
        (None, "Kabar Nusantara", "kabar"),
        (None, "kabar nusantara", "kabar"),
        (None, "kabar.example", "kabar"),
        (None, "www.kabar.example", "kabar"),
        (None, "https://www.kabar.example/read/1", "kabar"),
        (None, "Lain.example", "@lain.example"),
        ("https://bit.ly/3abc", "Kabar Nusantara", "kabar"),
        ("https://bit.ly/3abc", "Lain", None),
        (None, "Lain", None),
        (None, "Kabar", "kabar"),
        (None, "Harian Kabar", None),
        (None, "2", None),
        (None, "our newsletter", None),
        (None, "co.id", None),
        (None, "Facebook.com", None),
        ("https://www.facebook.com/kabar/posts/123456", "Facebook", None),
        ("https://www.lain.example/", "Kabar Nusantara", None),  # word and link disagree
        ("https://www.lain.example/", "kabar.example", None),
        ("https://kumpulan.example/lain/harga-beras-turun-lagi", "Kumpulan", None),
        (None, "Kumpulan", None),
        (None, "kumpulan.example", None),
    ],
)
def test_a_statement_counts_where_its_link_or_name_means_one_publisher(
    url: str | None, name: str, found: str | None
) -> None:
    assert owner(sign("statement", url, name)) == found


@pytest.mark.parametrize("kind", ["source line", "organisation"])
@pytest.mark.parametrize(
    ("url", "name", "found"),
    [
        (None, "Antara", "antara"),
        (None, "LKBN ANTARA", "antara"),
        (None, "Kantor Berita Antara", "antara"),
        (None, "antara.example", "antara"),
        (ORIGINAL, "Kabar", "kabar"),
        (None, "BMKG", None),
        ("https://www.bmkg.example/gempa/harga-beras-turun-lagi", "BMKG", None),
        (None, "Twitter", None),
        (None, "Antara, Reuters", None),
        (None, "Antara/Kabar Nusantara", None),
        (None, "Antara Foto", None),
        (None, "berbagai sumber", None),
        (None, "lain.example", None),
        (STRANGERS, "Lain", None),
    ],
)
def test_a_bare_source_counts_only_where_it_is_one_of_ours(
    kind: Kind, url: str | None, name: str, found: str | None
) -> None:
    assert owner(sign(kind, url, name)) == found


def test_a_name_that_two_sources_share_means_neither() -> None:
    twins = catalogue(
        source(id="satu", name="Warta", homepage="https://satu.example"),
        source(id="dua", name="Warta", homepage="https://dua.example"),
    )
    copy = CopySigns(PAGE, TITLE, (sign("source line", None, "Warta"),))
    assert original_of(copy, twins) is None


def test_what_an_article_is_based_on_counts_where_it_is_ours_or_the_organisation_agrees() -> None:
    based = sign("based on", STRANGERS)
    assert owner(sign("based on", ORIGINAL)) == "kabar"
    assert owner(based) is None
    assert owner(based, sign("organisation", None, "Lain")) == "@lain.example"
    assert owner(based, sign("organisation", "https://lain.example/about", None)) == "@lain.example"
    assert owner(based, sign("organisation", "https://dunia.example/", "Dunia")) is None


def test_the_best_sign_decides() -> None:
    line, statement = sign("source line", None, "Antara"), sign("statement", None, "Kabar Nusantara")
    assert owner(line, statement, sign("canonical", STRANGERS)) == "@lain.example"
    assert owner(line, statement) == "kabar"
    assert owner(line) == "antara"


@pytest.mark.parametrize(
    ("page", "signs"),
    [
        ("https://www.kabar.example/1", [sign("statement", None, "Kabar Nusantara")]),
        ("https://m.kabar.example/1", [sign("statement", ORIGINAL, "Kabar Nusantara")]),
        ("https://www.kabar.example/1", [sign("source line", None, "Kabar")]),
        (
            "https://antara.example/1",
            [sign("canonical", "https://www.antaranews.example/x/harga-beras-turun-lagi")],
        ),
        ("https://lain.example/1", [sign("statement", "https://www.lain.example/", "Lain")]),
    ],
)
def test_a_page_that_names_its_own_publisher_is_no_copy(page: str, signs: list[Attribution]) -> None:
    assert owner(*signs, page=page) is None


def test_the_originals_address_is_the_first_that_leads_to_an_article_of_the_owner() -> None:
    assert address(sign("canonical", ORIGINAL)) == ORIGINAL
    assert address(sign("statement", None, "Kabar Nusantara")) is None
    assert address(sign("statement", "https://www.kabar.example/", "Kabar", ORIGINAL)) == ORIGINAL
    assert address(sign("statement", "https://www.kabar.example/", "Kabar", STRANGERS)) is None
    assert address(sign("statement", None, "Kabar Nusantara"), sign("based on", ORIGINAL)) == ORIGINAL


def test_a_link_beside_a_statement_is_the_originals_only_where_it_speaks_of_the_same_article() -> None:
    other = "https://www.kabar.example/read/timnas-menang-di-solo"
    for stated in (None, "https://www.kabar.example/"):
        assert address(sign("statement", stated, "Kabar", other)) is None
        assert address(sign("statement", stated, "Kabar", other, ORIGINAL)) == ORIGINAL
        assert owner(sign("statement", stated, "Kabar", other)) == "kabar"
    assert address(sign("statement", other, "Kabar")) == other


def test_an_owner_that_no_source_is_goes_by_its_name_only_where_that_is_its_domains() -> None:
    def named(name: str) -> Owner:
        found = original_of(CopySigns(PAGE, TITLE, (sign("statement", STRANGERS, name),)), ALL)
        assert found is not None
        return found.owner

    assert named("The Lain") == Owner("@lain.example", "lain.example", "https://www.lain.example")
    assert named("Lain") == Owner("@lain.example", "Lain", "https://www.lain.example")
    assert named("klik di sini").name == "lain.example"


def test_the_evidence_is_the_deciding_signs() -> None:
    deciding = sign("canonical", ORIGINAL)
    found = original_of(CopySigns(PAGE, TITLE, (sign("source line", None, "Antara"), deciding)), ALL)
    assert found is not None
    assert found.evidence == deciding.evidence


@pytest.mark.parametrize(
    ("canonical", "kept"),
    [
        ("https://kumpulan.example/x", True),
        ("https://www.kumpulan.example/x", True),
        ("https://kabar.example/x", False),
        (None, False),
    ],
)
def test_a_canonical_address_is_the_pages_own(canonical: str | None, kept: bool) -> None:
    assert own_address(canonical, PAGE) == (canonical if kept else None)


def test_a_canonical_address_on_another_site_is_a_sign() -> None:
    said: dict[str, Any] = {"kind": "statement", "url": None, "name": "Kabar", "evidence": "e", "beside": []}
    page = ExtractedPage.from_answer(extracted(foreign_canonical_url=ORIGINAL, attributions=[said]))
    assert [(one.kind, one.url) for one in signs_of(page)] == [("canonical", ORIGINAL), ("statement", None)]
    assert len(signs_of(ExtractedPage.from_answer(extracted(attributions=[said])))) == 1
