"""One page to one stored article: our whole stage beside the extractors of others.

Page by page in turn, so that what disturbs the machine disturbs all; the CPU of each side, not the clock.
"""

from __future__ import annotations

import gc
import statistics
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from benchmarks.bench.rounds import turn
from benchmarks.bench.rows import Bar, Row, Table
from benchmarks.extract_cost import WARM_UP, Sides
from benchmarks.extractors import Extracted, Extractor, extractor
from benchmarks.newsweb import LabelledPage, grader, labelled_pages

SETS = ("fundus", "scrapinghub-aeb")
"""The two sets of the frozen web with the most labelled texts (184 and 140 pages)."""

PEERS = ("trafilatura", "newspaper4k", "news-please", "goose3", "readability-lxml", "resiliparse", "lxml")
ROUNDS = 3
EVERY = 5  # the slow peers take one in so many pages
TIME_BAR, QUALITY_BAR = 0.80, 0.002
OURS, BARE = "Newswire, the whole stage", "trafilatura, bare"
_LABELS = {"trafilatura": "trafilatura, with metadata", "lxml": "lxml, parse alone"}

Key = tuple[str, int]  # page and round
Grade = Callable[[str, LabelledPage], float]


@dataclass(slots=True)
class Side:
    """What one side took and found: seconds of CPU and marks by page and round; a failed page has no time."""

    seconds: dict[Key, float] = field(default_factory=dict)
    marks: dict[Key, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """One side on one set: pages, milliseconds a page, share of bare trafilatura's time, F1, failed pages."""

    pages: int
    milliseconds: float
    ratio: float
    f1: float
    failed: int


def measure() -> Row:
    """Run the rounds on both sets."""
    grade_fields = grader()

    def grade(text: str, page: LabelledPage) -> float:
        return grade_fields({"text": text}, page.gold)["text"]

    tables: list[Table] = []
    bars: list[Bar] = []
    figures: dict[str, float] = {}
    with Sides() as sides, ExitStack() as stack:
        peers = {name: stack.enter_context(extractor(name)) for name in PEERS}
        pages = {
            name: [page for page in labelled_pages() if page.subset == name and page.gold.get("text")]
            for name in SETS
        }
        _warm_up(sides, peers, pages[SETS[0]][:WARM_UP])
        for name in SETS:
            standings = judged(_taken(sides, peers, pages[name], grade))
            tables.append(_table(name, standings))
            bars += bars_of(name, standings)
            figures |= _figures(name, standings)
    return Row(_TITLE, _HOW, tuple(tables), tuple(bars), figures, _DISTRIBUTIONS)


def _warm_up(sides: Sides, peers: Mapping[str, Extractor], pages: Sequence[LabelledPage]) -> None:
    for page in pages:
        sides.sample(page, 0)
        for extract in peers.values():
            extract(page)
    gc.collect()
    gc.freeze()  # the manifest is no part of a function's memory


def _taken(
    sides: Sides, peers: Mapping[str, Extractor], pages: Sequence[LabelledPage], grade: Grade
) -> dict[str, Side]:
    taken = {name: Side() for name in (OURS, BARE, *peers)}
    for number in range(ROUNDS):
        for index, page in enumerate(pages):
            key = (page.url, number)
            sample = sides.sample(page, number)
            if sample is not None:
                note(taken[OURS], key, sample.ours, grade(sample.ours_text, page))
                note(taken[BARE], key, sample.bare, grade(sample.bare_text, page))
            for name in turn(list(peers), number) if index % EVERY == 0 else ():
                _note_peer(taken[name], key, peers[name](page), page, grade)
    return taken


def _note_peer(side: Side, key: Key, found: Extracted, page: LabelledPage, grade: Grade) -> None:
    note(side, key, found.seconds, grade(str(found.fields.get("text") or ""), page))


def note(side: Side, key: Key, seconds: float | None, mark: float) -> None:
    """Add one page of one round."""
    side.marks[key] = mark
    if seconds is not None:
        side.seconds[key] = seconds


def judged(taken: Mapping[str, Side]) -> dict[str, Standing]:
    """Return how each side stands: times are medians of the rounds, ratios of the same pages and round."""
    return {name: _standing(side, taken[BARE]) for name, side in taken.items()}


def _standing(side: Side, bare: Side) -> Standing:
    rounds = sorted({number for _, number in side.seconds})
    common = side.seconds.keys() & bare.seconds.keys()
    own, others, means = [], [], []
    for number in rounds:
        keys = [key for key in common if key[1] == number]
        own.append(sum(side.seconds[key] for key in keys))
        others.append(sum(bare.seconds[key] for key in keys))
        means.append(own[-1] / len(keys) * 1000)
    pages = {url for url, _ in side.marks}
    return Standing(
        pages=len(pages),
        milliseconds=statistics.median(means),
        ratio=statistics.median(one / other for one, other in zip(own, others, strict=True)),
        f1=statistics.mean(side.marks.values()),
        failed=len({url for url, number in side.marks if (url, number) not in side.seconds}),
    )


def bars_of(name: str, standings: Mapping[str, Standing]) -> list[Bar]:
    """Return the two bars of one set."""
    ours, bare = standings[OURS], standings[BARE]
    return [
        Bar(f"{name}: CPU of the whole stage ÷ bare trafilatura's", ours.ratio, "≤", TIME_BAR),
        Bar(f"{name}: F1 less bare trafilatura's", ours.f1 - bare.f1, "≥", -QUALITY_BAR),
    ]


def _table(name: str, standings: Mapping[str, Standing]) -> Table:
    head = ("side", "pages", "CPU, ms a page", "÷ bare trafilatura", "F1 of the text", "failed pages")
    rows = tuple(
        (
            _LABELS.get(side, side),
            str(of.pages),
            f"{of.milliseconds:.1f}",
            f"{of.ratio:.2f}",
            "" if side == "lxml" else f"{of.f1:.3f}",
            str(of.failed),
        )
        for side, of in standings.items()
    )
    return Table(f"Set {name}, medians of {ROUNDS} rounds:", head, rows)


def _figures(name: str, standings: Mapping[str, Standing]) -> dict[str, float]:
    found: dict[str, float] = {}
    for side, of in standings.items():
        key = {OURS: "ours", BARE: "bare"}.get(side, side)
        found |= {f"{name}/{key}/ms": of.milliseconds, f"{name}/{key}/ratio": of.ratio}
        found |= {} if side == "lxml" else {f"{name}/{key}/f1": of.f1}
    return found


_TITLE = "One page to a stored article"
_DISTRIBUTIONS = (
    *("goose3", "lxml", "news-please", "newspaper4k", "readability-lxml", "resiliparse", "trafilatura"),
)
_HOW = f"""\
Newswire: the whole extract stage by its own wiring, from the queue's message and the page's bytes to the
stored JSON: what its site asks of visitors, the worker process with its pipe and limits, metadata, dates,
directives, sanitised HTML, signature, hashes, log lines, items. Every page is a batch of its own. AWS is
stubbed where botocore's clients stand (their methods answer at once, so what botocore itself costs is on no
side), the network where the HTTP client stands. Its CPU is that of the process and of its worker.

Others: the call of the extractor alone, on text that was decoded before, in a warm process of its own;
neither its pipe nor the decoding counts. They return text and, all but bare trafilatura, Resiliparse and
lxml, some metadata; none sanitises, stores, or survives a page that kills its process. Bare trafilatura is
`bare_extraction(source)`; it runs in Newswire's environment, which has the same version. newspaper4k and
news-please fetch no images. Resiliparse: main content without comments and alternative texts. lxml only
parses: the limit of whoever reads pages by it.

Pages are done by one side after the other, {ROUNDS} rounds. Newswire and bare trafilatura do all labelled
pages of the two sets with the most labelled texts, the others one in {EVERY}; ratios are of the same pages
and round. A page on which a side fails counts nothing in its time, and 0 in its F1."""
