"""What a month costs: the units of the stack's real calls over a stretch of a day, at list prices.

Two portals: 50 feeds with 1,000 articles a day, and 5,000 with 100,000. Of the large one 112 feeds are
polled, and stand for all; what publish does is measured on all of its sources. moto stands in for AWS, for
the large portal's publish stores in memory, invented publishers for the real ones; calls of AWS and answers
of publishers take the time that prices.json assumes, processor time is this machine's, divided by the share
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
from benchmarks.billing.prices import Prices, load
from benchmarks.billing.scenario import Measured, Scenario, measure
from benchmarks.scale import billed_publish

PROJECT = Path(__file__).parents[1]
SCENARIOS = {
    "small": Scenario("50 feeds, 1,000 articles a day", 50, 1000, 50, ticks=3),
    "large": Scenario("5,000 feeds, 100,000 articles a day", 5000, 100_000, 112, ticks=3),
}
# A poll of the large portal brings 1,042 articles in four stream shards, while extract works them off
# together with 6,250 looks: some 140 s by what docs/scale.md says of a batch, in which a window of a minute
# ends three or four times.
RUN_SIZE = 70


def main(arguments: Sequence[str]) -> None:
    """Run what is named, or both, and print the tables, or write them into the page that is named."""
    options = _options(arguments)
    prices = load()
    print(f"List prices of {prices.region}, {prices.date}. {prices.source}.\n")
    sections: dict[str, str] = {}
    bills: list[tuple[Scenario, Bill]] = []
    for name in [options.scenario] if options.scenario else SCENARIOS:
        scenario = _asked(SCENARIOS[name], options)
        measured = _measured(scenario, options.run_size, prices)
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


def _measured(scenario: Scenario, run_size: int, prices: Prices) -> Measured:
    def latency(service: str, _: str) -> float:
        return prices.latency[service]

    measured = measure(scenario, PROJECT, latency, prices.latency["publisher"])
    if scenario.is_whole:
        return measured
    published = billed_publish.measure(scenario.feeds, scenario.articles_a_day, run_size, PROJECT, latency)
    return Measured({**measured.phases, **published.phases}, measured.memory)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks cost", description=__doc__)
    parser.add_argument("--scenario", choices=sorted(SCENARIOS))
    parser.add_argument("--ticks", type=int, help="quarters of an hour to simulate")
    parser.add_argument(
        "--run-size", type=int, default=RUN_SIZE, help="articles that a publish run of the large portal has"
    )
    parser.add_argument("--served", type=int, help="feeds to simulate")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables into docs/costs.md")
    return parser.parse_args(arguments)


def _asked(scenario: Scenario, options: argparse.Namespace) -> Scenario:
    return replace(
        scenario,
        served=options.served or scenario.served,
        ticks=options.ticks or scenario.ticks,
    )
