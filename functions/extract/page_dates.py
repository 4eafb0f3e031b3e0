"""When the article was published and when it was last changed, as far as the page says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from functions.extract.landmarks import Landmarks
from functions.extract.publisher_zone import PublisherZone, in_local_form
from functions.extract.script_dates import script_dates
from functions.extract.structured_data import StructuredData
from functions.extract.visible_dates import (
    DATE_TAGS,
    LONGEST_LINE,
    dated_lines,
    datelines,
    dates_alone,
    is_bare,
    is_beside,
    last_edited,
    lines_of_article,
    named_after_dates,
)
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
_PUBLICATION = re.compile(r"publi|posted|entry-date|post-date|article-date|tanggal")
# How lines begin that tell of a change, not of the publication.
_UPDATE = re.compile(
    r"[\s(|–-]{0,20}(?:last |letzte |this page was last |diese seite wurde zuletzt |zuletzt |dernière )?"
    r"(?:updat|modif|edit|änder|geänder|aktualisier|diperbarui|terakhir diperbarui|mise? à jour|actualizad"
    r"|最終更新)",
    re.IGNORECASE,
)
_ABOVE = 100  # elements of the headline's block before it
_MOST_TEXTS = 60  # that are tried


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
        address (.96), other `<time>` elements, marked ones first (.91), scripts, elements around the
        headline named after dates, a bare "date" in meta (.90), short lines below the headline (.91), other
        elements named after dates (.85), datelines, short lines anywhere, the last edit, other lines.
        Comments and lists of other articles tell nothing.
        """
        texts = (text for text in self._publication_texts() if not _UPDATE.match(text))
        for text in chain(islice(texts, _MOST_TEXTS), islice(self._last_resorts(), _MOST_TEXTS)):
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
        shown = (str(element.text_content()[:LONGEST_LINE]) for element in times)
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
        times = sorted(self._page.time, key=lambda element: not _is_publication(element))
        if day := _day_of(self._url):
            yield from (text for text in map(time_text, times) if text.startswith(day))
            yield day
        yield from (time_text(element) for element in times if not is_beside(element))
        yield from self._shown()

    def _shown(self) -> Iterator[str]:
        yield from script_dates(self._page.script)
        above = list(islice(self._page.before_headline(), _ABOVE))
        near = self._page.near
        yield from named_after_dates(chain(above, near))
        yield from self._data.meta("date")
        yield from filter(is_bare, lines_of_article(near))
        yield from named_after_dates(self._page.page.iter(*DATE_TAGS))
        yield from datelines(near)
        yield from dates_alone(self._page.page, above)

    def _last_resorts(self) -> Iterator[str]:
        yield from last_edited(self._page.page)
        yield from (line for line in lines_of_article(self._page.near) if not _UPDATE.match(line))


def _day_of(url: str) -> str | None:
    path = urlsplit(url).path
    # An archive's address has the moment of the copy before the address of the original.
    found = _URL_DATE.search(path[max(path.rfind("http:/"), path.rfind("https:/"), 0) :])
    if found is None:
        return None
    year, month, day = found[1], found[2] or found[4], found[3] or found[5]
    return f"{year}-{month:0>2}-{day:0>2}"


def _is_publication(time: HtmlElement) -> bool:
    names = f"{time.get('class', '')} {time.get('itemprop', '')}".lower()
    return time.get("pubdate") is not None or _PUBLICATION.search(names) is not None


def time_text(time: HtmlElement) -> str:
    """Return the date of a `<time>` element, for machines if it has one, as text."""
    return str(time.get("datetime") or time.text_content()[:LONGEST_LINE])
