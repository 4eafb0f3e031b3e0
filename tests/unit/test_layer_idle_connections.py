"""Connections that are kept open between two requests to one place: few, and not for long."""

from __future__ import annotations

from newswire.idle_connections import IDLE_SECONDS, IdleConnections


class Kept:
    """A connection that can only be closed."""

    def __init__(self, *, is_connected: bool = True) -> None:
        self.is_connected = is_connected
        self.closed = False

    def close(self) -> None:
        self.closed = True


def test_a_connection_is_given_once() -> None:
    idle: IdleConnections[Kept] = IdleConnections(2)
    kept = Kept()
    idle.keep("a", kept)
    assert idle.take("b") is None
    assert idle.take("a") is kept
    assert idle.take("a") is None
    assert not kept.closed


def test_the_connection_that_was_idle_the_longest_goes_first() -> None:
    idle: IdleConnections[Kept] = IdleConnections(2)
    a, b, c, again = Kept(), Kept(), Kept(), Kept()
    idle.keep("a", a)
    idle.keep("b", b)
    idle.keep("a", again)
    assert (a.closed, b.closed) == (True, False)
    idle.keep("c", c)
    assert (b.closed, again.closed, c.closed) == (True, False, False)
    idle.close()
    assert again.closed
    assert c.closed


def test_a_connection_that_is_old_or_was_closed_is_not_given() -> None:
    now = 1000.0
    idle: IdleConnections[Kept] = IdleConnections(2, clock=lambda: now)
    old, dropped = Kept(), Kept(is_connected=False)
    idle.keep("old", old)
    idle.keep("dropped", dropped)
    now += IDLE_SECONDS + 0.1
    assert idle.take("old") is None
    assert old.closed
    assert idle.take("dropped") is None
    assert dropped.closed
