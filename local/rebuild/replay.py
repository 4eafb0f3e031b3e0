"""Telling publish of every stored article, as the table's stream would.

What is kept of an article is what a stream record needs, so that a hundred thousand fit into memory; they
are told in the order in which they are listed, so that each of the site's files is written once or twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

CHUNK = 500  # articles an invocation, as the stream's batches
ATTEMPTS = 5
ATTRIBUTES = ("type", "schema", "state", "id", "slug", "owner_id", "category", "listed", "language")
# What tells that the archives of an article's lists may still wait for it; a revision has ended that.
WAITING = ("first_seen", "next_change")

Image = Mapping[str, Any]
Invoke = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class RebuildFailed(Exception):
    """Some articles could not be published; the message says how many."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many live articles and tombstones were told of."""

    articles: int
    tombstones: int


def rebuild(images: Iterable[Image], invoke: Invoke) -> Rebuilt:
    """Have everything published that the table's items, in whatever order, say.

    ``invoke`` calls the publish function; raise :class:`RebuildFailed` where articles fail again and again.
    """
    stored = sorted(_needed(images), key=_place)
    # The portal and its lists come before the first article, as in a new stack.
    tell(invoke, [])
    for start in range(0, len(stored), CHUNK):
        tell(invoke, [_record(number, image) for number, image in enumerate(stored[start : start + CHUNK])])
    invoke({"trigger": "schedule", "task": "rebuilt"})
    live = sum("listed" in image for image in stored)
    return Rebuilt(live, len(stored) - live)


def _needed(images: Iterable[Image]) -> Iterator[Image]:
    for image in images:
        if image.get("type", {}).get("S") == "article":
            is_first = image.get("revision", {}).get("N") == "1"
            names = (*ATTRIBUTES, *WAITING) if is_first else ATTRIBUTES
            yield {name: image[name] for name in names if name in image}


def _place(image: Image) -> tuple[str, str]:
    listed: Mapping[str, str] = image.get("listed", {})
    return listed.get("S", ""), image["id"]["S"]


def _record(number: int, image: Image) -> dict[str, Any]:
    return {"eventName": "MODIFY", "dynamodb": {"SequenceNumber": f"{number:06}", "NewImage": image}}


def tell(invoke: Invoke, records: Sequence[Mapping[str, Any]]) -> None:
    """Tell publish of these records, from the first that failed on again.

    Raise :class:`RebuildFailed` where that fails again and again.
    """
    for _ in range(ATTEMPTS):
        failures = invoke({"Records": records}).get("batchItemFailures", [])
        if not failures:
            return
        first = failures[0]["itemIdentifier"]
        records = [one for one in records if one["dynamodb"]["SequenceNumber"] >= first]
    raise RebuildFailed(f"{len(records)} articles could not be published; the function's log says why")
