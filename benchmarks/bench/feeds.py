"""The row ``feeds``: a poll that is answered by 200, from the body on, beside what reads feeds only."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from benchmarks import feed_polls
from benchmarks.bench import peers
from benchmarks.bench.feed_agreement import Agreement, agreement
from benchmarks.bench.rounds import median_ratio, turn
from benchmarks.bench.rows import Bar, Row, Table
from benchmarks.feed_polls import Feed, Polls
from functions.fetch.wiring import PARSER
from newswire.worker import Worker

ROUNDS = 3
USUAL, FIRST = "Newswire, usual poll", "Newswire, first sight"
PEERS = ("feedparser", "fastfeedparser", "reader", "lxml")
_HOW = """\
Every feed of the frozen web in which feedparser finds an entry ({feeds} of {of}, {megabytes:.1f} MB),
read once a round by each side in turn, {rounds} rounds; CPU seconds of all processes that take part.
Newswire does all that a poll does after an answer by 200 has come, without network and AWS: the body's
hash, the worker process with its pipe both ways as deployed, reading, comparing with what was seen of the
feed, sanitising what is sent ({usual_sent} entries of {entries} in the usual poll: the first tenth of
each feed, one at least, is new since the poll before; {first_sent} at first sight), the state to store.
feedparser runs with its defaults, which sanitise all entries and resolve their links; reader is its
parser of RSS and Atom, on its own copy of feedparser, which refuses what is not well-formed; fastfeedparser
sanitises nothing; lxml only makes the tree. None of the four compares or decides; none crosses a pipe."""


def measure() -> Row:
    """Read all feeds in turns, and compare what was found with feedparser's entries."""
    everything = feed_polls.frozen_feeds()
    with ExitStack() as stack:
        found = stack.enter_context(_Peer("feedparser", everything)).ask("read")
        kept = {feed: entries for feed, entries in zip(everything, found, strict=True) if entries}
        bodies = {feed: feed.body() for feed in kept}
        worker = stack.enter_context(Worker(PARSER))
        sides, sent = _our_sides(worker, bodies)
        for name in PEERS:
            peer = stack.enter_context(_Peer(name, list(kept)))
            sides[name] = _timer(peer)
        spent = _in_turns(sides, ROUNDS)
    how = _HOW.format(
        feeds=len(kept),
        of=len(everything),
        megabytes=sum(map(len, bodies.values())) / 1e6,
        rounds=ROUNDS,
        entries=sum(map(len, kept.values())),
        usual_sent=sent[USUAL],
        first_sent=sent[FIRST],
    )
    return _row(how, spent, agreement(bodies, kept))


def _our_sides(
    worker: Worker, bodies: Mapping[Feed, bytes]
) -> tuple[dict[str, Callable[[], float]], dict[str, int]]:
    """Return our two sides, and how many entries one round of each sends."""
    polls = Polls(worker)
    runs = {USUAL: feed_polls.usual(polls, bodies), FIRST: feed_polls.first_sight(polls, bodies)}
    sent: dict[str, int] = {}
    for name, run in runs.items():
        polls.sent = 0
        run()
        sent[name] = polls.sent
    return {name: _cpu_of(run) for name, run in runs.items()}, sent


def _cpu_of(run: Callable[[], None]) -> Callable[[], float]:
    def timed() -> float:
        begun = time.process_time() + _children_cpu()
        run()
        return time.process_time() + _children_cpu() - begun

    return timed


def _children_cpu() -> float:
    """Return the CPU seconds of the children that run: the worker alone does anything meanwhile."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    spent = (Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0] for pid in children)
    return sum(map(int, spent)) / 1e9


def _timer(peer: _Peer) -> Callable[[], float]:
    return lambda: float(peer.ask("time"))


def _in_turns(sides: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    spent: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds):
        for name in turn(list(sides), number):
            spent[name].append(sides[name]())
    return spent


def _row(how: str, spent: Mapping[str, Sequence[float]], agreed: Agreement) -> Row:
    seconds = {name: statistics.median(each) for name, each in spent.items()}
    speed = {name: 1 / median_ratio(each, spent["feedparser"]) for name, each in spent.items()}
    costs = Table(
        "CPU of one round over all feeds",
        ("side", "ms", "times feedparser's speed"),
        tuple((name, f"{seconds[name] * 1000:.0f}", f"{speed[name]:.1f}") for name in seconds),
    )
    bars = [Bar("usual poll, times feedparser's speed", speed[USUAL], "≥", 20)]
    bars += [Bar(f"{what} as feedparser's, %", value, "≥", 99.5) for what, value in agreed.percent.items()]
    figures = {f"{name}, s of CPU": value for name, value in seconds.items()}
    figures |= {f"{name}, times feedparser": value for name, value in speed.items()}
    figures |= {f"agreement of {what}, %": value for what, value in agreed.percent.items()}
    return Row(
        "Feeds: parse, sanitise, decide",
        how,
        (costs, *agreed.tables()),
        tuple(bars),
        figures,
        (*PEERS, "feedparser"),
    )


class _Peer:
    """A peer's process, which has read all documents into its memory."""

    def __init__(self, name: str, feeds: Sequence[Feed]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            peers.command("benchmarks.peers_of_feeds", name),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=dict(peers.environment()),
            encoding="utf-8",
        )
        self._tell(
            json.dumps(
                [{"file": str(one.file), "url": one.url, "content_type": one.content_type} for one in feeds]
            )
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, what: str) -> Any:
        """Return the answer to ``time`` or ``read``."""
        self._tell(what)
        if self._process.stdout is None or not (line := self._process.stdout.readline()):
            raise RuntimeError("a peer's process has ended")
        return json.loads(line)

    def _tell(self, line: str) -> None:
        if self._process.stdin is None:
            raise RuntimeError("a child with pipes has no pipes")
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
