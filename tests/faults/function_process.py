"""The process in which one invocation of a function runs: forked for it, and at the mercy of the cloud.

The handler, its clients and everything in between are the real ones. Four things are not the machine's
own: botocore's requests go to the cloud's process by the hook ``before-send`` instead of a socket, the
clock stands still, a pause between two attempts takes no time, and what the parsing worker made of the
same bytes before is known. (The worker itself is real, and runs for whatever is new.)
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.reduction import recv_handle
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ConnectionClosedError
from moto.core.models import botocore_stubber

from functions.extract import wiring as extract
from functions.extract.deliveries import Deliveries
from functions.publish import app as publish
from functions.publish.run import Run
from newswire import aws
from newswire.clock import Clock
from newswire.worker import Worker
from tests.faults.calls import Request

FORK = ("fork", None)


class _Raw(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, amount: int = 65536, **_: Any) -> Any:
        while piece := self.read(amount):
            yield piece


class Line:
    """The line to the cloud, for all threads of the function."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def ask(self, kind: str, content: Any) -> Any:
        """Return the cloud's answer; whenever it says "fork" instead, a copy of this process waits, too."""
        with self._lock:
            self._connection.send((kind, content))
            while (answer := self._connection.recv()) == FORK:
                self._fork()
            return answer

    def _fork(self) -> None:
        """Fork, each with a line of its own; only the thread that asks lives on in the copy."""
        if threading.active_count() > 1:
            raise RuntimeError("a function with several threads cannot be copied")
        handle = recv_handle(self._connection)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the copies
        pid = os.fork()
        if pid == 0:
            self._connection.close()
            self._connection = Connection(handle)
        else:
            os.close(handle)
            self._connection.send(pid)

    def tell(self, kind: str, content: Any) -> None:
        """Say something that has no answer."""
        with self._lock:
            self._connection.send((kind, content))


def enter(connection: Connection, now: datetime, proxy: str, *, threads: bool) -> Line:
    """Make this process a function's: from here on the cloud is at the other end of ``connection``.

    Without ``threads``, extract and publish use one worker, which they have for this: calls come in a fixed
    order, and the process can be forked between any two of them.
    """
    line = Line(connection)
    botocore_stubber.enabled = False
    aws.session().get_component("event_emitter").register_first("before-send", _sender(line))
    os.environ["HTTP_PROXY"] = proxy
    time.sleep = lambda _seconds: None
    setattr(Clock, "now", lambda _self: now)  # noqa: B010 - mypy lets nobody assign a method
    setattr(Worker, "start", lambda _self: None)  # noqa: B010 - as above; what is remembered needs no child
    setattr(Worker, "call", _remembering(line, Worker.call))  # noqa: B010 - as above
    if not threads:
        setattr(publish, "Run", partial(Run, workers=1))  # noqa: B010 - as above
        setattr(extract, "Deliveries", partial(Deliveries, workers=1))  # noqa: B010 - as above
    return line


def _sender(line: Line) -> Callable[..., AWSResponse]:
    def send(event_name: str, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        service, operation = event_name.split(".")[1:]
        headers = tuple((name, _text(value)) for name, value in request.headers.items())
        named = {name.lower(): value for name, value in headers}
        answer = line.ask(
            "call",
            Request(
                service,
                operation,
                named["amz-sdk-invocation-id"],
                request.method,
                request.url,
                headers,
                _bytes(request.body),
            ),
        )
        if answer is None:
            raise ConnectionClosedError(endpoint_url=request.url)
        return AWSResponse(request.url, answer.status, answer.headers, _Raw(answer.body))

    return send


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    found = body.read() if hasattr(body, "read") else body
    return found.encode() if isinstance(found, str) else bytes(found)


def _remembering(line: Line, call: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def known_or_parsed(
        worker: Worker, body: bytes, params: Mapping[str, Any], wall_seconds: float | None = None
    ) -> dict[str, Any]:
        question = json.dumps([worker._function, params], sort_keys=True).encode()
        key = hashlib.sha256(question + b"\0" + body).hexdigest()
        known = line.ask("parsed", key)
        if known is None:
            known = call(worker, body, params, wall_seconds)
            line.tell("learned", (key, known))
        return json.loads(json.dumps(known))  # type: ignore[no-any-return]

    return known_or_parsed
