"""Publishing: what a set of changes asks for, in the order that keeps every link of the site true.

Pages that appear come first, then the lists and sitemaps that name them; pages that go come last,
when nothing names them any more (design section 3, "Publish").
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from functions.publish.about_writing import CarriedDays
from functions.publish.archive_writing import archive_steps
from functions.publish.article_pages import NoticeWriter, Pages, PageWriter
from functions.publish.catalogue_walk import follow_once_more
from functions.publish.changes import Change, appearance_of, change_of, read_batch
from functions.publish.channel_turn_taking import forget_turns, take_turns
from functions.publish.channel_writing import ChannelWriter
from functions.publish.channels import Channel, common_channels
from functions.publish.correction_writing import CorrectionWriter
from functions.publish.feed_bodies import FeedBodies
from functions.publish.image_writing import ImageNotices
from functions.publish.portal_writing import publish_portal
from functions.publish.run import OutdatedRun, Run
from functions.publish.search_writing import search_steps
from functions.publish.settling import Begun, OutOfTime, Settle, Step, check_time
from functions.publish.sitemap_writing import sitemap_steps
from functions.publish.unfinished_noting import close, finish, note_before_adding, plan
from newswire.article_item import ArticleItem

ROUNDS = 3


@dataclass(slots=True)
class _Outcome:
    """What one pass came to: the articles that failed, and by which versions the others were decided."""

    failed: set[str] = field(default_factory=set)
    versions: dict[str, int] = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)
    late: dict[str, Change] = field(default_factory=dict)


def publish_batch(run: Run, records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Publish what stream records changed; answer from which record on Lambda is to deliver again."""
    batch = read_batch(records)
    for sequence in batch.unreadable:
        run.report.skipped_record(sequence)
    for sequence in batch.later:
        run.report.left_record(sequence)
    if batch.has_records and not batch.changes:
        # Most looks tell of nothing else. What follows from the catalogue is the refresh's to see to.
        return {"batchItemFailures": []}
    try:
        new_look = publish_portal(run, write_channels)
        further = common_channels(run.look.catalogue) if new_look else ()
        failed = publish(run, batch.changes, further, everywhere=new_look)
        if new_look:
            take_turns(replace(run, thorough=True), write_channels, further)
    except OutOfTime as reason:
        run.report.failed("the batch", reason)
        failed = set(batch.changes)
    if batch.changes and not run.is_current():
        # Lists, and articles overtaken beside the batch's own, may be by a catalogue that is no more.
        follow_once_more(run)
        forget_turns(run)
        run.report.failed("the batch", OutdatedRun("sources.yaml has changed meanwhile"))
        failed = set(batch.changes)
    close(run)
    first = batch.first_failure(failed)
    return {"batchItemFailures": [] if first is None else [{"itemIdentifier": first}]}


def write_channels(run: Run, channels: Collection[Channel] | None = None) -> bool:
    """Write these channels anew; return whether all could be written.

    Where none are named, those that nearly all articles are in, and all that there is once in the portal.
    """
    before = run.report.failures
    if channels is None:
        publish(run, {}, common_channels(run.look.catalogue), everywhere=True)
    else:
        publish(run, {}, channels)
    return run.report.failures == before


def publish(
    run: Run, changes: Mapping[str, Change], further: Collection[Channel] = (), *, everywhere: bool = False
) -> set[str]:
    """Bring every output up to date that these articles touch, and these ``further`` channels.

    ``everywhere``: also what there is once in the portal, beside its channels, and changes by time alone.
    Return the ids of the articles for which some output failed; the others are as the table says.
    """
    beside: dict[str, Change] = {}
    failed = _publish_rounds(run, changes, beside, further, everywhere=everywhere)
    finish(run, beside.keys() - failed)
    return failed


def _publish_rounds(
    run: Run,
    changes: Mapping[str, Change],
    beside: dict[str, Change],
    further: Collection[Channel],
    *,
    everywhere: bool,
) -> set[str]:
    """Publish until nothing was overtaken; ``beside`` gets what that took beside the changes."""
    failed: set[str] = set()
    pending = dict(changes)
    for _ in range(ROUNDS):
        outcome = _publish_once(run, pending, further, everywhere=everywhere)
        failed |= outcome.failed
        pending = {one: outcome.changes[one] for one in _overtaken(run, outcome)}
        if outcome.late:
            # Lists wait, and so does all that they were to be told.
            pending = _once_more(run, outcome)
        else:
            further = ()
        pending = {one: change for one, change in pending.items() if one not in failed}
        everywhere = False
        if not pending:
            return failed
        # Their records, if any are still to come, do not say that it was this run that listed them.
        beside |= {one: change for one, change in pending.items() if one not in changes}
        plan(run, beside)
    return failed | pending.keys()


def _publish_once(
    run: Run, changes: Mapping[str, Change], further: Collection[Channel], *, everywhere: bool
) -> _Outcome:
    outcome = _Outcome(changes=dict(changes))
    try:
        _write(run, outcome, further, everywhere=everywhere)
    except OutOfTime as reason:
        run.report.failed("what was left of the batch", reason)
        outcome.failed |= changes.keys()
    return outcome


def _write(run: Run, outcome: _Outcome, further: Collection[Channel], *, everywhere: bool) -> None:
    """Write everything once, by one look at the outputs and, after it, at the table."""
    check_time(run)
    pages = PageWriter(run, outcome.changes.values())
    articles = _begun(run, Settle(run, pages), pages.pages, outcome.changes)
    changes = dict(outcome.changes)
    others = {one: change for one, change in changes.items() if not change.only_archives}
    bodies = FeedBodies(run)
    channels = ChannelWriter(run, changes, pages.pages, bodies, further)
    lists = Begun(Settle(run, channels))
    outcome.failed |= _take(
        run,
        [[articles]],
        archive_steps(
            run, changes, pages.pages, bodies, channels.reaches, channels.archived, everywhere=everywhere
        ),
        [[lists]],
        [
            [CarriedDays(run, channels.newest)],
            sitemap_steps(run, others, pages.pages, channels.used),
            search_steps(run, others, pages.pages, everywhere=everywhere),
            [Settle(run, CorrectionWriter(run, others, pages.pages, everywhere=everywhere))],
        ],
    )
    outcome.late |= channels.late
    if not channels.late:
        _take_out(run, outcome, pages.pages)
    _note_versions(outcome, pages.pages.versions, channels.used)


def _begun(run: Run, step: Step, pages: Pages, changes: dict[str, Change]) -> Step:
    """Return the pages' step, which has looked at them where some article is about its archives alone.

    One of these without a page was never published: all of it is due, and stays so if this run dies.
    """
    if not any(change.only_archives for change in changes.values()):
        return step
    begun = Begun(step)
    missed = {one for one, change in changes.items() if change.only_archives and one not in pages.found}
    note_before_adding(run, missed)
    changes |= {one: replace(changes[one], only_archives=False) for one in missed}
    return begun


def _take_out(run: Run, outcome: _Outcome, pages: Pages) -> None:
    """Put notices in the place of what nothing names any more."""
    changes = outcome.changes
    leaving = {one: change for one, change in pages.leaving.items() if one not in outcome.failed}
    if leaving:
        outcome.failed |= _take(run, [[Settle(run, NoticeWriter(run, leaving.values()))]])
    kept = outcome.failed | run.report.unreadable_articles
    pictured = {one: change for one, change in changes.items() if change.images and one not in kept}
    if pictured:
        outcome.failed |= _take(run, [[ImageNotices(run, pictured)]])


def _take(run: Run, *stages: Sequence[Sequence[Step]]) -> set[str]:
    """Take the steps, stage by stage; return the articles for which one failed.

    A stage has sequences of steps that do not build on each other.
    """
    steps = [step for stage in stages for sequence in stage for step in sequence]
    wanted = set().union(*run.side_by_side(_read, steps))
    truth = run.articles.get_many(sorted(wanted))

    def write(sequence: Sequence[Step]) -> set[str]:
        return set().union(*[step.write(truth) for step in sequence])

    return set().union(*[failed for stage in stages for failed in run.side_by_side(write, stage)])


def _read(step: Step) -> set[str]:
    return step.read()


def _note_versions(outcome: _Outcome, versions: Mapping[str, int], used: Mapping[str, ArticleItem]) -> None:
    for one, item in used.items():
        outcome.versions[one] = min(item.version, versions.get(one, item.version))
        outcome.changes.setdefault(one, appearance_of(item))
    for one, version in versions.items():
        outcome.versions.setdefault(one, version)


def _once_more(run: Run, outcome: _Outcome) -> dict[str, Change]:
    """Return the changes with those that archives can wait for no longer, as some list is to be full.

    One that is gone by now is among them: its own record may come later, or never.
    """
    changes = {one: replace(change, is_new=False) for one, change in outcome.changes.items()}
    records = run.articles.get_many(sorted(outcome.late))
    for one, listed in outcome.late.items():
        record = records.get(one)
        late = listed if record is None else replace(listed, slug=record.slug)
        late = late.merged(change_of(record)) if isinstance(record, ArticleItem) else late
        changes[one] = changes[one].merged(late) if one in changes else late
    return changes


def _overtaken(run: Run, outcome: _Outcome) -> list[str]:
    """Return the articles that have been written since this run decided about them.

    A run that found nothing to write for the newer version left no mark that would have stopped this
    one, so the last word has to be the table's.
    """
    truth = run.articles.get_many(outcome.versions) if outcome.versions else {}
    return [one for one, version in outcome.versions.items() if one in truth and truth[one].version > version]
