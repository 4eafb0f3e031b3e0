"""``python -m benchmarks.scale``: measure a large portal, print how near limits are, write docs/scale.md."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.billing import prices
from benchmarks.scale import limits, outage, page, planning, pressure, publishing, stages
from benchmarks.scale.pressure import Figures, Traffic
from benchmarks.time_limit import TookTooLong, ends_within

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "scale.md"
TRAFFIC = Traffic(5000, 100_000)
MINUTES = 30


def main(arguments: Sequence[str]) -> int:
    """Measure, print and write; return the exit status: 2 where it takes half an hour and is given up.

    A bar that is missed is told and fails nothing.
    """
    parser = argparse.ArgumentParser(prog="make bench-scale", description=__doc__)
    parser.add_argument("--feeds", type=int, default=TRAFFIC.feeds, help="another size writes nothing")
    try:
        with ends_within(MINUTES):
            _measure(parser.parse_args(arguments).feeds)
    except TookTooLong as late:
        print(late, file=sys.stderr)
        return 2
    return 0


def _measure(feeds: int) -> None:
    began, known, allowed = time.monotonic(), prices.load(), limits.load()
    traffic = Traffic(feeds, TRAFFIC.articles_a_day * feeds // TRAFFIC.feeds)
    planned, longest = planning.measure(feeds, known.latency)
    print(f"planned after {time.monotonic() - began:.0f} s", flush=True)
    measured = stages.measure(known, feeds, traffic.articles_a_day)
    print(f"stages after {time.monotonic() - began:.0f} s", flush=True)
    found = Figures(measured, publishing.measure(feeds, known.latency), planned, longest)
    shares = pressure.shares(traffic, found, allowed.values)
    new = allowed.values["lambda concurrency, new account"]
    drains = list(outage.drains(traffic, measured, new))
    text = page.as_markdown(traffic, found, shares, drains, allowed)
    print(
        f"{text}\n\n{time.monotonic() - began:.0f} s\n{json.dumps(page.as_figures(shares, drains), indent=1)}"
    )
    if feeds == TRAFFIC.feeds:
        PAGE.write_text(page.replaced(PAGE.read_text(encoding="utf-8"), text), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
