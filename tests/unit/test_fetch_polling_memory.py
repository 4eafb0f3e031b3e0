"""What a poll holds back, and what it knows of entries that have vanished."""

from __future__ import annotations

from functions.fetch.polling import FEWEST_VANISHED, MOST_VANISHED
from newswire.urls import article_id
from tests.support.polled_entries import entry, plan, sent


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


def test_a_document_that_is_empty_for_once_makes_nothing_new() -> None:
    """A publisher's outage: what was too old stays skipped, what was sent stays sent."""
    entries = [entry(1, age=100), entry(2)]
    before = plan(entries)
    empty = plan([], before)
    assert plan(entries, empty).sends == ()
