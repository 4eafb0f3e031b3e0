"""The parsers of an execution environment: a child outlives the invocation that started it.

Its modules take longer to load than the pages of a batch to parse. A child is replaced after so many
documents, whatever became of it, and between invocations only, so that none waits for another one's modules.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from newswire.worker import Worker

DOCUMENTS = 500


def start(function: str) -> None:
    """Start the child of ``module:function`` ahead of the first invocation that asks for it."""
    _worker(function).start()


@contextmanager
def lent(function: str) -> Iterator[Worker]:
    """Lend the one worker of ``module:function`` for an invocation, as :class:`Worker` takes it.

    An invocation that fails ends the child: what it left there is no concern of the next one's.
    """
    worker = _worker(function)
    try:
        yield worker
    except BaseException:
        worker.close()
        raise
    if worker.documents >= DOCUMENTS:
        worker.close()


def forget() -> None:
    """End all children: those who asked for them are gone."""
    while _kept():
        _, worker = _kept().popitem()
        worker.close()


def _worker(function: str) -> Worker:
    return _kept().setdefault(function, Worker(function))


@cache
def _kept() -> dict[str, Worker]:
    """Return the workers by function, as there are."""
    return {}
