"""The publishers' servers: a process of its own, asked through HTTP_PROXY, one port for each step of a story.

An answer follows from the port and the request alone, so that any number of cases may ask at once, each
of them at another moment of the story.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection

from tests.support.web_server import Reply, web_server


@contextmanager
def serving(webs: Sequence[Mapping[str, Reply]]) -> Iterator[list[int]]:
    """Serve each of these webs, which have replies by absolute URL; yield the ports, in the same order."""
    ours, theirs = Pipe()
    pid = os.fork()
    if pid == 0:
        ours.close()
        _serve(webs, theirs)
    theirs.close()
    try:
        ports: list[int] = ours.recv()
        yield ports
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _serve(webs: Sequence[Mapping[str, Reply]], connection: Connection) -> None:
    with ExitStack() as stack:
        ports = []
        for web in webs:
            server = stack.enter_context(web_server())
            server.replies.update(web)
            ports.append(server.port)
        connection.send(ports)
        connection.poll(None)  # until the process that started this one ends, or kills it
    os._exit(0)
