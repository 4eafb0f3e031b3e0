"""One input: what was received, and the headers that came with it; and the file that it is kept in."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

_ATTEMPTS = 300  # at making a finding smaller
_SECONDS = 20.0  # after which the smallest so far has to do


@dataclass(frozen=True, slots=True)
class Case:
    """Bytes as they are received, with the response's headers in lower case."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_file(self) -> bytes:
        """Return the case as a file: the headers as a line of JSON, then the body."""
        return json.dumps(dict(self.headers), sort_keys=True).encode() + b"\n" + self.body

    @classmethod
    def from_file(cls, content: bytes) -> Case:
        """Read a file that `to_file` wrote; any other file is a body without headers."""
        line, _, body = content.partition(b"\n")
        try:
            headers = json.loads(line) if line.startswith(b"{") else None
        except ValueError:
            headers = None
        if not isinstance(headers, dict) or not all(isinstance(one, str) for one in headers.values()):
            return cls(content)
        return cls(body, headers)


def read_cases(folder: Path) -> dict[str, Case]:
    """Return the cases of a folder by name, in the order of the names."""
    return {path.name: Case.from_file(path.read_bytes()) for path in sorted(folder.glob("*"))}


def minimised(case: Case, still_fails: Callable[[Case], bool]) -> Case:
    """Return a smaller case that still fails: headers and ever smaller pieces are left out while it does."""
    attempts, end = 0, time.monotonic() + _SECONDS
    for name in case.headers:
        fewer = replace(case, headers={key: value for key, value in case.headers.items() if key != name})
        if still_fails(fewer):
            case = fewer
    size = len(case.body) // 2
    while size and attempts < _ATTEMPTS and time.monotonic() < end:
        for smaller in _without_pieces(case, size):
            attempts += 1
            if still_fails(smaller):
                case = smaller
                break
            if attempts >= _ATTEMPTS or time.monotonic() > end:
                break
        else:
            size //= 2
    return case


def _without_pieces(case: Case, size: int) -> Iterator[Case]:
    for start in range(0, len(case.body), size):
        yield replace(case, body=case.body[:start] + case.body[start + size :])
