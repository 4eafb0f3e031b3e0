"""``python -m tests.races``: stories of publish runs side by side; 1 where one does not end as a rebuild.

Each story has a number, of which all in it follows; one that is not good is told again by
``--first number --stories 1``.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.races.story import problems_of

MOST_TOLD = 5  # problems of a story


def main(arguments: Sequence[str]) -> int:
    """Tell the stories; return 0 where nothing is wrong with any."""
    options = _options(arguments)
    began, bad = time.monotonic(), 0
    numbers = range(options.first, options.first + options.stories)
    with ProcessPoolExecutor(options.jobs, multiprocessing.get_context("spawn")) as processes:
        for number, problems in zip(numbers, processes.map(problems_of, numbers), strict=True):
            bad += bool(problems)
            for problem in problems[:MOST_TOLD]:
                print(f"! {number}: {problem}", file=sys.stderr, flush=True)
    seconds = time.monotonic() - began
    print(f"{options.stories} stories from {options.first} on, {bad} of them not good, in {seconds:.0f} s")
    return 1 if bad else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make races ARGS=", description=__doc__)
    parser.add_argument("--stories", type=int, default=100, help="how many")
    parser.add_argument("--first", type=int, default=_of_the_commit(), help="number; default: by the commit")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="stories at a time")
    return parser.parse_args(arguments)


def _of_the_commit() -> int:
    """Return a number that is another one for each commit."""
    folder = Path(__file__).parent
    found = subprocess.run(
        ["git", "rev-parse", "--short=7", "HEAD"], cwd=folder, capture_output=True, text=True, check=False
    )
    return int(found.stdout.strip() or "0", 16)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
