"""What a document means for a feed: which entries are sent and which are remembered (design section 3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.fetch.feed_entry import FeedEntry
from functions.fetch.polling import FEWEST_VANISHED, MOST_VANISHED, Plan, compare
from functions.fetch.seen_entries import SeenEntries
from newswire.sources import Source
from newswire.urls import article_id
from tests.support.catalogues import source
from tests.support.fetch_feeds import NOW

KABAR = source()


def entry(
    number: int,
    *,
    guid: str | None = None,
    url: str = "",
    age: float | None = 1,
    title: str = "",
    tag: str = "",
) -> FeedEntry:
    return FeedEntry(
        guid=f"guid-{number}" if guid is None else guid or None,
        url=url or f"https://kabar.example/berita/{number}",
        title=title or f"Berita {number}",
        published=None if age is None else (NOW - timedelta(hours=age)).isoformat(),
        categories=(tag,) if tag else (),
    )


def plan(
    entries: list[FeedEntry], before: Plan | None = None, *, publisher: Source = KABAR, cap: int = 200
) -> Plan:
    seen = None if before is None else SeenEntries.of(before.remembered)
    return compare(entries, seen, publisher, NOW, cap)


def sent(result: Plan) -> list[str]:
    return [send.url.rpartition("/")[2] for send in result.sends]


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


def test_above_the_cap_of_the_first_run_the_newest_go_first_and_the_rest_waits() -> None:
    entries = [entry(number, age=number) for number in range(1, 8)]
    first = plan(entries, cap=3)
    assert (sent(first), first.held_back, len(first.remembered)) == (["1", "2", "3"], 4, 7)
    assert [one.waiting for one in first.remembered].count(True) == 4


def test_of_a_known_feed_half_of_the_cap_is_for_the_oldest_that_wait() -> None:
    entries = [entry(number, age=number) for number in range(1, 8)]
    first = plan(entries, cap=3)
    second = plan(entries, first, cap=3)
    assert (sent(second), second.held_back) == (["4", "5", "7"], 1)
    third = plan(entries, second, cap=3)
    assert (sent(third), third.held_back) == (["6"], 0)
    assert plan(entries, third, cap=3).sends == ()


def test_what_waits_has_its_turn_although_newer_ones_keep_coming() -> None:
    """Each run brings as many new entries as the cap allows; the oldest are still taken first of all."""
    cap, backlog = 10, [entry(number, age=50 + number / 10) for number in range(40)]
    latest, window, seen_numbers = plan(backlog, cap=cap), backlog, []
    seen_numbers += sent(latest)
    for run in range(6):
        news = [entry(1000 + run * cap + number, age=40 - run) for number in range(cap)]
        window = [*news, *window]
        latest = plan(window, latest, cap=cap)
        seen_numbers += sent(latest)
    assert {str(number) for number in range(40)} <= set(seen_numbers)
    assert len(seen_numbers) == len(set(seen_numbers))
    while latest.held_back:
        latest = plan(window, latest, cap=cap)
        seen_numbers += sent(latest)
    assert len(set(seen_numbers)) == len(seen_numbers) == 100


def test_what_leaves_the_feed_before_its_turn_is_counted_and_sent_if_it_returns() -> None:
    entries = [entry(number, age=number) for number in range(1, 6)]
    first = plan(entries, cap=2)
    second = plan(entries[:3], first, cap=2)
    assert (sent(second), second.skipped) == (["3"], {"left the feed before its turn": 2})
    third = plan(entries, second, cap=2)
    assert (sorted(sent(third)), third.skipped) == (["4", "5"], {})


def test_an_edit_while_an_entry_waits_is_sent_once_as_it_is_then() -> None:
    entries = [entry(1, age=1), entry(2, age=2)]
    first = plan(entries, cap=1)
    edited = [entry(1, age=1), entry(2, age=2, title="Disunting")]
    (send,) = plan(edited, first, cap=1).sends
    assert send.entry.title == "Disunting"


def test_holding_back_forgets_neither_what_was_skipped_nor_what_was_known() -> None:
    entries = [entry(1, age=100), *(entry(number, age=number) for number in range(2, 6))]
    first = plan(entries, cap=2)
    second = plan(entries, first, cap=2)
    assert sent(first) + sent(second) == ["2", "3", "4", "5"]
    assert plan(entries, second).sends == ()


def test_an_edit_that_is_held_back_is_sent_in_the_next_run() -> None:
    known = plan([entry(1, age=9)])
    both = [entry(1, age=9, title="Disunting"), entry(2, age=1)]
    first = plan(both, known, cap=1)
    assert sent(first) == ["2"]
    second = plan(both, first, cap=1)
    assert sent(second) == ["1"]
    assert second.sends[0].article_id == article_id("https://kabar.example/berita/1")


def test_an_edit_that_is_held_back_keeps_the_first_articles_id() -> None:
    """A known guid with a new link waits for its turn: it must still be the first article then."""
    known = plan([entry(1, age=9)])
    both = [entry(1, age=9, url="https://kabar.example/berita/1-baru"), entry(2, age=1)]
    first = plan(both, known, cap=1)
    assert sent(first) == ["2"]
    (send,) = plan(both, first, cap=1).sends
    assert send.article_id == article_id("https://kabar.example/berita/1")


def test_an_entry_that_vanishes_and_returns_is_not_new_again() -> None:
    before = plan([entry(1), entry(2)])
    without = plan([entry(2)], before)
    assert len(without.remembered) == 2
    assert plan([entry(1), entry(2)], without).sends == ()


def test_an_entry_that_returns_changed_is_a_revision_of_the_first_article() -> None:
    before = plan([entry(1), entry(2)])
    without = plan([entry(2)], before)
    returned = entry(1, title="Baru", url="https://kabar.example/berita/1-baru")
    (send,) = plan([returned, entry(2)], without).sends
    assert send.article_id == article_id("https://kabar.example/berita/1")


def test_a_feed_that_flaps_between_two_documents_sends_each_entry_once() -> None:
    """Two servers behind one address, each some entries behind the other."""
    one, other = [entry(number) for number in range(40)], [entry(number) for number in range(20, 60)]
    latest = plan(one)
    latest = plan(other, latest)
    assert len(latest.sends) == 20
    for document in (one, other, one, other):
        latest = plan(document, latest)
        assert latest.sends == ()


def test_an_old_entry_that_was_skipped_is_not_imported_when_it_is_pinned_again() -> None:
    before = plan([entry(1, age=5000), entry(2)])
    without = plan([entry(2), entry(3)], before)
    assert sent(plan([entry(1, age=5000), entry(2), entry(3)], without)) == []


def test_as_many_vanished_entries_stay_known_as_the_document_has_and_at_least_a_hundred() -> None:
    latest = plan([entry(number) for number in range(10)])
    for start in range(10, 400, 10):
        latest = plan([entry(number) for number in range(start, start + 10)], latest)
    assert len(latest.remembered) == 10 + FEWEST_VANISHED
    last_to_vanish = [entry(number) for number in range(290, 400)]
    assert plan(last_to_vanish, latest).sends == ()
    assert sent(plan([entry(289), *last_to_vanish], latest)) == ["289"]


def test_a_large_feed_keeps_a_thousand_vanished_entries_at_most() -> None:
    latest = plan([entry(number) for number in range(3000)], cap=9000)
    for start in range(1000, 5000, 1000):
        latest = plan([entry(number) for number in range(start, start + 3000)], latest, cap=9000)
    assert len(latest.remembered) == 3000 + MOST_VANISHED


def test_a_document_that_lacks_most_entries_for_once_makes_nothing_new() -> None:
    entries = [entry(number, age=100 if number < 1800 else 1) for number in range(2000)]
    before = plan(entries, cap=9000)
    stub = plan([entry(1999), entry(5000)], before)
    assert sent(stub) == ["5000"]
    after = plan(entries, stub)
    assert after.sends == ()


def test_the_memory_of_a_feed_that_became_small_shrinks_with_every_document() -> None:
    latest = plan([entry(number) for number in range(500)], cap=9000)
    for number in range(150):
        latest = plan([entry(10_000 + number), entry(1)], latest)
    assert len(latest.remembered) == 2 + FEWEST_VANISHED


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


def test_a_document_that_is_empty_for_once_makes_nothing_new() -> None:
    """A publisher's outage: what was too old stays skipped, what was sent stays sent."""
    entries = [entry(1, age=100), entry(2)]
    before = plan(entries)
    empty = plan([], before)
    assert plan(entries, empty).sends == ()


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
