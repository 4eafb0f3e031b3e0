"""Archived feeds (RFC 5005, section 4), in RSS and Atom alike."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

_ATOM = "{http://www.w3.org/2005/Atom}"
_HISTORY = "{http://purl.org/syndication/history/1.0}"
_LINKS = ("current", "next-archive", "prev-archive", "self")


def broken(feed: etree._Element, address: str, current: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the archive links of a feed element or channel, served at ``address``.

    ``current`` is the address of the feed whose archive this is, or that it is itself.
    """
    links = {name: _hrefs(feed, name) for name in _LINKS}
    for name, hrefs in links.items():
        if len(hrefs) > 1 or (address in hrefs and name != "self"):
            yield "RFC 5005, 4", f"{name} leads to {hrefs}"
    is_archive = address != current
    marks = len(feed.findall(f"{_HISTORY}archive"))
    if marks != is_archive:
        yield "RFC 5005, 4", f"fh:archive stands {marks} times"
    if feed.find(f"{_HISTORY}complete") is not None:
        yield "RFC 5005, 2", "is a part, and says that it is complete"
    if is_archive and links["current"] != [current]:
        yield "RFC 5005, 4", f"current is {links['current']}, not {current}"
    if not is_archive and links["next-archive"]:
        yield "RFC 5005, 4", "the current feed has a next archive"


def _hrefs(feed: etree._Element, relation: str) -> list[str | None]:
    return [link.get("href") for link in feed.findall(f"{_ATOM}link") if link.get("rel") == relation]
