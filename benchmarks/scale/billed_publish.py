"""What publish is billed on a portal of thousands of sources: its real handler, on stores in memory.

What a run writes depends on how many sources and articles there are: lists that are full, archives that are
cut into hours and minutes, whose files the newest three hundred articles concern. So it is not measured on a
few publishers that stand for all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count, cycle, islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.billing.functions import Latency
from benchmarks.billing.invocations import Invocations
from benchmarks.billing.meter import Meter
from benchmarks.billing.publishers import sources_yaml
from benchmarks.billing.scenario import HOUR, Measured, Phase
from benchmarks.scale.memory_aws import MemoryAws
from benchmarks.scale.portal import article_of, remember_feeds
from local.local_run import StartedStack, started
from newswire.catalogue import SOURCES_KEY
from newswire.clock import instant
from newswire.due_changes import archive_moment
from newswire.sources_file import load_catalogue
from newswire.tables import Table

START = datetime(2026, 1, 5, 12, tzinfo=UTC)
PORT = 8080
PUBLISH = "PublishFunction"
LISTED = timedelta(minutes=15)  # what a poll finds was published since the one before
# Articles after which the lists that many share are full, each of eight categories' among them
FULL = 3000
# Owners who take turns: each has had an article that day before anything is metered, as nineteen of twenty
# articles find it. The first one of a day changes the about page.
TAKING_TURNS = 2000
BATCH = 500
RUNS = 12
OWNERS_DUE, TEN = 30, 10  # owners whose articles come up for their archives, and how many each has had


def measure(feeds: int, articles_a_day: int, run_size: int, project: Path, latency: Latency) -> Measured:
    """Return what runs of so many articles and refreshes take while articles come as ever."""
    with started(project, "") as begun:
        portal = _Portal(begun, feeds, latency)
        between = timedelta(days=1) / articles_a_day
        portal.hurry(on=True)
        portal.begin()
        owners = portal.owners(but_soon=3 * HOUR)
        for _ in range(FULL // BATCH):
            portal.come(islice(owners, BATCH), BATCH * between)
        portal.forget()
        portal.hurry(on=False)
        for _ in range(RUNS):
            portal.come(islice(owners, run_size), run_size * between)
            portal.metered("publish", run_size)
        portal.hurry(on=True)
        portal.refresh()  # an hour before the next one: lists have had their turns
        portal.come(portal.soon(0.9 * HOUR)[:OWNERS_DUE] * TEN)
        # The newest three hundred, at which a refresh looks, are of as many owners again
        portal.come(islice(owners, BATCH))
        portal.forget()
        portal.hurry(on=False)
        for name, times in (("archive", OWNERS_DUE * TEN), ("refresh", 1)):
            portal.pass_time(HOUR)
            portal.refresh()
            portal.metered(name, times)
        portal.phases["archive"].less(portal.phases["refresh"])
        return Measured(portal.phases, portal.memory())


class _Portal:
    """The stores, and publish's invocations on them."""

    def __init__(self, begun: StartedStack, feeds: int, latency: Latency) -> None:
        stack = begun.stack
        self.phases: dict[str, Phase] = {}
        self._aws = MemoryAws()
        self._aws.answer(stack.handler_events)
        dynamodb = self._aws.client("dynamodb")
        shapes = SimpleNamespace(
            get_item=dynamodb.get_item, describe_table=stack.clients.dynamodb.describe_table
        )
        self._meter = Meter(stack.handler_events, shapes, stack.tables, latency)
        self._calls = Invocations(begun.wiring, self._meter, START)
        (self._stream,) = begun.wiring.streams
        self._articles = Table(dynamodb, stack.tables["ArticleTable"])
        self._s3, self._bucket = self._aws.client("s3"), stack.buckets["ArticleBucket"]
        text = sources_yaml(feeds, PORT)
        self._catalogue = load_catalogue(text)
        self._s3.put_object(Bucket=self._bucket, Key=SOURCES_KEY, Body=text.encode())
        remember_feeds(Table(dynamodb, stack.tables["FeedTable"]), self._catalogue, self._calls.clock.now())
        self._numbers = count(1)

    def begin(self) -> None:
        """Write what a new portal begins with, by as many refreshes as it takes."""
        while self.refresh().get("channelsWaiting"):
            pass

    def come(self, owners: Iterable[str], after: timedelta = timedelta()) -> None:
        """Let time pass, store an article of each of these owners, and publish them."""
        self.pass_time(after)
        self._publish(self._stored(list(owners)))

    def pass_time(self, passed: timedelta) -> None:
        """Let time pass."""
        clock = self._calls.clock
        clock.advance_to(clock.now() + passed)

    def soon(self, within: timedelta) -> list[str]:
        """Return the owners whose articles come up for their archives within that time."""
        now = self._calls.clock.now()
        names = [one.id for one in self._catalogue.sources]
        return [one for one in names if archive_moment(instant(now), one) < now + within]

    def owners(self, but_soon: timedelta) -> Iterator[str]:
        """Return others, one after the other, again and again."""
        left_out = set(self.soon(but_soon))
        names = [one.id for one in self._catalogue.sources if one.id not in left_out]
        return cycle(names[:TAKING_TURNS])

    def refresh(self) -> Mapping[str, Any]:
        """Refresh as the schedule does."""
        answer: Mapping[str, Any] = self._calls.fire(PUBLISH)
        return answer

    def metered(self, name: str, times: int) -> None:
        """Bill what was done since the last time, so often, as this part of the work."""
        self.phases.setdefault(name, Phase()).add(times, self._calls.take())

    def forget(self) -> None:
        """Bill nobody for what was done since the last time."""
        self._calls.take()

    def hurry(self, *, on: bool) -> None:
        """Let no call last as long as in AWS, or let each again; units are the same."""
        self._meter.sleeps = not on

    def memory(self) -> dict[str, int]:
        """Return each function's memory in MB."""
        return self._calls.memory()

    def _stored(self, owners: Sequence[str]) -> list[Mapping[str, Any]]:
        """Store articles as extract does; return the stream's records."""
        now, records = self._calls.clock.now(), []
        for place, owner in enumerate(owners):
            number = next(self._numbers)
            listed = now - LISTED * (place / len(owners))
            body, item = article_of(self._catalogue, number, owner, seen=now, listed=listed)
            self._s3.put_object(Bucket=self._bucket, Key=item.article_key, Body=body)
            self._articles.put_unconditionally(item.to_item())
            records.append(self._record(item.to_item()["pk"], number, now))
        return records

    def _record(self, pk: str, number: int, now: datetime) -> Mapping[str, Any]:
        image = self._aws.items[self._articles.name].items[pk]
        change = {
            "ApproximateCreationDateTime": now.timestamp(),
            "Keys": {"pk": image["pk"]},
            "NewImage": image,
            "SequenceNumber": str(number),
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        }
        return {"eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": change}

    def _publish(self, records: Sequence[Mapping[str, Any]]) -> None:
        answer = self._calls.invoke(PUBLISH, {"Records": records})
        if answer["batchItemFailures"]:
            raise RuntimeError(f"publish answered {answer}")
