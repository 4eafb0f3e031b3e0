"""A built function in Lambda's own runtime emulator: what ``sam build`` made, without Docker and without AWS.

The emulator (``aws-lambda-rie``, in the wheel of aws-sam-cli) is the program that starts and watches the
runtime in a container of ``sam local``; the runtime is awslambdaric, as in AWS, under the runtime's Python.
``make`` sets both up: ``.venv-sam`` and ``.venv-runtime``. docs/operations.md tells what differs from AWS.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any, Self

from local.execution_environment import BuiltFunction, EmulatorUnavailable, start_of

__all__ = ["BuiltFunction", "EmulatorUnavailable", "Invocation", "InvocationError", "RuntimeEmulator"]

_PATH = "/2015-03-31/functions/function/invocations"  # Invoke, AWS Lambda API reference
_WITH_US = ("setpriv", "--pdeathsig=KILL")
_START_SECONDS = 10
_GRACE_SECONDS = 60  # beyond the time-out, before the emulator itself is taken for hung
_TIMED_OUT = re.compile(r"Task timed out after [\d.]+ seconds")
# What the emulator itself writes between the function's lines; in AWS these are JSON, too.
_OWN_LINES = re.compile(r"(START|END|REPORT) RequestId: |.*\] \(rapid\) ")


@dataclass(frozen=True, slots=True)
class InvocationError:
    """How an invocation failed: ``kind`` is Lambda's ``errorType``, or the exception's class."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Invocation:
    """What came of one invocation: the answer (JSON), or an error.

    ``logs`` are the lines that the function and its children wrote meanwhile; ``duration`` is in seconds of
    wall time, with the start of the runtime where there was none.
    """

    answer: Any
    error: InvocationError | None
    logs: tuple[str, ...]
    duration: float


class RuntimeEmulator:
    """One execution environment of a function: one invocation at a time, kept warm in between.

    A context manager; at its end every process of it is killed, as it is when this process dies. Not safe
    for concurrent invocations. Raise :class:`EmulatorUnavailable` at the start where it cannot be run.
    """

    def __init__(self, function: BuiltFunction) -> None:
        self._function = function
        self._log: IO[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._address = ""
        self.confined = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Return the id of the process that all others of this environment come from."""
        if self._process is None:
            raise RuntimeError("not started")
        return self._process.pid

    def start(self) -> None:
        """Start the emulator. The runtime itself starts with the first invocation, as its cold start."""
        how = start_of(self._function)
        front, runtime_api = _free_ports()
        self._address = f"127.0.0.1:{front}"
        options = (
            *("--runtime-interface-emulator-address", self._address),
            *("--runtime-api-address", f"127.0.0.1:{runtime_api}"),
            *("--log-level", "error"),
        )
        self.confined = how.confined
        self._log = TemporaryFile()  # noqa: SIM115  # closed by stop
        self._process = subprocess.Popen(  # noqa: S603  # our own programs, no shell
            [*_WITH_US, *how.emulator, *options, *how.runtime],
            cwd=how.folder,
            env=how.environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self._await_start()

    def invoke(self, event: Any) -> Invocation:
        """Invoke the function with the event and wait for what comes of it."""
        read_from = self._log_size()
        began = time.monotonic()
        body = self._post(json.dumps(event).encode())
        duration = time.monotonic() - began
        answer, error = _outcome(body)
        return Invocation(answer, error, self._logged(read_from), duration)

    def stop(self) -> None:
        """End all processes of the environment; harmless where there are none."""
        process, self._process = self._process, None
        if process is not None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if self._log is not None:
            self._log.close()

    def _await_start(self) -> None:
        host, _, port = self._address.partition(":")
        until = time.monotonic() + _START_SECONDS
        while self._process is not None and self._process.poll() is None and time.monotonic() < until:
            try:
                socket.create_connection((host, int(port)), timeout=1).close()
            except OSError:
                time.sleep(0.01)
            else:
                return
        written = " / ".join(self._logged(0)) or "nothing"
        self.stop()
        raise EmulatorUnavailable(f"the runtime emulator did not start; it wrote {written}")

    def _post(self, event: bytes) -> bytes:
        request = urllib.request.Request(f"http://{self._address}{_PATH}", data=event)
        # No proxy of this machine's: the address is ours
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=self._function.timeout + _GRACE_SECONDS) as answer:
                body: bytes = answer.read()
        except urllib.error.HTTPError as error:
            body = error.read()
        return body

    def _log_size(self) -> int:
        return os.fstat(self._open_log().fileno()).st_size

    def _logged(self, read_from: int) -> tuple[str, ...]:
        written = os.pread(self._open_log().fileno(), self._log_size() - read_from, read_from)
        lines = written.decode(errors="replace").splitlines()
        return tuple(line for line in lines if line and not _OWN_LINES.match(line))

    def _open_log(self) -> IO[bytes]:
        if self._log is None:
            raise RuntimeError("not started")
        return self._log


def _outcome(body: bytes) -> tuple[Any, InvocationError | None]:
    """Tell answer and error apart: the emulator gives both the same status, and neither a header."""
    text = body.decode()
    if _TIMED_OUT.fullmatch(text):
        return None, InvocationError("Sandbox.Timedout", text)  # as AWS names it
    try:
        answer = json.loads(text) if text else None
    except ValueError:
        return None, InvocationError("Runtime.Unknown", text)
    if isinstance(answer, dict) and {"errorType", "errorMessage"} <= answer.keys():
        return None, InvocationError(answer["errorType"], answer["errorMessage"])
    return answer, None


def _free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        for one in (first, second):
            one.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]
