"""Connections that end at one moment, whatever the other side does. The boundary to sockets and TLS.

A socket's own time-out begins anew with every byte, so that a dripping server would never run into it.
"""

from __future__ import annotations

import os
import socket
import ssl
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from newswire.name_resolution import Address

CONNECT_SECONDS = 8.0  # for all addresses of a host together
ADDRESSES_TRIED = 4


@dataclass(slots=True)
class Deadline:
    """The end of what may be waited for, in seconds of the monotonic clock.

    A connection shares one with its sockets and moves it for every request.
    """

    end: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the deadline so many seconds from now."""
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """Return the seconds left, more than none; raise :class:`TimeoutError` where there are none."""
        left = self.remaining()
        if left <= 0:
            raise TimeoutError("the deadline of the whole exchange passed")
        return left

    def remaining(self) -> float:
        """Return the seconds left; negative after the end."""
        return self.end - time.monotonic()


class TimedSocket(socket.socket):
    """A socket whose reads all end at the deadline."""

    deadline: Deadline

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """Read as the base class does, but no longer than the deadline allows."""
        self.settimeout(self.deadline.left())
        return super().recv_into(buffer, nbytes, flags)


class TimedTlsSocket(ssl.SSLSocket):
    """The same over TLS."""

    deadline: Deadline

    def read(self, len: int = 1024, buffer: Any = None) -> Any:  # noqa: A002 - the base class's name
        """Read as the base class does, but no longer than the deadline allows."""
        self.settimeout(self.deadline.left())
        return super().read(len, buffer)


def tls_context() -> ssl.SSLContext:
    """Return the one context of all requests, with the authorities of SSL_CERT_FILE or the system's."""
    return _context(os.environ.get("SSL_CERT_FILE"))


@lru_cache(maxsize=1)  # to read the authorities costs more than many requests
def _context(authorities: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=authorities)
    context.set_alpn_protocols(["http/1.1"])
    context.sslsocket_class = TimedTlsSocket
    return context


def dial(host: str, addresses: Sequence[Address], deadline: Deadline) -> TimedSocket:
    """Connect to the first of a host's addresses that answers, in the given order.

    Raise :class:`OSError` from the last one's where none does: each has its share of
    ``CONNECT_SECONDS``, and no more than four are tried.
    """
    tried = addresses[:ADDRESSES_TRIED]
    share = min(deadline.left(), CONNECT_SECONDS) / max(1, len(tried))
    last: OSError | None = None
    for address in tried:
        sock = TimedSocket(address.family, socket.SOCK_STREAM)
        sock.deadline = deadline
        try:
            sock.settimeout(share)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect(address.sockaddr)
        except OSError as error:
            sock.close()
            last = error
        else:
            return sock
    raise OSError(f"no address of {host} answered: {last}") from last


def acknowledge_at_once(sock: socket.socket) -> None:
    """Let the system acknowledge what comes next at once, where it can.

    A server that writes an answer in two pieces may keep the second until the first is acknowledged (RFC
    896), and systems put that off for 40 ms.
    """
    if sys.platform == "linux":
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def secure(sock: TimedSocket, context: ssl.SSLContext, host: str) -> TimedTlsSocket:
    """Return ``sock`` after a TLS handshake with ``host``, which ends at the deadline too."""
    wrapped = context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
    if not isinstance(wrapped, TimedTlsSocket):
        raise TypeError("the context is not one of tls_context()")
    wrapped.deadline = sock.deadline
    try:
        wrapped.settimeout(wrapped.deadline.left())  # for the handshake as a whole
        wrapped.do_handshake()
    except BaseException:
        wrapped.close()
        raise
    return wrapped
