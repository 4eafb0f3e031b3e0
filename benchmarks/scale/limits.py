"""What the services allow, from a data file with its date and source, and what template.yaml sets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("limits.json")

# As in template.yaml and docs/deploy.md; tests/unit/test_bench_scale.py holds them against both.
TIMEOUT = 300.0  # seconds of every function
FETCHES, EXTRACTS = 2, 4  # runs at once that the two queues cause: ExtractRunsAtOnce by default
EXTRACTS_RAISED = 12  # ExtractRunsAtOnce that docs/deploy.md advises a portal of this size
FETCH_MEMORY, EXTRACT_MEMORY, PUBLISH_MEMORY = 1024, 768, 512  # MB
EXTRACT_BATCH, STREAM_BATCH = 10, 500
WINDOW = 60.0  # seconds that the stream's mapping gathers records
STREAM_SHARDS = 4  # of a table that is billed by request and has had no more traffic than a new one takes
SCHEDULE = 900.0  # seconds between two looks for feeds that are due


@dataclass(frozen=True, slots=True)
class Limits:
    """The services' limits by name, and where they are from."""

    date: str
    source: str
    values: Mapping[str, float]


def load(file: Path = FILE) -> Limits:
    """Read the data file."""
    data = json.loads(file.read_text(encoding="utf-8"))
    return Limits(data["date"], data["source"], data["limits"])
