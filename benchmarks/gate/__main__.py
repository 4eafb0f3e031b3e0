"""``make bench-gate``: count anew, compare with ``benchmarks/gate.json``, and fail where anything differs.

``make bench-gate ARGS=--accept`` writes the file instead.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.gate import articles, counts, imports, polls, publishing
from benchmarks.gate.counts import Counts

FILE = Path(__file__).resolve().parents[1] / "gate.json"
PARTS = (polls.counted, articles.counted, publishing.counted, imports.counted)
_ACCEPT = 'make bench-gate ARGS=--accept writes what is; CONTRIBUTING.md, "The gate", says when that is right'


def everything() -> Counts:
    """Count all of it."""
    return {work: names for part in PARTS for work, names in part().items()}


def main(arguments: Sequence[str], file: Path = FILE, count: Callable[[], Counts] = everything) -> int:
    """Compare with the file, or write it; return the exit status: 1 where a count differs."""
    parser = argparse.ArgumentParser(prog="make bench-gate", description=__doc__)
    parser.add_argument("--accept", action="store_true", help="write the file")
    accept = parser.parse_args(arguments).accept
    now = count()
    was = counts.of_json(file.read_text(encoding="utf-8")) if file.exists() else {}
    found = counts.differences(was, now)
    if found:
        print(counts.as_table(found))
    if accept:
        file.write_text(counts.as_json(now), encoding="utf-8")
        print(f"{file.name} is written: {len(found)} counts are not what they were")
        return 0
    if found:
        print(f"{len(found)} counts are not what {file.name} says. {_ACCEPT}", file=sys.stderr)
        return 1
    print("\n".join(counts.shown(now)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
