"""A catalogue as OPML 2.0 (opml.org/spec2.opml): an outline for each category, in it one for each feed."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from functions.publish.source_feeds import is_feed
from newswire.sources import Catalogue, Source

KEY = "sources.opml"
MEDIA_TYPE = "text/x-opml; charset=utf-8"
SOURCE_ID = "newswire:id"  # our own documents name the source, so that a round trip keeps it
# The specification allows attributes of other namespaces; readers that do not know this one ignore it.
_NAMESPACE = "urn:newswire:opml"


def document(catalogue: Catalogue, created: datetime | None = None) -> bytes:
    """Return the feeds of all enabled sources; what the portal publishes does not say when it was made.

    Each feed bears its source's name and id, so that reading it again makes the same sources. Sitemaps and
    pages, to which no reader subscribes, are plain links.
    """
    root = ET.Element("opml", {"version": "2.0", f"xmlns:{SOURCE_ID.partition(':')[0]}": _NAMESPACE})
    head = ET.SubElement(root, "head")
    ET.SubElement(head, "title").text = catalogue.portal.name
    if created is not None:
        ET.SubElement(head, "dateCreated").text = format_datetime(created, usegmt=True)
    ET.SubElement(head, "ownerName").text = catalogue.portal.name
    body = ET.SubElement(root, "body")
    for category, name in catalogue.categories.items():
        sources = [one for one in catalogue.sources if one.enabled and one.category == category]
        if sources:
            folder = ET.SubElement(body, "outline", {"text": name})
            folder.extend(_outline(source, feed) for source in sources for feed in source.feeds)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _outline(source: Source, address: str) -> ET.Element:
    kind, place = ("rss", "xmlUrl") if is_feed(address, source) else ("link", "url")
    said = {
        "type": kind,
        "text": source.name,
        "title": source.name,
        place: address,
        "htmlUrl": source.homepage,
        "language": source.language,
        SOURCE_ID: source.id,
    }
    return ET.Element("outline", said)
