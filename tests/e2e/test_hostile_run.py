"""One run over every hostile feed: each ends in its own state, and costs the others nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from newswire.worker import Worker
from tests.support.aws_stack import Stack
from tests.support.fetch_feeds import Item, rss
from tests.support.fetch_run import HOSTS, FetchRuns
from tests.support.web_server import Reply, WebServer

ATTACK = Path(__file__).resolve().parents[3] / "shared" / "attack"
pytestmark = pytest.mark.skipif(
    not ATTACK.is_dir(), reason="HOSTILE RUN NOT TESTED: no ../shared/attack here"
)
PATTERNS = ("xml-feeds/*.xml", "xml-feeds/*.gz", "xml-feeds/*.html", "xml-feeds/*.json", "hostile/fp-*.xml")
FILES = sorted(path for pattern in PATTERNS for path in ATTACK.glob(pattern) if path.name != "index.json")


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker("functions.fetch.feed_documents:run") as one:
        yield one


@pytest.fixture
def runs(stack: Stack, web: WebServer, worker: Worker) -> FetchRuns:
    for path in FILES:
        headers = {"Content-Encoding": "gzip"} if path.suffix == ".gz" else {}
        kind = "text/xml; charset=undefined" if "charset-undefined" in path.name else "application/xml"
        web.replies[f"/{path.name}"] = Reply(path.read_bytes(), headers=headers, content_type=kind)
    return FetchRuns(stack, web, worker)


def test_every_hostile_feed_ends_in_its_state_and_the_others_are_delivered(runs: FetchRuns) -> None:
    good = {}
    for number, host in enumerate(HOSTS):
        runs.web.replies[f"{host}/rss"] = Reply(rss([Item(90_000 + number)]))
        good[host] = runs.source(host=host, id=f"baik-{number}")
    attacks = [f"/{path.name}" for path in FILES]
    hostile = runs.source(*attacks, "/rss", backfill=None)
    runs.web.replies["/rss"] = Reply(rss([Item(99_999)]))
    totals = runs.poll(hostile, *good.values())

    # One of them is a page that names a feed, which is not there.
    (named,) = runs.state("/not-xml.html")["children"]
    assert totals.feeds_polled == len(FILES) + 1 + len(HOSTS) + 1
    assert "internal error" not in totals.failures
    told = {record["feed"].rpartition("/")[2]: record for record in runs.log("feed failed")}
    for path in FILES:
        state = runs.state(f"/{path.name}")
        assert (state.get("reason"), state.get("failures", 0)) == (
            (told[path.name]["reason"], 1) if path.name in told else (None, 0)
        ), path.name
    assert sum(totals.failures.values()) == len(told)
    assert totals.failures["HTTP 404"] == 1
    urls = {message.body["url"] for message in runs.messages()}
    wanted = {f"https://kabar.example/berita/{number}" for number in (*range(90_000, 90_005), 99_999)}
    assert wanted <= urls
    assert all(url.startswith(("http://", "https://")) for url in urls)
    asked = {runs.web.url(one.path) for one in runs.web.asked}
    assert asked == {*hostile.feeds, named}, "a document was followed somewhere else"


def test_a_hostile_feed_is_asked_ever_less_and_never_given_up(runs: FetchRuns) -> None:
    source = runs.source("/billion-laughs.xml")
    pauses = []
    for day in range(3):
        runs.poll(source, after=timedelta(days=day))
        pauses.append(runs.pause("/billion-laughs.xml"))
    assert pauses == sorted(pauses)
    assert runs.state("/billion-laughs.xml")["health"] == "failing"
    assert runs.log("feed is failing")[0]["reason"] == "not a feed"
