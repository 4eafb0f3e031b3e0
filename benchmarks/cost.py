"""What a month costs: the units of the stack's real calls over a stretch of a day, at list prices.

Two portals: 50 feeds with 1,000 articles a day, and 5,000 with 100,000, of which 120 feeds are simulated and
stand for all. moto stands in for AWS, invented publishers for the real ones; calls of AWS and answers of
publishers take the time that prices.json assumes, processor time is this machine's, divided by the share
that the function's memory buys.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.billing import model
from benchmarks.billing.model import Bill
from benchmarks.billing.prices import Prices, load
from benchmarks.billing.scenario import Measured, Scenario, measure

PROJECT = Path(__file__).parents[1]
SCENARIOS = {
    "small": Scenario("50 feeds, 1,000 articles a day", 50, 1000, 50, ticks=3),
    # 100,000 a day in four shards with a window of a minute are 17 a run
    "large": Scenario("5,000 feeds, 100,000 articles a day", 5000, 100_000, 120, ticks=2, run_size=17),
}
MEMORIES = (256, 512, 768, 1024, 1769)


def main(arguments: Sequence[str]) -> None:
    """Run what is named, or both, and print the tables."""
    options = _options(arguments)
    prices = load()
    print(f"List prices of {prices.region}, {prices.date}. {prices.source}.\n")
    for name in [options.scenario] if options.scenario else SCENARIOS:
        scenario = _asked(SCENARIOS[name], options)
        measured = measure(
            scenario, PROJECT, lambda service, _: prices.latency[service], prices.latency["publisher"]
        )
        _print(scenario, measured, model.bill(scenario, measured, prices), prices)
        sys.stdout.flush()


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks cost", description=__doc__)
    parser.add_argument("--scenario", choices=sorted(SCENARIOS))
    parser.add_argument("--ticks", type=int, help="quarters of an hour to simulate")
    parser.add_argument("--run-size", type=int, help="articles that one publish run has")
    parser.add_argument("--served", type=int, help="feeds to simulate")
    return parser.parse_args(arguments)


def _asked(scenario: Scenario, options: argparse.Namespace) -> Scenario:
    return Scenario(
        scenario.name,
        scenario.feeds,
        scenario.articles_a_day,
        options.served or scenario.served,
        options.ticks or scenario.ticks,
        options.run_size or scenario.run_size,
    )


def _print(scenario: Scenario, measured: Measured, bill: Bill, prices: Prices) -> None:
    done = {name: phase.times for name, phase in measured.phases.items()}
    print(
        f"## {scenario.name}\n\n"
        f"Measured: {done['extract']} articles, {done['look']} looks, {done['poll']} polls.\n"
    )
    _table("what", bill, dict(bill.services))
    _table("part of the work", bill, dict(bill.parts))
    floors = {
        "each article's own objects and items, once": bill.own,
        "all objects and items as written": bill.stored,
    }
    print("| floor | $ a month | $ per 1,000 | total is |\n| --- | ---: | ---: | ---: |")
    for name, dollars in floors.items():
        print(f"| {name} | {dollars:.2f} | {bill.a_thousand(dollars):.4f} | {bill.total / dollars:.2f} × |")
    print()
    print(f"A day without articles: ${bill.idle_day:.2f}.\n")
    _print_units(measured)
    _print_memory(measured, prices)


def _table(title: str, bill: Bill, rows: dict[str, float]) -> None:
    print(f"| {title} | $ a month | $ per 1,000 articles | share |\n| --- | ---: | ---: | ---: |")
    for name, dollars in sorted(rows.items(), key=lambda row: -row[1]):
        print(f"| {name} | {dollars:.2f} | {bill.a_thousand(dollars):.4f} | {dollars / bill.total:.0%} |")
    print(f"| **all** | **{bill.total:.2f}** | **{bill.a_thousand(bill.total):.4f}** | |\n")


def _print_units(measured: Measured) -> None:
    """Print what one poll, article, refresh or look takes of each unit."""
    units = sorted({unit for phase in measured.phases.values() for _, unit in phase.bill})
    print(f"| units of one | {' | '.join(measured.phases)} |\n| --- |{' ---: |' * len(measured.phases)}")
    for unit in units:
        cells = [
            sum(n for (_, one), n in phase.bill.items() if one == unit) / phase.times
            for phase in measured.phases.values()
        ]
        print(f"| {unit} | {' | '.join(f'{cell:,.1f}' for cell in cells)} |")
    for name, of in (("seconds, waiting included", "seconds"), ("processor seconds", "cpu")):
        cells = [sum(getattr(phase, of).values()) / phase.times for phase in measured.phases.values()]
        print(f"| {name} | {' | '.join(f'{cell:,.2f}' for cell in cells)} |")
    print()


def _print_memory(measured: Measured, prices: Prices) -> None:
    print(f"| $ of Lambda by memory | {' | '.join(f'{size} MB' for size in MEMORIES)} |")
    print(f"| --- |{' ---: |' * len(MEMORIES)}")
    for function, now in measured.memory.items():
        price = prices.dollars["Lambda GB-s, arm64"]
        base = model.gigabyte_seconds(measured.phases, function, now) * price
        cells = [model.gigabyte_seconds(measured.phases, function, size) * price / base for size in MEMORIES]
        print(f"| {function}, {now} MB = 1 | {' | '.join(f'{cell:.2f}' for cell in cells)} |")
    print()
