"""What is remembered of a feed's last document, and the feed's item."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from functions.fetch.feed_state import FeedState
from functions.fetch.seen_entries import INLINE_LIMIT, Fingerprint, SeenEntries, decode, encode, identity_of
from newswire.feed_keys import feed_key

NOW = datetime(2025, 6, 2, 8, 0, 0, 123000, tzinfo=UTC)
DYNAMODB_LIMIT = 400 * 1024


def fingerprint(number: int, *, skipped: bool = False, waiting: bool = False) -> Fingerprint:
    letters = "abcdefghijklmnop"
    article = "".join(letters[(number >> 4 * place) & 15] for place in range(16))
    return Fingerprint.of(number.to_bytes(8, "big"), article, b"content-", skipped=skipped, waiting=waiting)


def test_fingerprints_come_back_as_they_were_remembered() -> None:
    known = [fingerprint(number, skipped=number % 2 == 0, waiting=number % 3 == 0) for number in range(50)]
    known.append(fingerprint(50).as_vanished())
    seen = decode(encode(known))
    assert list(seen.by_identity.values()) == known
    assert len(seen) == 51


def test_an_entry_is_found_by_its_guid_and_where_the_guid_churns_by_its_article() -> None:
    seen = SeenEntries.of([fingerprint(1), fingerprint(2)])
    assert seen.find(fingerprint(1).identity, b"unknown") == fingerprint(1)
    assert seen.find(b"newguid!", fingerprint(2).article) == fingerprint(2)
    assert seen.find(b"newguid!", b"unknown") is None


def test_the_guid_decides_where_guid_and_link_name_different_entries() -> None:
    seen = SeenEntries.of([fingerprint(1), fingerprint(2)])
    assert seen.find(fingerprint(1).identity, fingerprint(2).article) == fingerprint(1)


def test_an_empty_memory_is_not_the_same_as_none() -> None:
    assert encode([]) == b""
    assert len(decode(b"")) == 0


def test_a_damaged_memory_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^seen entries are 26 bytes; a multiple of 27 is allowed$"):
        decode(b"x" * 26)


def test_the_most_that_stays_inline_fits_into_an_item() -> None:
    packed = encode(fingerprint(number) for number in range(INLINE_LIMIT))
    assert len(packed) < DYNAMODB_LIMIT * 0.6


def test_a_guid_is_never_taken_for_a_link() -> None:
    link = "https://kabar.example/1"
    assert identity_of("guid", link) == identity_of("guid", "https://kabar.example/2")
    assert identity_of(None, link) != identity_of(link, link)
    assert identity_of("", link) == identity_of(None, link)
    assert len(identity_of("\ud800", link)) == 8


def test_a_feed_is_named_by_its_source_and_configured_url() -> None:
    assert feed_key("kabar", "https://kabar.example/rss") == "kabar https://kabar.example/rss"


@pytest.mark.parametrize(
    "state",
    [
        FeedState("kabar https://kabar.example/rss", version=1),
        FeedState(
            "kabar https://kabar.example/rss",
            version=7,
            polled=NOW,
            next_due=NOW,
            etag='W/"é"',
            last_modified="Mon, 02 Jun 2025 08:00:00 GMT",
            body_hash="0" * 64,
            failures=3,
            reason="HTTP 503",
            last_success=NOW,
            last_new=NOW,
            seen=b"",
        ),
        FeedState("kabar https://kabar.example/rss", version=2, seen_key="feeds/x.seen"),
    ],
    ids=["new", "whole", "by-reference"],
)
def test_a_state_is_read_back_as_it_was_written(state: FeedState) -> None:
    item = state.to_item()
    assert item["pk"] == "feed#kabar https://kabar.example/rss"
    assert None not in item.values()
    assert FeedState.from_item(item) == state
    assert FeedState.from_item(replace(state, version=9).to_item()).version == 9
