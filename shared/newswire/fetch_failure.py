"""Why a request had no usable answer, in few and stable words."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping

from newswire.address_guard import AddressRefused
from newswire.text import one_line


class FetchFailed(Exception):
    """No usable answer. ``reason`` is short and stable: it is counted and shown.

    One of ``address refused``, ``host busy``, ``host not found``, ``connection failed``, ``TLS failed``,
    ``timed out``, ``too large``, ``too many redirects``, ``unknown encoding``. ``headers`` (names in lower
    case) are those of a 2xx whose body is what could not be used.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.headers: Mapping[str, str] = {}


def failure_of(error: BaseException) -> FetchFailed:
    """Return the failure that an error of the libraries below stands for, judged by its first cause."""
    if isinstance(error, AddressRefused):
        return FetchFailed("address refused", str(error))
    text = one_line(f"{type(error).__name__}: {error}", 300)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, TimeoutError):
            return FetchFailed("timed out", text)
        if isinstance(cause, ssl.SSLError):
            return FetchFailed("TLS failed", text)
        if isinstance(cause, socket.gaierror):
            return FetchFailed("host not found", text)
        cause = cause.__cause__ or cause.__context__
    return FetchFailed("connection failed", text)
