"""The page of corrections and its memory: the articles that were last corrected or withdrawn.

The memory lists article ids, each with the moment of its last correction, or of its retraction. An article's
moment only ever moves forward, and a retraction follows every correction; so the newest hundred are known
from the former hundred and from what changed: nothing that fell off the list has to be found again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from functions.publish.article_pages import Pages
from functions.publish.changes import Change
from functions.publish.corrections import AGE, MOST_ROWS, PAGE, Amended, corrections_of, corrections_page
from functions.publish.json_text import json_text
from functions.publish.run import Run
from functions.publish.snapshot import Snapshot
from newswire.article_item import ArticleItem, Tombstone
from newswire.article_table import Record
from newswire.bucket import WriteConflict
from newswire.clock import instant
from newswire.domains import registrable_domain
from newswire.ownership import owning_source
from newswire.urls import host_of

MEMORY = "corrections.json"
SCHEMA = "newswire/corrections/1"

Moments = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CorrectionState:
    """The page and its memory as they are now; ``moments`` are the memory's, by article id."""

    page: Snapshot
    memory: Snapshot
    moments: Moments


class CorrectionWriter:
    """Brings the page of corrections up to date.

    Whoever changes none of its articles, and brings none to it, reads two objects and asks for nothing.
    ``everywhere``: all of it is looked at, because the catalogue or the clock may have changed it.
    """

    def __init__(
        self, run: Run, changes: Mapping[str, Change], pages: Pages, *, everywhere: bool = False
    ) -> None:
        self._run = run
        self._changes = changes
        self._pages = pages
        self._whole = everywhere
        self.failed: set[str] = set()

    def subjects(self) -> list[str]:
        """Return the one page."""
        return [PAGE] if self._changes or self._whole else []

    def read(self, subjects: Sequence[str]) -> list[CorrectionState]:
        """Return both as they are now, the memory last: it cannot be older than the page."""
        if not subjects:
            return []
        page, memory = self._run.site.read(PAGE), self._run.site.read(MEMORY)
        return [CorrectionState(page, memory, read_moments(memory.body))]

    def wanted(self, states: Sequence[CorrectionState]) -> set[str]:
        """Return the changed articles and, to write the page, those on it."""
        listed = (one for state in states for one in state.moments if self._whole)
        return {*self._changes, *listed}

    def write(self, states: Sequence[CorrectionState], truth: Mapping[str, Record]) -> list[str]:
        """Write the page; return it where it was overtaken, or is to be written after all."""
        again: list[str] = []
        for state in states:
            try:
                if not self._whole and self._touches(state, truth):
                    self._whole = True
                    again.append(PAGE)
                elif self._whole:
                    self._write(state, truth)
            except WriteConflict:
                again.append(PAGE)
            except Exception as error:  # noqa: BLE001 - the page's failure is the page's alone
                self._run.report.failed(PAGE, error)
                self.failed |= self.concerned(PAGE)
        return again

    def concerned(self, subject: str) -> set[str]:  # noqa: ARG002 - there is only one
        """Return the changed articles."""
        return set(self._changes)

    def _touches(self, state: CorrectionState, truth: Mapping[str, Record]) -> bool:
        if state.page.stored is None:
            return True
        ours = (one in state.moments or _moment(truth.get(one)) for one in self._changes)
        return any(ours)

    def _write(self, state: CorrectionState, truth: Mapping[str, Record]) -> None:
        found = {one: moment for one, record in truth.items() if (moment := _moment(record))}
        known = {one: moment for one, moment in found.items() if one in state.moments or one in self._changes}
        oldest = instant(self._run.now - AGE)
        newest = _newest({one: at for one, at in known.items() if at > oldest})
        rows = list(self._rows((truth[one] for one in newest), state.page.body.decode()))
        self._run.site.write(state.memory, _document(newest))
        self._run.site.write(state.page, corrections_page(self._run.look, rows))

    def _rows(self, records: Iterable[Record], shown: str) -> Iterator[Amended]:
        for record in records:
            row = self._withdrawn(record) if isinstance(record, Tombstone) else self._corrected(record, shown)
            if row is not None:
                yield row

    def _withdrawn(self, stone: Tombstone) -> Amended | None:
        source = owning_source(stone.url, self._run.look.catalogue)
        if source is None:
            return Amended(stone.gone_at, registrable_domain(host_of(stone.url)))
        return Amended(stone.gone_at, source.name) if source.enabled else None

    def _corrected(self, item: ArticleItem, shown: str) -> Amended | None:
        carried = self._run.carried(item)
        if carried is None or not self._page_is_there(carried.entry.id, carried.entry.page, shown):
            return None
        found = corrections_of(item, self._run.look)
        what = next((one.what for one in found if one.at == item.revised), "")
        return Amended(item.revised or "", carried.entry.credit.owner, carried.entry, what)

    def _page_is_there(self, article_id: str, page: str | None, shown: str) -> bool:
        """Return whether readers find the page; one that the list shows already goes after it only."""
        if page is None or article_id in self._pages.present or f'href="/{page}"' in shown:
            return True
        return self._run.site.read(page).stands


def read_moments(body: bytes) -> dict[str, str]:
    """Read the memory; {} where it is none."""
    try:
        return {str(row["id"]): str(row["at"]) for row in json.loads(body)["articles"]}
    except (ValueError, KeyError, TypeError):
        return {}


def _moment(record: Record | None) -> str | None:
    """Return when an article was last corrected, or withdrawn."""
    if isinstance(record, Tombstone):
        return record.gone_at
    return record.revised if record else None


def _newest(moments: Moments) -> dict[str, str]:
    order = sorted(moments, key=lambda one: (moments[one], one), reverse=True)
    return {one: moments[one] for one in order[:MOST_ROWS]}


def _document(moments: Moments) -> bytes:
    rows = [{"id": one, "at": at} for one, at in moments.items()]
    return (json_text({"schema": SCHEMA, "articles": rows}) + "\n").encode()
