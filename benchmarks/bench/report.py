"""A comparison as text for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from benchmarks import marked_pages
from benchmarks.bench.rows import Bar, Row, Table

BEGIN, END = "<!-- written by make bench -->", "<!-- end of what make bench wrote -->"


def as_markdown(rows: Mapping[str, Row], facts: Mapping[str, Any]) -> str:
    """Return machine and versions, all bars, and then each row with its tables."""
    parts = [_facts(facts), _bars([(name, bar) for name, row in rows.items() for bar in row.bars])]
    parts += [row_as_markdown(row) for row in rows.values()]
    return "\n\n".join(parts)


def row_as_markdown(row: Row) -> str:
    """Return one row: what was run, then its tables, then its bars."""
    tables = [f"{table.heading}\n\n{_table(table)}" for table in row.tables]
    bars = "\n".join(f"- {_bar(bar)}" for bar in row.bars)
    return "\n\n".join([f"## {row.title}", row.how, *tables, bars])


def as_json(rows: Mapping[str, Row], facts: Mapping[str, Any]) -> str:
    """Return figures and bars of all rows, sorted: a second run differs in what it measured alone."""
    of_rows = {
        name: {
            "figures": {what: _rounded(value) for what, value in row.figures.items()},
            "bars": [
                {
                    "what": bar.what,
                    "value": _rounded(bar.value),
                    "sign": bar.sign,
                    "limit": bar.limit,
                    "met": bar.met,
                }
                for bar in row.bars
            ],
        }
        for name, row in rows.items()
    }
    whole = {**facts, "rows": of_rows}
    return json.dumps(whole, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def replaced(page: str, text: str) -> str:
    """Return the page with this text between its marks; raise ``ValueError`` where it has none."""
    return marked_pages.replaced(page, BEGIN, END, text)


def _facts(facts: Mapping[str, Any]) -> str:
    machine = ", ".join(f"{name} {value}" for name, value in facts["machine"].items())
    ours = ", ".join(f"{name} {value}" for name, value in facts["ours"].items())
    peers = ", ".join(f"{name} {value}" for name, value in facts["peers"].items())
    return "\n".join(
        [
            f"Measured on {facts['date']} in {facts['minutes']} minutes.",
            f"Load of the machine before and after: {facts['load'][0]} and {facts['load'][1]}.",
            f"Machine: {machine}.",
            f"Newswire runs on: {ours}.",
            f"Peers: {peers}." if peers else "No peers.",
        ]
    )


def _bars(bars: list[tuple[str, Bar]]) -> str:
    rows = tuple(
        (name, bar.what, _number(bar.value), f"{bar.sign} {bar.limit:g}", "yes" if bar.met else "**no**")
        for name, bar in bars
    )
    return _table(Table("", ("row", "what", "measured", "bar", "met"), rows))


def _bar(bar: Bar) -> str:
    state = "met" if bar.met else "**missed**"
    return f"{bar.what}: {_number(bar.value)}, bar {bar.sign} {bar.limit:g}: {state}"


def _table(table: Table) -> str:
    lines = [table.head, tuple("---" if i == 0 else "---:" for i in range(len(table.head))), *table.rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _number(value: float) -> str:
    return f"{value:.4g}"


def _rounded(value: float) -> float:
    return float(f"{value:.5g}")
