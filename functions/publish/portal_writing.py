"""Writing what follows from the catalogue alone, and taking out what it names no more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from functions.publish import rendered_catalogue
from functions.publish.about_writing import carried_days
from functions.publish.own_pages import withdrawn_pages
from functions.publish.portal_rendering import ABOUT_PAGE, about_page, portal_outputs
from functions.publish.rendered_catalogue import RenderedCatalogue
from functions.publish.retired_channels import retire
from functions.publish.run import Run
from functions.publish.settling import ATTEMPTS, check_time
from functions.publish.sitemaps import SECTIONS_KEY
from newswire.bucket import WriteConflict


def publish_portal(run: Run, write_channels: Callable[[Run], object]) -> bool:
    """Write what follows from the catalogue alone; return whether anything of it had changed.

    Channels that are no more become notices before any of their articles' pages does; ``write_channels``
    writes all others anew, so that no list leads there.
    """
    wrote = [run.site.ensure(file) for file in run.files]
    for key, body in portal_outputs(run.look).items():
        wrote.append(_write_settled(run, key, body))
    _retire_channels(run, write_channels)
    return any(wrote)


def _retire_channels(run: Run, write_channels: Callable[[Run], object]) -> None:
    snapshot = run.site.read(rendered_catalogue.KEY)
    known, present = RenderedCatalogue.from_json(snapshot.body), RenderedCatalogue.of(run.look)
    removed = known.removed_channels(present)
    if removed:
        write_channels(run)
        for channel in removed:
            retire(run, channel)
    noted = replace(known.unsettled(present), channels=present.channels)
    if noted != known:
        # Where another run was faster, the next one looks again.
        with suppress(WriteConflict):
            run.site.write(snapshot, noted.to_json())


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
