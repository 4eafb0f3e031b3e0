"""Our stage and other extractors behind one signature: a labelled page in, an article's fields out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from benchmarks.extract_stage import ExtractStage
from benchmarks.newsweb import LabelledPage
from benchmarks.peer_extractors import PEERS
from functions.extract.decoding import decode_page
from functions.extract.wiring import PARSER
from newswire.worker import Worker

PROJECT = Path(__file__).resolve().parents[1]
PEERS_PYTHON = PROJECT / ".venv-peers" / "bin" / "python"
PEER_SECONDS = 15.0  # of CPU for one page
OURS = "ours"
NAMES = (OURS, *PEERS)


class NoPeers(Exception):
    """The other extractors are not installed; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """What was extracted of one page; `failure` says why it is nothing.

    `seconds`: of CPU that a peer took by itself for the page, neither decoding nor pipe included; None where
    it failed.
    """

    fields: Mapping[str, Any]
    failure: str | None = None
    seconds: float | None = None


Extractor = Callable[[LabelledPage], Extracted]


def extractor(name: str, python: Path = PEERS_PYTHON) -> AbstractContextManager[Extractor]:
    """Return the extractor of that name out of `NAMES`; its process ends with the block.

    `python` is the interpreter that has the peers. Raise :class:`NoPeers` where there is none.
    """
    if name == OURS:
        return _ours()
    if not python.is_file():
        raise NoPeers(f'{python} is missing: make benchmark ARGS="quality" sets it up')
    return _peer(name, python, PEER_SECONDS)


@contextmanager
def _ours() -> Iterator[Extractor]:
    """Give the whole stage, as deployed; what is not stored is nothing."""
    with Worker(PARSER) as worker, ExtractStage(worker) as stage:

        def extract(page: LabelledPage) -> Extracted:
            failure = stage.store(page, page.body())
            stored = stage.stored()
            return Extracted({}, failure) if stored is None else Extracted(json.loads(stored))

        yield extract


@contextmanager
def _peer(name: str, python: Path, seconds: float) -> Iterator[Extractor]:
    """Give a peer, the same text as we read."""
    with _PeerProcess(name, python, seconds) as process:

        def extract(page: LabelledPage) -> Extracted:
            source = decode_page(page.body(), page.content_type)
            try:
                answer = process.ask({"url": page.url, "source": source})
            except EOFError as died:
                return Extracted({}, str(died))
            if "error" in answer:
                return Extracted({}, answer["error"])
            return Extracted(answer["fields"], seconds=answer["seconds"])

        yield extract


class _PeerProcess:
    """A child that is replaced when it has died."""

    def __init__(self, name: str, python: Path, seconds: float) -> None:
        self._command = [str(python), "-m", "benchmarks.peer_extractors", name, str(seconds)]
        self._child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()

    def ask(self, page: Mapping[str, str]) -> dict[str, Any]:
        """Return the answer; raise ``EOFError`` with the reason where the child died of the page."""
        child = self._child = self._child or self._start()
        if child.stdin is None or child.stdout is None:
            raise RuntimeError("a child with pipes has no pipes")
        try:
            child.stdin.write(json.dumps(page) + "\n")
            child.stdin.flush()
            line = child.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self._child = None
            child.stdout.close()
            with suppress(BrokenPipeError):  # of what it had not read when it died
                child.stdin.close()
            raise EOFError(_obituary(child.wait()))
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _start(self) -> subprocess.Popen[str]:
        environment = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(PROJECT)}
        child = subprocess.Popen(  # noqa: S603 - our own module, no shell
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            encoding="utf-8",
        )
        if child.stdout is None or not child.stdout.readline():
            child.communicate()
            raise NoPeers(f"{' '.join(self._command)} does not start")
        return child


def _obituary(code: int) -> str:
    if code in (-signal.SIGPROF, -signal.SIGALRM):
        return "too slow"
    return f"died: signal {signal.Signals(-code).name}" if code < 0 else f"died: exit code {code}"
