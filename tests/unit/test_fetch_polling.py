"""What a document means for a feed: which entries are sent and which are remembered (design section 3)."""

from __future__ import annotations

import pytest

from functions.fetch.feed_entry import FeedEntry
from functions.fetch.polling import compare
from functions.fetch.seen_entries import SeenEntries
from newswire.urls import article_id
from tests.support.catalogues import source
from tests.support.fetch_feeds import NOW
from tests.support.polled_entries import entry, plan, sent


def test_at_first_sight_everything_young_is_sent_newest_first() -> None:
    result = plan([entry(1, age=30), entry(2, age=2), entry(3, age=70)])
    assert sent(result) == ["2", "1", "3"]
    assert (len(result.remembered), result.held_back, result.skipped) == (3, 0, {})


def test_the_same_document_again_sends_nothing() -> None:
    entries = [entry(number) for number in range(5)]
    before = plan(entries)
    again = plan(entries, before)
    assert again.sends == ()
    assert set(again.remembered) == set(before.remembered)


def test_a_new_entry_is_sent_alone() -> None:
    before = plan([entry(1), entry(2)])
    assert sent(plan([entry(3), entry(1), entry(2)], before)) == ["3"]


def test_changed_content_is_a_revision_of_the_same_article() -> None:
    before = plan([entry(1), entry(2)])
    (send,) = plan([entry(1, title="Berita 1 (diperbarui)"), entry(2)], before).sends
    assert send.article_id == article_id("https://kabar.example/berita/1")
    assert send.entry.title == "Berita 1 (diperbarui)"


def test_a_known_guid_with_a_new_link_is_a_revision_of_the_first_article() -> None:
    before = plan([entry(1)])
    moved = entry(1, url="https://kabar.example/berita/1-judul-baru")
    (send,) = plan([moved], before).sends
    assert send.article_id == article_id("https://kabar.example/berita/1")
    assert send.url == "https://kabar.example/berita/1-judul-baru"


def test_the_first_articles_id_survives_any_number_of_new_links() -> None:
    latest = plan([entry(1)])
    for step in range(3):
        latest = plan([entry(1, url=f"https://kabar.example/berita/1-{step}")], latest)
        assert [send.article_id for send in latest.sends] == [article_id("https://kabar.example/berita/1")]


@pytest.mark.parametrize(
    "link",
    ["https://warta.example/berita/9", "https://kabar.example.invalid/berita/1", "https://192.0.2.1/1"],
)
def test_a_known_guid_with_a_link_on_another_domain_is_a_new_entry(link: str) -> None:
    before = plan([entry(1)])
    (send,) = plan([entry(1, url=link)], before).sends
    assert send.article_id == article_id(link)
    again = plan([entry(1, url=link)], plan([entry(1, url=link)], before))
    assert again.sends == ()


def test_a_known_guid_keeps_its_article_on_all_domains_of_its_source_and_within_any_other() -> None:
    own = source(homepage="https://kabar.example", hosts=("kabar-cepat.example",))
    for first, second in (
        ("https://kabar.example/1", "https://m.kabar-cepat.example/satu"),
        ("https://feeds.example/~r/1", "https://feeds.example/~r/satu"),
        ("https://feeds.example/~r/1", "https://proxy.feeds.example/~r/satu"),
    ):
        before = compare([entry(1, url=first)], None, own, NOW)
        after = compare([entry(1, url=second)], SeenEntries.of(before.remembered), own, NOW)
        assert [send.article_id for send in after.sends] == [article_id(first)]


def test_a_guid_that_churns_sends_nothing() -> None:
    before = plan([entry(1, guid="a"), entry(2, guid="b")])
    after = plan([entry(1, guid="c"), entry(2, guid="d")], before)
    assert after.sends == ()
    assert plan([entry(1, guid="e"), entry(2, guid="")], after).sends == ()


def test_another_spelling_of_a_known_link_is_the_same_article() -> None:
    before = plan([entry(1, guid="")])
    spelled = entry(1, guid="", url="http://m.kabar.example/berita/1/?utm_source=rss")
    (send,) = plan([spelled], before).sends
    assert send.article_id == article_id("https://kabar.example/berita/1")


def test_one_link_twice_in_a_document_is_sent_once_and_counted() -> None:
    result = plan([entry(1), entry(2, url="https://kabar.example/berita/1#komentar")])
    assert sent(result) == ["1"]
    assert result.skipped == {"same link twice in one document": 1}


def test_a_guid_that_several_entries_share_identifies_none_of_them() -> None:
    shared = [entry(number, guid="same") for number in range(3)]
    before = plan(shared)
    assert len(before.sends) == 3
    assert plan(shared, before).sends == ()
    changed = [entry(0, guid="same", title="Baru"), *shared[1:]]
    assert [send.article_id for send in plan(changed, before).sends] == [
        article_id("https://kabar.example/berita/0")
    ]


def test_an_entry_without_a_link_is_counted_and_costs_no_other() -> None:
    result = plan([FeedEntry(None, None, "Tanpa tautan"), entry(1)])
    assert sent(result) == ["1"]
    assert result.skipped == {"no usable link": 1}


def test_what_is_older_than_backfill_is_remembered_and_not_sent() -> None:
    result = plan([entry(1, age=73), entry(2, age=71)])
    assert sent(result) == ["2"]
    assert result.skipped == {"older than backfill": 1}
    assert len(result.remembered) == 2


def test_an_edit_of_a_skipped_entry_does_not_import_it() -> None:
    before = plan([entry(1, age=100), entry(2)])
    edited = [entry(1, age=1, title="Disunting"), entry(2)]
    after = plan(edited, before)
    assert after.sends == ()
    assert plan([entry(1, age=0, title="Lagi"), entry(2)], after).sends == ()


def test_backfill_all_imports_everything() -> None:
    result = plan([entry(1, age=10_000), entry(2, age=None)], publisher=source(backfill=None))
    assert len(result.sends) == 2


def test_an_entry_without_a_date_counts_as_new() -> None:
    assert sent(plan([entry(1, age=5), entry(2, age=None)])) == ["2", "1"]


def test_a_date_in_the_future_does_not_jump_the_queue_of_those_that_are_new() -> None:
    assert sent(plan([entry(1, age=-1000), entry(2, age=0.01)], cap=1)) == ["1"]
    assert sent(plan([entry(1, age=0), entry(2, age=-1000)], cap=2)) == ["1", "2"]


def test_a_late_entry_with_an_old_date_is_imported_once_the_feed_is_known() -> None:
    """Age limits the first sight only: a publisher that adds an old date later means it."""
    before = plan([entry(1)])
    assert sent(plan([entry(1), entry(2, age=500)], before)) == ["2"]


def test_two_entries_are_never_taken_for_one_that_was_seen() -> None:
    """A guid that moved on to another article, while the first article has a new guid."""
    before = plan([entry(1, guid="a")])
    moved = [entry(2, guid="a"), entry(1, guid="b")]
    after = plan(moved, before)
    (send,) = after.sends
    assert send.article_id == article_id("https://kabar.example/berita/2")
    assert plan(moved, after).sends == ()


def test_links_to_other_hosts_are_taken_like_any_other() -> None:
    result = plan([entry(1, url="https://tetangga.example/kabar/1"), entry(2)])
    assert sorted(send.url for send in result.sends) == [
        "https://kabar.example/berita/2",
        "https://tetangga.example/kabar/1",
    ]


def test_ten_thousand_entries_are_all_sent_once() -> None:
    entries = [entry(number, age=number / 1000) for number in range(10_000)]
    latest, numbers = plan(entries, cap=4000), []
    while latest.sends:
        numbers += sent(latest)
        latest = plan(entries, latest, cap=4000)
    assert len(numbers) == len(set(numbers)) == 10_000


def test_only_what_contains_a_wanted_word_is_taken() -> None:
    picky = source(include=("beras", "Café"))
    entries = [
        entry(1, title="Harga BERAS turun"),
        entry(2, title="Jalan desa"),
        entry(3, tag="cafe"),
        entry(4, title="Kafe"),
    ]
    result = plan(entries, publisher=picky)
    assert sorted(sent(result)) == ["1", "3"]
    assert result.skipped == {"excluded by words": 2}


def test_what_contains_an_unwanted_word_is_left_out() -> None:
    picky = source(include=("beras",), exclude=("iklan",))
    entries = [entry(1, title="Harga beras"), entry(2, title="Iklan: beras murah"), entry(3, title="Iklan")]
    assert sent(plan(entries, publisher=picky)) == ["1"]


def test_the_plan_counts_what_it_skips_by_reason() -> None:
    entries = [entry(1, age=100), entry(2, age=100), FeedEntry(None, None), entry(3)]
    assert plan(entries).skipped == {"older than backfill": 2, "no usable link": 1}
