"""Article pages: written before any list names them, replaced by a notice after no list does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from functions.publish.article_rendering import article_page, gone_page, moved_page
from functions.publish.changes import Change
from functions.publish.entries import page_key
from functions.publish.run import ATTEMPTS, OutOfTime, Run
from functions.publish.site import Snapshot
from newswire.article_item import Tombstone
from newswire.article_table import Record
from newswire.bucket import WriteConflict


@dataclass(slots=True)
class Pages:
    """What became of the pages: ``present`` may be named by lists, ``leaving`` are to become notices.

    ``versions`` are the articles' versions that this was decided by.
    """

    present: set[str] = field(default_factory=set)
    leaving: dict[str, Change] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    versions: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Job:
    change: Change
    snapshot: Snapshot
    record: Record | None


def write_pages(run: Run, changes: Iterable[Change]) -> Pages:
    """Write the pages of articles that have one."""
    pages = Pages()

    def write(job: _Job) -> None:
        record = job.record
        if record is not None:
            pages.versions.setdefault(record.id, record.version)
        if _write_page(run, job):
            pages.present.add(job.change.id)
        elif _is_leaving(run, record):
            pages.leaving[job.change.id] = job.change

    pages.failed |= _settle(run, changes, write)
    return pages


def write_notices(run: Run, changes: Iterable[Change]) -> set[str]:
    """Put notices in place of pages that have to go; return the ids for which that failed."""
    return _settle(run, changes, lambda job: _write_notice(run, job))


def _settle(run: Run, changes: Iterable[Change], step: Callable[[_Job], None]) -> set[str]:
    """Try each page until it is written as it was read; return the ids that failed."""
    pending = {change.id: change for change in changes}
    failed: set[str] = set()
    for _ in range(ATTEMPTS):
        if not pending:
            break
        try:
            run.begin_attempt()
        except OutOfTime as reason:
            run.report.failed("pages", reason)
            break
        # The page before the item: an item read earlier could be older than what the page shows.
        snapshots = run.concurrently(lambda one: run.site.read(page_key(one.slug, one.id)), pending.values())
        truth = run.articles.get_many(pending)
        jobs = [_Job(*pair, truth.get(pair[0].id)) for pair in zip(pending.values(), snapshots, strict=True)]
        outcomes = run.concurrently(lambda job: _outcome(run, job, step), jobs)
        pending = {
            job.change.id: job.change
            for job, outcome in zip(jobs, outcomes, strict=True)
            if outcome == "again"
        }
        failed |= {job.change.id for job, outcome in zip(jobs, outcomes, strict=True) if outcome == "failed"}
    return failed | pending.keys()


def _outcome(run: Run, job: _Job, step: Callable[[_Job], None]) -> str:
    try:
        step(job)
    except WriteConflict:
        return "again"
    except Exception as error:  # noqa: BLE001 - one page's failure is that page's alone
        run.report.failed(job.snapshot.key, error)
        return "failed"
    return "done"


def _is_leaving(run: Run, record: Record | None) -> bool:
    if record is None or isinstance(record, Tombstone):
        return True
    terms = run.terms(record)
    return terms is None or not terms.has_page


def _write_page(run: Run, job: _Job) -> bool:
    """Return whether the article has its page now."""
    record, snapshot = job.record, job.snapshot
    if record is None or isinstance(record, Tombstone):
        return False
    terms = run.terms(record)
    if terms is None or not terms.has_page:
        return False
    stands = snapshot.stored is not None and not snapshot.gone
    entry = run.entry(record, terms)
    if entry is None or snapshot.version > record.version:
        return stands
    metadata = {"version": str(record.version), "fingerprint": entry.fingerprint, "edition": run.edition}
    if stands and all(snapshot.metadata.get(name) == metadata[name] for name in ("fingerprint", "edition")):
        return True
    article = run.article(entry)
    body = run.rendered(entry, lambda: article_page(run.look, entry, article)) if article else None
    if body is None:
        return stands
    run.site.write(snapshot, body, metadata)
    return True


def _write_notice(run: Run, job: _Job) -> None:
    record, snapshot = job.record, job.snapshot
    if isinstance(record, Tombstone):
        if record.version >= snapshot.version:
            _put_notice(run, snapshot, gone_page(run.look, snapshot.key), record.version)
        return
    if not _is_leaving(run, record) or snapshot.stored is None or snapshot.gone:
        return
    terms = run.terms(record) if record else None
    entry = run.entry(record, terms) if record and terms else None
    version = record.version if record else snapshot.version
    _put_notice(run, snapshot, moved_page(run.look, snapshot.key, entry), version)


def _put_notice(run: Run, snapshot: Snapshot, body: bytes, version: int) -> None:
    run.site.write(snapshot, body, {"version": str(version), "gone": "1"})
