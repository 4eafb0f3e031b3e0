"""Functions whose clocks are five minutes off, in any directions: the same articles, the same site."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from moto import mock_aws

from functions.fetch.polling import RUN_CAP
from newswire.article_item import ArticleItem, Tombstone
from newswire.clock import CLOCK_SKEW, instant
from newswire.messages import Message
from tests.support.aws_stack import Stack
from tests.support.delivered_story import Functions
from tests.support.extract_world import NOW, World, entry, recheck
from tests.support.fetch_feeds import Item, rss
from tests.support.fetch_run import FetchRuns
from tests.support.told_story import serve, sources_yaml
from tests.support.web_server import Reply, WebServer

OFF = timedelta(minutes=5)
SKEWS = [
    {"fetch": fetch, "extract": extract, "publish": publish}
    for fetch, extract, publish in product((-OFF, OFF), repeat=3)
]
# Whatever our own clocks have a part in: moments as machines and as people read them, and hashes over them.
_MOMENT = re.compile(
    rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?"
    rb"|\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d (GMT|[+-]\d{4})"
    rb"|\b\d\d\.\d\d\b"
    rb"|\"fingerprint\":\"[0-9a-f]{32}\""
)


@contextmanager
def functions(
    web: WebServer, patch: pytest.MonkeyPatch, skew: Mapping[str, timedelta]
) -> Iterator[Functions]:
    """Give extract and publish, clocks that are off, and a stack of their own, in the middle of an hour."""
    with mock_aws():
        world = World(Stack(), web)
        deployed = Functions(world, patch, NOW + timedelta(minutes=30), skew)
        deployed.deploy(sources_yaml(world))
        yield deployed
        world.close()


def polled(message: Message, moment: datetime) -> Message:
    """Return a message as a fetch with this clock sends it."""
    return replace(message, polled=instant(moment))


def told(functions: Functions, fetch: timedelta) -> None:
    """Tell of three articles, an edit, a look at a page that is gone, and a second one."""
    world = functions.world
    # By the publisher's clock it appears in four minutes.
    dates = {"segera": functions.moment + timedelta(minutes=4)}
    dates |= {"banjir": NOW - timedelta(hours=3), "ditarik": NOW - timedelta(hours=5)}
    urls = {name: serve(world, name, f"Laporan tentang {name} hari ini.") for name in dates}
    first = [entry(urls[name], title=name, published=instant(date)) for name, date in dates.items()]
    assert functions.extract(*(polled(one, functions.moment + fetch) for one in first)) == []
    functions.moment += timedelta(minutes=15)
    serve(world, "banjir", "Banjir surut, dua desa masih terendam.")
    edit = entry(urls["banjir"], title="banjir surut", published=instant(dates["banjir"]))
    assert functions.extract(polled(edit, functions.moment + fetch)) == []
    world.fail("/berita/ditarik", 410)
    for _ in range(
        4
    ):  # a second look that comes less than an hour after the first, by extract's clock, is none
        item = functions.articles()["ditarik"]
        if isinstance(item, Tombstone):
            break
        assert item.recheck_at is not None
        functions.moment = max(functions.moment, datetime.fromisoformat(item.recheck_at) - fetch)
        assert functions.extract(recheck(item, functions.moment + fetch)) == []


def shown(site: Mapping[str, Any]) -> dict[str, tuple[str, bytes]]:
    """Return media type and bytes of every object, without moments."""
    return {key: (said["ContentType"], _MOMENT.sub(b"*", body)) for key, (body, said) in site.items()}


def stored(functions: Functions) -> dict[str, tuple[object, ...]]:
    """Return what is stored of every article, without moments."""
    return {
        name: (one.revision, one.title, one.text_sha256, sorted(one.via), one.origin, one.slug, one.category)
        if isinstance(one, ArticleItem)
        else (one.reason, one.slug, one.url)
        for name, one in functions.articles().items()
    }


@pytest.mark.slow
def test_whichever_functions_are_ahead_or_behind_the_same_is_stored_and_shown(
    web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each two of them in all four ways for the site, all three in all eight for the articles."""
    articles: dict[str, tuple[object, ...]] = {}
    site: dict[str, tuple[str, bytes]] = {}
    for skew in ({}, *SKEWS):
        with functions(web, monkeypatch, skew) as deployed:
            told(deployed, skew.get("fetch", timedelta(0)))
            articles = articles or stored(deployed)
            assert stored(deployed) == articles, skew
            if list(skew.values()).count(OFF) % 2 == 0:
                assert deployed.publish_new() == [], skew
                now = shown(deployed.site())
                site = site or now
                assert [key for key in site | now if site.get(key) != now.get(key)] == [], skew
    assert articles.keys() == {"segera", "banjir", "ditarik"}
    assert (articles["banjir"][0], len(articles["ditarik"])) == (2, 3), "revised, and a tombstone"


@pytest.mark.parametrize("skew", [-OFF, OFF], ids=["behind", "ahead"])
def test_no_article_is_listed_later_than_it_was_seen_whatever_its_publishers_clock_says(
    world: World, skew: timedelta
) -> None:
    world.now = NOW + skew
    world.handle(entry(world.serve("/berita/1"), published=instant(NOW + timedelta(minutes=4))))
    item = world.only()
    assert item.first_seen == instant(world.now)
    assert item.listed == min(item.first_seen, instant(NOW + timedelta(minutes=4)))
    assert datetime.fromisoformat(item.published or "") <= datetime.fromisoformat(item.first_seen)


def test_a_second_look_retracts_only_an_hour_by_extracts_own_clocks_after_the_first(world: World) -> None:
    """Two clocks ten minutes apart make it 50 minutes, or put it off to the next look: never less."""
    url = world.serve("/berita/1")
    world.handle(entry(url))
    world.fail("/berita/1", 410)
    assert world.revisit().what == "page missing"
    first = world.now
    ahead = 2 * OFF
    for minutes, what in ((49, "already handled"), (50, "retracted")):
        item = world.articles().popitem()[1]
        moment = first + timedelta(minutes=minutes) + ahead
        world.now = moment
        assert world.handle(recheck(item, moment)).what == what  # type: ignore[arg-type]  # live until the last


@pytest.mark.parametrize("change", ["full_text_for", "unavailable_after"])
def test_what_ends_between_two_clocks_is_still_due_for_the_one_that_is_behind(
    world: World, change: str
) -> None:
    """Extract is ahead of that moment, publish behind: it would show the text, and nothing would tell it."""
    end = NOW - timedelta(minutes=4)
    published = instant(end - timedelta(hours=24))
    if change == "full_text_for":
        world.change_source("kabar", full_text_for=timedelta(hours=24))
    asked = {"unavailable_after": instant(end)} if change == "unavailable_after" else {}
    url = world.serve("/berita/1", directives=asked)
    world.handle(entry(url, published=published))
    assert world.only().next_change == instant(end)


def test_what_ended_longer_ago_than_clocks_differ_is_never_due(world: World) -> None:
    world.change_source("kabar", full_text_for=timedelta(hours=24))
    published = NOW - timedelta(hours=24) - CLOCK_SKEW
    world.handle(entry(world.serve("/berita/1"), published=instant(published)))
    assert world.due_after_archives() is None


def test_an_edit_polled_by_a_clock_that_is_behind_is_not_taken_for_what_was_said_before(
    fetch: FetchRuns,
) -> None:
    """Every quarter of an hour another instance polls, in turn five minutes ahead and five behind."""
    source = fetch.source(request_gap=timedelta(0), interval=timedelta(minutes=1))
    sent: list[str] = []
    titles: list[str] = []
    for turn in range(8):
        fetch.web.replies["/rss"] = Reply(rss([Item(1, f"Ralat {turn}")]), headers={"ETag": f'"{turn}"'})
        skew = OFF if turn % 2 else -OFF
        fetch.poll(source, after=turn * timedelta(minutes=15) + skew)
        for message in fetch.messages():
            sent.append(message.body["polled"])
            titles.append(message.body["hint"]["title"])
    assert titles == [f"Ralat {turn}" for turn in range(8)]
    assert sent == sorted(set(sent))


def test_what_is_due_within_the_ticks_tolerance_is_polled_later_than_before_all_the_same(
    fetch: FetchRuns,
) -> None:
    """What waits for its turn is due at once, also for a clock that is half a minute behind."""
    source = fetch.source(request_gap=timedelta(0))
    fetch.web.replies["/rss"] = Reply(rss(Item(number) for number in range(RUN_CAP + 2)))
    fetch.poll(source)
    first = {message.body["polled"] for message in fetch.messages()}
    edited = [Item(number, "Ralat" if number == 0 else "") for number in range(RUN_CAP + 2)]
    fetch.web.replies["/rss"] = Reply(rss(edited))
    fetch.poll(source, after=timedelta(seconds=-29))
    second = fetch.messages()
    assert "Ralat" in {message.body["hint"]["title"] for message in second}
    assert min(message.body["polled"] for message in second) > max(first)
    assert fetch.state()["polled"] >= second[0].body["polled"]
