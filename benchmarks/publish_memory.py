"""The most memory that the publish function holds at batches of the stream's full size.

The function runs in a process of its own, as in an execution environment, against moto over HTTP in this one.
The articles are new, then as many more of the same day, then revisions of these, then the hourly refresh;
peaks are of the resident set, of the process from its start on; processor seconds are of each batch.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.billing.publishers import VOCABULARY, sources_yaml
from local.emulator import Emulator, emulated
from local.lambda_events import stream_record
from local.local_run import put_sources
from local.stack_contents import StackContents
from newswire.article_item import ArticleItem
from newswire.clock import instant
from newswire.sources import Catalogue
from newswire.sources_file import load_catalogue
from newswire.tables import Table
from tests.support.process_costs import cpu_seconds, peak_bytes
from tests.support.publish_articles import item_of, make_article

PROJECT = Path(__file__).parents[1]
START = datetime(2026, 1, 5, 1, tzinfo=UTC)
PUBLISHERS = 50
_SENTENCE = 12  # words
_CHILD = """
import json, sys
from functions.publish.app import lambda_handler
from tests.support.lambda_context import FakeLambdaContext
for line in sys.stdin:
    print(json.dumps(lambda_handler(json.loads(line), FakeLambdaContext())), file=sys.stderr, flush=True)
"""


@dataclass(slots=True)
class Portal:
    """A stack whose articles this process writes; ``items`` are the last ones."""

    emulator: Emulator
    catalogue: Catalogue
    kilobytes: int
    items: list[ArticleItem]
    written: int = 0

    def add(self, number: int) -> None:
        """Store so many further articles of the last hours."""
        self.items = [self._store(self.written + one) for one in range(number)]
        self.written += number

    def revise(self) -> None:
        """Give the last articles a further revision with another headline."""
        later = [
            replace(one, version=one.version + 1, revision=2, title=f"{one.title} lagi", revised=one.listed)
            for one in self.items
        ]
        self.items = [self._save(one) for one in later]

    def _store(self, number: int) -> ArticleItem:
        draw = random.Random(number)  # noqa: S311 - words of invented news
        owner = self.catalogue.sources[number % len(self.catalogue.sources)]
        listed = instant(self.emulator.clock.now() - timedelta(seconds=20 * number))
        html, size = "", 0
        while size < self.kilobytes * 1024:
            words = " ".join(draw.choice(VOCABULARY) for _ in range(_SENTENCE))
            html += f"<p>{words.capitalize()}. {words.capitalize()}.</p>"
            size = len(html)
        title = " ".join(draw.choice(VOCABULARY) for _ in range(8))
        article = make_article(
            self.catalogue, number, owner.id, title=title, html=html, listed=listed, excerpt=html[3:300]
        )
        key = f"articles/{article.id}/{number}.json"
        stack = self.emulator.stack
        body = article.to_json()
        stack.clients.s3.put_object(Bucket=stack.buckets["ArticleBucket"], Key=key, Body=body)
        return self._save(item_of(article, self.catalogue, key))

    def _save(self, item: ArticleItem) -> ArticleItem:
        stack = self.emulator.stack
        Table(stack.clients.dynamodb, stack.tables["ArticleTable"]).put_unconditionally(item.to_item())
        return item


def main(arguments: Sequence[str]) -> None:
    """Publish, and print the peak after each batch."""
    parser = argparse.ArgumentParser(prog="benchmarks publish_memory", description=__doc__)
    parser.add_argument("--articles", type=int, default=500, help="articles of a batch")
    parser.add_argument("--kilobytes", type=int, default=8, help="size of an article's text")
    options = parser.parse_args(arguments)
    with emulated(PROJECT, START, demo_port_shift=2000) as emulator:
        text = sources_yaml(PUBLISHERS, 80)
        put_sources(StackContents(emulator.stack), text.encode(), {})
        portal = Portal(emulator, load_catalogue(text), options.kilobytes, [])
        _measure(portal, options.articles)


def _measure(portal: Portal, articles: int) -> None:
    steps: dict[str, Callable[[], None]] = {
        "new": lambda: portal.add(articles),
        "as many more": lambda: portal.add(articles),
        "revisions": portal.revise,
    }
    read_from = _Stream(portal.emulator)
    environment = {**os.environ, **portal.emulator.environment("PublishFunction")}
    with subprocess.Popen(  # noqa: S603 - this Python and a program of ours
        [sys.executable, "-c", _CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as function:
        print("| batch | records | peak MB | processor seconds |\n| --- | ---: | ---: | ---: |")
        for name, prepare in steps.items():
            prepare()
            records = read_from.records()
            took = _invoke(function, {"Records": records})
            print(_row(name, f"{len(records)}", function.pid, took), flush=True)
        took = _invoke(function, {"trigger": "schedule", "task": "refresh"})
        print(_row("refresh", "", function.pid, took))
        if function.stdin is not None:
            function.stdin.close()


def _row(name: str, records: str, pid: int, took: float) -> str:
    return f"| {name} | {records} | {peak_bytes(pid) / 2**20:.0f} | {took:.1f} |"


def _invoke(function: subprocess.Popen[str], event: Any) -> float:
    """Return the seconds of a processor that the event took."""
    if function.stdin is None or function.stderr is None:
        raise RuntimeError("the function has no pipes")
    began = cpu_seconds(function.pid)
    print(json.dumps(event), file=function.stdin, flush=True)
    answer = function.stderr.readline()
    if not answer.startswith("{") or json.loads(answer).get("batchItemFailures"):
        raise RuntimeError(f"publish answered {answer} {function.stderr.read() if not answer else ''}")
    return cpu_seconds(function.pid) - began


class _Stream:
    """The stream of the articles' table, read on from where it was."""

    def __init__(self, emulator: Emulator) -> None:
        self._streams = emulator.stack.clients.streams
        (mapping,) = emulator.wiring.streams
        self._arn = mapping.arn
        (shard,) = self._streams.describe_stream(StreamArn=self._arn)["StreamDescription"]["Shards"]
        self._next = self._streams.get_shard_iterator(
            StreamArn=self._arn, ShardId=shard["ShardId"], ShardIteratorType="LATEST"
        )["ShardIterator"]

    def records(self) -> list[dict[str, Any]]:
        """Return what was written since the last time, as the function gets it."""
        found: list[dict[str, Any]] = []
        while True:
            answer = self._streams.get_records(ShardIterator=self._next, Limit=1000)
            self._next = answer["NextShardIterator"]
            if not answer["Records"]:
                return found
            found += [stream_record(one, self._arn) for one in answer["Records"]]
