"""When the article was published and when it was last changed, as far as the page says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from functions.extract.structured_data import StructuredData, strings
from newswire.dates import parse_date

_PUBLISHED_META = (
    "article:published_time og:published_time datepublished article:published og:article:published_time"
    " dc.date.issued dcterms.issued dc.date.created dcterms.created date.created date.available sailthru.date"
    " parsely-pub-date cxenseparse:recs:publishtime publish-date publish_date publishdate publication_date"
    " pubdate dc.date dcterms.date date datecreated"
)
_UPDATED_META = (
    "article:modified_time og:updated_time og:modified_time datemodified dcterms.modified dc.date.modified"
    " date.modified last-modified lastmod"
)
_MONTH, _DAY = "0[1-9]|1[0-2]", "0[1-9]|[12][0-9]|3[01]"
_URL_DATE = re.compile(
    rf"(?<![0-9])((?:19|20)[0-9]{{2}})(?:([-/_])({_MONTH}|[1-9])\2({_DAY}|[1-9])|({_MONTH})({_DAY}))(?![0-9])"
)
_DATED = re.compile(r"(?<![0-9])(?:(?:19|20)[0-9]{2}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2})(?![0-9])")
_PUBLICATION = re.compile(r"publi|posted|entry-date|post-date|article-date|tanggal")
_LONGEST_LINE = 150
_NEAR = 80  # elements after the headline
_NAMED_AFTER_DATES = " or ".join(
    f"contains(@class, '{word}')" for word in ("date", "publi", "posted", "time", "meta", "tanggal")
)
_DATE_ELEMENTS = f"//*[{_NAMED_AFTER_DATES} or contains(@id, 'date')]"
_MOST_ELEMENTS = 60


def publication_date(
    data: StructuredData, page: HtmlElement, url: str, zone: tzinfo | None
) -> datetime | None:
    """Return the moment of first publication; times without an offset are read in `zone` (None: UTC).

    In order of trust (right on labelled pages): JSON-LD (.97), meta elements (.96), microdata (.94),
    a marked `<time>` (.92), the address (.95), the first `<time>` (.91), the lines under the headline
    (.89), elements that are named after dates (.86).
    """
    for text in _publication_texts(data, page, url):
        moment = parse_date(text, zone or UTC)
        if moment is not None:
            return _in_own_zone(moment, zone)
    return None


def update_date(data: StructuredData, published: datetime | None, zone: tzinfo | None) -> datetime | None:
    """Return the moment of the last change, None unless it is stated and later than the publication."""
    nodes = [text for node in data.articles() for text in strings(node.get("dateModified"))]
    meta = [text for name in _UPDATED_META.split() for text in data.meta.get(name, [])]
    for text in [*nodes, *meta, *data.microdata.get("datemodified", [])]:
        moment = parse_date(text, zone or UTC)
        if moment is not None:
            return _in_own_zone(moment, zone) if published is None or moment > published else None
    return None


def _publication_texts(data: StructuredData, page: HtmlElement, url: str) -> Iterator[str]:
    for key in ("datePublished", "dateCreated"):
        for node in data.articles():
            yield from strings(node.get(key))
    for name in _PUBLISHED_META.split():
        yield from data.meta.get(name, [])
    yield from data.microdata.get("datepublished", [])
    yield from page.xpath("//*[contains(@class, 'published')]/@title | //*[@property='dc:date']/@content")
    times = list(page.iter("time"))
    yield from (_time_text(element) for element in times if _is_publication(element))
    if dated := _URL_DATE.search(urlsplit(url).path):
        yield f"{dated[1]}-{dated[3] or dated[5]}-{dated[4] or dated[6]}"
    yield from map(_time_text, times)
    headline = next(page.iter("h1"), None)
    if headline is None:
        headline = next(page.iter("h2"), None)
    if headline is not None:
        yield from _lines(headline.xpath("descendant::* | following::*[position() <= $near]", near=_NEAR))
    for element in page.xpath(_DATE_ELEMENTS)[:_MOST_ELEMENTS]:
        line = " ".join(str(element.text_content())[: _LONGEST_LINE * 4].split())
        if len(line) <= _LONGEST_LINE and _DATED.search(line):
            yield line
    if headline is not None:  # last, because sites print today's date above everything
        yield from _lines(headline.xpath("preceding::*[position() <= 8]"))


def _is_publication(time: HtmlElement) -> bool:
    names = f"{time.get('class', '')} {time.get('itemprop', '')}".lower()
    return time.get("pubdate") is not None or _PUBLICATION.search(names) is not None


def _time_text(time: HtmlElement) -> str:
    return str(time.get("datetime") or time.text_content()[:_LONGEST_LINE])


def _lines(elements: Iterable[HtmlElement]) -> Iterator[str]:
    for element in elements:
        for text in (element.text, element.tail):
            if text and len(text) <= _LONGEST_LINE and _DATED.search(text):
                yield text


def _in_own_zone(moment: datetime, zone: tzinfo | None) -> datetime:
    """Write the moment in the publisher's zone where it is known.

    Some systems negate it: 14:00-07:00 is meant to be two o'clock in Jakarta.
    """
    if zone is None:
        return moment
    own = moment.astimezone(zone).utcoffset() or timedelta()
    stated = moment.utcoffset() or timedelta()
    if stated == -own:
        moment = moment.replace(tzinfo=zone) if own else moment
    return moment.astimezone(zone) if not stated or stated == -own else moment
