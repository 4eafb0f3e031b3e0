"""What a function says of its run in its log.

Fetch counts there whatever started it, and extract what it could not show: to a queue they answer nothing but
failures.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

_MESSAGE = "run finished"


@contextmanager
def heard(take: Callable[[Mapping[str, Any]], None]) -> Iterator[None]:
    """Give ``take`` the fields of each structured line ``run finished`` that is logged in the block.

    It listens to the records, not to their text: a logger writes to the stream that it was made with,
    which may be another run's.
    """
    listener = _Listener(take)
    logging.root.addHandler(listener)
    try:
        yield
    finally:
        logging.root.removeHandler(listener)


class _Listener(logging.Handler):
    def __init__(self, take: Callable[[Mapping[str, Any]], None]) -> None:
        super().__init__()
        self._take = take

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg == _MESSAGE:
            self._take(vars(record))
