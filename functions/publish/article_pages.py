"""Article pages: written before any list names them, replaced by a notice after no list does.

Each has the same article as JSON beside it, which never shows more of the text than the page does: where
less may be shown than before it is written first, where more, last.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from functions.publish.announcements import indexing_mark
from functions.publish.article_data import article_data, data_key, gone_data
from functions.publish.article_rendering import article_page, moved_page, shown_html
from functions.publish.carried import Carried
from functions.publish.changes import Change
from functions.publish.corrections import corrections_of
from functions.publish.entries import page_key
from functions.publish.image_writing import show_copies
from functions.publish.notices import is_gone, notice_page
from functions.publish.run import Run
from functions.publish.shown_images import shown_copies
from functions.publish.snapshot import Snapshot
from newswire.article import Article
from newswire.article_table import Record
from newswire.bucket import WriteConflict
from newswire.sources import Display


@dataclass(slots=True)
class Pages:
    """What became of the pages: ``present`` may be named by lists, ``leaving`` are to become notices.

    ``found`` are the ids of those that readers found before; ``failed`` of those that could not be written;
    ``versions`` are the articles' versions that this was decided by, the first where there are several.
    """

    present: set[str] = field(default_factory=set)
    leaving: dict[str, Change] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    versions: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PageState:
    """One article's page and its JSON as they are now, or, ``assumed``, as they should be: not there."""

    change: Change
    snapshot: Snapshot
    data: Snapshot
    assumed: bool = False

    @property
    def stands(self) -> bool:
        """Return whether readers find a page here."""
        return self.snapshot.stands

    @property
    def version(self) -> int:
        """Return the newest version of the article that one of both shows."""
        return max(self.snapshot.version, self.data.version)

    def in_order(self, display: Display) -> tuple[Snapshot, Snapshot]:
        """Return both in the order in which they may come to show that much."""
        widens = display == "full" and self.data.metadata.get("display") != "full"
        page_first = widens or not self.stands
        return (self.snapshot, self.data) if page_first else (self.data, self.snapshot)


class PageWriter:
    """Writes the pages of articles that have one; its ``pages`` say what became of each.

    Of an article that is new nothing is read first: the condition that nothing is there tells as much.
    """

    def __init__(self, run: Run, changes: Collection[Change]) -> None:
        self._run = run
        self._changes = changes
        self._looked = False
        self.pages = Pages()
        self.failed = self.pages.failed

    def subjects(self) -> list[Change]:
        """Return the changed articles."""
        return list(self._changes)

    def read(self, changes: Sequence[Change]) -> list[PageState]:
        """Return the pages as they are now; those of new articles, at first, as not there."""
        new = [] if self._looked else [one for one in changes if one.is_new]
        others = changes if self._looked else [one for one in changes if not one.is_new]
        states = [*_read(self._run, others), *map(_assumed, new)]
        if not self._looked:
            self.pages.found.update(state.change.id for state in states if state.stands)
        self._looked = True
        return states

    def wanted(self, states: Sequence[PageState]) -> set[str]:
        """Return the articles."""
        return {state.change.id for state in states}

    def write(self, states: Sequence[PageState], truth: Mapping[str, Record]) -> list[Change]:
        """Write the pages; return those that were overtaken, or were there already."""
        for state in states:
            if record := truth.get(state.change.id):
                self.pages.versions.setdefault(record.id, record.version)

        def write(state: PageState) -> None:
            record = truth.get(state.change.id)
            if _write_page(self._run, state, record):
                self.pages.present.add(state.change.id)
            elif _is_readable(self._run, state.change) and _is_leaving(self._run, record):
                self.pages.leaving[state.change.id] = state.change

        return _each(self._run, states, write, self.failed)

    def concerned(self, subject: Change) -> set[str]:
        """Return the article."""
        return {subject.id}


class NoticeWriter:
    """Puts notices in place of pages that have to go; ``failed`` are the ids for which that failed."""

    def __init__(self, run: Run, changes: Collection[Change]) -> None:
        self._run = run
        self._changes = changes
        self.failed: set[str] = set()

    def subjects(self) -> list[Change]:
        """Return the articles whose pages go."""
        return list(self._changes)

    def read(self, changes: Sequence[Change]) -> list[PageState]:
        """Return the pages as they are now."""
        return _read(self._run, changes)

    def wanted(self, states: Sequence[PageState]) -> set[str]:
        """Return the articles."""
        return {state.change.id for state in states}

    def write(self, states: Sequence[PageState], truth: Mapping[str, Record]) -> list[Change]:
        """Write the notices; return those that were overtaken."""

        def write(state: PageState) -> None:
            if _is_readable(self._run, state.change):
                _write_notice(self._run, state, truth.get(state.change.id))

        return _each(self._run, states, write, self.failed)

    def concerned(self, subject: Change) -> set[str]:
        """Return the article."""
        return {subject.id}


def _read(run: Run, changes: Sequence[Change]) -> list[PageState]:
    keys = [key for one in changes for key in (page_key(one.slug, one.id), data_key(one.id))]
    snapshots = run.concurrently(run.site.read, keys)
    return [
        PageState(change, page, data)
        for change, page, data in zip(changes, snapshots[::2], snapshots[1::2], strict=True)
    ]


def _assumed(change: Change) -> PageState:
    keys = page_key(change.slug, change.id), data_key(change.id)
    page, data = (Snapshot(key, None) for key in keys)
    return PageState(change, page, data, assumed=True)


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


def _is_readable(run: Run, change: Change) -> bool:
    """Return whether a missing record means that there is no article; else its page stays as it is."""
    return change.id not in run.report.unreadable_articles


def _is_leaving(run: Run, record: Record | None) -> bool:
    terms = run.terms(record)
    return terms is None or not terms.has_page


def _write_page(run: Run, state: PageState, record: Record | None) -> bool:
    """Return whether the article has its page now."""
    carried = None if _is_leaving(run, record) else run.carried(record)
    if carried is None:
        is_leaving = _is_readable(run, state.change) and _is_leaving(run, record)
        return not is_leaving and _stands(state)
    item, terms = carried.item, carried.terms
    metadata = {
        "version": str(item.version),
        "fingerprint": carried.entry.fingerprint,
        "edition": run.editions.page,
        "display": terms.display,
    }
    # A notice yields to any version: an operator may have taken a tombstone away, so that they begin anew.
    if state.stands and state.version > item.version:
        return True
    show_copies(run, item, shown_copies(item, terms))
    metadata |= indexing_mark(state.snapshot.metadata, may_be_indexed=terms.index == "index")
    stale = [one for one in state.in_order(terms.display) if not _is_current(one, metadata)]
    if not stale:
        return True
    article = run.article(item) if terms.display == "full" else None
    if terms.display == "full" and article is None:
        return _stands(state)
    bodies = run.rendered(item.id, lambda: _bodies(run, state, carried, article))
    if bodies is None:
        return _stands(state)
    for snapshot in stale:
        run.site.write(snapshot, bodies[snapshot.key], metadata)
    return True


def _stands(state: PageState) -> bool:
    """Return whether readers find the page as it is; raise :class:`WriteConflict` where nobody has looked."""
    if state.assumed:
        raise WriteConflict(f"{state.snapshot.key} has not been read")
    return state.stands


def _bodies(run: Run, state: PageState, carried: Carried, article: Article | None) -> dict[str, bytes]:
    item, entry, terms = carried.item, carried.entry, carried.terms
    copies = shown_copies(item, terms)
    html = shown_html(terms, article, copies, run.look.portal.url)
    return {
        state.snapshot.key: article_page(
            run.look, entry, terms, article, copies, corrections_of(item, run.look)
        ),
        state.data.key: article_data(item, entry, terms, article, html),
    }


def _is_current(snapshot: Snapshot, metadata: Mapping[str, str]) -> bool:
    return snapshot.stands and all(
        snapshot.metadata.get(name) == metadata[name] for name in ("fingerprint", "edition")
    )


def _write_notice(run: Run, state: PageState, record: Record | None) -> None:
    page, data = state.snapshot, state.data
    if record is not None and is_gone(record, run.look.catalogue, run.now):
        # Even where there is no page: a slower run that found none must not be able to write one.
        bodies = [(data, gone_data(record.id)), (page, notice_page(run.look, page.key, record))]
        for snapshot, body in bodies:
            if snapshot.stands or record.version >= snapshot.version:
                _put_notice(run, snapshot, body, record.version)
    elif _is_leaving(run, record):
        if data.stands:
            version = record.version if record else data.version
            _put_notice(run, data, gone_data(state.change.id), version)
        if page.stands:
            carried = run.carried(record)
            body = moved_page(run.look, page.key, carried.entry if carried else None)
            _put_notice(run, page, body, record.version if record else page.version)


def _put_notice(run: Run, snapshot: Snapshot, body: bytes, version: int) -> None:
    mark = indexing_mark(snapshot.metadata, may_be_indexed=False)
    run.site.write(snapshot, body, {"version": str(version), "gone": "1", **mark})
