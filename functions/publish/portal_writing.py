"""Writing what follows from the catalogue alone, and taking out what it names no more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from functions.publish import rendered_catalogue
from functions.publish.about_writing import publish_about
from functions.publish.begun_channels import begin
from functions.publish.channels import Channel, all_channels
from functions.publish.own_pages import withdrawn_pages
from functions.publish.portal_rendering import portal_outputs
from functions.publish.rendered_catalogue import RenderedCatalogue
from functions.publish.retired_channels import retire
from functions.publish.run import OutdatedRun, Run
from functions.publish.settling import ATTEMPTS, check_time
from functions.publish.sitemaps import SECTIONS_KEY
from functions.publish.snapshot import Snapshot
from newswire.bucket import WriteConflict


class WriteChannels(Protocol):
    """Writes channels anew, all where none are named; returns whether all could be written."""

    def __call__(self, run: Run, channels: Collection[Channel] | None = None, /) -> bool:
        """Write them."""


class ChannelsFailed(Exception):
    """Some list may still lead to what is to go; the run's records come back."""


def publish_portal(run: Run, write_channels: WriteChannels) -> bool:
    """Write what follows from the catalogue, and the about page; return whether anything of it had changed.

    Where this edition has written all of it before, only a thorough run looks whether it is still there.
    Channels that are new are begun before anything leads to them. Those that are no more become notices
    before any of their articles' pages does; ``write_channels`` writes all others anew, so that no list leads
    there. Raise :class:`ChannelsFailed` where it cannot, and :class:`OutdatedRun` where another catalogue
    may know these channels.
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
            wrote = _write_all(run, known, write_channels) or wrote
            _note(run, snapshot, known)
            return wrote
    raise WriteConflict(f"{rendered_catalogue.KEY} is being written all the time")


def _write_all(run: Run, known: RenderedCatalogue, write_channels: WriteChannels) -> bool:
    present = RenderedCatalogue.of(run.look)
    wrote = run.concurrently(run.site.ensure, run.files)
    for channel in known.added_channels(present):
        begin(run, channel)
    for key, body in portal_outputs(run.look).items():
        wrote.append(_write_settled(run, key, body))
    wrote.append(publish_about(run))
    _retire(run, known.removed_channels(present), write_channels)
    return any(wrote)


def _note(run: Run, snapshot: Snapshot, known: RenderedCatalogue) -> None:
    """Note that all of it is written; raise :class:`WriteConflict` where another run has been at it."""
    present = RenderedCatalogue.of(run.look)
    noted = replace(known.unsettled(present), channels=present.channels, written=run.edition, begun="")
    if not run.site.write(snapshot, noted.to_json()) and run.site.read(snapshot.key).etag != snapshot.etag:
        raise WriteConflict(f"{snapshot.key} has changed")


def _retire(run: Run, removed: Iterable[Channel], write_channels: WriteChannels) -> None:
    channels = tuple(removed)
    if not channels:
        return
    if not run.is_current():
        raise OutdatedRun("sources.yaml has changed meanwhile")
    if not write_channels(run, _leading(run, channels)):
        raise ChannelsFailed(f"{', '.join(one.page for one in channels)} cannot go yet")
    for channel in channels:
        retire(run, channel)


def _leading(run: Run, removed: Collection[Channel]) -> Collection[Channel] | None:
    """Return the lists that may lead to the removed ones, ``None`` for all.

    Every page names categories and languages. No list of a source leads to another source's, of which there
    may be more than one run can write.
    """
    if any(one.kind != "source" for one in removed):
        return None
    return [one for one in all_channels(run.look.catalogue) if one.kind != "source"]


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
