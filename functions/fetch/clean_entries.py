"""What of a document's entries crosses the pipe: new ones sanitised, those that are as they were in outline.

A poll sends what is new, and needs of the others only what tells that they are known. Which those are the
parent decides; it asks again where it wants more than it was given.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from functions.fetch.feed_entry import FeedEntry, plain_title
from newswire.article_text import has_text
from newswire.sanitise import clean_html, clean_text
from newswire.text import one_line, shorten

CONTENT_LIMIT = 120_000
SUMMARY_LIMIT = 2000
LANGUAGE_LIMIT = 35  # RFC 5646 section 4.4.1
# What is sanitised unasked with a document: more of it, and what is longer, might cost the document its time.
AT_ONCE = 50  # entries
MARKUP_AT_ONCE = 20_000  # characters of one entry


def for_parent(entries: Iterable[FeedEntry], known: Collection[bytes]) -> Iterator[FeedEntry]:
    """Yield the entries: in outline what will hardly be sent, of the others the first ones sanitised.

    Hardly sent is what has a content hash that is ``known``, no link, or the link of one before it.
    """
    left, links = AT_ONCE, set[str | None]({None})
    for entry in entries:
        content_hash = entry.content_hash()
        if content_hash in known or entry.url in links:
            yield entry.outline(content_hash)
        elif left and len(entry.summary or "") + len(entry.content or "") <= MARKUP_AT_ONCE:
            left -= 1
            yield _sanitised_if_possible(entry, content_hash)
        else:
            yield entry
        links.add(entry.url)


def _sanitised_if_possible(entry: FeedEntry, content_hash: bytes) -> FeedEntry:
    try:
        return sanitised(entry, content_hash)
    except BaseException:  # noqa: BLE001 - a panic of the sanitiser is no Exception; asked for alone, it is told
        return entry


def sanitised(entry: FeedEntry, content_hash: bytes) -> FeedEntry:
    """Return an entry whose summary is text and whose content is clean HTML with absolute links."""
    summary = clean_text(entry.summary) if entry.summary else ""
    content = clean_html(entry.content[:CONTENT_LIMIT], base=entry.url or "") if entry.content else ""
    return replace(
        entry,
        summary=shorten(summary, SUMMARY_LIMIT) or None,
        content=content if has_text(content) else None,
        language=one_line(entry.language, LANGUAGE_LIMIT) or None if entry.language else None,
        rights=one_line(entry.rights, 300) if entry.rights else None,
        via_title=plain_title(entry.via_title),
        form="clean",
        said=content_hash,
    )
