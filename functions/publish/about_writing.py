"""On the about page: the day under which an article of each source was last carried.

That is what publish knows of a source's health at no cost: it is in the source's channel. (Why a feed fails
is fetch's to know; publish has no access to FeedTable.) The page is its own memory of these days.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from functions.publish import json_feed
from functions.publish.channel_rendering import archive_moment
from functions.publish.channels import Channel
from functions.publish.entries import Entry
from functions.publish.portal_rendering import ABOUT_PAGE, about_page, carried_id
from functions.publish.run import Run
from functions.publish.settling import ATTEMPTS, check_time
from newswire.article_table import Record
from newswire.bucket import WriteConflict

_CARRIED = re.compile(rf'id="{carried_id("([a-z0-9-]+)")}" datetime="(\d{{4}}-\d\d-\d\d)"')


def carried_days(body: bytes) -> dict[str, str]:
    """Return the days that our about page tells, by source: ``YYYY-MM-DD`` by the portal's clock."""
    return dict(_CARRIED.findall(body.decode()))


class CarriedDays:
    """The step that makes the about page tell the days of the source channels that a run has decided.

    ``newest`` are the newest entries of these channels, ``None`` where one is empty.
    """

    def __init__(self, run: Run, newest: Mapping[Channel, Entry | None]) -> None:
        self._run = run
        self._newest = newest

    def read(self) -> set[str]:
        """Ask for no article: the days follow from the channels."""
        return set()

    def write(self, truth: Mapping[str, Record]) -> set[str]:  # noqa: ARG002 - a step's signature
        """Write until the page, as it was read, tells the days; no article fails with it."""
        decided = {channel: self._day(entry) for channel, entry in self._newest.items()}
        for _ in range(ATTEMPTS if decided else 0):
            check_time(self._run)
            snapshot = self._run.site.read(ABOUT_PAGE)
            known = carried_days(snapshot.body)
            stale = [channel for channel, day in decided.items() if known.get(channel.id) != day]
            if not stale:
                return set()
            days = {**known, **{channel.id: self._day(self._listed(channel)) for channel in stale}}
            try:
                self._run.site.write(snapshot, about_page(self._run.look, days))
                return set()
            except WriteConflict:
                continue
        return set()  # who overtook this run so often, or the next one, tells the days

    def _listed(self, channel: Channel) -> Entry | None:
        """Return the channel's newest entry as readers have it now: another run may have come later."""
        look = self._run.look
        memory = self._run.site.read(channel.feed("json")).body
        listed = json_feed.remembered(memory, look.catalogue, look.words)
        return next((one.entry for one in listed.values()), None)

    def _day(self, entry: Entry | None) -> str | None:
        return archive_moment(self._run.look.portal, entry.listed)[:10] if entry else None
