"""One step of the work done ahead of the next, by a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from queue import Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")
U = TypeVar("U")


class _Failed:
    """Why there is nothing more."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


def one_ahead(items: Iterator[T], work: Callable[[T], U]) -> Generator[U, None, None]:
    """Yield ``work`` of each item, in order, while that of the next one is done already.

    Items are taken and worked on by another thread, as soon as they come: nothing that is done waits for what
    is still to come. Two results at most wait for whoever takes them. What either raises is raised here; at
    the end of this iterator, however it ends, the thread is done and ``items`` is closed.
    """
    done: Queue[tuple[U] | _Failed | None] = Queue(maxsize=1)
    over = Event()

    def run() -> None:
        try:
            with closing(_closable(items)) as taken:
                for item in taken:
                    if over.is_set():
                        break
                    done.put((work(item),))
            done.put(None)
        except BaseException as error:  # noqa: BLE001 - it is raised by the thread that waits
            done.put(_Failed(error))

    thread = Thread(target=run, name="ahead")
    thread.start()
    ended = False
    try:
        while not ended:
            match done.get():
                case (result,):
                    yield result
                case _Failed() as failed:
                    ended = True
                    raise failed.error
                case _:
                    ended = True
    finally:
        over.set()
        while not ended:
            ended = not isinstance(done.get(), tuple)
        thread.join()


def _closable(items: Iterator[T]) -> Generator[T, None, None]:
    """Yield the items; to close this closes them, where they can be closed."""
    yield from items
