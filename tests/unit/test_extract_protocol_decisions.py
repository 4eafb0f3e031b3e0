"""What a message asks of an article that may be known already."""

from __future__ import annotations

from dataclasses import replace

import pytest

from functions.extract.decisions import Step, next_step, next_via, with_via
from newswire.article_item import RECENT_HINTS, ArticleItem, Tombstone, Via
from newswire.messages import Hint, Message
from tests.support.articles import article_item

URL = "https://kabar.example/berita/1"
KABAR, WARTA = "kabar https://kabar.example/rss", "warta https://warta.example/rss"
EARLY, KEPT, LATE = "2026-01-05T00:00:00.000Z", "2026-01-05T01:00:00.000Z", "2026-01-05T02:00:00.000Z"
STONE = Tombstone("a" * 16, 9, URL, "slug", "retracted", KEPT)


def entry(
    feed: str = KABAR, *, polled: str = LATE, hint_hash: str = "old", updated: str | None = None
) -> Message:
    source = feed.partition(" ")[0]
    return Message("entry", source, feed, polled, "a" * 16, URL, hint_hash, Hint(updated=updated))


def recheck(polled: str = LATE) -> Message:
    return Message("recheck", "", "", polled, "a" * 16, URL, Hint().hash())


def known(updated: str | None = None) -> ArticleItem:
    via = {KABAR: Via("kabar", URL, KEPT, updated, ("old", "newer"))}
    return replace(article_item(), via=via)


def test_an_unknown_article_is_extracted() -> None:
    assert next_step(entry(), None) is Step.EXTRACT


@pytest.mark.parametrize("message", [entry(), entry(WARTA, updated=LATE), recheck()])
def test_nothing_wakes_a_tombstone(message: Message) -> None:
    assert next_step(message, STONE) is Step.DROP_TOMBSTONE


@pytest.mark.parametrize("polled", [EARLY, KEPT])
@pytest.mark.parametrize("hint_hash", ["old", "edited"])
def test_what_a_poll_said_that_is_not_newer_than_the_kept_one_is_handled_already(
    polled: str, hint_hash: str
) -> None:
    assert next_step(entry(polled=polled, hint_hash=hint_hash, updated=LATE), known(EARLY)) is Step.DROP_STALE


@pytest.mark.parametrize("hint_hash", ["old", "newer"])
def test_a_hint_that_the_feed_brought_before_only_touches(hint_hash: str) -> None:
    assert next_step(entry(hint_hash=hint_hash), known()) is Step.TOUCH


def test_a_hint_that_is_new_in_its_feed_is_an_edit() -> None:
    assert next_step(entry(hint_hash="edited"), known()) is Step.EXTRACT


def test_another_feeds_other_words_are_no_edit() -> None:
    assert next_step(entry(WARTA, hint_hash="other words"), known()) is Step.TOUCH


@pytest.mark.parametrize(
    ("updated", "step"),
    [
        ("2026-01-05T08:00:00+07:00", Step.TOUCH),
        ("2026-01-05T01:00:00Z", Step.TOUCH),
        ("2026-01-05T08:00:01+07:00", Step.EXTRACT),
        ("2026-01-05T02:00:00+01:00", Step.TOUCH),
        ("2026-01-05T00:30:00-01:00", Step.EXTRACT),
        (None, Step.TOUCH),
    ],
)
def test_only_an_entry_that_is_later_than_all_seen_is_an_edit_whatever_its_zone(
    updated: str | None, step: Step
) -> None:
    assert next_step(entry(WARTA, updated=updated), known("2026-01-05T01:00:00Z")) is step
    assert next_step(entry(hint_hash="old", updated=updated), known("2026-01-05T01:00:00Z")) is step


def test_the_first_feed_that_states_an_update_is_no_edit() -> None:
    assert next_step(entry(WARTA, updated=LATE), known(None)) is Step.TOUCH


def test_an_entry_without_its_hint_is_judged_by_its_hash() -> None:
    bare = replace(entry(WARTA), hint=None)
    assert next_step(bare, known(EARLY)) is Step.TOUCH
    assert next_step(replace(entry(hint_hash="edited"), hint=None), known(EARLY)) is Step.EXTRACT


@pytest.mark.parametrize(
    ("due", "step"),
    [(EARLY, Step.EXTRACT), (KEPT, Step.EXTRACT), (LATE, Step.DROP_STALE), (None, Step.DROP_STALE)],
)
def test_a_recheck_counts_while_it_is_due(due: str | None, step: Step) -> None:
    assert next_step(recheck(KEPT), replace(known(), recheck_at=due)) is step


def test_a_recheck_of_nothing_is_dropped() -> None:
    assert next_step(recheck(), None) is Step.DROP_STALE


def test_a_touch_is_a_new_version_and_no_new_revision() -> None:
    before = known()
    after = with_via(before, entry(WARTA, hint_hash="w"))
    assert after == replace(
        before, version=before.version + 1, via={**before.via, WARTA: Via("warta", URL, LATE, None, ("w",))}
    )


def test_a_recheck_belongs_to_no_feed() -> None:
    before = known()
    assert with_via(before, recheck()) == replace(before, version=before.version + 1)


def test_a_feeds_record_keeps_its_last_sixteen_hints_newest_last() -> None:
    item = known()
    for number in range(RECENT_HINTS + 4):
        item = with_via(item, entry(hint_hash=f"h{number}"))
    assert item.via[KABAR].hints == tuple(f"h{number}" for number in range(4, RECENT_HINTS + 4))
    assert RECENT_HINTS == 16


def test_a_hint_that_comes_back_is_the_newest_once_more() -> None:
    assert next_via(known(), entry(hint_hash="old")).hints == ("newer", "old")


def test_the_record_never_goes_back_in_time() -> None:
    assert next_via(known(), entry(polled=EARLY)).polled == KEPT


def test_an_update_once_stated_stays_until_a_later_statement() -> None:
    item = known("2026-01-05T01:00:00Z")
    assert next_via(item, entry()).updated == "2026-01-05T01:00:00Z"
    assert next_via(item, entry(updated=LATE)).updated == LATE


def test_the_record_names_the_link_that_the_feed_has_now() -> None:
    moved = replace(entry(), url="https://kabar.example/berita/satu")
    assert next_via(known(), moved).url == "https://kabar.example/berita/satu"
