"""``python -m benchmarks.bench``: run every row, print it, write what was measured; or ``… NAME``: one row.

What is not done within twenty minutes is given up. With a name nothing is written.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.bench import feeds, machine, near_duplicates, pages, peers, poll, publish, report, whole
from benchmarks.bench.rows import Row
from benchmarks.extractors import NoPeers
from benchmarks.newsweb import NoMaterials
from benchmarks.time_limit import TookTooLong, ends_within

PROJECT = Path(__file__).resolve().parents[2]
RESULTS = PROJECT / "benchmarks" / "results.json"
PAGE = PROJECT / "docs" / "benchmarks.md"
MINUTES = 20

ROWS: dict[str, Callable[[], Row]] = {
    "pages": pages.measure,
    "feeds": feeds.measure,
    "poll": poll.measure,
    "whole": whole.measure,
    "publish": publish.measure,
    "near-duplicates": near_duplicates.measure,
}
"""The rows by name, in their order."""


def main(arguments: Sequence[str]) -> int:
    """Run what is named, or all; return the exit status: 2 where something could not be run.

    A bar that is missed is told and fails nothing: what repeats exactly is held by the gate.
    """
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("row", nargs="*", choices=[*ROWS, []], help="rows to run; without a name all of them")
    names = parser.parse_args(arguments).row
    started, load = time.monotonic(), machine.load()
    rows: dict[str, Row] = {}
    try:
        with ends_within(MINUTES):
            for name in names or ROWS:
                begun = time.monotonic()
                rows[name] = ROWS[name]()
                took = f"({time.monotonic() - begun:.0f} s)"
                print(f"{report.row_as_markdown(rows[name])}\n\n{took}\n", flush=True)
            facts = _facts(rows, started, load)
    except (NoMaterials, NoPeers, TookTooLong) as missing:
        print(missing, file=sys.stderr)
        return 2
    if names:
        return 0
    text = report.as_markdown(rows, facts)
    RESULTS.write_text(report.as_json(rows, facts), encoding="utf-8")
    PAGE.write_text(report.replaced(PAGE.read_text(encoding="utf-8"), text), encoding="utf-8")
    print(f"{text.split('## ')[0]}{RESULTS.relative_to(PROJECT)} and {PAGE.relative_to(PROJECT)} are written")
    return 0


def _facts(rows: dict[str, Row], started: float, load: float) -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "minutes": round((time.monotonic() - started) / 60, 1),
        "load": [round(load, 2), round(machine.load(), 2)],
        "machine": machine.machine(),
        "ours": machine.our_versions(),
        "peers": peers.versions(name for row in rows.values() for name in row.peers),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
