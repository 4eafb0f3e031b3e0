"""What an operator may name: articles by any address, hosts, and reasons."""

from __future__ import annotations

import pytest

from local.takedown.site_files import EVERYTHING, MOST_PATHS, invalidation_paths
from local.takedown.subject import NotAllowed, address_of, host_named, note_of
from newswire.article_item import TAKEDOWN, Tombstone
from newswire.image_copies import ImageCopy
from newswire.urls import article_id
from tests.support.catalogues import catalogue, source

CATALOGUE = catalogue(source())
PORTAL = CATALOGUE.portal.url
ID = "abcdefghijkl2345"
LINK = "https://www.kabar.example/berita/harga-beras"


@pytest.mark.parametrize(
    "named",
    [
        ID,
        f" {ID} ",
        f"{PORTAL}/a/harga-beras-turun-{ID}.html",
        f"{PORTAL}/a/harga-beras-turun-{ID}.html?utm_source=surel#top",
        f"{PORTAL}/json/{ID}.json",
        f"https://d111.cloudfront.example/a/harga-{ID}.html",
        f"/a/harga-{ID}.html",
        f"a/harga-{ID}.html",
        f"json/{ID}.json",
    ],
)
def test_an_article_is_named_by_its_id_or_by_the_portals_own_addresses(named: str) -> None:
    address = address_of(named, CATALOGUE, "https://d111.cloudfront.example")
    assert (address.id, address.url, address.order) == (ID, None, f"url#{ID}")


@pytest.mark.parametrize(
    "named", [LINK, f"{LINK}/?utm_source=x", "http://m.kabar.example/berita/harga-beras", f"{LINK}/amp"]
)
def test_an_article_is_named_by_any_spelling_of_its_publishers_link(named: str) -> None:
    assert address_of(named, CATALOGUE).id == article_id(LINK)


def test_a_publishers_page_that_is_named_as_ours_are_is_its_own() -> None:
    link = f"https://www.kabar.example/a/harga-{ID}.html"
    assert address_of(link, CATALOGUE).id == article_id(link)


@pytest.mark.parametrize("named", ["", "harga beras", "mailto:a@b.example", f"{PORTAL}/", f"{ID}x", "//x/1"])
def test_what_names_no_article_is_refused(named: str) -> None:
    with pytest.raises(NotAllowed, match=r"^URL: is"):
        address_of(named, CATALOGUE)


@pytest.mark.parametrize(
    ("named", "host"),
    [
        ("Kabar.Example", "kabar.example"),
        ("kabar.example.", "kabar.example"),
        ("https://www.kabar.example/berita", "www.kabar.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("blog.blogspot.com", "blog.blogspot.com"),
    ],
)
def test_a_host_is_named_by_itself_or_by_an_address_on_it(named: str, host: str) -> None:
    assert host_named(named) == host


@pytest.mark.parametrize(
    "named", ["", "com", "co.id", "blogspot.com", "a b.example", "*.example", "ftp://x.example/"]
)
def test_a_public_suffix_is_no_host_of_a_publisher(named: str) -> None:
    with pytest.raises(NotAllowed, match=r"^HOST: is"):
        host_named(named)


def test_a_reason_is_one_line() -> None:
    assert note_of("  Surat direksi,\n 5 Januari  ") == "Surat direksi, 5 Januari"
    for bad in ("", " \n", "x" * 301, "a\x1b[2Jb"):
        with pytest.raises(NotAllowed, match=r"^REASON: "):
            note_of(bad)


def stone(number: int, *copies: ImageCopy) -> Tombstone:
    return Tombstone(f"{number:016}", 2, LINK, "harga", TAKEDOWN, "", image_copies=copies)


def test_the_edges_forget_an_article_its_pictures_and_what_lists_it() -> None:
    paths = invalidation_paths([stone(1, ImageCopy("", "images/x/y", (320,), 9))])
    assert paths[:3] == (
        "/a/harga-0000000000000001.html",
        "/json/0000000000000001.json",
        "/images/0000000000000001/*",
    )
    assert {"/", "/index.html", "/feed*", "/atom*", "/c/*", "/s/*", "/search/*"} <= set(paths)
    assert EVERYTHING not in paths


def test_of_many_articles_the_edges_forget_everything() -> None:
    assert invalidation_paths([stone(number) for number in range(MOST_PATHS)]) == (EVERYTHING,)
