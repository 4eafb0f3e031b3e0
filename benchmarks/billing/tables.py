"""The tables of a bill, as docs/costs.md has them. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from benchmarks import marked_pages
from benchmarks.billing import model
from benchmarks.billing.model import Bill
from benchmarks.billing.prices import Prices
from benchmarks.billing.scenario import Measured, Scenario

_FLOORS = ("× the first floor", "× the second")
MEMORIES = (256, 512, 768, 1024, 1769)


def summary(bills: Iterable[tuple[Scenario, Bill]]) -> str:
    """Return one row a portal: its bill, without and with CloudWatch's allowances, against both floors."""
    rows = []
    for scenario, bill in bills:
        for title, off in ((scenario.name, 0.0), ("with CloudWatch's allowances", bill.allowances)):
            total = bill.total - off
            rows.append(
                f"| {title} | {total:.2f} | {bill.a_thousand(total):.4f} | {_day(bill.idle - off):.2f} "
                f"| {_day(total):.2f} | {total / bill.own:.2f} | {total / bill.stored:.2f} |"
            )
    heads = ("$ a month", "$ per 1,000 articles", "$ of a day without articles", "$ of a day", *_FLOORS)
    return "\n".join([f"| | {' | '.join(heads)} |", f"| --- |{' ---: |' * len(heads)}", *rows])


def of_scenario(scenario: Scenario, measured: Measured, bill: Bill, prices: Prices) -> str:
    """Return all tables of one portal."""
    done = {name: phase.times for name, phase in measured.phases.items()}
    return "\n\n".join(
        (
            f"## {scenario.name}",
            f"Measured: {done['extract']} articles, {done['look']} looks, {done['poll']} polls.",
            _shares("what", bill, bill.services),
            _shares("part of the work", bill, bill.parts),
            _floors(bill),
            _units(measured),
            _memory(measured, prices),
        )
    )


def replaced(text: str, sections: Mapping[str, str]) -> str:
    """Return a page with these sections between their marks; raise ``ValueError`` where those are not."""
    for name, section in sections.items():
        begin, end = f"<!-- {name}: written by make benchmark -->", f"<!-- end of {name} -->"
        text = marked_pages.replaced(text, begin, end, section)
    return text


def _day(dollars: float) -> float:
    return dollars / model.DAYS


def _shares(title: str, bill: Bill, rows: Mapping[str, float]) -> str:
    lines = [f"| {title} | $ a month | $ per 1,000 articles | share |", "| --- | ---: | ---: | ---: |"]
    for name, dollars in sorted(rows.items(), key=lambda row: -row[1]):
        share = dollars / bill.total
        lines.append(f"| {name} | {dollars:.2f} | {bill.a_thousand(dollars):.4f} | {share:.0%} |")
    lines.append(f"| **all** | **{bill.total:.2f}** | **{bill.a_thousand(bill.total):.4f}** | |")
    return "\n".join(lines)


def _floors(bill: Bill) -> str:
    floors = {
        "first: each article's own objects and items, once": bill.own,
        "second: all objects and items as written": bill.stored,
    }
    lines = ["| floor | $ a month | $ per 1,000 articles | the total is |", "| --- | ---: | ---: | ---: |"]
    for name, floor in floors.items():
        lines.append(f"| {name} | {floor:.2f} | {bill.a_thousand(floor):.4f} | {bill.total / floor:.2f} × |")
    return "\n".join(lines)


def _units(measured: Measured) -> str:
    """Return what one poll, article, refresh or look takes of each unit."""
    phases = measured.phases.values()
    units = sorted({unit for phase in phases for _, unit in phase.bill})
    lines = [
        f"| units of one | {' | '.join(measured.phases)} |",
        f"| --- |{' ---: |' * len(measured.phases)}",
    ]
    for unit in units:
        totals = (sum(n for (_, one), n in phase.bill.items() if one == unit) for phase in phases)
        cells = [f"{total / phase.times:,.1f}" for total, phase in zip(totals, phases, strict=True)]
        lines.append(f"| {unit} | {' | '.join(cells)} |")
    for name, of in (("seconds, waiting included", "seconds"), ("processor seconds", "cpu")):
        cells = [f"{sum(getattr(phase, of).values()) / phase.times:,.2f}" for phase in phases]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _memory(measured: Measured, prices: Prices) -> str:
    price = prices.dollars["Lambda GB-s, arm64"]
    sizes = " | ".join(f"{size} MB" for size in MEMORIES)
    lines = [f"| $ of Lambda by memory | {sizes} |", f"| --- |{' ---: |' * len(MEMORIES)}"]
    for function, now in measured.memory.items():
        base = model.gigabyte_seconds(measured.phases, function, now) * price
        cells = [
            f"{model.gigabyte_seconds(measured.phases, function, size) * price / base:.2f}"
            for size in MEMORIES
        ]
        lines.append(f"| {function}, {now} MB = 1 | {' | '.join(cells)} |")
    return "\n".join(lines)
