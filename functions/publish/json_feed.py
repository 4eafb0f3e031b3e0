"""JSON Feed 1.1 (jsonfeed.org/version/1.1), which is also a channel's memory.

An item, with its extension ``_newswire``, holds all that lists show of an article and the body that
was made of its text: an unchanged article is taken over without asking any store. Nothing in the
bytes depends on the order of arrival.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.publish.credit import CreditError, credit_for
from functions.publish.entries import Entry
from functions.publish.image_types import image_type
from functions.publish.json_text import json_text
from functions.publish.wording import Wording
from newswire.article import Image, Owner
from newswire.dates import to_rfc3339
from newswire.image_copies import ImageCopy
from newswire.sources import Catalogue

VERSION = "https://jsonfeed.org/version/1.1"
MEDIA_TYPE = "application/feed+json"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a channel remembers of one of its articles: the entry and its feed body."""

    entry: Entry
    body: str


@dataclass(frozen=True, slots=True)
class FeedHead:
    """What a feed says of itself: ``page`` and ``address`` are absolute URLs, ``id`` stays for ever.

    ``hub`` is told of its changes (WebSub). ``older`` and ``newer`` are the documents before and after it
    in its archive (RFC 5005, section 4), of which it may be one itself; ``current`` is then the feed to
    subscribe to.
    """

    id: str
    title: str
    description: str
    page: str
    address: str
    language: str
    publisher: str
    publisher_page: str
    hub: str | None = None
    archived: bool = False
    older: str | None = None
    newer: str | None = None
    current: str | None = None


def feed_item(entry: Entry, body: str) -> str:
    """Return one item as JSON text."""
    owner = {"name": entry.credit.owner, "url": entry.credit.homepage}
    document: dict[str, Any] = {
        "id": entry.tag,
        "url": entry.link,
        "external_url": entry.credit.original,
        "title": entry.title,
        "content_html": body,
        "summary": entry.excerpt or None,
        "image": entry.image.url if entry.image else None,
        "attachments": _attachments(entry.image),
        "date_published": to_rfc3339(entry.published),
        "date_modified": to_rfc3339(entry.updated) if entry.updated else None,
        "authors": [{"name": name} for name in entry.authors] or [owner],
        "tags": [*([entry.section] if entry.section else []), *entry.tags],
        "language": entry.language,
        "_newswire": {
            "article": entry.id,
            "owner": {"id": entry.owner.id, **owner},
            "carrier": entry.credit.carrier,
            "display": entry.display,
            "category": entry.category,
            "listed": entry.listed,
            "first_seen": entry.first_seen,
            "revised": to_rfc3339(entry.revised) if entry.revised else None,
            "page": entry.page,
            "licence": entry.licence,
            "picture": _picture(entry.image, entry.image_copy),
            **({"noimageindex": True} if entry.noimageindex else {}),
            "fingerprint": entry.fingerprint,
        },
    }
    return json_text({key: value for key, value in document.items() if value is not None})


def document(head: FeedHead, items: Sequence[str], extension: Mapping[str, Any] | None = None) -> bytes:
    """Return the feed of those items; ``extension`` is what it says beside the standard."""
    top = {
        "version": VERSION,
        "title": head.title,
        "home_page_url": head.page,
        "feed_url": head.address,
        "description": head.description,
        "authors": [{"name": head.publisher, "url": head.publisher_page}],
        "language": head.language,
        **({"next_url": head.older} if head.older else {}),
        **({"_newswire": extension} if extension else {}),
        **({"hubs": [{"type": "WebSub", "url": head.hub}]} if head.hub else {}),
    }
    listed = ",\n".join(items)
    return f'{json_text(top)[:-1]},"items":[\n{listed}\n]}}\n'.encode()


def remembered(body: bytes, catalogue: Catalogue, words: Wording) -> dict[str, Remembered]:
    """Read a channel's memory, written under this catalogue, by article id; {} where it is none."""
    try:
        items = [_remembered(item, catalogue, words) for item in json.loads(body)["items"]]
    except (ValueError, KeyError, TypeError, CreditError):
        return {}
    return {item.entry.id: item for item in items}


def _remembered(item: Mapping[str, Any], catalogue: Catalogue, words: Wording) -> Remembered:
    extension = item["_newswire"]
    owner = Owner(extension["owner"]["id"], extension["owner"]["name"], extension["owner"]["url"])
    display, category = extension["display"], extension["category"]
    section, modified = catalogue.categories.get(category), item.get("date_modified")
    picture, original = extension["picture"] or {}, item["external_url"]
    copy = picture.pop("copy", None)
    credit = credit_for(owner, original, display, catalogue.portal, words, carrier=extension.get("carrier"))
    entry = Entry(
        id=extension["article"],
        tag=item["id"],
        title=item["title"],
        page=extension["page"],
        link=item["url"],
        owner=owner,
        display=display,
        credit=credit,
        category=category,
        section=section,
        tags=tuple(item["tags"][1 if section else 0 :]),
        authors=tuple(author["name"] for author in item["authors"] if "url" not in author),
        language=item.get("language"),
        excerpt=item.get("summary", ""),
        image=Image(item["image"], **picture) if picture else None,
        published=datetime.fromisoformat(item["date_published"]),
        updated=datetime.fromisoformat(modified) if modified else None,
        listed=extension["listed"],
        first_seen=extension["first_seen"],
        revised=datetime.fromisoformat(extension["revised"]) if extension["revised"] else None,
        licence=extension["licence"],
        fingerprint=extension["fingerprint"],
        image_copy=ImageCopy.from_map(copy) if copy else None,
        noimageindex=extension.get("noimageindex", False),
    )
    return Remembered(entry, item["content_html"])


def _attachments(image: Image | None) -> list[dict[str, str]] | None:
    """Return the image as a file; the specification wants its type, so that it must be known."""
    kind = image_type(image.url) if image else None
    return [{"url": image.url, "mime_type": kind}] if image and kind else None


def _picture(image: Image | None, copy: ImageCopy | None) -> dict[str, Any] | None:
    if image is None:
        return None
    said = {"alt": image.alt, "caption": image.caption, "width": image.width, "height": image.height}
    return said | ({"copy": copy.to_map()} if copy else {})
