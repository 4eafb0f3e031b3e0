"""One request to moto at a time.

moto answers in the thread that asks. A transaction there copies its whole table first and puts that back when
it is cancelled: what another thread writes meanwhile is lost, or breaks the copying.
"""

from __future__ import annotations

import threading
from typing import Any

from moto.core.botocore_stubber import BotocoreStubber

TURN = threading.RLock()
"""Held by whoever reads or changes what moto has."""
_PLAIN = BotocoreStubber.process_request


def take_turns() -> None:
    """Let moto answer one request after the other, for as long as this process lives."""
    setattr(BotocoreStubber, "process_request", _in_turn)  # noqa: B010 - mypy lets nobody assign a method


def _in_turn(stubber: BotocoreStubber, request: Any) -> Any:
    with TURN:
        return _PLAIN(stubber, request)
