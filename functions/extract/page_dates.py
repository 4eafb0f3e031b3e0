"""When the article was published and when it was last changed, as far as the page says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import chain, islice

from lxml.html import HtmlElement

from functions.extract.address_dates import day_of_address
from functions.extract.day_order import certain_days, day_is_first, means_two_days
from functions.extract.landmarks import Landmarks
from functions.extract.meta_dates import PUBLISHED_META, UPDATED_META
from functions.extract.publisher_zone import PublisherZone, in_local_form
from functions.extract.script_dates import script_dates, script_zone
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
from newswire.dates import in_zone, read_date

_PUBLICATION = re.compile(r"publi|posted|entry-date|post-date|article-date|tanggal")
# How lines begin that tell of a change, not of the publication.
_UPDATE = re.compile(
    r"[\s(|–-]{0,20}(?:last |letzte |this page was last |diese seite wurde zuletzt |zuletzt |dernière )?"
    r"(?:updat|modif|edit|änder|geänder|aktualisier|mise? à jour|actualizad|atualizad"
    r"|aggiornat|bijgewerkt|oppdatert|uppdaterad|opdateret|güncelle|обновлено|最終更新"
    r"|pembaruan|revisi|dimutakhirkan|(?:terakhir )?(?:diperbarui|diubah|disunting))",
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
        self._known: dict[str, datetime | None] = {}  # by text: most are asked about several times

    def published(self) -> datetime | None:
        """Return the moment of first publication.

        In order of trust, as labelled pages bear it out: JSON-LD, meta elements, microdata, hAtom, a `<time>`
        of the day that the address names, the address, other `<time>` elements, marked ones first, scripts,
        elements around the headline named after dates, a bare "date" in meta, short lines below the headline,
        other elements named after dates, datelines, short lines anywhere, the last edit, other lines.
        Comments and lists of other articles tell nothing. A day without a time yields to the next text that
        names a time of that day.
        """
        for stated in chain(self._texts(), islice(self._last_resorts(), _MOST_TEXTS)):
            text = self._with_time(stated)
            moment = self._read(text)
            if moment is None:
                continue
            if self._changed is not None and self._changed < moment and (shown := self._shown_before(moment)):
                return shown
            read = self._as_read(text)
            is_utc = read is not None and read.utcoffset() == timedelta() == moment.utcoffset()
            return self._in_local_form(moment) if is_utc else moment
        return None

    def _texts(self) -> Iterator[str]:
        texts = (text for text in self._publication_texts() if not _UPDATE.match(text))
        return islice(texts, _MOST_TEXTS)

    def _with_time(self, text: str) -> str:
        """Return a text itself or, where it names a day only, the first one that names a time of that day."""
        day = self._as_read(text)
        if day is None or day.tzinfo is not None or day.time() != time.min or self._read(text) is None:
            return text
        return next((one for one in self._texts() if self._is_time_of(day.date(), one)), text)

    def _is_time_of(self, day: date, text: str) -> bool:
        read = self._as_read(text)
        is_time = read is not None and read.date() == day and read.time() != time.min
        return is_time and self._read(text) not in (None, self._changed)

    def updated(self, published: datetime | None) -> datetime | None:
        """Return the moment of the last change, None unless it is stated and later than the publication."""
        moment = self._changed
        return moment if moment is not None and (published is None or moment > published) else None

    @cached_property
    def _changed(self) -> datetime | None:
        found = (moment for text in self._update_texts() if (moment := self._read(text)) is not None)
        return next(found, None)

    def _shown_before(self, moment: datetime) -> datetime | None:
        """Return the moment of the headline's `<time>`, if the stated one is none of a first publication.

        It is none where the last change is before it and readers are shown an earlier day: some systems
        write there when they last put the page out. A scheduled article is changed before it is out, too,
        but shows the stated day.
        """
        times = (one for one in self._page.near if one.tag == "time" and not is_beside(one))
        shown = next((read for time in times if (read := self._read(time_text(time)))), None)
        is_earlier = shown is not None and shown.date() < moment.date() and shown <= (self._changed or shown)
        return shown if is_earlier else None

    def _in_local_form(self, moment: datetime) -> datetime:
        local = in_local_form(moment, islice(self._clocks(), _MOST_TEXTS))
        zone = None if local.utcoffset() else script_zone(self._page.script)
        return local if zone is None else in_zone(moment.astimezone(zone), UTC) or local

    def _update_texts(self) -> Iterator[str]:
        yield from self._data.texts("dateModified")
        yield from self._data.meta(*UPDATED_META)
        yield from self._data.microdata.values("datemodified")

    def _clocks(self) -> Iterator[datetime]:
        """Yield the other moments that the page names, as read: in machines' forms, then in readers'."""
        data, times = self._data, self._page.time
        stamps = chain(data.texts("datePublished"), data.meta(*PUBLISHED_META), map(time_text, times))
        shown = (str(element.text_content()[:LONGEST_LINE]) for element in times)
        for text in chain(stamps, shown, dated_lines(self._page.near)):
            read = read_date(text, day_first=self._day_first)
            if read is not None:
                yield read

    def _read(self, text: str) -> datetime | None:
        read = self._as_read(text)
        moment = None if read is None else self._zone.settle(read)
        return None if moment is None or (self._latest and moment > self._latest) else moment

    def _as_read(self, text: str) -> datetime | None:
        if text not in self._known:
            order = self._day_first
            if means_two_days(text):
                order = day_is_first(text, self._certain_days, day_first=order)
            self._known[text] = read_date(text, day_first=order)
        return self._known[text]

    @cached_property
    def _certain_days(self) -> frozenset[date]:
        data, page = self._data, self._page
        stated = chain(data.texts("datePublished"), data.meta(*PUBLISHED_META, *UPDATED_META))
        shown = chain(map(time_text, page.time), lines_of_article(page.near), dates_alone(page.page, ()))
        return certain_days(islice(chain(stated, shown), _MOST_TEXTS))

    def _publication_texts(self) -> Iterator[str]:
        data = self._data
        yield from data.texts("datePublished")
        yield from data.texts("dateCreated")
        yield from data.meta(*PUBLISHED_META)
        yield from data.microdata.values("datepublished")
        yield from (abbr.get("title", "") for abbr in self._page.abbr if "published" in abbr.get("class", ""))
        times = sorted(self._page.time, key=lambda element: not _is_publication(element))
        if day := day_of_address(self._url):
            yield from (text for text in map(time_text, times) if text.startswith(day))
            yield day
        yield from (time_text(element) for element in times if not is_beside(element))
        yield from self._shown()

    def _shown(self) -> Iterator[str]:
        yield from script_dates(self._page.script)
        above = list(islice(self._page.before_headline(), _ABOVE))
        near = self._page.near
        yield from named_after_dates(chain(above, near), sure=True)
        yield from self._data.meta("date")
        yield from filter(is_bare, lines_of_article(near))
        yield from named_after_dates(self._page.page.iter(*DATE_TAGS), sure=False)
        yield from datelines(near)
        yield from dates_alone(self._page.page, above)

    def _last_resorts(self) -> Iterator[str]:
        yield from last_edited(self._page.page)
        yield from (line for line in lines_of_article(self._page.near) if not _UPDATE.match(line))


def _is_publication(time: HtmlElement) -> bool:
    names = f"{time.get('class', '')} {time.get('itemprop', '')}".lower()
    return time.get("pubdate") is not None or _PUBLICATION.search(names) is not None


def time_text(time: HtmlElement) -> str:
    """Return the date of a `<time>` element, for machines if it has one, as text."""
    return str(time.get("datetime") or time.text_content()[:LONGEST_LINE])
