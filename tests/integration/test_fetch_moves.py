"""Feeds that move or are gone, and how their health is told (design section 5, rules 4 and 5; section 3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.fetch.feed_state import FeedState
from newswire.clock import instant
from newswire.sources import Source
from tests.support.aws_stack import FEED_TABLE
from tests.support.fetch_feeds import NOW, Item, rss
from tests.support.fetch_run import HOSTS, FetchRuns, is_jittered
from tests.support.table_reads import TableReads
from tests.support.web_server import Reply

HOUR = timedelta(hours=1)
FEED = Reply(rss([Item(1)]), etag='"1"')


def moved(status: int, target: str = "/baru") -> Reply:
    return Reply(status=status, headers={"Location": target})


def polls(fetch: FetchRuns, times: int, start: int = 0) -> list[str]:
    """Poll once every two hours; return the paths that were asked."""
    before = len(fetch.web.asked)
    for number in range(start, start + times):
        fetch.poll(after=2 * number * HOUR)
    return fetch.web.paths()[before:]


def told(fetch: FetchRuns) -> list[tuple[str, str]]:
    return [(one["transition"], one["feed"][6:]) for one in fetch.log() if "transition" in one]


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_move_that_three_polls_confirm_is_kept(status: int, fetch: FetchRuns) -> None:
    fetch.web.replies |= {"/rss": moved(status), "/baru": FEED}
    assert polls(fetch, 3) == ["/rss", "/baru"] * 3
    assert fetch.state()["moved_to"] == fetch.web.url("/baru")
    assert polls(fetch, 2, 3) == ["/baru", "/baru"]
    assert fetch.web.asked[-1].header("If-None-Match") == '"1"'
    assert told(fetch) == [("moved", fetch.web.url("/rss"))]
    assert len(fetch.messages()) == 1


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_temporary_redirect_is_followed_and_never_kept(status: int, fetch: FetchRuns) -> None:
    fetch.web.replies |= {"/rss": moved(status), "/baru": FEED}
    assert polls(fetch, 5) == ["/rss", "/baru"] * 5
    assert not {"moved_to", "moving_to"} & fetch.state().keys()


def test_the_back_off_of_a_new_address_is_read_once_with_the_states_where_it_is_the_domain_s(
    fetch: FetchRuns,
) -> None:
    fetch.web.replies |= {"/rss": moved(301), "/baru": FEED}
    polls(fetch, 3)
    reads = TableReads(fetch.stack.dynamodb)
    assert polls(fetch, 1, 3) == ["/baru"]
    assert [kinds for kinds, _ in reads.of(FEED_TABLE)] == [["feed"], ["domain", "feed"]]


def test_a_move_that_is_interrupted_begins_anew(fetch: FetchRuns) -> None:
    fetch.web.replies |= {"/rss": moved(301), "/baru": FEED}
    polls(fetch, 2)
    fetch.web.replies["/rss"] = FEED
    polls(fetch, 1, 2)
    fetch.web.replies["/rss"] = moved(301)
    polls(fetch, 2, 3)
    state = fetch.state()
    assert (state["confirmations"], state["moving_to"]) == (2, fetch.web.url("/baru"))
    assert "moved_to" not in state


def test_a_move_to_something_that_is_no_feed_is_not_kept(fetch: FetchRuns) -> None:
    fetch.web.replies |= {"/rss": moved(301), "/baru": Reply(b"<!doctype html>Beranda")}
    for number in range(4):
        fetch.poll(after=number * 24 * HOUR)
    assert not {"moved_to", "moving_to"} & fetch.state().keys()


def test_a_move_to_an_address_that_is_not_public_is_never_kept(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = moved(301, "http://169.254.169.254/latest/meta-data/")
    for number in range(4):
        fetch.poll(after=number * 24 * HOUR)
    state = fetch.state()
    assert (state["reason"], state["failures"]) == ("address refused", 4)
    assert not {"moved_to", "moving_to"} & state.keys()


def test_a_new_address_that_stops_answering_leads_back_to_the_configured_one(fetch: FetchRuns) -> None:
    fetch.web.replies |= {"/rss": moved(301), "/baru": FEED}
    polls(fetch, 3)
    fetch.web.replies |= {"/rss": FEED, "/baru": Reply(status=404)}
    asked = [polls(fetch, 1, number) for number in range(3, 20)]
    assert [paths for paths in asked if paths][:4] == [["/baru"], ["/baru"], ["/baru"], ["/rss"]]
    assert "moved_to" not in fetch.state()


def test_410_stops_and_says_so(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = FEED
    fetch.poll()
    fetch.web.replies["/rss"] = Reply(status=410)
    totals = fetch.poll(after=2 * HOUR)
    assert (totals.failures, totals.transitions) == ({"HTTP 410": 1}, {"gone": 1})
    state = fetch.state()
    assert (state["gone"], state["health"]) == (instant(NOW + 2 * HOUR), "gone")
    fetch.web.replies["/rss"] = FEED
    assert fetch.poll(after=timedelta(days=400)).feeds_polled == 0
    (record,) = fetch.log("feed is gone and is not asked again")
    assert (record["level"], record["source"], record["reason"]) == ("WARNING", "kabar", "HTTP 410")


def test_410_where_a_redirect_leads_for_today_only_is_a_failure_as_any_other(fetch: FetchRuns) -> None:
    fetch.web.replies |= {"/rss": moved(302), "/baru": Reply(status=410)}
    assert fetch.poll().failures == {"HTTP 410 elsewhere": 1}
    fetch.web.replies["/baru"] = FEED
    assert fetch.poll(after=HOUR).sent == 1


def test_410_where_a_redirect_leads_for_good_stops(fetch: FetchRuns) -> None:
    fetch.web.replies |= {"/rss": moved(301), "/baru": Reply(status=410)}
    assert fetch.poll().transitions == {"gone": 1}


def test_410_at_an_address_that_was_kept_leads_back_to_the_configured_one(fetch: FetchRuns) -> None:
    fetch.web.replies |= {"/rss": moved(301), "/baru": FEED}
    polls(fetch, 3)
    fetch.web.replies |= {"/rss": FEED, "/baru": Reply(status=410)}
    asked = [polls(fetch, 1, number) for number in range(3, 20)]
    assert ["/rss"] in asked
    assert "gone" not in fetch.state()


def test_a_feed_that_fails_and_recovers_is_told_twice(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = FEED
    fetch.poll()
    fetch.web.replies["/rss"] = Reply(status=500)
    for hours in (24, 48, 72, 96):
        fetch.poll(after=hours * HOUR)
    fetch.web.replies["/rss"] = Reply(rss([Item(1, age=-119)]), etag='"2"')
    assert fetch.poll(after=120 * HOUR).transitions == {"recovered": 1}
    assert [transition for transition, _ in told(fetch)] == ["failing", "recovered"]
    (failing,) = fetch.log("feed is failing")
    assert (failing["failures"], failing["reason"], failing["before"]) == (3, "HTTP 500", "ok")
    assert failing["last_success"] == instant(NOW)


def test_a_feed_that_is_silent_for_longer_than_its_rhythm_allows_is_told_once(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(number, age=number) for number in range(1, 9)]), etag='"1"')
    fetch.poll()
    assert fetch.state()["rhythm"] == 3600
    for hours in range(1, 60):
        fetch.poll(after=hours * HOUR)
    assert [transition for transition, _ in told(fetch)] == ["silent"]
    (record,) = fetch.log("feed is silent for longer than its rhythm allows")
    assert (record["rhythm_seconds"], record["last_new"]) == (3600, instant(NOW))
    fetch.web.replies["/rss"] = Reply(rss([Item(99, age=-60)]), etag='"2"')
    assert fetch.poll(after=90 * HOUR).transitions == {"recovered": 1}


def test_an_unchanged_feed_that_sleeps_is_asked_less_and_less(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = FEED
    fetch.poll()
    pauses = [fetch.pause()]
    for hours in (60, 200, 1000):
        fetch.poll(after=hours * HOUR)
        pauses.append(fetch.pause())
    assert pauses[0] == timedelta(minutes=15)
    assert is_jittered(pauses[1], 3 * HOUR)
    assert is_jittered(pauses[2], 10 * HOUR)
    assert 24 * HOUR * 0.9 <= pauses[3] <= 24 * HOUR


@pytest.mark.parametrize("stated", [{"Retry-After": "1800"}, {}], ids=["stated", "silent"])
def test_a_refusal_covers_all_hosts_of_the_domain(stated: dict[str, str], fetch: FetchRuns) -> None:
    """The loopback hosts stand below one domain here: id.kabar.localhost and www.kabar.localhost."""
    hosts = ("id.kabar.localhost", "www.kabar.localhost")
    fetch.loopback = fetch.web.loopback(*hosts, *HOSTS)
    fetch.web.replies |= {f"{hosts[0]}/rss": Reply(status=503, headers=stated), f"{hosts[1]}/rss": FEED}
    first = fetch.source(host=hosts[0], id="satu")
    fetch.poll(first)
    minutes = 30 if stated else 10
    item = fetch.stack.items()["domain#kabar.localhost"]
    assert (item["ends"], item["refusals"]) == (instant(NOW + timedelta(minutes=minutes)), 1)
    second = fetch.source(host=hosts[1], id="dua")
    during = fetch.poll(second, after=timedelta(minutes=minutes - 1))
    assert (during.feeds_polled, during.waiting) == (0, 1)
    assert fetch.poll(second, after=timedelta(minutes=minutes)).sent == 1
    assert "domain#kabar.localhost" not in fetch.stack.items()


def leads_elsewhere(fetch: FetchRuns) -> Source:
    """Return a source whose feed redirects to another domain."""
    fetch.web.replies |= {
        "/rss": moved(302, fetch.web.url("/rss", HOSTS[0])),
        f"{HOSTS[0]}/rss": Reply(status=429, headers={"Retry-After": "21600"}),
    }
    return fetch.source(interval=4 * HOUR)


def test_a_redirect_to_a_domain_that_asks_to_wait_is_not_tried_at_every_run(fetch: FetchRuns) -> None:
    source = leads_elsewhere(fetch)
    fetch.loopback = fetch.web.loopback(*HOSTS)
    fetch.poll(fetch.source(host=HOSTS[0], id="lain"))
    for number in range(5):
        fetch.poll(source, after=number * timedelta(minutes=15))
    assert [asked.host for asked in fetch.web.asked] == [HOSTS[0], "localhost"]
    assert fetch.poll(source, after=4 * HOUR).failures == {"domain asked to wait": 1}


def test_what_another_run_was_told_holds_for_a_redirect_too(fetch: FetchRuns) -> None:
    """The domain that a redirect leads to is not known before it answers."""
    source = leads_elsewhere(fetch)
    fetch.poll(fetch.source(host=HOSTS[0], id="lain"))
    fetch.poll(source, after=timedelta(minutes=15))
    assert [asked.host for asked in fetch.web.asked] == [HOSTS[0], "localhost"]


def test_a_change_of_health_that_could_not_be_stored_is_told_when_it_is(fetch: FetchRuns) -> None:
    def refuse(_: FeedState) -> None:
        raise OSError("throttled")

    fetch.web.replies["/rss"] = Reply(status=500)
    polls(fetch, 2)
    assert fetch.poll(after=24 * HOUR, before_save=refuse).transitions == {}
    assert told(fetch) == []
    assert fetch.poll(after=25 * HOUR).transitions == {"failing": 1}
    assert [transition for transition, _ in told(fetch)] == ["failing"]
