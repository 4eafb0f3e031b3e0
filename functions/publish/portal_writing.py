"""Writing what follows from the catalogue alone, and taking out what it names no more."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from functions.publish import rendered_catalogue
from functions.publish.about_writing import publish_about
from functions.publish.begun_channels import begin
from functions.publish.channel_turn_taking import forget_turns, take_turns
from functions.publish.channels import Channel, common_channels
from functions.publish.own_pages import withdrawn_pages
from functions.publish.portal_rendering import portal_outputs
from functions.publish.rendered_catalogue import RenderedCatalogue
from functions.publish.retired_channels import retire
from functions.publish.run import OutdatedRun, Run
from functions.publish.settling import ATTEMPTS, OutOfTime, check_time
from functions.publish.sitemaps import SECTIONS_KEY
from functions.publish.snapshot import Snapshot
from newswire.bucket import WriteConflict


class WriteChannels(Protocol):
    """Writes channels anew; returns whether all could be written.

    Where none are named, those that nearly all articles are in, and all that there is once in the portal.
    """

    def __call__(self, run: Run, channels: Collection[Channel] | None = None, /) -> bool:
        """Write them."""


class ChannelsFailed(Exception):
    """Some list may still lead to what is to go; the run's records come back."""


def publish_portal(run: Run, write_channels: WriteChannels) -> bool:
    """Write what follows from the catalogue, and the about page; return whether anything of it had changed.

    Where this edition has written all of it before, only a thorough run looks whether it is still there.
    Channels that are new are begun before anything leads to them. Those that are no more become notices once
    ``write_channels`` has written all others anew, so that no list leads there. Where there are more of the
    former, or the latter, than one run has time for, a later one goes on. Raise
    :class:`~functions.publish.settling.OutOfTime` for the former, :class:`ChannelsFailed` where lists cannot
    be written, and :class:`OutdatedRun` where another catalogue may know these channels.
    """
    wrote = False
    for _ in range(ATTEMPTS):
        check_time(run)
        snapshot = run.site.read(rendered_catalogue.KEY)
        known = RenderedCatalogue.from_json(snapshot.body)
        if known.written == run.edition and not run.thorough:
            return wrote
        with suppress(WriteConflict):
            if known.written != run.edition:
                # Whoever writes by another edition meanwhile cannot note theirs as the one that all are of.
                known = known.beginning(run.edition)
                snapshot = run.site.replaced(snapshot, known.to_json())
            written = any(run.concurrently(run.site.ensure, run.files))
            wrote = written or wrote
            _begin(run, snapshot, known)
            written, staying = _write_all(run, known, write_channels)
            wrote = written or wrote
            _note(run, snapshot, known, staying)
            return wrote
    raise WriteConflict(f"{rendered_catalogue.KEY} is being written all the time")


def _begin(run: Run, snapshot: Snapshot, known: RenderedCatalogue) -> None:
    """Begin the channels that are new.

    Where time runs out, note those that are there, so that the next run begins the others, and raise
    :class:`OutOfTime`.
    """
    added = known.added_channels(RenderedCatalogue.of(run.look))
    begun = begin(run, added)
    if len(begun) < len(added):
        run.site.write(snapshot, known.knowing(begun).to_json())
        raise OutOfTime(f"{len(added) - len(begun)} of {len(added)} new lists are still to be begun")


def _write_all(
    run: Run, known: RenderedCatalogue, write_channels: WriteChannels
) -> tuple[bool, tuple[Channel, ...]]:
    """Return whether anything had changed, and the channels that are no more and stay for now."""
    present = RenderedCatalogue.of(run.look)
    wrote = [_write_settled(run, key, body) for key, body in portal_outputs(run.look).items()]
    wrote.append(publish_about(run))
    staying = _retire(run, known.removed_channels(present), write_channels)
    return any(wrote), staying


def _note(run: Run, snapshot: Snapshot, known: RenderedCatalogue, staying: tuple[Channel, ...]) -> None:
    """Note that all of it is written; raise :class:`WriteConflict` where another run has been at it."""
    present = RenderedCatalogue.of(run.look)
    channels = (*present.channels, *staying)
    noted = replace(known.unsettled(present), channels=channels, written=run.edition, begun="")
    if not run.site.write(snapshot, noted.to_json()) and run.site.read(snapshot.key).etag != snapshot.etag:
        raise WriteConflict(f"{snapshot.key} has changed")


def _retire(run: Run, removed: Sequence[Channel], write_channels: WriteChannels) -> tuple[Channel, ...]:
    """Put notices in place of channels that are no more; return them where some list may still lead there."""
    if not removed:
        return ()
    if not run.is_current():
        raise OutdatedRun("sources.yaml has changed meanwhile")
    # No list of a source leads to another source's. To categories and languages every page leads.
    by_all = any(one.kind != "source" for one in removed)
    common = common_channels(run.look.catalogue)
    written, left = write_channels(run, None if by_all else common), 0
    if written and by_all:
        written, left = _take_turns(run, common, write_channels)
    if not written:
        raise ChannelsFailed(f"{', '.join(one.page for one in removed)} cannot go yet")
    if left:
        return tuple(removed)
    for channel in removed:
        retire(run, channel)
    return ()


def _take_turns(run: Run, had: Collection[Channel], write_channels: WriteChannels) -> tuple[bool, int]:
    """Return whether all channels whose turns came could be written, and how many are left."""
    failed = False

    def write(run: Run, channels: Collection[Channel]) -> bool:
        nonlocal failed
        written = write_channels(run, channels)
        failed = failed or not written
        return written

    left = take_turns(replace(run, thorough=True), write, had)
    if failed:
        forget_turns(run)
    return not failed, left


def _write_settled(run: Run, key: str, body: bytes, metadata: Mapping[str, str] | None = None) -> bool:
    for _ in range(ATTEMPTS):
        check_time(run)
        snapshot = run.site.read(key)
        if key == SECTIONS_KEY and snapshot.body != body:
            for gone, notice in withdrawn_pages(run.look, snapshot.body).items():
                _write_settled(run, gone, notice, {"gone": "1"})
        try:
            return run.site.write(snapshot, body, metadata)
        except WriteConflict:
            continue
    raise WriteConflict(f"{key} is being written all the time")
