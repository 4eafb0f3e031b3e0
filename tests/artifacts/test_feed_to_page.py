"""What is deployed carries the demo publishers' articles from their feeds to the portal's pages and feeds."""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.built_functions import Build, BuiltFunctions
from local.demo.newsroom import Publisher, Story
from local.demo.server import DemoPublishers
from local.driver import Driver
from local.emulator import Emulator, emulated
from local.invoke import SAMPLE_START
from local.local_run import put_sources
from local.progress import Progress
from local.run import PROJECT
from local.runtime_emulator import Invocation, RuntimeEmulator
from local.stack_contents import StackContents
from local.tally import Tally
from tests.artifacts.processes import RUNTIME, only
from tests.support.demo_outcome import DemoOutcome

PORT_SHIFT = 710
# One that shows whole articles, one that shows excerpts, one that shows links: all six take thrice as long.
CHOSEN = ("angin-timur", "lumbung-niaga", "harbour-lantern")

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Told:
    """The portal when all queues and the stream were empty, and what its functions did for it."""

    articles: Mapping[str, Mapping[str, Any]]
    site: Mapping[str, bytes]
    invocations: Mapping[str, list[Invocation]]
    queued: Mapping[str, int]
    left_in_tmp: Mapping[str, list[str]]
    outcome: DemoOutcome

    def stories(self) -> list[tuple[Publisher, Story]]:
        return [
            (one, story) for one, story in self.outcome.stories() if one.id in CHOSEN and not story.retraction
        ]


@pytest.fixture(scope="module")
def told(build: Build) -> Iterator[Told]:
    with (
        emulated(PROJECT, SAMPLE_START, demo_port_shift=PORT_SHIFT) as emulator,
        BuiltFunctions(build.functions(emulator)) as functions,
    ):
        _choose(emulator)
        stack = emulator.stack
        driver = Driver(emulator.wiring, stack, functions, emulator.clock, Tally(), Progress(sys.stderr))
        for schedule in emulator.wiring.schedules:
            driver.fire(schedule)
        assert driver.drain() is None
        outcome = DemoOutcome(DemoPublishers(SAMPLE_START, PORT_SHIFT))
        files = _objects(stack.clients.s3, stack.buckets["ArticleBucket"], "articles/")
        articles = {one["url"]: one for one in map(json.loads, files.values())}
        site = _objects(stack.clients.s3, stack.buckets["SiteBucket"])
        left = {name: _tmp(one) for name, one in functions.running.items() if one.confined}
        yield Told(articles, site, functions.invocations, _queued(emulator), left, outcome)


def _choose(emulator: Emulator) -> None:
    sources = yaml.safe_load(emulator.edition.sources_yaml())
    sources["sources"] = [one for one in sources["sources"] if one["id"] in CHOSEN]
    body = yaml.safe_dump(sources, sort_keys=False).encode()
    put_sources(StackContents(emulator.stack), body, emulator.edition.own_files())


def _tmp(emulator: RuntimeEmulator) -> list[str]:
    """Return what lies in a function's /tmp, but for the runtime's libraries of a project that lies there."""
    shown = (PROJECT / ".venv-runtime").resolve()
    own = {shown.parts[2]} if shown.is_relative_to("/tmp") else set()  # noqa: S108  # it is looked at, not used
    found = Path("/proc", str(only(emulator.pid, RUNTIME)), "root", "tmp").iterdir()
    return [path.name for path in found if path.name not in own]


def _objects(s3: Any, bucket: str, prefix: str = "") -> dict[str, bytes]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [one["Key"] for page in pages for one in page.get("Contents", [])]
    return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}


def _queued(emulator: Emulator) -> dict[str, int]:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counts = {
        name: emulator.stack.clients.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)[
            "Attributes"
        ]
        for name, url in emulator.stack.queues.items()
    }
    return {name: sum(int(count) for count in one.values()) for name, one in counts.items()}


def _lines(told: Told, function: str) -> list[dict[str, Any]]:
    return [json.loads(line) for one in told.invocations[function] for line in one.logs]


def test_no_invocation_fails_and_no_message_is_left(told: Told) -> None:
    assert set(told.invocations) == {"FetchFunction", "ExtractFunction", "PublishFunction"}
    assert [one.error for runs in told.invocations.values() for one in runs if one.error] == []
    assert set(told.queued.values()) == {0}


def test_every_article_of_the_publishers_is_stored_with_its_own_words(told: Told) -> None:
    origins = {publisher.origin for publisher, _ in told.stories()}
    owned = [origin for url in told.articles for origin in origins if url.startswith(origin)]
    assert set(owned) == origins
    assert len(owned) == len(told.stories())
    edition = told.outcome.edition("perpustakaan-terapung")
    article = told.articles[edition.url]
    assert (article["origin"], article["title"]) == ("page", edition.story.title)
    assert article["text"].split("\n") == [block.text for block in edition.blocks]


def test_a_page_shows_the_article_with_its_credit(told: Told) -> None:
    edition = told.outcome.edition("perpustakaan-terapung")
    (page,) = [
        body.decode() for key, body in told.site.items() if "perpustakaan-terapung" in key and key[:2] == "a/"
    ]
    assert edition.story.title in page
    assert edition.blocks[0].text in page
    assert "Harian Angin Timur" in page
    assert f'href="{edition.url}"' in page


def test_the_portals_feed_and_front_page_list_the_articles(told: Told) -> None:
    items = ET.fromstring(told.site["feed.xml"]).findall("./channel/item")  # noqa: S314  # our own
    titles = {item.findtext("title") for item in items}
    assert {story.title for _, story in told.stories() if not story.revision} <= titles
    front = told.site["index.html"].decode()
    assert told.outcome.edition("perpustakaan-terapung").story.title in front


def test_each_function_logs_json_with_the_invocation_it_belongs_to(told: Told) -> None:
    for function, runs in told.invocations.items():
        own = [line for line in _lines(told, function) if "_aws" not in line]
        assert {(line["function_name"], line["service"]) for line in own} == {
            (f"newswire-{function}", function.removesuffix("Function").lower())
        }
        assert all(line["level"] == "INFO" and line["timestamp"] and line["message"] for line in own)
        assert len({line["function_request_id"] for line in own}) == len(runs)
        assert {line["cold_start"] for line in own} == ({True} if len(runs) == 1 else {True, False})


def test_each_invocation_tells_its_metrics_in_the_embedded_format(told: Told) -> None:
    for function, runs in told.invocations.items():
        for one in runs:
            (line,) = [line for line in map(json.loads, one.logs) if "_aws" in line]
            (directive,) = line["_aws"]["CloudWatchMetrics"]
            assert directive["Namespace"] == "Newswire/newswire"
            assert directive["Dimensions"] == [["service"]]
            assert line["service"] == function.removesuffix("Function").lower()
            assert directive["Metrics"]
            assert all(line[metric["Name"]] for metric in directive["Metrics"])


def test_nothing_is_left_in_tmp_where_nothing_else_can_be_written(told: Told) -> None:
    """Nor was anything missed, such as shared memory: all of it was done in Lambda's file system."""
    if not told.left_in_tmp:
        pytest.skip("LAMBDA'S FILE SYSTEM NOT TESTED: the kernel lets this user make no namespaces")
    assert told.left_in_tmp == {function: [] for function in told.invocations}


def test_extract_is_given_ten_messages_at_most(told: Told) -> None:
    batches = [
        line["article_ids"] for line in _lines(told, "ExtractFunction") if line.get("message") == "received"
    ]
    assert len(batches) == len(told.invocations["ExtractFunction"])
    assert max(map(len, batches)) == 10
