"""Publishing: what a set of changes asks for, in the order that keeps every link of the site true.

Pages that appear come first, then the lists and sitemaps that name them; pages that go come last,
when nothing names them any more (design section 3, "Publish").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from functions.publish.about_writing import CarriedDays, carried_days
from functions.publish.archive_writing import archive_steps
from functions.publish.article_pages import NoticeWriter, PageWriter
from functions.publish.changes import Change, change_of, read_batch
from functions.publish.channel_writing import ChannelWriter
from functions.publish.correction_writing import CorrectionWriter
from functions.publish.due_articles import due_articles, live_articles, settle_change
from functions.publish.feed_bodies import FeedBodies
from functions.publish.image_writing import ImageNotices
from functions.publish.own_pages import withdrawn_pages
from functions.publish.portal_rendering import ABOUT_PAGE, about_page, portal_outputs
from functions.publish.run import Run
from functions.publish.search_writing import search_steps
from functions.publish.settling import ATTEMPTS, OutOfTime, Settle, Step, check_time
from functions.publish.sitemap_writing import sitemap_steps
from functions.publish.sitemaps import SECTIONS_KEY
from newswire.article_item import PORTAL, ArticleItem
from newswire.bucket import WriteConflict

ROUNDS = 3
NEWEST = 300


@dataclass(slots=True)
class _Outcome:
    """What one pass came to: the articles that failed, and by which versions the others were decided."""

    failed: set[str] = field(default_factory=set)
    versions: dict[str, int] = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)


def publish_batch(run: Run, records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Publish what stream records changed; answer from which record on Lambda is to deliver again."""
    batch = read_batch(records)
    for sequence in batch.unreadable:
        run.report.skipped_record(sequence)
    try:
        new_look = _publish_portal(run)
        failed = publish(run, batch.changes, everywhere=new_look)
    except OutOfTime as reason:
        run.report.failed("the batch", reason)
        failed = set(batch.changes)
    first = batch.first_failure(failed)
    return {"batchItemFailures": [] if first is None else [{"itemIdentifier": first}]}


def refresh(run: Run) -> dict[str, Any]:
    """Bring up to date what no single change touches: every channel, and articles that are due.

    Answer with the run's counts, and how many articles had an output that failed.
    """
    run = replace(run, thorough=True)
    _publish_portal(run)
    # The newest articles are looked at again whatever the stream said: a batch that was given up, or a
    # changed setting of a source, is made good within one run.
    newest = live_articles(run, run.articles.newest("by-portal", PORTAL, NEWEST))
    failed = publish(run, {item.id: change_of(item) for item in newest}, everywhere=True)
    due = 0
    while items := due_articles(run):
        due += len(items)
        missed = publish(run, {item.id: change_of(item) for item in items})
        failed |= missed
        done = [settle_change(run, item) for item in items if item.id not in missed]
        if not any(done):  # nothing got off the list: the next run tries again
            break
    return {"articlesDue": due, "articlesFailed": len(failed), **run.report.counts}


def publish(run: Run, changes: Mapping[str, Change], *, everywhere: bool = False) -> set[str]:
    """Bring every output up to date that these articles touch; ``everywhere``: every channel as well.

    Return the ids of the articles for which some output failed; the others are as the table says.
    """
    failed: set[str] = set()
    pending = dict(changes)
    for _ in range(ROUNDS):
        outcome = _publish_once(run, pending, everywhere=everywhere)
        failed |= outcome.failed
        pending = {one: outcome.changes[one] for one in _overtaken(run, outcome) if one not in failed}
        everywhere = False
        if not pending:
            return failed
    return failed | pending.keys()


def _publish_once(run: Run, changes: Mapping[str, Change], *, everywhere: bool) -> _Outcome:
    outcome = _Outcome(changes=dict(changes))
    try:
        _write(run, outcome, everywhere=everywhere)
    except OutOfTime as reason:
        run.report.failed("what was left of the batch", reason)
        outcome.failed |= changes.keys()
    return outcome


def _write(run: Run, outcome: _Outcome, *, everywhere: bool) -> None:
    """Write everything once, by one look at the outputs and, after it, at the table."""
    check_time(run)
    changes = dict(outcome.changes)
    pages = PageWriter(run, changes.values())
    bodies = FeedBodies(run)
    channels = ChannelWriter(run, changes, pages.pages, bodies, everywhere=everywhere)
    steps: list[Step] = [
        Settle(run, pages),
        *archive_steps(run, changes, pages.pages, bodies, everywhere=everywhere),
        Settle(run, channels),
        CarriedDays(run, channels.newest),
        *sitemap_steps(run, changes, pages.pages),
        *search_steps(run, changes, pages.pages, everywhere=everywhere),
        Settle(run, CorrectionWriter(run, changes, pages.pages, everywhere=everywhere)),
    ]
    outcome.failed |= _take(run, steps)
    leaving = {one: change for one, change in pages.pages.leaving.items() if one not in outcome.failed}
    if leaving:
        outcome.failed |= _take(run, [Settle(run, NoticeWriter(run, leaving.values()))])
    pictured = {one: change for one, change in changes.items() if change.images and one not in outcome.failed}
    if pictured:
        outcome.failed |= _take(run, [ImageNotices(run, pictured)])
    _note_versions(outcome, pages.pages.versions, channels.used)


def _take(run: Run, steps: Sequence[Step]) -> set[str]:
    """Take the steps in their order; return the articles for which one failed."""
    wanted = set().union(*[step.read() for step in steps])
    truth = run.articles.get_many(sorted(wanted))
    return set().union(*[step.write(truth) for step in steps])


def _note_versions(outcome: _Outcome, versions: Mapping[str, int], used: Mapping[str, ArticleItem]) -> None:
    for one, item in used.items():
        outcome.versions[one] = min(item.version, versions.get(one, item.version))
        outcome.changes.setdefault(one, change_of(item))
    for one, version in versions.items():
        outcome.versions.setdefault(one, version)


def _overtaken(run: Run, outcome: _Outcome) -> list[str]:
    """Return the articles that have been written since this run decided about them.

    A run that found nothing to write for the newer version left no mark that would have stopped this
    one, so the last word has to be the table's.
    """
    truth = run.articles.get_many(outcome.versions) if outcome.versions else {}
    return [one for one, version in outcome.versions.items() if one in truth and truth[one].version > version]


def _publish_portal(run: Run) -> bool:
    """Write what follows from the catalogue alone; return whether anything of it had changed."""
    wrote = [run.site.ensure(file) for file in run.files]
    for key, body in portal_outputs(run.look).items():
        wrote.append(_write_settled(run, key, body))
    return any(wrote)


def _write_settled(run: Run, key: str, body: bytes, metadata: Mapping[str, str] | None = None) -> bool:
    for _ in range(ATTEMPTS):
        check_time(run)
        snapshot = run.site.read(key)
        if key == ABOUT_PAGE:
            body = about_page(run.look, carried_days(snapshot.body))
        if key == SECTIONS_KEY and snapshot.body != body:
            for gone, notice in withdrawn_pages(run.look, snapshot.body).items():
                _write_settled(run, gone, notice, {"gone": "1"})
        try:
            return run.site.write(snapshot, body, metadata)
        except WriteConflict:
            continue
    raise WriteConflict(f"{key} is being written all the time")
