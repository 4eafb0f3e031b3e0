"""What a page asks of robots and miners, in its meta elements and in the headers of its answer."""

from __future__ import annotations

from typing import Any

import pytest

from functions.extract.extraction import extract_page
from newswire.directives import Directives

URL = "https://kabar.example/berita/1"


def directives(head: str = "", **params: Any) -> Directives:
    given = {
        "url": URL,
        "content_type": "text/html; charset=utf-8",
        "timezone": "Asia/Jakarta",
        "language": "id",
    }
    page = f"<!DOCTYPE html><html><head>{head}</head><body><p>Kabar.</p></body></html>"
    return Directives.from_map(extract_page(page.encode(), given | params)["directives"])


def robots(content: str, name: str = "robots") -> str:
    return f'<meta name="{name}" content="{content}">'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("index, follow", Directives()),
        ("noindex", Directives(noindex=True)),
        ("NoIndex,NoFollow", Directives(noindex=True)),
        ("none", Directives(noindex=True)),
        ("noindex nofollow", Directives(noindex=True)),
        ("noarchive; noindex", Directives(noindex=True, noarchive=True)),
        ("nosnippet", Directives(max_snippet=0)),
        ("max-snippet:0", Directives(max_snippet=0)),
        ("max-snippet: 160", Directives(max_snippet=160)),
        ("max-snippet:-1", Directives()),
        ("max-snippet:160, nosnippet", Directives(max_snippet=0)),
        ("max-snippet:99999999999999999999", Directives(max_snippet=100_000)),
        ("max-snippet:viele", Directives()),
        ("max-snippet:²", Directives()),
        ("max-image-preview:none", Directives(max_image_preview="none")),
        ("max-image-preview: Standard", Directives(max_image_preview="standard")),
        ("max-image-preview:large, max-video-preview:-1", Directives(max_image_preview="large")),
        ("max-image-preview:huge", Directives()),
        ("max-image-preview:none, index", Directives(max_image_preview="none")),
        ("noimageindex", Directives(noimageindex=True)),
        ("index, NoImageIndex; noarchive", Directives(noarchive=True, noimageindex=True)),
        ("none, imageindex, noimageindexing", Directives(noindex=True)),
        ("noindexing, nonesuch", Directives()),
        ("", Directives()),
    ],
)
def test_robots_directives_are_read(content: str, expected: Directives) -> None:
    assert directives(robots(content)) == expected
    assert directives(robots(content, "Newswire")) == expected
    assert directives(robots_tag=content) == expected
    assert directives(robots_tag=f"newswire: {content}") == expected


@pytest.mark.parametrize(
    ("date", "end"),
    [
        ("2026-04-27", "2026-04-26T17:00:00.000Z"),
        ("2027-06-17T00:00:00+02", "2027-06-16T22:00:00.000Z"),
        ("25 Jun 2026 15:00:00 PST", "2026-06-25T23:00:00.000Z"),
        ("Thursday, 25-Jun-2026 15:00:00 GMT, noarchive", "2026-06-25T15:00:00.000Z"),
        ("Thu, 25 Jun 2026 15:00:00 GMT", "2026-06-25T15:00:00.000Z"),
        ("2026-04-27, unavailable_after: 2026-04-25", "2026-04-24T17:00:00.000Z"),
        ("nie", None),
        ("", None),
    ],
)
def test_the_earliest_end_is_kept_in_utc(date: str, end: str | None) -> None:
    text = f"index, unavailable_after: {date}"
    assert directives(robots(text)).unavailable_after == end
    assert directives(robots_tag=text).unavailable_after == end
    assert directives(robots(text)).noarchive is ("noarchive" in date)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("googlebot: noindex", Directives()),
        ("googlebot: noindex, nosnippet", Directives()),
        ("googlebot: noindex, newswire: nosnippet", Directives(max_snippet=0)),
        ("noarchive, otherbot: noindex, Newswire: noindex", Directives(noindex=True, noarchive=True)),
        ("*: noindex", Directives(noindex=True)),
        ("googlebot-image: noimageindex", Directives()),
        (
            "unavailable_after: 2026-04-27, NEWSWIRE: noimageindex",
            Directives(noimageindex=True, unavailable_after="2026-04-26T17:00:00.000Z"),
        ),
        ("googlebot: noindex\nNoImageIndex\nnoimageindex", Directives(noimageindex=True)),
        (
            "otherbot: unavailable_after: 25 Jun 2026 15:00:00 PST, newswire: noindex",
            Directives(noindex=True),
        ),
        ("googlebot: nofollow\nnoindex, max-snippet:50", Directives(noindex=True, max_snippet=50)),
        ("noindex\notherbot: nosnippet", Directives(noindex=True)),
    ],
)
def test_a_header_may_speak_to_some_robots_only(header: str, expected: Directives) -> None:
    assert directives(robots_tag=header) == expected


def test_the_strictest_of_all_counts() -> None:
    head = robots("max-snippet:200, max-image-preview:large") + robots(
        "max-snippet:100, noarchive", "newswire"
    )
    assert directives(head, robots_tag="max-image-preview:standard, max-snippet:150") == Directives(
        noarchive=True, max_snippet=100, max_image_preview="standard"
    )
    assert directives(robots("all") + robots("noindex"), robots_tag="index").noindex


def test_what_other_robots_are_told_is_not_for_us() -> None:
    assert directives(robots("noindex", "googlebot") + robots("nosnippet", "robots-x")) == Directives()


def test_some_write_value_for_content() -> None:
    assert directives('<meta name="robots" value="noindex">').noindex


def test_a_reservation_of_the_page_supersedes_the_headers_and_the_sites() -> None:
    head = robots("1", "tdm-reservation") + robots("/policy.json", "TDM-Policy")
    policy = "https://kabar.example/policy.json"
    assert directives(head) == Directives(tdm_reserved=True, tdm_policy=policy)
    assert directives(head, tdm=[False, None]) == Directives(tdm_reserved=True, tdm_policy=policy)
    assert directives(robots("0", "tdm-reservation"), tdm=[True, policy]) == Directives(tdm_reserved=False)
    assert directives(tdm=[True, policy]) == Directives(tdm_reserved=True, tdm_policy=policy)
    assert directives(robots("yes", "tdm-reservation"), tdm=[None, None]) == Directives()


def test_only_so_much_is_read_of_a_stranger() -> None:
    assert directives(robots("x" * 3000 + ", noindex")) == Directives()
    assert directives(robots("index") * 30 + robots("noindex")) == Directives()
    assert directives(robots("unavailable_after: " * 200 + ",a" * 900)) == Directives()
