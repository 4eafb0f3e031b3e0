"""What a stack stores, put into words, and what of it goes: decisions without any contact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from local.destroy.stacks import FoundStack, Resource
from local.progress import plural


class Kind(StrEnum):
    """A type of resource that holds something."""

    BUCKET = "AWS::S3::Bucket"
    TABLE = "AWS::DynamoDB::Table"
    QUEUE = "AWS::SQS::Queue"
    LOG_GROUP = "AWS::Logs::LogGroup"


# Kept by CloudFormation when a stack is deleted (DeletionPolicy), and so ours to remove
STORES = (Kind.TABLE, Kind.BUCKET)
ARTICLES = ("ArticleTable", "ArticleBucket")
# Of every release. Any one of these names may be another program's, too; all of them together are not
_MARKS = {
    ("ArticleTable", Kind.TABLE),
    ("ArticleBucket", Kind.BUCKET),
    ("FeedTable", Kind.TABLE),
    ("SiteBucket", Kind.BUCKET),
}
_WORDS = {Kind.BUCKET: "bucket", Kind.TABLE: "table", Kind.QUEUE: "queue", Kind.LOG_GROUP: "log group"}
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


@dataclass(frozen=True, slots=True)
class Amount:
    """How much something holds: so many of a ``unit``, ``None`` where only bytes are known.

    ``versions`` are a bucket's, delete markers included. ``least`` tells that counting was broken off.
    """

    count: int | None = None
    unit: str = ""
    size: int | None = None  # bytes
    versions: int | None = None
    least: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes: ``stores`` by this command itself, when CloudFormation has deleted everything else."""

    stores: tuple[Resource, ...]
    kept: tuple[Resource, ...]


def is_ours(found: Iterable[Resource]) -> bool:
    """Return whether these resources, deleted ones included, are of a stack of ``template.yaml``.

    A stack that only has such a stack inside of it is not.
    """
    return {(one.logical, one.kind) for one in found if not one.inner} >= _MARKS


def plan(found: Iterable[Resource], *, keeps_articles: bool) -> Plan:
    """Return which stores of a stack go and which stay."""
    stores = [one for one in found if one.kind in STORES]
    kept = [one for one in stores if keeps_articles and one.logical in ARTICLES]
    return Plan(tuple(one for one in stores if one not in kept), tuple(kept))


def title(stack: FoundStack, found: Sequence[Resource], region: str) -> str:
    """Return what the stack is, on one line."""
    made = f"{stack.created:%Y-%m-%d %H:%M} UTC"
    if stack.is_gone:
        return f"stack {stack.name} ({region}, created {made}) is deleted and has left:"
    count = plural(len(found), "resource")
    return f"stack {stack.name} ({region}, created {made}, {stack.status}): {count}, of these"


def lines(found: Iterable[Resource], amounts: Mapping[str, Amount], kept: Sequence[Resource]) -> list[str]:
    """Return a line for each resource that holds something, by physical id in ``amounts``."""
    rows = [
        (
            _WORDS[Kind(one.kind)],
            _name(one),
            amount_words(amounts[one.physical]) + (", stays" if one in kept else ""),
        )
        for one in found
        if one.physical in amounts
    ]
    width = max((len(name) for _, name, _ in rows), default=0)
    return [f"  {word:<9}  {name:<{width}}  {held}" for word, name, held in rows]


def amount_words(amount: Amount) -> str:
    """Return an amount as a person reads it."""
    least = "more than " if amount.least else ""
    counts = ((amount.count, amount.unit), (amount.versions, "version"))
    parts = [f"{least}{n:,} {unit}{'' if n == 1 else 's'}" for n, unit in counts if n is not None]
    if amount.size is not None:
        parts.append(_size(amount.size))
    return ", ".join(parts)


def _name(one: Resource) -> str:
    return one.physical.rpartition("/")[2] if one.kind == Kind.QUEUE else one.physical


def _size(count: int) -> str:
    value, unit = float(count), 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.0f} {_UNITS[unit]}" if unit == 0 or value >= 10 else f"{value:.1f} {_UNITS[unit]}"
