"""The whole way from feeds to a site, in one process from its start to its end, over the frozen web."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.bench import peers
from benchmarks.bench.rounds import Spent, in_turns, median_cpu, median_ratio, median_wall
from benchmarks.bench.rows import Bar, Row, Table
from benchmarks.newsweb import MATERIALS, NoMaterials

PEERS = ("reader", "trafilatura", "pelican", "feedgen", "requests", "markdown")
PEERS_MODULE = "benchmarks.peers_of_whole"
ROUNDS = 3
SECONDS = 300.0  # what one side may take once
CHOSEN = frozenset({"fundus-de-1", "fundus-uk", "fundus-us", "newspaper4k", "trafilatura-eval-0"})
CHOSEN_BEGIN = "indonesian-"
OURS, THEIRS = "Newswire", "reader, trafilatura, Pelican, feedgen"
HOW = """\
Every Indonesian source of the frozen web and five others, {feeds} feeds with {entries} entries, are
served by the frozen web's own server, a proxy on loopback in a process that is not counted. Each side
begins in an empty folder, in turns with the other; what is counted is the time from the start of its
process to its end, and CPU of it and of all processes that it started. Newswire is `make run SOURCES=…
OUT=… ONCE=1`: all of the stack against AWS emulated in the same process, until a second poll of every
feed finds nothing new. The others are one script as their documentation has it
(`benchmarks/peers_of_whole.py`): reader updates its feeds with 10 workers, requests asks the pages with
as many, trafilatura makes Markdown of each, Pelican makes the site of that by its default theme, and
feedgen RSS and Atom of the portal, of each category and of each source.

The script leaves out: robots.txt, TDM reservations and what else pages say of rights; limits and guards
for hostile bytes, and a process of its own for parsing; sanitised HTML; display and credit as each
source wants; author, date and language of the page; pictures and their sizes; near-duplicates and one
story told by several sources; entries that change or are withdrawn; conditional requests and back-off
between runs of pages; JSON of each article; JSON feeds, sitemaps, search, archives and structured data;
compressed files with cache headers; a state that survives a kill at any moment; and the second poll."""


class RunFailed(Exception):
    """One side ended otherwise than it should; the text has its last words."""


@dataclass(frozen=True, slots=True)
class Web:
    """The frozen web as it is served: the environment that leads to it, and our sources of it."""

    environment: Mapping[str, str]
    sources: Path
    feeds: tuple[Mapping[str, str], ...]


def measure() -> Row:
    """Run both sides in turns; raise :class:`NoMaterials` or ``NoPeers`` where something is missing."""
    told: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as scratch, served(Path(scratch)) as web:

        def ours() -> None:
            told[OURS] = _ours(web, Path(tempfile.mkdtemp(dir=scratch)))

        def theirs() -> None:
            told[THEIRS] = _theirs(web, Path(tempfile.mkdtemp(dir=scratch)))

        spent = in_turns({OURS: ours, THEIRS: theirs}, ROUNDS)
    return row(spent, told, len(web.feeds))


def chosen(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a ``sources.yaml`` of the frozen web with the sources of this row alone."""
    kept = [one for one in document["sources"] if one["id"] in CHOSEN or one["id"].startswith(CHOSEN_BEGIN)]
    return {**document, "sources": kept}


def row(spent: Mapping[str, Sequence[Spent]], told: Mapping[str, Mapping[str, Any]], feeds: int) -> Row:
    """Return the row of what each side took and said."""
    ours, theirs = spent[OURS], spent[THEIRS]
    wall = median_ratio([one.wall for one in ours], [one.wall for one in theirs])
    cpu = median_ratio([one.cpu for one in ours], [one.cpu for one in theirs])
    stored, files = told[OURS]["articles"], told[OURS]["outputs_written"]
    counts = {
        OURS: (stored["page"], stored["feed"], files),
        THEIRS: (told[THEIRS]["pages"], told[THEIRS]["from_feed"], told[THEIRS]["files"]),
    }
    cells = tuple(
        (name, f"{median_wall(of):.1f}", f"{median_cpu(of):.1f}", *(str(count) for count in counts[name]))
        for name, of in spent.items()
    )
    head = ("", "wall", "CPU", "articles of pages", "of feeds alone", "files written")
    return Row(
        title="Whole local run, feed to page",
        how=HOW.format(feeds=feeds, entries=told[THEIRS]["entries"]),
        tables=(Table(f"Seconds, medians of {len(ours)} rounds.", head, cells),),
        bars=(Bar("wall, ours by theirs", wall, "<", 1.0), Bar("CPU, ours by theirs", cpu, "<", 1.0)),
        figures={
            "ours wall s": median_wall(ours),
            "ours CPU s": median_cpu(ours),
            "theirs wall s": median_wall(theirs),
            "theirs CPU s": median_cpu(theirs),
            "wall ratio": wall,
            "CPU ratio": cpu,
        },
        peers=PEERS,
    )


@contextmanager
def served(folder: Path) -> Iterator[Web]:
    """Serve the frozen web on loopback, with this row's ``sources.yaml`` in ``folder``."""
    if not (MATERIALS / "serve.py").is_file():
        raise NoMaterials(f"the frozen web is not in {MATERIALS}")
    sources, feeds = _write_sources(folder)
    port, authority = _free_port(), folder / "authority.pem"
    options = ["--manifest", str(MATERIALS / "manifest.json"), "--port", str(port), "--ca", str(authority)]
    command = [sys.executable, str(MATERIALS / "serve.py"), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:  # noqa: S603 - the materials' own, no shell
        if server.stdout is None or not server.stdout.readline():  # it listens from its first line on
            raise RunFailed("the frozen web's server does not start")
        proxy = f"http://127.0.0.1:{port}"
        try:
            yield Web(
                {
                    "PATH": os.environ.get("PATH", ""),
                    **dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), proxy),
                    **dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"), str(authority)),
                },
                sources,
                feeds,
            )
        finally:
            server.terminate()


def _write_sources(folder: Path) -> tuple[Path, tuple[Mapping[str, str], ...]]:
    command = [sys.executable, str(MATERIALS / "sources.py")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - as above
    document = chosen(yaml.safe_load(printed))
    path = folder / "web.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    feeds = tuple(
        {"url": one["feeds"][0], "name": one["name"], "category": one["category"]}
        for one in document["sources"]
    )
    return path, feeds


def _ours(web: Web, out: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "local.run", "--sources", str(web.sources), "--out", str(out), "--once"]
    path = os.pathsep.join((str(peers.PROJECT), str(peers.PROJECT / "shared")))
    return _said(command, {**web.environment, "PYTHONPATH": path}, "")


def _theirs(web: Web, out: Path) -> dict[str, Any]:
    command = peers.command(PEERS_MODULE, str(out))
    return _said(command, {**peers.environment(), **web.environment}, json.dumps(web.feeds))


def _said(command: list[str], environment: Mapping[str, str], stdin: str) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 - our own modules, no shell
        command,
        input=stdin,
        capture_output=True,
        text=True,
        env=dict(environment),
        cwd=peers.PROJECT,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        raise RunFailed(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
