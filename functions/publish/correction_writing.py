"""The page of corrections and its memory: the articles that were last corrected or withdrawn.

The memory lists articles, each with the moment of its last correction, or of its retraction. An article's
moment only ever moves forward, and a retraction follows every correction; so the newest hundred are known
from the former hundred and from what changed: nothing that fell off the list has to be found again.

Of a withdrawn article the memory, which anybody can read, has no id: its key is a hash of that, and all that
is ever told of it stands in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from functions.publish.article_pages import Pages
from functions.publish.changes import Change
from functions.publish.corrections import AGE, MOST_ROWS, PAGE, Amended, corrections_of, corrections_page
from functions.publish.json_text import json_text
from functions.publish.run import Run
from functions.publish.snapshot import Snapshot
from newswire.article_item import Tombstone
from newswire.article_table import Record
from newswire.bucket import WriteConflict
from newswire.clock import instant
from newswire.domains import registrable_domain
from newswire.ownership import owning_source
from newswire.urls import host_of

MEMORY = "corrections.json"
SCHEMA = "newswire/corrections/1"


@dataclass(frozen=True, slots=True)
class Mark:
    """When an article was last corrected or, with the ``host`` that had it, withdrawn (RFC 3339)."""

    at: str
    host: str | None = None


Marks = Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class CorrectionState:
    """The page and its memory as they are now; ``marks`` are the memory's, by the article's key."""

    page: Snapshot
    memory: Snapshot
    marks: Marks


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
        return [CorrectionState(page, memory, read_marks(memory.body))]

    def wanted(self, states: Sequence[CorrectionState]) -> set[str]:
        """Return the changed articles and, to write the page, those on it."""
        listed = (one for state in states for one, mark in state.marks.items() if mark.host is None)
        return {*self._changes, *(listed if self._whole else ())}

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
        return any(one in state.marks or _marked(truth.get(one)) for one in self._changes)

    def _write(self, state: CorrectionState, truth: Mapping[str, Record]) -> None:
        concerned = (record for one, record in truth.items() if one in state.marks or one in self._changes)
        withdrawn = {key: mark for key, mark in state.marks.items() if mark.host}
        known = {**withdrawn, **dict(filter(None, map(_marked, concerned)))}
        oldest = instant(self._run.now - AGE)
        newest = _newest({key: mark for key, mark in known.items() if mark.at > oldest})
        rows = list(self._rows(newest, truth, state.page.body.decode()))
        self._run.site.write(state.memory, _document(newest))
        self._run.site.write(state.page, corrections_page(self._run.look, rows))
        self._run.report.listed(PAGE, self._changes, state.marks, newest)

    def _rows(self, marks: Marks, truth: Mapping[str, Record], shown: str) -> Iterator[Amended]:
        for key, mark in marks.items():
            row = self._withdrawn(mark.at, mark.host) if mark.host else self._corrected(truth.get(key), shown)
            if row is not None:
                yield row

    def _withdrawn(self, at: str, host: str) -> Amended | None:
        source = owning_source(f"https://{host}/", self._run.look.catalogue)
        if source is None:
            return Amended(at, registrable_domain(host))
        return Amended(at, source.name) if source.enabled else None

    def _corrected(self, record: Record | None, shown: str) -> Amended | None:
        carried = self._run.carried(record)
        if carried is None or not self._page_is_there(carried.entry.id, carried.entry.page, shown):
            return None
        at = carried.item.revised or ""
        found = corrections_of(carried.item, self._run.look)
        what = next((one.what for one in found if one.at == at), "")
        return Amended(at, carried.entry.credit.owner, carried.entry, what)

    def _page_is_there(self, article_id: str, page: str | None, shown: str) -> bool:
        """Return whether readers find the page; one that the list shows already goes after it only."""
        if page is None or article_id in self._pages.present or f'href="/{page}"' in shown:
            return True
        return self._run.site.read(page).stands


def read_marks(body: bytes) -> dict[str, Mark]:
    """Read the memory; {} where it is none."""
    try:
        rows = json.loads(body)["articles"]
        return {str(row["key"]): Mark(str(row["at"]), row.get("withdrawn")) for row in rows}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def _marked(record: Record | None) -> tuple[str, Mark] | None:
    """Return an article's key in the memory and its mark, if it was ever corrected or withdrawn."""
    if isinstance(record, Tombstone) and record.is_taken_down:
        return None  # no correction, and no publisher's word
    if isinstance(record, Tombstone) and not record.is_retired:
        return hashlib.sha256(record.id.encode()).hexdigest()[:32], Mark(record.gone_at, host_of(record.url))
    return (record.id, Mark(record.revised)) if record and record.revised else None


def _newest(marks: Marks) -> dict[str, Mark]:
    order = sorted(marks, key=lambda key: (marks[key].at, key), reverse=True)
    return {key: marks[key] for key in order[:MOST_ROWS]}


def _document(marks: Marks) -> bytes:
    rows = [
        {"key": key, "at": mark.at} | ({"withdrawn": mark.host} if mark.host else {})
        for key, mark in marks.items()
    ]
    return (json_text({"schema": SCHEMA, "articles": rows}) + "\n").encode()
