"""What moto has answered to reads before: most of what a run of publish asks is as it was.

An answer is known by all that it follows from: that of an object by the object as it is stored, that of a
table by all that was written to tables before. It is the answer that moto gave, and would give again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from moto.s3.models import s3_backends

from local.stack import ACCOUNT
from tests.faults.calls import READS, Request, target_of
from tests.faults.modes import Answer

_SETTLED = (200, 404)


@dataclass(slots=True)
class Answers:
    """Answers by what they follow from; a copy of a world goes on with a copy of them."""

    known: dict[str, Answer] = field(default_factory=dict)
    _written: str = ""

    def note(self, what: str) -> None:
        """Take into account that tables were written past :meth:`of`, the same by the same ``what``."""
        self._written = _hash(self._written, what)

    def of(self, request: Request, ask: Callable[[], Answer]) -> Answer:
        """Return the answer to a request, by ``ask`` where it is a write or not known."""
        is_read = request.operation in READS
        if request.service == "dynamodb" and not is_read:
            self.note(f"{request.operation} {request.body!r}")
        source = self._source(request) if is_read else None
        if source is None:
            return ask()
        key = _hash(request.operation, request.url, repr(request.body), source)
        if key not in self.known:
            answer = ask()
            if answer.status not in _SETTLED:
                return answer
            self.known[key] = answer
        return self.known[key]

    def _source(self, request: Request) -> str | None:
        if request.service == "dynamodb":
            return self._written
        if request.operation != "GetObject":
            return None
        conditions = sorted(pair for pair in request.headers if pair[0].lower().startswith(("if-", "range")))
        bucket, _, name = target_of(request).partition("/")
        stored = s3_backends[ACCOUNT]["aws"].buckets[bucket].keys.get(name)
        if stored is None:
            return f"{conditions} absent"
        if not hasattr(stored, "etag"):  # a delete marker
            return None
        return f"{conditions} {stored.etag} {sorted(stored.metadata.items())}"


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
