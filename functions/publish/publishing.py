"""Publishing: what a set of changes asks for, in the order that keeps every link of the site true.

Pages that appear come first, then the lists and sitemaps that name them; pages that go come last,
when nothing names them any more (design section 3, "Publish").
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from functions.publish.article_pages import Pages, write_notices, write_pages
from functions.publish.changes import Change, change_of, read_batch
from functions.publish.channel_writing import write_channels
from functions.publish.channels import Channel, all_channels, channels_of
from functions.publish.portal_rendering import portal_outputs
from functions.publish.run import ATTEMPTS, Run
from functions.publish.sitemap_writing import write_sitemaps
from newswire.article_item import ArticleItem
from newswire.bucket import WriteConflict
from newswire.clock import instant

ROUNDS = 3
DUE_AT_ONCE = 100


@dataclass(slots=True)
class _Outcome:
    failed: set[str] = field(default_factory=set)
    versions: dict[str, int] = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)


def publish(run: Run, changes: Mapping[str, Change], channels: Iterable[Channel] = ()) -> set[str]:
    """Bring every output up to date that these articles touch, and the further ``channels``.

    Return the ids of the articles for which some output failed; the others are as the table says.
    """
    failed: set[str] = set()
    pending, further = dict(changes), tuple(channels)
    for _ in range(ROUNDS):
        outcome = _publish_once(run, pending, further)
        failed |= outcome.failed
        overtaken = _overtaken(run, outcome)
        pending = {one: outcome.changes[one] for one in overtaken if one not in failed}
        further = ()
        if not pending:
            return failed
    return failed | pending.keys()


def publish_batch(run: Run, records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Publish what stream records changed; answer from which record on Lambda is to deliver again."""
    batch = read_batch(records)
    for sequence in batch.unreadable:
        run.report.skipped_record(sequence)
    new_look = _publish_portal(run)
    failed = publish(run, batch.changes, all_channels(run.look.catalogue) if new_look else ())
    first = batch.first_failure(failed)
    return {"batchItemFailures": [] if first is None else [{"itemIdentifier": first}]}


def refresh(run: Run) -> dict[str, Any]:
    """Bring up to date what no single change touches: every channel, and articles that are due.

    Answer with the run's counts, and how many articles had an output that failed.
    """
    _publish_portal(run)
    due = [one.id for one in run.articles.due_changes(instant(run.now), DUE_AT_ONCE)]
    items = [item for item in run.articles.get_many(due).values() if isinstance(item, ArticleItem)]
    failed = publish(run, {item.id: change_of(item) for item in items}, all_channels(run.look.catalogue))
    for item in items:
        if item.id not in failed:
            run.articles.clear_change(item)
    return {"articlesDue": len(items), "articlesFailed": len(failed), **run.report.counts}


def _publish_portal(run: Run) -> bool:
    """Write what follows from the catalogue alone; return whether anything of it had changed."""
    wrote = [run.site.ensure(file) for file in run.files]
    for key, body in portal_outputs(run.look).items():
        wrote.append(_write_settled(run, key, body))
    return any(wrote)


def _publish_once(run: Run, changes: Mapping[str, Change], further: Sequence[Channel]) -> _Outcome:
    pages = write_pages(run, changes.values())
    sound = {one: change for one, change in changes.items() if one not in pages.failed}
    placements = [placement for change in sound.values() for placement in change.placements]
    wanted = {*further, *(channels_of(placements, run.look.catalogue) if sound else ())}
    channels = [channel for channel in all_channels(run.look.catalogue) if channel in wanted]
    lists = write_channels(run, channels, sound, pages.present)
    days_failed = write_sitemaps(run, sound.values(), pages.present)
    failed = pages.failed | _ids_in(run, sound, lists.failed, days_failed)
    leaving = [change for one, change in pages.leaving.items() if one not in failed]
    failed |= write_notices(run, leaving)
    return _outcome(sound, pages, lists.used, failed)


def _outcome(
    changes: Mapping[str, Change], pages: Pages, used: Mapping[str, ArticleItem], failed: set[str]
) -> _Outcome:
    listed = {one: item.version for one, item in used.items()}
    versions = listed | {
        one: min(version, listed.get(one, version)) for one, version in pages.versions.items()
    }
    further = {one: change_of(item) for one, item in used.items() if one not in changes}
    return _Outcome(failed, versions, {**changes, **further})


def _ids_in(
    run: Run, changes: Mapping[str, Change], channels: Collection[Channel], days: Collection[str]
) -> set[str]:
    """Return the changed articles that stand in outputs that failed."""
    return {
        one
        for one, change in changes.items()
        if not set(channels).isdisjoint(channels_of(change.placements, run.look.catalogue))
        or any(placement.day in days for placement in change.placements)
    }


def _overtaken(run: Run, outcome: _Outcome) -> list[str]:
    """Return the articles that have been written since this run decided about them.

    A run that found nothing to write for the newer version left no mark that would have stopped this
    one, so the last word has to be the table's.
    """
    truth = run.articles.get_many(outcome.versions) if outcome.versions else {}
    return [one for one, version in outcome.versions.items() if one in truth and truth[one].version > version]


def _write_settled(run: Run, key: str, body: bytes) -> bool:
    for _ in range(ATTEMPTS):
        run.begin_attempt()
        try:
            return run.site.write(run.site.read(key), body)
        except WriteConflict:
            continue
    raise WriteConflict(f"{key} is being written all the time")
