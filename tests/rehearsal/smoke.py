"""What was built carries one publisher's articles from the feed to pages, in the stack that was deployed.

The functions run in Lambda's runtime emulator, with the environment that the stack gave them. Each signs with
a name of its own, so that every call can be held against the role of whoever made it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from local import editions, wiring
from local.built_functions import Build, BuiltFunctions
from local.driver import Driver
from local.editions import DemoEdition
from local.emulator import Emulator
from local.local_run import put_sources
from local.progress import Progress
from local.run_clock import RunClock
from local.stack import Clients, Stack
from local.stack_contents import StackContents
from local.tally import Tally
from tests.rehearsal.calls import Call, calls
from tests.rehearsal.checks.reading import missing_grants
from tests.rehearsal.cloud import Cloud
from tests.rehearsal.faults import no_faults
from tests.rehearsal.found import Found
from tests.rehearsal.moto_models import overheard, stop_deliveries
from tests.rehearsal.packaging import Package

_START = datetime(2026, 1, 5, 1, tzinfo=UTC)
_PORT_SHIFT = 727  # beside the demos of a developer and of other tests
_SITE = "SiteBucket"
# Written whatever is published, and read first by whoever comes.
_FIRST = ("index.html", "feed.xml", "sitemap.xml", "404.html")


@dataclass(frozen=True, slots=True)
class _Functions(Emulator):
    """The stack's functions, each with its logical id as the id of its access key."""

    def environment(self, function: str) -> dict[str, str]:
        # Named in full: a class with slots is made anew, and super() would not know it
        return {**Emulator.environment(self, function), "AWS_ACCESS_KEY_ID": function}


@dataclass(slots=True)
class _Heard:
    """The calls of the functions, and requests that could not be told."""

    functions: Mapping[str, Any]
    made: set[Call] = field(default_factory=set)
    untold: list[str] = field(default_factory=list)

    def __call__(self, request: Any) -> None:
        """Note what a function asks; the rehearsal's own requests are nobody's."""
        headers = {name.lower(): str(value) for name, value in request.headers.items()}
        if not any(f"Credential={name}/" in headers.get("authorization", "") for name in self.functions):
            return
        try:
            self.made.update(calls(request.method, request.url, headers, request.body or b""))
        except (ValueError, LookupError) as error:
            self.untold.append(f"{type(error).__name__}: {error}")


def played(cloud: Cloud, package: Package, found: Found, build: Path) -> str:
    """Run every schedule once and all that follows from it; return what came of it.

    Raise :class:`StepFailed` where a function fails, is refused a call, or leaves the site without a page.
    """
    stop_deliveries()
    stack = _stack(cloud, found)
    wired = wiring.read(package.outer, stack)
    heard, told = _Heard(wired.functions), Tally()
    with (
        _without_bucket_policies(cloud, found),
        editions.demo(_START, _PORT_SHIFT) as edition,
        overheard(heard),
    ):
        edition.at(edition.demo_end)
        put_sources(StackContents(stack), _one_source(edition), edition.own_files())
        clock = RunClock(edition.demo_end)
        emulator = _Functions(cloud.endpoint, stack, wired, edition, clock)
        with BuiltFunctions(Build(build).functions(emulator)) as functions, io.StringIO() as notes:
            driver = Driver(wired, stack, functions, clock, told, Progress(notes))
            for schedule in wired.schedules:
                driver.fire(schedule)
            driver.drain()
            driver.dead_letters()
    no_faults([*heard.untold, *_refused(found, heard.made)])
    no_faults(
        f"{name} has called nothing" for name in wired.functions.keys() - {who for who, _, _ in heard.made}
    )
    no_faults(f"{count} x {reason}" for reason, count in told.failures.items())
    return f"{_pages(cloud, found)} pages; {len(heard.made)} calls, each granted"


@contextmanager
def _without_bucket_policies(cloud: Cloud, found: Found) -> Iterator[None]:
    """Take them away meanwhile: moto refuses by a Deny whatever its condition, so all that lacks TLS."""
    s3, policies = cloud.client("s3"), found.of_type("AWS::S3::BucketPolicy").values()
    for one in policies:
        s3.delete_bucket_policy(Bucket=one.properties["Bucket"])
    try:
        yield
    finally:
        for one in policies:
            s3.put_bucket_policy(Bucket=one.properties["Bucket"], Policy=json.dumps(one.state))


def _stack(cloud: Cloud, found: Found) -> Stack:
    """Return the stack as the local run knows one: functions by their logical ids."""
    functions = found.of_type("AWS::Lambda::Function")
    names = {one.state["FunctionArn"]: name for name, one in functions.items()}
    names |= {one.physical: name for name, one in functions.items()}
    services = ("s3", "sqs", "dynamodb", "dynamodbstreams")
    return Stack(
        physical={name: one.physical for name, one in found.resources.items()},
        kinds={name: one.kind for name, one in found.resources.items()},
        properties={name: _renamed(one.properties, names) for name, one in found.resources.items()},
        clients=Clients(*map(cloud.client, services)),
        handler_events=cloud.session.events,
    )


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    match value:
        case dict():
            return {key: _renamed(one, names) for key, one in value.items()}
        case list():
            return [_renamed(one, names) for one in value]
        case str():
            return names.get(value, value)
        case _:
            return value


def _one_source(edition: DemoEdition) -> bytes:
    """Return the demo's sources, the first publisher alone: it is enough to see every part at work."""
    sources = yaml.safe_load(edition.sources_yaml())
    text: str = yaml.safe_dump({**sources, "sources": sources["sources"][:1]}, allow_unicode=True)
    return text.encode()


def _refused(found: Found, made: set[Call]) -> Iterator[str]:
    """Yield the calls that a function's own role does not grant."""
    for function, action, arn in sorted(made):
        role = found.arns.get(found.resources[function].state["Role"], "")
        yield from missing_grants(found, role, {action: arn})


def _pages(cloud: Cloud, found: Found) -> int:
    """Return how many pages the site has; raise :class:`StepFailed` where the front page leads nowhere."""
    s3, bucket = cloud.client("s3"), found.resources[_SITE].physical
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    keys = {one["Key"] for page in pages for one in page.get("Contents", [])}
    no_faults(f"the site has no {name}" for name in _FIRST if name not in keys)
    return sum(key.endswith(".html") or "." not in key.rpartition("/")[2] for key in keys)
