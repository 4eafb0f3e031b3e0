"""The cloud's side of a function's calls: applied to moto, named, and made to fail where a fault says so."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.reduction import send_handle
from typing import Any

from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from moto.core.models import botocore_stubber

from local.stack import Stack
from tests.faults.answers import Answers
from tests.faults.calls import Call, CallNames, Request
from tests.faults.modes import Answer, Fault, Mode, partly, refusal, swallowed

PATIENCE = 120.0  # seconds for which a function may say nothing: a parser's start on a busy machine


@dataclass(slots=True)
class Session:
    """The line to the process of one invocation, and the fault that awaits it."""

    connection: Connection
    pid: int
    fault: Fault | None = None

    def forked(self) -> Session:
        """Return the line to a copy of the function's process, which waits for an answer as that does."""
        ours, theirs = Pipe()
        self.connection.send(("fork", None))
        send_handle(self.connection, theirs.fileno(), self.pid)
        theirs.close()
        return Session(ours, self.connection.recv())

    def become(self, other: Session) -> None:
        """Go on with another function's process in place of this one."""
        self.connection.close()
        self.connection, self.pid, self.fault = other.connection, other.pid, other.fault


@dataclass(slots=True)
class Served:
    """What an invocation did: its calls, and its answer, or why there is none.

    ``hidden`` has the receipt and the seconds of each message that it has put off; ``met`` tells whether
    the call came that was to fail.
    """

    calls: list[Call] = field(default_factory=list)
    answer: Any = None
    failure: str | None = "ended without a word"
    hidden: list[Any] = field(default_factory=list)
    met: bool = False


class Cloud:
    """Moto in this process, for the functions of other processes.

    The runner's pollers learn from botocore's hooks what a handler does with its messages: the hooks of the
    session that ``stack`` names are told here. ``parsed`` has what the parsing worker makes of its inputs,
    ``answers`` what moto has answered to reads.
    """

    def __init__(self, stack: Stack) -> None:
        self._events = stack.handler_events
        self._sqs = stack.clients.sqs
        self.parsed: dict[str, dict[str, Any]] = {}
        self.answers = Answers()

    def serve(self, session: Session, called: Callable[[Session, Call], None]) -> Served:
        """Answer a function's calls until it is done or dead; ``called`` is told of each first attempt."""
        served, names = Served(), CallNames()
        lost: set[str] = set()
        while True:
            if not session.connection.poll(PATIENCE):
                os.kill(session.pid, signal.SIGKILL)
                raise TimeoutError(f"a function has said nothing for {PATIENCE} s")
            try:
                kind, content = session.connection.recv()
            except (EOFError, ConnectionResetError):
                break
            if kind == "call":
                call, is_first = names.of(content)
                if is_first:
                    called(session, call)
                self._settle(session, call, content, served, lost)
            elif kind == "parsed":
                session.connection.send(self.parsed.get(content))
            elif kind == "learned":
                self.parsed[content[0]] = content[1]
            elif kind == "done":
                served.answer, served.failure = content, None
            else:
                served.failure = content
        session.connection.close()
        served.calls = names.all
        return served

    def _settle(self, session: Session, call: Call, request: Request, served: Served, met: set[str]) -> None:
        """Answer one attempt; of a call that fails once, later ones go through."""
        fault = session.fault
        mode = fault.mode if fault is not None and call == fault.call else None
        if mode is not None:
            served.met = True
            if mode.once and request.logical in met:
                mode = None
            met.add(request.logical)
        if mode is Mode.KILLED:
            self._apply(request, served)
            os.kill(session.pid, signal.SIGKILL)
        else:
            session.connection.send(self._answer(request, mode, served))

    def _answer(self, request: Request, mode: Mode | None, served: Served) -> Answer | None:
        if mode is Mode.FAILS_BEFORE:
            return None
        if mode in (Mode.THROTTLED, Mode.SLOW_DOWN):
            return refusal(mode, request)
        if mode is Mode.SWALLOWED:
            return swallowed(request)
        if mode is Mode.PARTIAL:
            return partly(request, lambda rest: self._apply(rest, served))
        answer = self._apply(request, served)
        return None if mode in (Mode.ANSWER_LOST, Mode.LOST_ONCE) else answer

    def _apply(self, request: Request, served: Served) -> Answer:
        return self.answers.of(request, lambda: self._asked(request, served))

    def _asked(self, request: Request, served: Served) -> Answer:
        headers = HTTPHeaders()
        for name, value in request.headers:
            headers[name] = value
        prepared = AWSPreparedRequest(request.method, request.url, headers, request.body, stream_output=False)
        answer = botocore_stubber.process_request(prepared)
        if answer is None:
            raise RuntimeError(f"moto does not know {request.method} {request.url}")
        status, answered, body = answer
        if request.operation.startswith("ChangeMessageVisibility") and status == 200:
            params = json.loads(request.body)
            served.hidden.append(params)
            model = self._sqs.meta.service_model.operation_model(request.operation)
            hook = f"before-parameter-build.sqs.{request.operation}"
            self._events.emit(hook, params=params, model=model, context={})
        return Answer(status, dict(answered), body.encode() if isinstance(body, str) else bytes(body))
