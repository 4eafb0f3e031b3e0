"""When the article was published and when it was last changed, as far as the page says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from functions.extract.landmarks import Landmarks
from functions.extract.publisher_zone import PublisherZone, in_local_form
from functions.extract.structured_data import StructuredData
from newswire.dates import read_date

_PUBLISHED = (
    "article:published_time og:published_time datepublished article:published og:article:published_time"
    " dc.date.issued dcterms.issued dc.date.created dcterms.created date.created date.available sailthru.date"
    " parsely-pub-date cxenseparse:recs:publishtime publish-date publish_date publishdate publication_date"
    " pubdate dc.date dcterms.date datecreated"
)
_UPDATED = (
    "article:modified_time og:updated_time og:modified_time datemodified dcterms.modified dc.date.modified"
    " date.modified last-modified lastmod"
)
_PUBLISHED_META = tuple(_PUBLISHED.split())
_UPDATED_META = tuple(_UPDATED.split())
_MONTH, _DAY = "0[1-9]|1[0-2]", "0[1-9]|[12][0-9]|3[01]"
_URL_DATE = re.compile(
    rf"(?<![0-9])((?:19|20)[0-9]{{2}})(?:[-/_]({_MONTH}|[1-9])[-/_]({_DAY}|[1-9])|({_MONTH})({_DAY}))(?![0-9])"
)
_DATED = re.compile(r"[0-9](?:[0-9]{3}|[0-9]?[./-][0-9]{1,2}[./-][0-9]{2})|[年년]")
_PUBLICATION = re.compile(r"publi|posted|entry-date|post-date|article-date|tanggal")
_DATE_CLASS = re.compile(r"date|publi|posted|time|meta|tanggal")
# How lines begin that tell of a change, not of the publication.
_UPDATE = re.compile(
    r"[\s(|–-]{0,20}(?:last |letzte |this page was last |diese seite wurde zuletzt |zuletzt |dernière )?"
    r"(?:updat|modif|edit|änder|geänder|aktualisier|diperbarui|terakhir diperbarui|mise? à jour|actualizad"
    r"|最終更新)",
    re.IGNORECASE,
)
_LONGEST_LINE = 150
_SHORT_LINE = 60
_FURNITURE = frozenset({"aside", "footer", "header", "nav", "script", "style", "title", "option"})
_ABOVE = 100  # elements of the headline's block before it
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

        In order of trust (right on 594 labelled pages, where there is one): JSON-LD (.97), meta elements
        (.96), microdata (.95), hAtom (1.0, on 5 pages), a `<time>` of the day that the address names, the
        address (.96), other `<time>` elements, marked ones first (.91), a bare "date" in meta (.90), short
        lines below the headline (.91), elements named after dates (.85), other lines.
        """
        texts = (text for text in self._publication_texts() if not _UPDATE.match(text))
        for text in islice(texts, _MOST_TEXTS):
            moment = self._read(text)
            if moment is None:
                continue
            stated = read_date(text, day_first=self._day_first)
            is_utc = stated is not None and stated.utcoffset() == timedelta() == moment.utcoffset()
            return in_local_form(moment, islice(self._clocks(), _MOST_TEXTS)) if is_utc else moment
        return None

    def updated(self, published: datetime | None) -> datetime | None:
        """Return the moment of the last change, None unless it is stated and later than the publication."""
        found = (moment for text in self._update_texts() if (moment := self._read(text)) is not None)
        moment = next(found, None)
        return moment if moment is not None and (published is None or moment > published) else None

    def _update_texts(self) -> Iterator[str]:
        yield from self._data.texts("dateModified")
        yield from self._data.meta(*_UPDATED_META)
        yield from self._data.microdata.values("datemodified")

    def _clocks(self) -> Iterator[datetime]:
        """Yield the other moments that the page names, as read: in machines' forms, then in readers'."""
        data, times = self._data, self._page.time
        stamps = chain(data.texts("datePublished"), data.meta(*_PUBLISHED_META), map(time_text, times))
        shown = (str(element.text_content()[:_LONGEST_LINE]) for element in times)
        for text in chain(stamps, shown, dated_lines(self._page.near)):
            read = read_date(text, day_first=self._day_first)
            if read is not None:
                yield read

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
        marked = [element for element in self._page.time if _is_publication(element)]
        times = [time_text(element) for element in (*marked, *self._page.time)]
        if day := _day_of(self._url):
            yield from (text for text in times if text.startswith(day))
            yield day
        yield from times
        yield from data.meta("date")
        lines = list(dated_lines(self._page.near))
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
        """Yield short lines in the headline's block, then anywhere but in headers, footers and the like."""
        above = islice(self._page.before_headline(), _ABOVE)
        for element in chain(above, self._page.page.iter("*")):
            for text in (element.text, element.tail):
                if text and len(text) <= _SHORT_LINE and _DATED.search(text) and not _is_furniture(element):
                    yield text


def _day_of(url: str) -> str | None:
    found = _URL_DATE.search(urlsplit(url).path)
    if found is None:
        return None
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    return f"{year}-{month:0>2}-{day:0>2}"


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
    """Return the date of a `<time>` element, for machines if it has one, as text."""
    return str(time.get("datetime") or time.text_content()[:_LONGEST_LINE])
