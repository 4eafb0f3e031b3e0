"""What an AWS call of a function is called, so that the same call is found again in another run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

READS = frozenset({"GetObject", "HeadObject", "ListObjectsV2", "BatchGetItem", "GetItem", "Query", "Scan"})


@dataclass(frozen=True, slots=True)
class Request:
    """One attempt of a call as botocore would send it; ``logical`` is equal for all attempts of one call."""

    service: str
    operation: str
    logical: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """A call by what it does to what, and which one of these it is within its invocation, counted from 0.

    Not by its place in the order of all calls: a stage asks with several threads.
    """

    operation: str
    target: str
    occurrence: int

    @property
    def is_read(self) -> bool:
        """Return whether it changes nothing."""
        return self.operation in READS

    def __str__(self) -> str:
        return f"{self.operation} {self.target}" + (f" #{self.occurrence + 1}" if self.occurrence else "")


class CallNames:
    """Names the calls of one invocation as they come; further attempts of a call have its name."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, str]] = Counter()
        self._named: dict[str, Call] = {}

    def of(self, request: Request) -> tuple[Call, bool]:
        """Return the name, and whether this is the call's first attempt."""
        if request.logical in self._named:
            return self._named[request.logical], False
        kind = (request.operation, target_of(request))
        call = Call(*kind, self._seen[kind])
        self._seen[kind] += 1
        self._named[request.logical] = call
        return call, True

    @property
    def all(self) -> list[Call]:
        """Return the calls in the order of their first attempts."""
        return list(self._named.values())


def target_of(request: Request) -> str:
    """Return what a request is about: bucket and key, the queue, or tables and keys."""
    if request.service == "s3":
        parts = urlsplit(request.url)
        return f"{(parts.hostname or '').partition('.')[0]}{unquote(parts.path)}"
    document = json.loads(request.body)
    if request.service == "sqs":
        return str(document["QueueUrl"]).rpartition("/")[2]
    return ",".join(dict.fromkeys(_keys(document)))


def _keys(document: Mapping[str, Any]) -> Iterable[str]:
    """Yield what a DynamoDB call is about: keys, or an index."""
    for table, wanted in document.get("RequestItems", {}).items():
        yield table
        yield from sorted(key["pk"]["S"] for key in wanted["Keys"])
    for one in document.get("TransactItems", []):
        for request in one.values():
            yield from _keys(request)
    if "IndexName" in document:
        yield document["IndexName"]
        yield from sorted(value.get("S", "") for value in document["ExpressionAttributeValues"].values())
    for part in ("Key", "Item"):
        if part in document:
            yield document[part]["pk"]["S"]
