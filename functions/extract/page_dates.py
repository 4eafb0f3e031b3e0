"""When the article was published and when it was last changed, as far as the page says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from itertools import chain, islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from functions.extract.landmarks import Landmarks
from functions.extract.publisher_zone import PublisherZone
from functions.extract.structured_data import StructuredData
from newswire.dates import read_date

_PUBLISHED_META = (
    "article:published_time og:published_time datepublished article:published og:article:published_time"
    " dc.date.issued dcterms.issued dc.date.created dcterms.created date.created date.available sailthru.date"
    " parsely-pub-date cxenseparse:recs:publishtime publish-date publish_date publishdate publication_date"
    " pubdate dc.date dcterms.date datecreated"
).split()
_UPDATED_META = (
    "article:modified_time og:updated_time og:modified_time datemodified dcterms.modified dc.date.modified"
    " date.modified last-modified lastmod"
).split()
_MONTH, _DAY = "0[1-9]|1[0-2]", "0[1-9]|[12][0-9]|3[01]"
_URL_DATE = re.compile(
    rf"(?<![0-9])((?:19|20)[0-9]{{2}})(?:[-/_]({_MONTH}|[1-9])[-/_]({_DAY}|[1-9])|({_MONTH})({_DAY}))(?![0-9])"
)
_DATED = re.compile(r"(?<![0-9])(?:(?:19|20)[0-9]{2}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2})(?![0-9])")
_PUBLICATION = re.compile(r"publi|posted|entry-date|post-date|article-date|tanggal")
_UPDATE = re.compile(r"updat|modif|changed|diperbarui|aktualisiert|geändert|mis à jour|actualizad|aggiornat")
_DATE_CLASS = re.compile(r"date|publi|posted|time|meta|tanggal")
_LONGEST_LINE = 150
_SHORT_LINE = 60
_FURNITURE = frozenset({"aside", "footer", "header", "nav", "script", "style", "title", "option"})
_NEAR = 100  # elements from the headline on
_MOST_TEXTS = 60  # that are tried
_DATE_TAGS = (
    "div",
    "span",
    "p",
    "li",
    "a",
    "em",
    "i",
    "small",
    "td",
    "strong",
    "b",
    "dd",
    "h3",
    "h4",
    "h5",
    "h6",
)
# Languages of whose numeric dates the first number is the day; English writes both ways.
_MONTH_FIRST = frozenset({"en-us", "en_us"})
_HALF_HOUR = timedelta(minutes=30)
_FARTHEST = (timedelta(hours=-12), timedelta(hours=14))


class PageDates:
    """Reads the dates of one page."""

    def __init__(
        self,
        data: StructuredData,
        page: Landmarks,
        url: str,
        zone: PublisherZone,
        *,
        day_first: bool | None = None,
        now: datetime | None = None,
    ) -> None:
        self._data = data
        self._page = page
        self._url = url
        self._zone = zone
        self._day_first = day_first
        self._latest = None if now is None else now + timedelta(days=1)

    def published(self) -> datetime | None:
        """Return the moment of first publication.

        In order of trust (right on labelled pages): JSON-LD (.97), meta elements (.96), microdata (.94),
        a marked `<time>` (.92), the address (.95), the first `<time>` (.91), the lines under the headline
        (.89), elements that are named after dates (.86).
        """
        moment = self._first(islice(self._publication_texts(), _MOST_TEXTS))
        if moment is None or moment.utcoffset():
            return moment
        return in_local_form(moment, islice(self._clocks(), _MOST_TEXTS))

    def updated(self, published: datetime | None) -> datetime | None:
        """Return the moment of the last change, None unless it is stated and later than the publication."""
        data = self._data
        moment = self._first(
            chain(
                data.texts("dateModified"),
                data.meta(*_UPDATED_META),
                (value for _ in "1" for value in data.microdata.values("datemodified")),
            )
        )
        return moment if moment is not None and (published is None or moment > published) else None

    def _clocks(self) -> Iterator[datetime]:
        """Yield the other moments that the page names, as read: in machines' forms, then in readers'."""
        data, times = self._data, self._page.time
        stamps = chain(data.texts("datePublished"), data.meta(*_PUBLISHED_META), map(time_text, times))
        shown = (str(element.text_content()[:_LONGEST_LINE]) for element in times)
        for text in chain(stamps, shown, dated_lines(self._page.after_headline(_NEAR))):
            read = read_date(text, day_first=self._day_first)
            if read is not None:
                yield read

    def _first(self, texts: Iterable[str]) -> datetime | None:
        for text in texts:
            moment = self._read(text)
            if moment is not None:
                return moment
        return None

    def _read(self, text: str) -> datetime | None:
        read = read_date(text, day_first=self._day_first)
        moment = None if read is None else self._zone.settle(read)
        return None if moment is None or (self._latest and moment > self._latest) else moment

    def _publication_texts(self) -> Iterator[str]:
        data = self._data
        yield from data.texts("datePublished")
        yield from data.texts("dateCreated")
        yield from data.meta(*_PUBLISHED_META)
        yield from data.microdata.values("datepublished")
        yield from (abbr.get("title", "") for abbr in self._page.abbr if "published" in abbr.get("class", ""))
        times = self._page.time
        yield from (time_text(element) for element in times if _is_publication(element))
        if dated := _URL_DATE.search(urlsplit(self._url).path):
            yield f"{dated[1]}-{dated[2] or dated[4]}-{dated[3] or dated[5]}"
        yield from map(time_text, times)
        yield from data.meta("date")
        lines = list(dated_lines(self._page.after_headline(_NEAR)))
        yield from (line for line in lines if len(line) <= _SHORT_LINE)
        yield from self._named_after_dates()
        yield from lines
        yield from self._dates_alone()

    def _named_after_dates(self) -> Iterator[str]:
        for element in self._page.page.iter(*_DATE_TAGS):
            names = element.get("class") or element.get("id")
            if names and _DATE_CLASS.search(names):
                line = " ".join("".join(islice(element.itertext(), 20))[: _LONGEST_LINE * 4].split())
                if len(line) <= _LONGEST_LINE and _DATED.search(line):
                    yield line


    def _dates_alone(self) -> Iterator[str]:
        """Yield short lines in the headline's block, then anywhere; those of headers and footers are others'."""
        above = islice(self._page.before_headline(), _NEAR)
        for element in chain(above, self._page.page.iter("*")):
            for text in (element.text, element.tail):
                if text and len(text) <= _SHORT_LINE and _DATED.search(text) and not _is_furniture(element):
                    yield text


def in_local_form(moment: datetime, clocks: Iterable[datetime]) -> datetime:
    """Write a moment that is stated in UTC in the publisher's offset, if the page betrays it.

    It does where it names the same moment by another clock: to the minute, some whole half hours apart.
    """
    utc = moment.replace(tzinfo=None, second=0, microsecond=0)
    for clock in clocks:
        ahead = clock.replace(tzinfo=None, second=0, microsecond=0) - utc
        stated = clock.utcoffset()
        if ahead and (ahead == stated if stated else _is_offset(ahead)):
            return moment.astimezone(timezone(ahead))
    return moment


def _is_offset(ahead: timedelta) -> bool:
    return not ahead % _HALF_HOUR and _FARTHEST[0] <= ahead <= _FARTHEST[1]


def _is_furniture(element: HtmlElement) -> bool:
    return any(above.tag in _FURNITURE for above in (element, *element.iterancestors()))


def dated_lines(elements: Iterable[HtmlElement]) -> Iterator[str]:
    """Yield the short texts in these elements in which there may be a date."""
    for element in elements:
        for text in (element.text, element.tail):
            if text and len(text) <= _LONGEST_LINE and _DATED.search(text):
                yield text


def _is_publication(time: HtmlElement) -> bool:
    names = f"{time.get('class', '')} {time.get('itemprop', '')}".lower()
    return time.get("pubdate") is not None or _PUBLICATION.search(names) is not None


def time_text(time: HtmlElement) -> str:
    return str(time.get("datetime") or time.text_content()[:_LONGEST_LINE])
