"""Records of ArticleTable's stream, as far as publish reads them."""

from __future__ import annotations

from typing import Any

from newswire.article_item import ArticleItem
from newswire.article_table import Record
from newswire.attribute_values import marshalled


def stream_record(sequence: str, item: ArticleItem) -> dict[str, Any]:
    """Return the record of an article that was stored for the first time; ``sequence`` is its number."""
    said = {"type": "article", "id": item.id, "slug": item.slug, "owner_id": item.owner.id}
    said |= {"category": item.category, "listed": item.listed}
    image = {name: {"S": value} for name, value in said.items()}
    return {"eventName": "INSERT", "dynamodb": {"SequenceNumber": sequence, "NewImage": image}}


def record_between(sequence: str, new: Record, old: Record | None = None) -> dict[str, Any]:
    """Return the record of an item that was written in the place of an old one, or for the first time."""
    images = {
        name: marshalled(item.to_item())["M"]
        for name, item in (("NewImage", new), ("OldImage", old))
        if item is not None
    }
    event = "INSERT" if old is None else "MODIFY"
    return {"eventName": event, "dynamodb": {"SequenceNumber": sequence, **images}}
