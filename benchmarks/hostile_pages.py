"""What pages cost that were made to crash, hang or blow up a reader: each in a fresh extract worker.

The files are those of ``../shared/attack/hostile``, its feeds and archives given as pages, too; beside them
the pages that ``tests/support/hostile_pages.py`` makes. CPU and memory are the worker process's own, its
imports left out of the first and counted in the second.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from functions.extract.extracted_page import BadAnswer, ExtractedPage
from functions.extract.wiring import PARSER
from newswire.worker import Worker, WorkerFailed, WorkerLimits
from tests.support.hostile_pages import HOSTILE_PAGES, PARAMS
from tests.support.process_costs import cpu_seconds, family, peak_bytes

HOSTILE = Path(__file__).resolve().parents[2] / "shared" / "attack" / "hostile"
FILES = (".html", ".xml", ".gz")


def main(arguments: Sequence[str]) -> None:
    """Print a row a page, and the highest figures last."""
    options = _options(arguments)
    worst_cpu = worst_memory = 0.0
    print(f"{'page':44}{'KiB':>7}{'CPU s':>8}{'peak MB':>9}  what came of it")
    for name, body in _pages(own=options.own):
        if options.only not in name:
            continue
        cpu, memory, outcome = _read(body)
        worst_cpu, worst_memory = max(cpu, worst_cpu), max(memory, worst_memory)
        print(f"{name:44}{len(body) // 1024:7}{cpu:8.2f}{memory:9.0f}  {outcome}")
    print(f"{'most':44}{'':7}{worst_cpu:8.2f}{worst_memory:9.0f}")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks hostile_pages", description=__doc__)
    parser.add_argument("--own", action="store_true", help="the pages of the project's own tests only")
    parser.add_argument("--only", default="", help="pages with this in their names")
    return parser.parse_args(arguments)


def _pages(*, own: bool) -> Iterator[tuple[str, bytes]]:
    if not own:
        files = sorted(HOSTILE.iterdir()) if HOSTILE.is_dir() else []
        yield from ((file.name, file.read_bytes()) for file in files if file.suffix in FILES)
        if not files:
            print(f"(there are no files at {HOSTILE})")
    yield from ((name, make()) for name, make in HOSTILE_PAGES.items())


def _read(body: bytes) -> tuple[float, float, str]:
    """Return seconds of CPU, megabytes at the peak and the outcome; of a reader that died, its limits."""
    limits = WorkerLimits()
    with Worker(PARSER, limits) as worker:
        worker.call(b"<p>", PARAMS)  # the imports
        child = _child()
        if child is None:
            raise RuntimeError("the worker answered and is gone")
        before = cpu_seconds(child)
        try:
            page = ExtractedPage.from_answer(worker.call(body, PARAMS))
            outcome = f"article of {len(page.text)} characters" if page.text else "no article text found"
        except WorkerFailed as failure:
            outcome = str(failure)[:80]
        except BadAnswer as lie:
            outcome = f"parser failed: {lie}"
        if _child() != child:
            return limits.cpu_seconds, limits.memory_bytes / 1e6, outcome
        return cpu_seconds(child) - before, peak_bytes(child) / 1e6, outcome


def _child() -> int | None:
    """Return the worker's process, the only one that was started here."""
    return next((pid for pid in family(os.getpid()) if pid != os.getpid()), None)
