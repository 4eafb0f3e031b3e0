"""How faithful the extract stage is beside other extractors, on the same labelled pages, in one run.

Ours is the whole stage as deployed, given bare links; trafilatura has its defaults and its metadata;
newspaper4k and readability-lxml are as they come. Each peer runs in a process of its own, without a network,
and a page on which it takes too long, fails or dies counts as one of which nothing was extracted. All are
measured by the materials' own `score.py`: text is token F1, title equal tokens, date the same day, author the
share of names in common, with and without the share of snippets rightly there and not there.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.extractors import NAMES, OURS, PEERS_PYTHON, Extracted, extractor
from benchmarks.newsweb import MATERIALS, LabelledPage, Marks, grader, labelled_pages
from benchmarks.quality_floors import FILE, Floors, below, raised, read_floors, written

MEASURES = ("text", "title", "date", "author", "with", "without")
USUAL = (OURS, "trafilatura", "newspaper4k", "readability-lxml")
FIELDS = {"title": "title", "date": "published", "author": "authors"}  # what they look at; others at the text

Grade = Callable[[Mapping[str, Any], Mapping[str, Any]], Marks]
Result = tuple[LabelledPage, Extracted]


def main(arguments: Sequence[str]) -> None:
    """Run the extractors and print a table per group of pages, then what failed."""
    options = _options(arguments)
    pages = labelled_pages(options.materials)[:: options.every]
    grade = grader(options.materials)
    run = partial(extracted_by, pages=pages, python=options.python)
    with ThreadPoolExecutor(os.cpu_count()) as executor:
        results = dict(zip(options.peers, executor.map(run, options.peers), strict=True))
    print_table({name: marked(of, grade) for name, of in results.items()}, pages)
    for name, of in results.items():
        print_failures(name, of)
    if OURS in results and options.every == 1:
        _tell_floors(means(marked(results[OURS], grade)), rise=options.rise)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks quality", description=__doc__)
    parser.add_argument("--materials", type=Path, default=MATERIALS, help="folder of the frozen web")
    parser.add_argument("--peers", type=_names, default=USUAL, help=f"some of {','.join(NAMES)}")
    parser.add_argument("--every", type=int, default=1, help="take one in so many pages")
    parser.add_argument(
        "--python", type=Path, default=PEERS_PYTHON, help="the interpreter that has the peers"
    )
    parser.add_argument("--raise", action="store_true", dest="rise", help="raise the floors to what ours has")
    options = parser.parse_args(arguments)
    if options.rise and (OURS not in options.peers or options.every != 1):
        parser.error("--raise needs ours on all pages")
    return options


def _names(value: str) -> tuple[str, ...]:
    names = tuple(value.split(","))
    if unknown := [name for name in names if name not in NAMES]:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)}: allowed are {', '.join(NAMES)}")
    return names


def extracted_by(name: str, pages: Sequence[LabelledPage], python: Path = PEERS_PYTHON) -> list[Result]:
    """Return what one extractor says of each page."""
    with extractor(name, python) as extract:
        return [(page, extract(page)) for page in pages]


def marked(results: Sequence[Result], grade: Grade) -> dict[str, dict[str, list[float]]]:
    """Return all marks by group and measure, without a measure of which the extractor never says anything."""
    said = {name for _, extracted in results for name in extracted.fields}
    marks: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for page, extracted in results:
        for measure, mark in grade(extracted.fields, page.gold).items():
            if FIELDS.get(measure, "text") in said:
                for group in page.groups:
                    marks[group][measure].append(mark)
    return marks


def means(marks: Mapping[str, Mapping[str, Sequence[float]]]) -> Floors:
    """Return the mean of each group and measure."""
    return {group: {measure: mean(values) for measure, values in row.items()} for group, row in marks.items()}


def print_table(
    tools: Mapping[str, Mapping[str, Mapping[str, Sequence[float]]]], pages: Sequence[LabelledPage]
) -> None:
    """Print a row per extractor for each group of pages; above the means, how many pages have such a gold."""
    sizes = Counter(group for page in pages for group in page.groups)
    print(f"{'':20}" + "".join(f"{measure:>9}" for measure in MEASURES))
    for group in sorted({group for marks in tools.values() for group in marks}):
        counts = next(iter(tools.values()))[group]
        print(f"{f'{group} ({sizes[group]})':20}" + "".join(f"{len(counts.get(m, ())):9}" for m in MEASURES))
        for name, marks in tools.items():
            cells = (marks[group].get(measure) for measure in MEASURES)
            print(f"  {name:18}" + "".join(f"{mean(of):9.4f}" if of else f"{'-':>9}" for of in cells))


def print_failures(name: str, results: Sequence[Result]) -> None:
    """Print of how many pages nothing was had, why, and which they are."""
    failures: dict[str, list[str]] = defaultdict(list)
    for page, extracted in results:
        if extracted.failure:
            failures[extracted.failure].append(page.url)
    print(f"{name}: nothing of {sum(map(len, failures.values()))} pages")
    for failure, urls in failures.items():
        print("\n    ".join((f"  {failure}: {len(urls)}", *urls)))


def _tell_floors(measured: Floors, *, rise: bool) -> None:
    floors = read_floors(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    for line in below(floors, measured):
        print(f"below its floor: {line}")
    if rise:
        FILE.write_text(written(raised(floors, measured)), encoding="utf-8")
        print(f"{FILE.name} holds what was measured, where that is higher")
