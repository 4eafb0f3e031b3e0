"""Writing what follows from the catalogue alone, and taking out what it names no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from functions.publish import rendered_catalogue
from functions.publish.about_writing import publish_about
from functions.publish.begun_channels import begin
from functions.publish.channels import Channel
from functions.publish.own_pages import withdrawn_pages
from functions.publish.portal_rendering import portal_outputs
from functions.publish.rendered_catalogue import RenderedCatalogue
from functions.publish.retired_channels import retire
from functions.publish.run import OutdatedRun, Run
from functions.publish.settling import ATTEMPTS, check_time
from functions.publish.sitemaps import SECTIONS_KEY
from newswire.bucket import WriteConflict

WriteChannels = Callable[[Run], bool]


class ChannelsFailed(Exception):
    """Some list may still lead to what is to go; the run's records come back."""


def publish_portal(run: Run, write_channels: WriteChannels) -> bool:
    """Write what follows from the catalogue, and the about page; return whether anything of it had changed.

    Channels that are new are begun before anything leads to them. Those that are no more become notices
    before any of their articles' pages does; ``write_channels`` writes all others anew, so that no list leads
    there. Raise :class:`ChannelsFailed` where it cannot, and :class:`OutdatedRun` where another catalogue
    may know these channels.
    """
    snapshot = run.site.read(rendered_catalogue.KEY)
    known, present = RenderedCatalogue.from_json(snapshot.body), RenderedCatalogue.of(run.look)
    wrote = [run.site.ensure(file) for file in run.files]
    for channel in known.added_channels(present):
        begin(run, channel)
    for key, body in portal_outputs(run.look).items():
        wrote.append(_write_settled(run, key, body))
    wrote.append(publish_about(run))
    _retire(run, known.removed_channels(present), write_channels)
    noted = replace(known.unsettled(present), channels=present.channels)
    if noted != known:
        # Where another run was faster, the next one looks again.
        with suppress(WriteConflict):
            run.site.write(snapshot, noted.to_json())
    return any(wrote)


def _retire(run: Run, removed: Iterable[Channel], write_channels: WriteChannels) -> None:
    channels = tuple(removed)
    if not channels:
        return
    if not run.is_current():
        raise OutdatedRun("sources.yaml has changed meanwhile")
    if not write_channels(run):
        raise ChannelsFailed(f"{', '.join(one.page for one in channels)} cannot go yet")
    for channel in channels:
        retire(run, channel)


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
