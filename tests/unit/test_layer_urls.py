"""Links: cleaned for asking, compared for identity (docs/architecture.md, "Identity")."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.urls import (
    _CLEAN,
    absolute,
    article_id,
    ascii_host,
    clean_link,
    host_of,
    identity_form,
    without_tracking,
)

ARTICLE = "https://www.kabar.example/nasional/2025/06/02/harga-beras-turun?id=7&page=2"

SPELLINGS = (
    ARTICLE,
    "http://www.kabar.example/nasional/2025/06/02/harga-beras-turun?id=7&page=2",
    "https://kabar.example/nasional/2025/06/02/harga-beras-turun?id=7&page=2",
    "https://m.kabar.example/nasional/2025/06/02/harga-beras-turun?id=7&page=2",
    "https://mobile.kabar.example/nasional/2025/06/02/harga-beras-turun?id=7&page=2",
    "https://amp.kabar.example/nasional/2025/06/02/harga-beras-turun?id=7&page=2",
    "HTTPS://WWW.Kabar.EXAMPLE/nasional/2025/06/02/harga-beras-turun?id=7&page=2",
    "https://www.kabar.example:443/nasional/2025/06/02/harga-beras-turun?id=7&page=2",
    "http://www.kabar.example:80/nasional/2025/06/02/harga-beras-turun?id=7&page=2",
    "https://www.kabar.example./nasional/2025/06/02/harga-beras-turun?id=7&page=2",
    "https://www.kabar.example/nasional/2025/06/02/harga-beras-turun/?id=7&page=2",
    "https://www.kabar.example/nasional/2025/06/02/harga-beras-turun?page=2&id=7",
    "https://www.kabar.example/nasional/2025/06/02/harga-beras-turun?&id=7&&page=2&",
    "https://www.kabar.example/nasional/2025/06/02/harga-beras-turun?id=7&page=2#komentar",
    "https://www.kabar.example/nasional/2025/06/02/harga-beras-turun?id=7&page=2&utm_source=rss&utm_medium=feed",
    "https://www.kabar.example/nasional/2025/06/02/harga-beras-turun?fbclid=x&id=7&gclid=y&page=2",
    "https://www.kabar.example/nasional/2025/06/02/harga-beras-turun/amp?id=7&page=2",
    "https://www.kabar.example/amp/nasional/2025/06/02/harga-beras-turun?id=7&page=2",
    "https://www.kabar.example/nasional/2025/06/02/harga-beras-turun/amp/?id=7&page=2",
    "https://www.kabar.example/nasional/2025/06/02/harga-beras-turun?id=7&page=2&amp",
    "https://www.kabar.example/nasional/2025/06/02/harga-beras-turun?outputType=amp&id=7&page=2",
    "https://www.kabar.example//nasional/2025/06/02/harga-beras-turun?id=7&page=2",
    "https://www.kabar.example/nasional/2025/06/02/h%61rga%2Dberas-turun?id=7&page=2",
    "  https://www.kabar.example/nasional/2025/06/02/\nharga-beras-turun?id=7&page=2\t",
)

DIFFERENT = (
    ("https://kabar.example/a", "https://kabar.example/b"),
    ("https://kabar.example/a", "https://kabar.example/A"),
    ("https://kabar.example/a?id=1", "https://kabar.example/a?id=2"),
    ("https://kabar.example/a?id=1", "https://kabar.example/a"),
    ("https://kabar.example/a?id=1", "https://kabar.example/a?ID=1"),
    ("https://kabar.example/a", "https://kabar.example:8080/a"),
    ("https://kabar.example/a", "https://sport.kabar.example/a"),
    ("https://kabar.example/a", "https://kabar.example.net/a"),
    ("https://kabar.example/a/b", "https://kabar.example/a%2Fb"),
    ("https://kabar.example/?a=1%262", "https://kabar.example/?a=1&2"),
    ("https://kabar.example/a.html", "https://kabar.example/a"),
    ("https://kabar.example/st", "https://kabar.example/stamp"),
    ("https://kabar.example/amplop", "https://kabar.example/lop"),
    ("https://kabar.example/amplop/a", "https://kabar.example/a"),
    ("https://kabar.example/musik/amp/a", "https://kabar.example/musik/a"),
    ("https://kabar.example/a?utm=1", "https://kabar.example/a"),
    ("https://kabar.example/a?page=1", "https://kabar.example/a?page=1&page=1"),
    ("https://mobile.de/a", "https://de/a"),
    ("https://amp.dev/a", "https://dev/a"),
    ("https://m.co/a", "https://co/a"),
    # Of two owners: below a public suffix (`.co.id`, and `github.io`) stands another one's site.
    ("https://m.co.id/a", "https://mobile.co.id/a"),
    ("https://amp.github.io/a", "https://m.github.io/a"),
    ("https://amp.github.io/a?id=1", "https://m.github.io/a?id=1"),
)


def spelled(link: str) -> str:
    cleaned = clean_link(link)
    assert cleaned is not None, link
    return article_id(cleaned)


@pytest.mark.parametrize("spelling", SPELLINGS[1:])
def test_every_spelling_of_one_link_is_the_same_article(spelling: str) -> None:
    assert spelled(spelling) == spelled(ARTICLE)


def test_at_least_twenty_spellings_are_tried() -> None:
    assert len(set(SPELLINGS)) >= 20


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_links_that_differ_in_meaning_are_different_articles(one: str, other: str) -> None:
    assert spelled(one) != spelled(other)


@pytest.mark.parametrize(
    "variant",
    [
        "https://kabar.example/berita/1/amp",
        "https://kabar.example/berita/1/AMP/",
        "https://kabar.example/berita/1?amp=1",
        "https://kabar.example/berita/1?amp=true",
        "https://kabar.example/berita/1?view=amp",
        "https://kabar.example/berita/1?output=amp",
        "https://kabar.example/berita/1/amp/index.html",
        "https://amp.kabar.example/berita/1/amp",
    ],
)
def test_amp_variants_are_their_article(variant: str) -> None:
    assert spelled(variant) == spelled("https://kabar.example/berita/1")


def test_an_amp_file_is_the_file_without_the_marker() -> None:
    assert spelled("https://kabar.example/berita.amp.html") == spelled("https://kabar.example/berita.html")


def test_a_host_in_unicode_and_in_punycode_is_one_host() -> None:
    assert spelled("https://bücher.example/a") == spelled("https://xn--bcher-kva.example/a")


def test_a_path_in_unicode_and_percent_encoded_is_one_path() -> None:
    assert spelled("https://kabar.example/a/é") == spelled("https://kabar.example/a/%c3%A9")


def test_an_article_id_is_sixteen_lower_case_base32_characters() -> None:
    assert re.fullmatch(r"[a-z2-7]{16}", spelled(ARTICLE))


def test_the_article_id_of_a_link_never_changes_between_versions() -> None:
    """Readers keep our URLs for years: this value is final."""
    assert identity_form(ARTICLE) == "kabar.example/nasional/2025/06/02/harga-beras-turun?id=7&page=2"
    assert article_id("https://kabar.example/berita/1") == "qponpqpxiz3ljxwx"


@pytest.mark.parametrize(
    ("given_link", "cleaned"),
    [
        ("https://Kabar.Example", "https://kabar.example/"),
        ("https://kabar.example:443/a", "https://kabar.example/a"),
        ("http://kabar.example:8080/a", "http://kabar.example:8080/a"),
        ("https://kabar.example/a b", "https://kabar.example/a%20b"),
        ("https://kabar.example/a#b", "https://kabar.example/a"),
        ("https://kabar.example/é?q=é", "https://kabar.example/%C3%A9?q=%C3%A9"),
        ("https://kabar.example/100%25?x=%20", "https://kabar.example/100%25?x=%20"),
        ("https://kabar.example/?utm_source=rss", "https://kabar.example/?utm_source=rss"),
        ('https://kabar.example/"><script>', "https://kabar.example/%22%3E%3Cscript%3E"),
        ("https://[2001:DB8::1]:8443/a", "https://[2001:db8::1]:8443/a"),
        ("https://kabar.example/\x00a\x0bb", "https://kabar.example/ab"),
    ],
)
def test_a_link_is_kept_as_the_publisher_gave_it_but_safe_to_write(given_link: str, cleaned: str) -> None:
    assert clean_link(given_link) == cleaned


@pytest.mark.parametrize(
    ("link", "absolute"),
    [
        ("/berita/1", "https://kabar.example/berita/1"),
        ("2.html", "https://kabar.example/rss/2.html"),
        ("../a", "https://kabar.example/a"),
        ("//sport.kabar.example/a", "https://sport.kabar.example/a"),
        ("?id=1", "https://kabar.example/rss/feed.xml?id=1"),
        ("//sport.kabar.example//a", "https://sport.kabar.example//a"),
        ("/berita//1", "https://kabar.example/berita//1"),
        ("berita//1", "https://kabar.example/rss/berita//1"),
        ("..//10.0.0.1/a", "https://kabar.example//10.0.0.1/a"),
        (".//10.0.0.1/a", "https://kabar.example/rss//10.0.0.1/a"),
        ("/.//10.0.0.1/a", "https://kabar.example//10.0.0.1/a"),
    ],
)
def test_a_relative_link_is_resolved_against_its_document(link: str, absolute: str) -> None:
    assert clean_link(link, "https://kabar.example/rss/feed.xml") == absolute


def test_two_slashes_are_not_one_in_a_documents_address_either() -> None:
    """Nor are they the beginning of a host."""
    document = "https://kabar.example//10.0.0.1/berita/1"
    assert clean_link(document) == document
    assert clean_link("2.html", document) == "https://kabar.example//10.0.0.1/berita/2.html"
    assert clean_link("../a", document) == "https://kabar.example//10.0.0.1/a"
    assert clean_link("?id=1", document) == f"{document}?id=1"


@given(
    st.text("ab./?#%é", max_size=20),
    st.sampled_from(["https://kabar.example", "https://kabar.example/", "https://kabar.example/a/b.c/d?e"]),
)
def test_without_empty_segments_a_reference_means_what_the_standard_library_says(
    reference: str, base: str
) -> None:
    if "//" not in reference:
        assert absolute(base, reference) == urljoin(base, reference)


@pytest.mark.parametrize(
    "spaced", ["https://kabar.example/a ", " https://kabar.example/a", "\thttps://kabar.example/a\n"]
)
def test_space_around_a_link_is_none_of_it_and_an_escaped_one_is(spaced: str) -> None:
    """WHATWG URL section 4.4 strips the one; RFC 3986 section 2.4 keeps the other."""
    assert clean_link(spaced) == "https://kabar.example/a"
    assert clean_link("https://kabar.example/a%20") == "https://kabar.example/a%20"


@pytest.mark.parametrize(
    "link",
    [
        "",
        "   ",
        "/no/base",
        "kabar.example/a",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://kabar.example/a",
        "file:///etc/passwd",
        "mailto:a@kabar.example",
        "https://",
        "https:///a",
        "https://user:secret@kabar.example/",
        "https://kabar.example:0/",
        "https://kabar.example:99999/",
        "https://kabar.example:eighty/",
        "https://[::1",
        "https://exa mple.example/",
        "https://a..b.example/",
        "https://-kabar.example/",
        "https://" + "a" * 64 + ".example/",
        "https://" + ".".join(["a" * 60] * 5) + "/",
        "https://kabar.example/" + "a" * 2048,
        "https://kabar.example/" + "é" * 1000,
    ],
)
def test_what_is_no_absolute_web_link_is_refused(link: str) -> None:
    assert clean_link(link) is None


def test_only_tracking_parameters_are_taken_out() -> None:
    link = "https://kabar.example/a?id=1&utm_campaign=x&q=a%26b&mc_cid=9#top"
    assert without_tracking(link) == "https://kabar.example/a?id=1&q=a%26b"


@pytest.mark.parametrize(
    ("host", "ascii_form"),
    [
        ("Kabar.Example", "kabar.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("::1", "[::1]"),
        ("a_b.example", "a_b.example"),
        ("exa mple", ""),
        ("a" * 254, ""),
        ("ü" * 80, ""),
    ],
)
def test_a_host_is_written_in_ascii_or_not_at_all(host: str, ascii_form: str) -> None:
    assert ascii_host(host) == ascii_form


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://Kabar.Example:8443/a", "kabar.example"),
        ("https://kabar.example./", "kabar.example"),
        ("//[x", ""),
    ],
)
def test_the_host_of_a_link_has_no_port_and_no_final_dot(link: str, host: str) -> None:
    assert host_of(link) == host


@given(st.text(max_size=200))
def test_no_text_makes_cleaning_fail_and_cleaning_twice_changes_nothing(text: str) -> None:
    for link in (text, "https://kabar.example/" + text, "https://" + text, "https://kabar.example/?" + text):
        cleaned = clean_link(link)
        if cleaned is not None:
            assert cleaned.isascii()
            assert clean_link(cleaned) == cleaned
            assert re.fullmatch(r"[a-z2-7]{16}", article_id(cleaned))


@given(st.from_regex(_CLEAN, fullmatch=True), st.sampled_from(["", "https://kabar.example/a/b?c"]))
def test_a_link_that_is_taken_for_clean_is_what_cleaning_makes_of_it(link: str, base: str) -> None:
    spaced = f" {link}"  # not taken for clean
    assert clean_link(link, base) == clean_link(spaced, base) == link


@pytest.mark.parametrize(
    ("plain", "escaped"),
    [
        ("https://www.kabar.example/berita/1", "https://www.kabar.example/%62erita/1"),
        ("https://kabar.example/", "https://kabar.example/?"),
        ("http://m.kabar.co.id/a_b~c/", "https://m.kabar.co.id/%61_b~c"),
        ("https://www.kabar.example/it's(1)", "https://www.kabar.example/%69t's(1)"),
    ],
)
def test_a_link_that_is_plain_has_the_id_of_one_that_has_to_be_taken_apart(plain: str, escaped: str) -> None:
    assert identity_form(plain) == identity_form(escaped)
    assert article_id(plain) == article_id(escaped)


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://kabar.example:8443/rss", "kabar.example"),
        ("https://kabar.example?a", "kabar.example"),
        ("https://user@kabar.example/", "kabar.example"),
        ("https://user:80@kabar.example/", "kabar.example"),
        ("https://kabar.example./", "kabar.example"),
        ("HTTPS://KABAR.example/", "kabar.example"),
        ("https://kab\tar.example/", "kabar.example"),
    ],
)
def test_the_host_of_a_link_is_the_same_however_it_is_written(link: str, host: str) -> None:
    assert host_of(link) == host
