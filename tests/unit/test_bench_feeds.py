"""The row ``feeds``: what counts as agreement with feedparser, and what the poll before was."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.bench.feed_agreement import BY_TEXT, Agreement, differences
from benchmarks.feed_polls import before_the_newest
from functions.fetch.feed_documents import parse
from functions.fetch.feed_entry import FeedEntry
from tests.support.fetch_feeds import Item, rss

URL = "https://kabar.example/rss"
PAGE = "https://kabar.example/a"
OURS = FeedEntry("g", PAGE, "Beras & jagung", "2025-06-02T15:00:00+07:00")


def theirs(**said: Any) -> dict[str, Any]:
    entry = {"link": PAGE, "title": "Beras &amp; jagung", "published": 1748851200, "updated": None}
    return {**entry, "published_text": "2 Jun 2025 15:00 +0700", "updated_text": None, **said}


def found(**said: Any) -> list[tuple[str, str]]:
    return list(differences(OURS, theirs(**said), URL))


def test_titles_are_compared_as_text_and_links_as_we_keep_them() -> None:
    assert found() == found(link=PAGE + "#top") == []


@pytest.mark.parametrize(
    ("said", "what", "kind"),
    [
        ({"link": PAGE + "b"}, "links", "another one"),
        ({"link": "tag:a"}, "links", "only ours has one"),
        ({"title": None}, "titles", "only ours has one"),
        ({"title": "x"}, "titles", "another one"),
        ({"published": 1}, "dates", "another moment"),
        ({"published": None}, "dates", "only we read the date"),
    ],
)
def test_what_differs_is_told_by_its_kind(said: dict[str, Any], what: str, kind: str) -> None:
    assert found(**said) == [(what, kind)]


@pytest.mark.parametrize(
    ("text", "by_text"),
    [
        ("2 Jun 2025 15:00 WIB", True),
        ("2025-06-02 15:00:00", True),
        ("2 Jun 2025 15:00 GMT", False),
        ("2025-06-02T15:00:00+00:00", False),
    ],
)
def test_a_zone_that_feedparser_does_not_know_or_assumes_is_no_fault_of_ours(
    text: str, by_text: bool
) -> None:
    [(what, kind)] = found(published=1748876400, published_text=text)
    assert (what, kind in BY_TEXT) == ("dates", by_text)


def test_a_month_that_feedparser_takes_from_the_day_is_no_fault_of_ours() -> None:
    [(_, kind)] = found(published=1738389600, published_text="2025/6/2 15:00:00")
    assert kind in BY_TEXT
    [(_, kind)] = found(published=1738389600, published_text="2025/2/6 15:00:00")
    assert kind not in BY_TEXT


def test_what_the_text_decides_agrees_and_is_told_as_a_difference_too() -> None:
    agreed = Agreement({("dates", "only we read the date"): 2, ("dates", "another moment"): 1}, 100)
    assert agreed.percent["dates"] == pytest.approx(99)
    assert ("dates", "99.00", "97.00") in agreed.tables()[0].rows


def test_the_kinds_are_printed_with_those_that_the_text_decides() -> None:
    kinds = {("dates", "only we read the date"): 2, ("links", "another one"): 1}
    _, table = Agreement(kinds, 100).tables()
    assert table.rows == (("links", "another one", "1", "no"), ("dates", "only we read the date", "2", "yes"))


def test_the_poll_before_lacked_the_first_tenth_of_the_entries() -> None:
    before = parse(before_the_newest(rss(Item(number) for number in range(11))), None, URL, "Asia/Jakarta")
    assert [entry.title for entry in before.entries] == [f"Berita {number}" for number in range(2, 11)]


def test_of_a_document_that_cannot_be_cut_the_poll_before_is_the_same() -> None:
    assert before_the_newest(b"<rss/>") == b"<rss/>"
