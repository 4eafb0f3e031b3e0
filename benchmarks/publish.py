"""What a publish run costs by operation, and where nothing has changed, on the portals of the row "publish".

Fifty of the same articles change in every portal, all within the same hour of a day; behind them lie as many
others as the column says. Calls, bytes and CPU are those of one run, which works one call after the other,
behind the product's own storage modules; what the stores take to answer is in no CPU.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.publish_growth import grown
from benchmarks.publish_worlds import Portal


@dataclass(slots=True)
class Measured:
    """What the runs on one portal cost; ``unchanged`` are the calls of a run with nothing to do.

    Bytes are those of objects: ``read`` and ``written`` before compression, ``got`` and ``put`` as they go
    over the line.
    """

    calls: list[Counter[str]] = field(default_factory=list)
    read: list[int] = field(default_factory=list)
    written: list[int] = field(default_factory=list)
    got: list[float] = field(default_factory=list)
    put: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    unchanged: Counter[str] = field(default_factory=Counter)


def main(arguments: Sequence[str]) -> None:
    """Fill the portals, run, and print the table."""
    options = _options(arguments)
    portals = {
        f"{size:,} stored": portal
        for size, portal in grown((options.small, options.large), options.changed).items()
    }
    measured = {name: Measured() for name in portals}
    gc.collect()
    gc.freeze()  # what the stores hold is no part of a function's memory
    for number in range(options.rounds):
        for name in sorted(portals, reverse=bool(number % 2)):
            measure(portals[name], measured[name])
    for name, portal in portals.items():
        measured[name].unchanged = _unchanged(portal)
    print(f"{options.changed} changed articles, one run, median of {options.rounds}")
    _print(measured)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks publish", description=__doc__)
    parser.add_argument("--small", type=int, default=1000, metavar="ARTICLES")
    parser.add_argument("--large", type=int, default=100_000, metavar="ARTICLES")
    parser.add_argument("--changed", type=int, default=50, metavar="ARTICLES")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args(arguments)


def measure(portal: Portal, measured: Measured) -> None:
    """Change the portal's articles, publish them in one run, and add what that cost."""
    portal.change()
    portal.forget()
    started = time.process_time()
    failed = portal.world.publish(*portal.changed)
    measured.cpu.append(time.process_time() - started - portal.aws.cpu)
    if failed:
        raise RuntimeError(f"{len(failed)} articles failed")
    measured.calls.append(portal.calls())
    measured.read.append(portal.bytes("read"))
    measured.written.append(portal.bytes("written"))
    measured.got.append(portal.aws.units["bytes got"])
    measured.put.append(portal.aws.units["bytes put"])


def _unchanged(portal: Portal) -> Counter[str]:
    """Return the calls of a run about the same articles, of which none has changed."""
    portal.forget()
    portal.world.publish(*portal.changed)
    return portal.calls()


def _print(measured: dict[str, Measured]) -> None:
    print(f"{'':24}" + "".join(f"{name:>18}" for name in measured))
    names = sorted(set().union(*[one.calls[-1] for one in measured.values()]))
    for name in names:
        _row(name, [f"{one.calls[-1][name]:,}" for one in measured.values()])
    _row("all calls", [f"{one.calls[-1].total():,}" for one in measured.values()])
    _row("MB read", [_megabytes(one.read) for one in measured.values()])
    _row("MB written", [_megabytes(one.written) for one in measured.values()])
    _row("MB got, compressed", [_megabytes(one.got) for one in measured.values()])
    _row("MB put, compressed", [_megabytes(one.put) for one in measured.values()])
    _row("CPU s", [f"{statistics.median(one.cpu):.2f}" for one in measured.values()])
    _row("nothing changed: writes", [f"{one.unchanged['PutObject (site)']}" for one in measured.values()])
    _row("nothing changed: calls", [f"{one.unchanged.total():,}" for one in measured.values()])


def _row(name: str, values: Sequence[str]) -> None:
    print(f"{name:24}" + "".join(f"{value:>18}" for value in values))


def _megabytes(sizes: Sequence[float]) -> str:
    return f"{statistics.median(sizes) / 1e6:.2f}"
