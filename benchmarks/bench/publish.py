"""Fifty changed articles over ever more stored ones, beside a rebuild of everything."""

from __future__ import annotations

import gc
import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.bench import peers
from benchmarks.bench.rounds import turn
from benchmarks.bench.rows import Bar, Row, Table
from benchmarks.publish import Measured
from benchmarks.publish import measure as measure_run
from benchmarks.publish_growth import BUSY_DAY, QUIET_DAY, SHOWN_OF_A_DAY, grown
from benchmarks.publish_worlds import Portal
from newswire.article import Article
from newswire.article_item import ArticleItem

SIZES = (1_000, 10_000, 100_000)
CHANGED, ROUNDS = 50, 3
REBUILDS = {1_000: ROUNDS, 10_000: 1}  # rounds by articles
LIMIT = 1.2
_PEERS = ("feedgen", "pelican", "markdown")
_HOW = (
    f"{CHANGED} articles get another headline, and one publish run writes what follows: pages, JSON, lists, "
    "feeds, archives, sitemaps, search. The stores are in memory, behind the product's own storage modules "
    "and botocore, whose work counts; what the stores take to answer does not, and is the same however much "
    "they hold. The run works one call after the other. In the larger portals the changed articles are of a "
    f"day of {BUSY_DAY:,}; behind it lie {QUIET_DAY:,} a day, all of them stored, {SHOWN_OF_A_DAY} of each "
    "day published: of those days the run reads no file, only lists with a line for each hour, which are "
    "made what they would be. Bytes are those before compression, which the bars are held to, and those "
    "that are sent. Pelican and feedgen make the same articles' whole site anew, as they do at any change: "
    "pages, category and author pages, Atom feeds, and one RSS and Atom feed of the newest fifty. They leave "
    "out JSON, feed archives, sitemaps, search, ownership notices and structured data, and write to a disk. "
    "Their imports are not counted."
)


@dataclass(frozen=True, slots=True)
class Run:
    """What one run over a portal costs: medians, of CPU in seconds.

    Bytes of objects: ``read`` and ``written`` before compression, ``got`` and ``put`` as they are sent.
    """

    calls: float
    read: float
    written: float
    got: float
    put: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Rebuild:
    """What making a whole site costs: medians of seconds, and its files and bytes."""

    cpu: float
    wall: float
    files: int
    size: int


def measure() -> Row:
    """Measure the row; raise :class:`~benchmarks.extractors.NoPeers` where the peers are missing."""
    peers.versions(_PEERS)  # before minutes of work
    portals = grown(SIZES, CHANGED)
    texts = {size: json.dumps(_articles(portals[size], size)) for size in REBUILDS}
    measured = {size: Measured() for size in SIZES}
    rebuilds: dict[int, list[Rebuild]] = {size: [] for size in REBUILDS}
    gc.collect()
    gc.freeze()  # what the stores hold is no part of a function's memory
    try:
        for number in range(ROUNDS):
            for size in turn(SIZES, number):
                gc.collect()
                measure_run(portals[size], measured[size])
            for size, times in REBUILDS.items():
                if number < times:
                    rebuilds[size].append(_rebuilt(texts[size]))
    finally:
        gc.unfreeze()
    runs = {size: run_of(one) for size, one in measured.items()}
    return as_row(runs, {size: median_of(all_of) for size, all_of in rebuilds.items()})


def run_of(measured: Measured) -> Run:
    """Return the medians of runs over one portal."""
    return Run(
        statistics.median(one.total() for one in measured.calls),
        statistics.median(measured.read),
        statistics.median(measured.written),
        statistics.median(measured.got),
        statistics.median(measured.put),
        statistics.median(measured.cpu),
    )


def median_of(rebuilds: Sequence[Rebuild]) -> Rebuild:
    """Return the medians of rebuilds of one site; their outputs are the same."""
    cpu, wall = (
        statistics.median(values) for values in zip(*((one.cpu, one.wall) for one in rebuilds), strict=True)
    )
    return Rebuild(cpu, wall, rebuilds[0].files, rebuilds[0].size)


def as_row(runs: Mapping[int, Run], rebuilds: Mapping[int, Rebuild]) -> Row:
    """Return the row: the largest portal is held against the smallest."""
    least, most = runs[min(runs)], runs[max(runs)]
    ratios = {
        "calls": most.calls / least.calls,
        "bytes read": most.read / least.read,
        "bytes written": most.written / least.written,
        "CPU": most.cpu / least.cpu,
    }
    span = f"{max(runs):,} stored over {min(runs):,}"
    figures = {
        **{f"{size} stored: CPU s": one.cpu for size, one in runs.items()},
        **{f"{size} stored: calls": one.calls for size, one in runs.items()},
        **{f"{size} rebuilt: CPU s": one.cpu for size, one in rebuilds.items()},
        **{f"{what}, {span}": ratio for what, ratio in ratios.items()},
    }
    return Row(
        title=f"Publish {CHANGED} changed articles",
        how=_HOW,
        tables=(_table_of_runs(runs), _table_of_rebuilds(rebuilds)),
        bars=tuple(Bar(f"{what}: {span}", ratio, "≤", LIMIT) for what, ratio in ratios.items()),
        figures=figures,
        peers=_PEERS,
    )


def _table_of_runs(runs: Mapping[int, Run]) -> Table:
    rows = tuple(
        (
            f"{size:,}",
            f"{one.calls:,.0f}",
            *(_mb(each) for each in (one.read, one.written, one.got, one.put)),
            f"{one.cpu:.2f}",
        )
        for size, one in runs.items()
    )
    head = (
        "articles stored",
        "calls",
        "MB read",
        "MB written",
        "MB read, as sent",
        "MB written, as sent",
        "CPU s",
    )
    return Table(f"One run, medians of {ROUNDS}:", head, rows)


def _table_of_rebuilds(rebuilds: Mapping[int, Rebuild]) -> Table:
    rows = tuple(
        (
            f"{size:,}",
            str(REBUILDS[size]),
            f"{one.files:,}",
            _mb(one.size),
            f"{one.cpu:.2f}",
            f"{one.wall:.2f}",
        )
        for size, one in rebuilds.items()
    )
    head = ("articles", "rounds", "files", "MB written", "CPU s", "wall s")
    return Table("The whole site by Pelican and feedgen, medians:", head, rows)


def _mb(size: float) -> str:
    return f"{size / 1e6:.2f}"


def _rebuilt(articles: str) -> Rebuild:
    said = json.loads(peers.run("benchmarks.peers_of_publish", stdin=articles).splitlines()[-1])
    return Rebuild(said["cpu"], said["wall"], said["files"], said["bytes"])


def _articles(portal: Portal, number: int) -> list[dict[str, str]]:
    """Return a portal's articles as the peers are given them; some share another's text."""
    found = []
    for item in portal.world.articles.records.values():
        if isinstance(item, ArticleItem):
            article = Article.from_json(portal.stored(item.article_key))
            said = {"title": item.title, "slug": f"{item.slug}-{item.id}", "owner": item.owner.name}
            said |= {"category": item.category, "listed": item.listed, "html": article.html}
            found.append({**said, "summary": item.excerpt})
    if len(found) != number:
        raise RuntimeError(f"{len(found)} articles are stored in place of {number}")
    return found
