"""One source tried out: its feeds asked, its first article read, and nothing written anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from zoneinfo import ZoneInfo

from local.sources.asking import Asking, Reading
from local.sources.polls import Poll
from local.sources.trial_report import article_lines, feed_lines, heading, left_alone
from local.sources.trial_subject import Subject
from newswire.worker import WorkerFailed


class Trial:
    """A source, what asks it, and where to say what comes of it."""

    def __init__(
        self, subject: Subject, asking: Asking, say: Callable[[str], None], sleep: Callable[[float], None]
    ) -> None:
        self._source = subject.source
        self._is_listed = subject.is_listed
        self._zone = ZoneInfo(subject.catalogue.portal.timezone)
        self._asking = asking
        self._say_line = say
        self._sleep = sleep

    def run(self) -> bool:
        """Ask and tell; return whether every feed was read and an article was had."""
        self._say(heading(self._source, self._asking.agent))
        polls = self._polls(self._source.feeds)
        if children := tuple(child for poll in polls for child in poll.children[:1]):
            self._pause()
            polls += self._polls(children)
        if self._is_page(polls):
            self._say(["", "No feed in this page: it is tried as an article."])
            self._pause()
            return self._tell(self._asking.page(self._source, self._source.feeds[0]))
        had = self._article(polls)
        return had and all(poll.reason is None for poll in polls)

    def _polls(self, feeds: tuple[str, ...]) -> list[Poll]:
        polls: list[Poll] = []
        for poll in self._asking.polls(replace(self._source, feeds=feeds)):
            self._say(feed_lines(poll, self._zone))
            polls.append(poll)
        for url in feeds:
            if url not in {poll.url for poll in polls}:
                self._say(left_alone(url))
        return polls

    def _article(self, polls: list[Poll]) -> bool:
        for poll in polls:
            newest = self._asking.newest(poll, self._source)
            if newest is not None:
                self._pause()
                try:
                    return self._tell(self._asking.article(self._source, poll.url, newest))
                except WorkerFailed as failure:
                    self._say(["", f"No article: the feed's entry could not be read: {failure}"])
                    return False
        unread = all(poll.reason is not None for poll in polls)
        self._say(
            ["", f"No article: {'no feed was read' if unread else 'no entry has a link and is wanted'}."]
        )
        return False

    def _tell(self, reading: Reading) -> bool:
        self._say(article_lines(reading, self._zone))
        return reading.article.origin == "page" or reading.article.reason == "display: link"

    def _is_page(self, polls: list[Poll]) -> bool:
        """Tell whether the one address given is a page that leads to no feed."""
        if self._is_listed or len(polls) != 1:
            return False
        document = polls[0].document
        return polls[0].reason == "not a feed" or (document is not None and document.format == "page")

    def _pause(self) -> None:
        """Keep the gap between the last request of one kind and the first of the next."""
        self._sleep(self._source.request_gap.total_seconds())

    def _say(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._say_line(line)
