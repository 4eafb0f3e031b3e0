"""Counts the calls of AWS that clients make, and the bytes that these write."""

from __future__ import annotations

import gzip
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.billing.units import item_bytes


class MeteredCalls:
    """Counts by operation what goes through a session's or a client's ``events``.

    Bytes of objects are those before compression: what gzip makes of them is its release's own.
    """

    def __init__(self, buckets: Mapping[str, str]) -> None:
        self._buckets = buckets
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def watch(self, events: Any) -> None:
        """Count what these clients ask from now on."""
        events.register("provide-client-params.*.*", self._asked)

    def taken(self) -> dict[str, int]:
        """Return the counts since the last time."""
        with self._lock:
            taken, self._counts = dict(self._counts), Counter()
        return taken

    def _asked(self, params: Mapping[str, Any], model: Any, **_: object) -> None:
        bucket = self._buckets.get(params.get("Bucket", ""), "")
        with self._lock:
            self._counts[f"{model.name}{bucket and f' ({bucket})'}"] += 1
            for kind, size in _written(model.name, params):
                self._counts[f"bytes of {kind}{bucket and f' ({bucket})'}"] += size


def _written(operation: str, params: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Give what a call writes, by kind."""
    if operation == "PutObject":
        body = params["Body"]
        yield "objects", len(gzip.decompress(body) if params.get("ContentEncoding") == "gzip" else body)
    elif operation == "PutItem":
        yield "items", item_bytes(params["Item"])
    elif operation == "TransactWriteItems":
        for one in params["TransactItems"]:
            if "Put" in one:
                yield "items", item_bytes(one["Put"]["Item"])
    elif operation == "SendMessageBatch":
        yield "messages", sum(len(one["MessageBody"].encode()) for one in params["Entries"])
