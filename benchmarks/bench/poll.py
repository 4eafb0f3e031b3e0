"""Row "poll": many hosts asked over TLS for their feeds; at first all is new, then an entry, then nothing."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import trustme

from benchmarks.bench import peers
from benchmarks.bench.rounds import median_ratio, turn
from benchmarks.bench.rows import Bar, Row, Table
from benchmarks.feed_hosts import ENTRIES, Server, serving
from benchmarks.poll_side import Polled, hosts
from functions.fetch.feed_requests import HOSTS_AT_ONCE

FEEDS = 500
SECONDS = 0.05
ROUNDS = 4
OURS = "newswire"
LIMIT, CLIENT = "asyncio", "urllib3"
# reader takes most of the time and no bar asks for it.
ROUNDS_OF: Mapping[str, int] = {OURS: ROUNDS, LIMIT: ROUNDS, CLIENT: ROUNDS, "aiohttp": ROUNDS, "reader": 2}
PHASES = {"200, first sight": "200", "200, one new entry": "200", "304": "304"}
HOW = f"""\
{FEEDS} hosts, each with a feed of {ENTRIES} entries, an ETag and {SECONDS * 1000:.0f} ms until it
answers; {HOSTS_AT_ONCE} asked at once by every side. Each round asks all of them three times:
nothing is known of any feed, each has one more entry, nothing has changed. Every side is a process
of its own, started beforehand; a poll is timed within it, CPU with that of its children. asyncio is
its streams with TLS and a GET written by hand: the limit. asyncio, aiohttp and urllib3 (in threads)
keep ETags in a dictionary and throw the feed away. reader is what `reader update --workers` calls,
with its database in a file: it parses and stores. Ours is the fetch stage of a shard, with its
guard, deadlines, turns and caps, lease, states read and written, back-offs, documents parsed by the
worker, entries compared, sanitised and sent, and its log. Left out are botocore and the network to
AWS, the starts of all processes, and names: they are found in a table by every side. All sides
trust the same authority. The server is one process beside them; of a core it took at most the share
that the table tells, which no side's CPU has in it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One poll of all feeds by one side, and the seconds of CPU that the server took meanwhile."""

    polled: Polled
    server: float


Results = dict[tuple[str, str], list[Measured]]
"""By side and phase, in the order of the rounds."""


def measure() -> Row:
    """Run the rounds."""
    with ExitStack() as stack:
        certificates = stack.enter_context(_authority())
        server = stack.enter_context(serving(hosts(FEEDS), SECONDS, certificates))
        sides = {name: stack.enter_context(_side(name, server.port)) for name in ROUNDS_OF}
        return as_row(_rounds(sides, server))


def _rounds(sides: Mapping[str, subprocess.Popen[str]], server: Server) -> Results:
    results: Results = {(name, phase): [] for name in sides for phase in PHASES}
    for number in range(ROUNDS):
        names = [name for name in sides if number < ROUNDS_OF[name]]
        for index, phase in enumerate(PHASES):
            server.grow(number + min(index, 1))
            for name in turn(names, number):
                before = server.cpu()
                polled = _poll(sides[name], is_first=index == 0)
                results[name, phase].append(Measured(polled, server.cpu() - before))
                if polled.answers.get(PHASES[phase]) != FEEDS:
                    raise RuntimeError(f"{name}, {phase}: {polled.answers}")
    return results


def as_row(results: Results) -> Row:
    """Return what was measured, with its ratios."""
    figures: dict[str, float] = {}
    tables: list[Table] = []
    for phase in PHASES:
        sides = {name: results[name, phase] for name, _ in results if results[name, phase]}
        limit, client = _walls_and_cpus(sides[LIMIT]), _walls_and_cpus(sides[CLIENT])
        lines = []
        for name, measured in sides.items():
            walls, cpus = _walls_and_cpus(measured)
            figures |= {
                f"{phase}, {name}: wall, s": statistics.median(walls),
                f"{phase}, {name}: CPU, s": statistics.median(cpus),
                f"{phase}, {name}: wall over {CLIENT}": median_ratio(walls, client[0][: len(walls)]),
                f"{phase}, {name}: CPU over {LIMIT}": median_ratio(cpus, limit[1][: len(cpus)]),
            }
            busy = max(one.server / one.polled.wall for one in measured)
            lines.append(_line(name, phase, figures, busy))
        head = ("side", "wall, s", f"over {CLIENT}", "CPU, s", f"over {LIMIT}", "server, of a core")
        tables.append(Table(f"{phase}:", head, tuple(lines)))
    return Row(
        f"Polls of {FEEDS} hosts over https",
        HOW,
        tuple(tables),
        _bars(figures),
        figures,
        (CLIENT, "aiohttp", "reader"),
    )


def _walls_and_cpus(measured: Sequence[Measured]) -> tuple[list[float], list[float]]:
    return [one.polled.wall for one in measured], [one.polled.cpu for one in measured]


def _line(name: str, phase: str, figures: Mapping[str, float], busy: float) -> tuple[str, ...]:
    wall, cpu, over_client, over_limit = (
        figures[f"{phase}, {name}: {what}"]
        for what in ("wall, s", "CPU, s", f"wall over {CLIENT}", f"CPU over {LIMIT}")
    )
    return (name, f"{wall:.2f}", f"{over_client:.2f}", f"{cpu:.2f}", f"{over_limit:.2f}", f"{busy:.0%}")


def _bars(figures: Mapping[str, float]) -> tuple[Bar, ...]:
    kinds = ((f"CPU over {LIMIT}", 1.5), (f"wall over {CLIENT}", 1.15))
    return tuple(
        Bar(f"{phase}: {what}", figures[f"{phase}, {OURS}: {what}"], "≤", limit)
        for phase in PHASES
        for what, limit in kinds
    )


def _poll(side: subprocess.Popen[str], *, is_first: bool) -> Polled:
    if side.stdin is None or side.stdout is None:
        raise RuntimeError("a process with pipes has no pipes")
    side.stdin.write(json.dumps({"first": is_first}) + "\n")
    side.stdin.flush()
    return Polled(**json.loads(side.stdout.readline()))


@contextmanager
def _side(name: str, port: int) -> Iterator[subprocess.Popen[str]]:
    """Give a side that waits to be told to poll."""
    task = (str(port), str(FEEDS), str(HOSTS_AT_ONCE))
    if name == OURS:
        command = [sys.executable, "-m", "benchmarks.poll_stage", *task]
        environment = dict(os.environ)
    else:
        command = peers.command("benchmarks.peers_of_poll", name, *task)
        environment = {**peers.environment(), "SSL_CERT_FILE": os.environ["SSL_CERT_FILE"]}
    with subprocess.Popen(  # noqa: S603 - our own modules, no shell
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield process
        finally:
            process.communicate()


@contextmanager
def _authority() -> Iterator[Path]:
    """Give a folder with a certificate of each host; whoever reads SSL_CERT_FILE trusts their authority."""
    authority, before = trustme.CA(), os.environ.get("SSL_CERT_FILE")
    with TemporaryDirectory() as folder:
        trusted = Path(folder, "authority.pem")
        authority.cert_pem.write_to_path(str(trusted))
        for host in hosts(FEEDS):
            issued = authority.issue_cert(host).private_key_and_cert_chain_pem
            issued.write_to_path(str(Path(folder, f"{host}.pem")))
        os.environ["SSL_CERT_FILE"] = str(trusted)
        try:
            yield Path(folder)
        finally:
            if before is None:
                del os.environ["SSL_CERT_FILE"]
            else:
                os.environ["SSL_CERT_FILE"] = before
