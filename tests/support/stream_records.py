"""Records of ArticleTable's stream, as far as publish reads them."""

from __future__ import annotations

from typing import Any

from newswire.article_item import ArticleItem


def stream_record(sequence: str, item: ArticleItem) -> dict[str, Any]:
    """Return the record of an article that was stored for the first time; ``sequence`` is its number."""
    said = {"type": "article", "id": item.id, "slug": item.slug, "owner_id": item.owner.id}
    said |= {"category": item.category, "listed": item.listed}
    image = {name: {"S": value} for name, value in said.items()}
    return {"eventName": "INSERT", "dynamodb": {"SequenceNumber": sequence, "NewImage": image}}
