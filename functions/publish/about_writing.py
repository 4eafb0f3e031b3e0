"""Writing the about page: how feeds do, and the day under which an article of each source was last carried.

The page is its own memory. How feeds do is looked up by thorough runs alone: a feed's state changes without
any article. All others write again what the page says, as it is when they write it, so that whoever has
looked later is never overruled by who has looked before or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from functions.publish import json_feed
from functions.publish.about_page import ABOUT_PAGE, AboutFacts, about_page
from functions.publish.channel_rendering import archive_moment
from functions.publish.channels import Channel
from functions.publish.entries import Entry
from functions.publish.feed_health import UNAVAILABLE
from functions.publish.run import Run
from functions.publish.settling import ATTEMPTS, check_time
from newswire.article_table import Record
from newswire.bucket import WriteConflict
from newswire.clock import instant

PATIENCE = 20.0  # seconds that a run has for FeedTable


def publish_about(run: Run) -> bool:
    """Write the page by the catalogue and, in a thorough run, by FeedTable; return whether it changed."""
    looking = _Looking(run)
    for _ in range(ATTEMPTS):
        check_time(run)
        snapshot = run.site.read(ABOUT_PAGE)
        facts = looking.brought_up(AboutFacts.told_by(snapshot.body))
        try:
            return run.site.write(snapshot, about_page(run.look, facts))
        except WriteConflict:
            continue
    raise WriteConflict(f"{ABOUT_PAGE} is being written all the time")


class _Looking:
    """The looks of one run at how feeds do: each after the page was read, none after one that failed."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._least_left = run.time_left() - PATIENCE
        self._wanted = run.thorough

    def brought_up(self, facts: AboutFacts) -> AboutFacts:
        """Return the facts with how feeds do now; where that cannot be had, as they were."""
        run = self._run
        if not self._wanted:
            return facts
        try:
            health = run.feeds.healths(run.look.catalogue, run.now, self._day, self._check)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with FeedTable costs no more than this
            self._wanted = False
            run.report.health_unread(error)
            return facts
        kinds = [one.kind for feeds in health.values() for one in feeds.values()]
        run.report.looked_at_feeds(len(kinds), sum(kind in UNAVAILABLE for kind in kinds))
        return replace(facts, health=health)

    def _day(self, moment: datetime) -> str:
        return archive_moment(self._run.look.portal, instant(moment))[:10]

    def _check(self) -> None:
        if self._run.time_left() < self._least_left:
            raise TimeoutError(f"more than {PATIENCE:g} s for the states of feeds")


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
            facts = AboutFacts.told_by(snapshot.body)
            stale = [channel for channel, day in decided.items() if facts.carried.get(channel.id) != day]
            if not stale:
                return set()
            days = {**facts.carried, **{channel.id: self._day(self._listed(channel)) for channel in stale}}
            try:
                self._run.site.write(snapshot, about_page(self._run.look, replace(facts, carried=days)))
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
