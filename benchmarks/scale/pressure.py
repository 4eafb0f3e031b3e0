"""How near a portal comes to each limit: what was measured, times how often it happens (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.scale.limits import (
    EXTRACT_BATCH,
    EXTRACTS_RAISED,
    FETCHES,
    SCHEDULE,
    STREAM_BATCH,
    STREAM_SHARDS,
    TIMEOUT,
    WINDOW,
)
from benchmarks.scale.portal import Took
from benchmarks.scale.publishing import RUN, Publishing
from benchmarks.scale.stages import Part, Stages
from functions.fetch.sharding import SHARD_SIZE

TICKS_A_DAY, HOURS_A_DAY = 96, 24
BUSY = 3  # times the average is a busy quarter of an hour
LOOKS = 6  # an article
OUTAGE = 7200.0  # seconds without extract, after which it has to catch up
CATEGORY_SHARE = 0.25  # of all articles, of the largest category


@dataclass(frozen=True, slots=True)
class Traffic:
    """A portal's size."""

    feeds: int
    articles_a_day: int

    @property
    def articles(self) -> float:
        """Articles of a quarter of an hour, on average."""
        return self.articles_a_day / TICKS_A_DAY

    @property
    def looks(self) -> float:
        """Looks of a quarter of an hour."""
        return self.articles * LOOKS

    @property
    def waiting(self) -> int:
        """Articles that wait after an outage."""
        return round(self.articles * OUTAGE / SCHEDULE)


@dataclass(frozen=True, slots=True)
class Share:
    """A limit, how much of it is used, and by what; ``grows``: with the portal, in proportion."""

    where: str
    what: str
    used: float
    most: float
    grows: bool

    def at(self, times: int) -> float:
        """Return the share that a portal of so many times the size takes."""
        return self.used / self.most * (times if self.grows else 1)


@dataclass(frozen=True, slots=True)
class Figures:
    """All that was measured."""

    stages: Stages
    publishing: Publishing
    planning: Took
    longest_shard: int


def shares(traffic: Traffic, found: Figures, limits: Mapping[str, float]) -> list[Share]:
    """Return every limit that the portal comes near to in a busy quarter of an hour, the nearest first."""
    every = [*_times(traffic, found), *_services(traffic, found, limits), *_tables(found, limits)]
    return sorted(every, key=lambda share: -share.at(1))


def shard_seconds(poll: Part) -> float:
    """Return what polling a whole shard takes."""
    return poll.seconds / poll.times * SHARD_SIZE


def publish_seconds(found: Publishing, articles: float) -> float:
    """Return what a run on so many articles takes, between and beyond the two that were measured."""
    each = (found.batch.seconds - found.run.seconds) / (STREAM_BATCH - RUN)
    return max(found.run.seconds + each * (articles - RUN), 0.0)


def _times(traffic: Traffic, found: Figures) -> Iterator[Share]:
    stages, published = found.stages, found.publishing
    shards = -(-traffic.feeds // SHARD_SIZE)
    extracting = traffic.articles * BUSY * _each(stages.article) + traffic.looks * _each(stages.look)
    a_minute = traffic.articles * BUSY * WINDOW / SCHEDULE / STREAM_SHARDS
    due = traffic.articles_a_day / HOURS_A_DAY
    refresh = published.quiet.seconds + due * published.seconds_each_due
    yield Share("fetch", "a scheduled run's seconds", found.planning.seconds, TIMEOUT, grows=True)
    yield Share("fetch", "a shard's seconds", shard_seconds(stages.poll), TIMEOUT, grows=False)
    yield Share(
        "fetch",
        f"seconds of all shards, {FETCHES} at once",
        shards * shard_seconds(stages.poll),
        FETCHES * SCHEDULE,
        grows=True,
    )
    yield Share("extract", "a batch's seconds", stages.article.batch_seconds, TIMEOUT, grows=False)
    yield Share(
        "extract",
        f"seconds of all batches of a busy quarter, {EXTRACTS_RAISED} at once",
        extracting,
        EXTRACTS_RAISED * SCHEDULE,
        grows=True,
    )
    yield Share("publish", "a run's seconds, 500 articles", published.batch.seconds, TIMEOUT, grows=False)
    yield Share(
        "publish",
        "seconds of a busy minute's run in each stream shard",
        publish_seconds(published, a_minute),
        WINDOW,
        grows=True,
    )
    yield Share("publish", "an hourly refresh's seconds", refresh, TIMEOUT, grows=True)


def _services(traffic: Traffic, found: Figures, limits: Mapping[str, float]) -> Iterator[Share]:
    stages, published = found.stages, found.publishing
    poll = stages.poll
    extracting = traffic.articles * BUSY * _each(stages.article) + traffic.looks * _each(stages.look)
    polling = -(-traffic.feeds // SHARD_SIZE) * shard_seconds(poll) + found.planning.seconds
    publishing = STREAM_SHARDS * SCHEDULE * min(1.0, publish_seconds(published, RUN * BUSY) / WINDOW)
    busy = (extracting + polling + publishing + published.quiet.seconds) / SCHEDULE
    yield Share("Lambda", "runs at once, average", busy, limits["lambda concurrency"], grows=True)
    most = 1 + FETCHES + EXTRACTS_RAISED + STREAM_SHARDS + 1
    yield Share("Lambda", "runs at once, at most", most, limits["lambda concurrency"], grows=False)
    record = max(stages.article_record, stages.look_record)
    yield Share(
        "Lambda",
        f"bytes of {STREAM_BATCH} stream records",
        STREAM_BATCH * record,
        limits["lambda payload bytes"],
        grows=False,
    )
    yield Share("SQS", "bytes of a shard", found.longest_shard, limits["sqs message bytes"], grows=False)
    sends = FETCHES * poll.each("SQS FIFO request") * poll.times / poll.seconds
    yield Share("SQS", "SendMessageBatch a second", sends, limits["sqs fifo calls a second"], grows=False)
    yield Share(
        "SQS",
        "articles in flight",
        EXTRACTS_RAISED * EXTRACT_BATCH,
        limits["sqs fifo in flight"],
        grows=False,
    )
    yield Share(
        "SQS",
        "articles that wait after two hours without extract",
        traffic.waiting,
        limits["sqs fifo messages looked through"],
        grows=True,
    )
    at_once = STREAM_SHARDS + 1
    for unit, operation in (("puts", "PutObject"), ("gets", "GetObject")):
        rate = max(one.calls[operation] / one.seconds for one in (published.run, published.batch))
        rate *= at_once
        yield Share("S3", f"{unit} a second", rate, limits[f"s3 prefix {unit} a second"], grows=False)


def _tables(found: Figures, limits: Mapping[str, float]) -> Iterator[Share]:
    """Rates are those of extract at its fastest, as after an outage: all that it may have at once is busy."""
    stages, published, poll = found.stages, found.publishing, found.stages.poll
    articles = EXTRACTS_RAISED / _each(stages.article)
    looks = EXTRACTS_RAISED / _each(stages.look)
    partition = limits["dynamodb partition write units a second"]
    table = limits["dynamodb new table write units a second"]
    settling = published.archiving.units["index write units"] / published.archiving.seconds
    keys = {
        "by-portal": articles,
        "by-language": articles,
        "by-category, the largest": articles * CATEGORY_SHARE,
        "by-owner, one publisher": EXTRACT_BATCH / stages.article.batch_seconds,
        "by-recheck": max(articles, 2 * looks),
        "by-change": articles + settling,
    }
    for name, rate in keys.items():
        yield Share("ArticleTable", f"write units a second of {name}'s key", rate, partition, grows=True)
    written = max(
        articles * stages.article.each("DynamoDB write unit"), looks * stages.look.each("DynamoDB write unit")
    )
    yield Share("ArticleTable", "write units a second", written, table, grows=True)
    yield Share("ArticleTable", "write units a second of who said stop", 2 * articles, partition, grows=True)
    reads = max(one.units["read units"] / one.seconds for one in (published.run, published.batch))
    yield Share(
        "ArticleTable",
        "read units a second of publish, were they all of one key",
        (STREAM_SHARDS + 1) * reads,
        limits["dynamodb partition read units a second"],
        grows=False,
    )
    polls = FETCHES * poll.times / poll.seconds
    units = polls * poll.each("DynamoDB write unit")
    yield Share("FeedTable", "write units a second", units, table, grows=False)
    for what, took in (("planning", found.planning), ("the about page", published.feeds)):
        most = limits["dynamodb new table read units a second"]
        rate = took.units["read units"] / took.seconds
        yield Share("FeedTable", f"read units a second of {what}", rate, most, grows=False)
    streamed = max(articles, looks) / STREAM_SHARDS
    shard = limits["dynamodb stream shard records a second"]
    yield Share("ArticleTable", "stream records a second and shard", streamed, shard, grows=True)


def _each(part: Part) -> float:
    return part.seconds / part.times
