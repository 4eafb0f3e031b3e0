"""What a month costs: the units of the stack's real calls over a stretch of a day, at list prices.

Two portals: 50 feeds with 1,000 articles a day, and 5,000 with 100,000, of which 112 feeds are simulated and
stand for all. moto stands in for AWS, invented publishers for the real ones; calls of AWS and answers of
publishers take the time that prices.json assumes, processor time is this machine's, divided by the share
that the function's memory buys.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.billing import model, tables
from benchmarks.billing.model import Bill
from benchmarks.billing.prices import load
from benchmarks.billing.scenario import Scenario, measure

PROJECT = Path(__file__).parents[1]
SCENARIOS = {
    "small": Scenario("50 feeds, 1,000 articles a day", 50, 1000, 50, ticks=3),
    # A poll brings 1,042 articles in four stream shards, while extract works them off together with 6,250
    # looks: some 140 s by what docs/scale.md says of a batch, in which a window of a minute ends three or
    # four times. Categories of 12,500 a day are full all day: so is one of 14 feeds that begin with twenty.
    "large": Scenario(
        "5,000 feeds, 100,000 articles a day", 5000, 100_000, 112, ticks=3, run_size=70, backfill="36h"
    ),
}


def main(arguments: Sequence[str]) -> None:
    """Run what is named, or both, and print the tables, or write them into the page that is named."""
    options = _options(arguments)
    prices = load()
    print(f"List prices of {prices.region}, {prices.date}. {prices.source}.\n")
    sections: dict[str, str] = {}
    bills: list[tuple[Scenario, Bill]] = []
    for name in [options.scenario] if options.scenario else SCENARIOS:
        scenario = _asked(SCENARIOS[name], options)
        measured = measure(
            scenario, PROJECT, lambda service, _: prices.latency[service], prices.latency["publisher"]
        )
        bills.append((scenario, model.bill(scenario, measured, prices)))
        sections[name] = tables.of_scenario(scenario, measured, bills[-1][1], prices)
        print(f"{sections[name]}\n")
        sys.stdout.flush()
    summary = tables.summary(bills)
    print(summary)
    if options.write is not None:
        whole = {"summary": summary} if len(bills) == len(SCENARIOS) else {}
        text = options.write.read_text(encoding="utf-8")
        options.write.write_text(tables.replaced(text, {**whole, **sections}), encoding="utf-8")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks cost", description=__doc__)
    parser.add_argument("--scenario", choices=sorted(SCENARIOS))
    parser.add_argument("--ticks", type=int, help="quarters of an hour to simulate")
    parser.add_argument("--run-size", type=int, help="articles that one publish run has")
    parser.add_argument("--served", type=int, help="feeds to simulate")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables into docs/costs.md")
    return parser.parse_args(arguments)


def _asked(scenario: Scenario, options: argparse.Namespace) -> Scenario:
    return replace(
        scenario,
        served=options.served or scenario.served,
        ticks=options.ticks or scenario.ticks,
        run_size=options.run_size or scenario.run_size,
    )
