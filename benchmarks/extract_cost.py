"""What the whole extract stage costs beside bare trafilatura, in CPU.

The stage: from a queue message and a page's bytes to the stored JSON, in the real worker, pipe and JSON
included (`benchmarks.extract_stage`); the CPU of the process and of its child. trafilatura:
``bare_extraction`` with its defaults on the decoded text, in a warm process of its own (imports done, and
left out by the garbage collector, which is as Python comes otherwise); only the call itself counts, neither
the pipe nor the decoding. Both do the same pages in the same run, page by page in turn, and who begins
alternates. Needs Linux, whose clocks tell the CPU of another process.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from benchmarks.extract_stage import ExtractStage
from benchmarks.extract_steps import print_steps
from benchmarks.extractors import extractor
from benchmarks.newsweb import MATERIALS, LabelledPage, grader, labelled_pages
from newswire.worker import Worker, WorkerFailed
from tests.support.process_costs import cpu_seconds

WARM_UP = 20  # pages; what a library sets up at its first calls is no page's cost


@dataclass(frozen=True, slots=True)
class Sample:
    """Both sides' CPU for one page in one round, in seconds, and their text."""

    page: LabelledPage
    round: int
    ours: float
    bare: float
    ours_text: str
    bare_text: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ours over bare: of all rounds' sums, and of each round's."""

    pages: int
    ours_ms: float
    bare_ms: float
    total: float
    rounds: tuple[float, ...]


def main(arguments: Sequence[str]) -> None:
    """Run the rounds and print the table."""
    options = _options(arguments)
    pages = labelled_pages(options.materials)[:: options.every]
    if options.steps or options.library_steps:
        print_steps(pages, library=options.library_steps)
        return
    with Sides() as sides:
        for page in pages[:WARM_UP]:
            sides.sample(page, 0)
        gc.collect()
        gc.freeze()  # the manifest is no part of a function's memory
        taken = [sides.sample(page, number) for number in range(options.rounds) for page in pages]
    samples = [sample for sample in taken if sample is not None]
    print(
        f"{len(pages)} pages, {options.rounds} rounds, CPU of the whole stage over bare trafilatura;"
        f" {len(taken) - len(samples)} samples failed on a side and are left out"
    )
    print_ratios(samples, grader(options.materials))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks extract_cost", description=__doc__)
    parser.add_argument("--materials", type=Path, default=MATERIALS, help="folder of the frozen web")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--every", type=int, default=1, help="take one in so many pages")
    parser.add_argument("--steps", action="store_true", help="the stage alone, by module")
    parser.add_argument("--library-steps", action="store_true", help="so, and trafilatura by its modules")
    return parser.parse_args(arguments)


class Sides:
    """The stage and bare trafilatura, each with a warm child."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._worker = Worker("benchmarks.extract_children:stage")
        self._bare = self._stack.enter_context(extractor("bare trafilatura", Path(sys.executable)))
        self._stage = ExtractStage(self._worker)
        self._count = 0

    def __enter__(self) -> Self:
        self._stage.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._stage.__exit__()
        self._worker.close()
        self._stack.close()

    def sample(self, page: LabelledPage, number: int) -> Sample | None:
        """Return what a page costs both sides; None if one of them could not do it."""
        self._count += 1
        body = page.body()
        try:
            if (self._count + number) % 2:
                ours, bare = self._ours(page, body), self._bare(page)
            else:
                bare, ours = self._bare(page), self._ours(page, body)
        except (WorkerFailed, OSError):  # a child that died has no clock any more
            return None
        if bare.seconds is None:
            return None
        return Sample(page, number, ours[0], bare.seconds, ours[1], bare.fields["text"] or "")

    def _ours(self, page: LabelledPage, body: bytes) -> tuple[float, str]:
        child: int = self._worker.call(b"", {"task": "pid"})["pid"]
        self._stage.expect(page, body)
        before = time.process_time() + cpu_seconds(child)
        self._stage.work_off()
        seconds = time.process_time() + cpu_seconds(child) - before
        stored = self._stage.stored()
        return seconds, json.loads(stored)["text"] if stored is not None else ""


def ratios(samples: Iterable[Sample]) -> dict[str, Ratio]:
    """Return the ratio of every group of pages."""
    groups: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        for group in sample.page.groups:
            groups[group].append(sample)
    return {group: _ratio(groups[group]) for group in sorted(groups)}


def _ratio(samples: Sequence[Sample]) -> Ratio:
    rounds: dict[int, list[Sample]] = defaultdict(list)
    for sample in samples:
        rounds[sample.round].append(sample)
    ours, bare = sum(one.ours for one in samples), sum(one.bare for one in samples)
    return Ratio(
        pages=len({one.page.url for one in samples}),
        ours_ms=ours / len(samples) * 1000,
        bare_ms=bare / len(samples) * 1000,
        total=ours / bare,
        rounds=tuple(sum(s.ours for s in of) / sum(s.bare for s in of) for of in rounds.values()),
    )


def print_ratios(samples: Sequence[Sample], grade: Callable[..., Mapping[str, float]]) -> None:
    """Print a row per group: the costs, the ratio of the sums, of the rounds, and both sides' text F1."""
    marks: dict[tuple[str, str], list[float]] = defaultdict(list)
    for sample in samples:
        for side, text in (("ours", sample.ours_text), ("bare", sample.bare_text)):
            mark = grade({"text": text}, sample.page.gold).get("text")
            for group in sample.page.groups if mark is not None else ():
                marks[group, side].append(mark or 0.0)
    print(
        f"{'':18}{'pages':>6}{'ours ms':>9}{'bare ms':>9}{'ratio':>7}{'median':>8}{'lowest':>8}{'highest':>8}"
        f"{'ours F1':>9}{'bare F1':>9}"
    )
    for group, ratio in ratios(samples).items():
        found = (marks[group, "ours"], marks[group, "bare"])
        quality = "".join(f"{statistics.mean(of):9.4f}" if of else f"{'-':>9}" for of in found)
        print(
            f"{group:18}{ratio.pages:6}{ratio.ours_ms:9.2f}{ratio.bare_ms:9.2f}{ratio.total:7.3f}"
            f"{statistics.median(ratio.rounds):8.3f}{min(ratio.rounds):8.3f}{max(ratio.rounds):8.3f}{quality}"
        )
