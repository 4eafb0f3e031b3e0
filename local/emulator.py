"""The template's stack with the demo publishers, for processes outside of this one: AWS over HTTP.

``emulated`` is what everything uses that runs the functions elsewhere: in Lambda's own image, in the
runtime emulator, or started by hand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from local import aws_server, docker_bridge, editions
from local.editions import DemoEdition
from local.lambda_runtime import variables
from local.local_run import put_sources, started
from local.run_clock import RunClock
from local.stack import Stack
from local.stack_contents import StackContents
from local.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Emulator:
    """A created stack that is served at ``endpoint`` (no trailing slash), with the demo at its end.

    ``stack`` has clients of this process: they see what comes by HTTP, and the other way round. ``clock`` is
    the functions' time.
    """

    endpoint: str
    stack: Stack
    wiring: Wiring
    edition: DemoEdition
    clock: RunClock

    def environment(self, function: str) -> dict[str, str]:
        """Return everything that a function needs in its environment, in a process of its own.

        Raise :class:`KeyError` where the template has no function of that logical id.
        """
        own = variables(self.wiring.functions[function], self.clock, self.edition.loopback_allowed)
        return {
            **self._reachable(own, self.endpoint),
            "AWS_ENDPOINT_URL": self.endpoint,
            # moto takes any, and no client sends a request without
            "AWS_ACCESS_KEY_ID": "emulator",
            "AWS_SECRET_ACCESS_KEY": "emulator",
        }

    def container_environment(self, function: str) -> dict[str, str]:
        """Return what a container must be told besides what ``sam local`` tells it by itself.

        The publishers are on this machine's loopback, which the endpoint reaches for it.
        """
        endpoint = self.endpoint.replace("localhost", docker_bridge.HOST)
        own = self._reachable(self.wiring.functions[function].environment, endpoint)
        if "LOOPBACK_ALLOWED" in own:
            own |= {
                "LOOPBACK_ALLOWED": ",".join(self.edition.loopback_allowed),
                "LOOPBACK_PROXY": endpoint,
            }
        return {**own, "AWS_ENDPOINT_URL": endpoint}

    def _reachable(self, own: Mapping[str, str], endpoint: str) -> dict[str, str]:
        served = {url: f"{endpoint}/{'/'.join(url.split('/')[-2:])}" for url in self.stack.queues.values()}
        return {name: served.get(value, value) for name, value in own.items()}


@contextmanager
def emulated(
    project: Path,
    start: datetime,
    *,
    port: int = 0,
    demo_port_shift: int = 0,
    addresses: Collection[str] = (aws_server.LOOPBACK,),
) -> Iterator[Emulator]:
    """Create the stack of the project's template, serve it, and put the demo's sources there.

    The demo began at ``start`` and has told everything; the clock stands at its end and goes on from there.
    AWS is at ``port`` of ``addresses``, 0 for a free one; ``demo_port_shift`` is added to the publishers'
    ports. Raise :class:`~local.template.TemplateError`, :class:`~local.editions.SourcesUnavailable` or
    :class:`~local.aws_server.AwsPortInUse` where one of these cannot be.
    """
    with (
        editions.demo(start, demo_port_shift) as edition,
        aws_server.serving(port, edition.loopback_allowed, addresses) as served_at,
        started(project, "") as begun,
    ):
        edition.at(edition.demo_end)
        put_sources(StackContents(begun.stack), edition.sources_yaml().encode(), edition.own_files())
        endpoint = f"http://localhost:{served_at}"
        yield Emulator(endpoint, begun.stack, begun.wiring, edition, RunClock(edition.demo_end))
