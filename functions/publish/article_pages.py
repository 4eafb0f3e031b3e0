"""Article pages: written before any list names them, replaced by a notice after no list does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from functions.publish.announcements import indexing_mark
from functions.publish.article_rendering import article_page, gone_page, moved_page
from functions.publish.changes import Change
from functions.publish.entries import page_key
from functions.publish.run import Run
from functions.publish.site import Snapshot
from newswire.article_item import Tombstone
from newswire.article_table import Record
from newswire.bucket import WriteConflict


@dataclass(slots=True)
class Pages:
    """What became of the pages: ``present`` may be named by lists, ``leaving`` are to become notices.

    ``versions`` are the articles' versions that this was decided by, the first where there are several.
    """

    present: set[str] = field(default_factory=set)
    leaving: dict[str, Change] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    versions: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageState:
    """One article's page as it is now."""

    change: Change
    snapshot: Snapshot

    @property
    def stands(self) -> bool:
        """Return whether readers find a page here."""
        return self.snapshot.stored is not None and not self.snapshot.gone


class PageWriter:
    """Writes the pages of articles that have one; its ``pages`` say what became of each."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.pages = Pages()

    def read(self, changes: Sequence[Change]) -> list[PageState]:
        """Return the pages as they are now."""
        return _read(self._run, changes)

    def wanted(self, states: Sequence[PageState]) -> set[str]:
        """Return the articles."""
        return {state.change.id for state in states}

    def write(self, states: Sequence[PageState], truth: Mapping[str, Record]) -> list[Change]:
        """Write the pages; return those that were overtaken."""
        for state in states:
            if record := truth.get(state.change.id):
                self.pages.versions.setdefault(record.id, record.version)

        def write(state: PageState) -> None:
            record = truth.get(state.change.id)
            if _write_page(self._run, state, record):
                self.pages.present.add(state.change.id)
            elif _is_leaving(self._run, record):
                self.pages.leaving[state.change.id] = state.change

        return _each(self._run, states, write, self.pages.failed)


class NoticeWriter:
    """Puts notices in place of pages that have to go; ``failed`` are the ids for which that failed."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.failed: set[str] = set()

    def read(self, changes: Sequence[Change]) -> list[PageState]:
        """Return the pages as they are now."""
        return _read(self._run, changes)

    def wanted(self, states: Sequence[PageState]) -> set[str]:
        """Return the articles."""
        return {state.change.id for state in states}

    def write(self, states: Sequence[PageState], truth: Mapping[str, Record]) -> list[Change]:
        """Write the notices; return those that were overtaken."""

        def write(state: PageState) -> None:
            _write_notice(self._run, state, truth.get(state.change.id))

        return _each(self._run, states, write, self.failed)


def _read(run: Run, changes: Sequence[Change]) -> list[PageState]:
    snapshots = run.concurrently(lambda one: run.site.read(page_key(one.slug, one.id)), changes)
    return [PageState(change, snapshot) for change, snapshot in zip(changes, snapshots, strict=True)]


def _each(
    run: Run, states: Sequence[PageState], write: Callable[[PageState], None], failed: set[str]
) -> list[Change]:
    """Write page by page; one page's failure is that page's alone."""
    overtaken: list[Change] = []

    def step(state: PageState) -> None:
        try:
            write(state)
        except WriteConflict:
            overtaken.append(state.change)
        except Exception as error:  # noqa: BLE001 - its record comes back, the others go on
            run.report.failed(state.snapshot.key, error)
            failed.add(state.change.id)

    run.concurrently(step, states)
    return overtaken


def _is_leaving(run: Run, record: Record | None) -> bool:
    terms = run.terms(record)
    return terms is None or not terms.has_page


def _write_page(run: Run, state: PageState, record: Record | None) -> bool:
    """Return whether the article has its page now."""
    carried = None if _is_leaving(run, record) else run.carried(record)
    if carried is None:
        return state.stands and not _is_leaving(run, record)
    item, entry, snapshot = carried.item, carried.entry, state.snapshot
    if snapshot.version > item.version:
        return state.stands
    metadata = {"version": str(item.version), "fingerprint": entry.fingerprint, "edition": run.edition}
    metadata |= indexing_mark(snapshot.metadata, may_be_indexed=carried.terms.index == "index")
    if state.stands and all(
        snapshot.metadata.get(name) == metadata[name] for name in ("fingerprint", "edition")
    ):
        return True
    article = run.article(item) if carried.terms.display == "full" else None
    if carried.terms.display == "full" and article is None:
        return state.stands
    body = run.rendered(item.id, lambda: article_page(run.look, entry, carried.terms, article))
    if body is None:
        return state.stands
    run.site.write(snapshot, body, metadata)
    return True


def _write_notice(run: Run, state: PageState, record: Record | None) -> None:
    snapshot = state.snapshot
    if isinstance(record, Tombstone):
        # Even where there is no page: a slower run that found none must not be able to write one.
        if record.version >= snapshot.version:
            _put_notice(run, snapshot, gone_page(run.look, snapshot.key), record.version)
    elif _is_leaving(run, record) and state.stands:
        carried = run.carried(record)
        body = moved_page(run.look, snapshot.key, carried.entry if carried else None)
        _put_notice(run, snapshot, body, record.version if record else snapshot.version)


def _put_notice(run: Run, snapshot: Snapshot, body: bytes, version: int) -> None:
    mark = indexing_mark(snapshot.metadata, may_be_indexed=False)
    run.site.write(snapshot, body, {"version": str(version), "gone": "1", **mark})
