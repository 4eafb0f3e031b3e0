"""Pages of publishers: asked once, with permission, one request at a time and a gap between them.

A link is asked without its tracking parameters first, so that the publisher's statistics stay true
and one article is one URL; where the server does not know that form, as the feed gave it.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from functions.extract.deadline import Deadline
from functions.extract.failures import HostBusy, PermanentFailure, TransientFailure
from functions.extract.kept_steps import KeptSteps, Steps
from functions.extract.reservations import Reservation
from functions.extract.site_cache import SiteCache
from functions.extract.site_rules import SiteRules
from newswire.backoff import BUSY, Backoffs
from newswire.http_client import Answer, FetchFailed, HttpClient, Limits
from newswire.http_dates import retry_after
from newswire.stops import REFUSED
from newswire.tables import Table
from newswire.urls import host_of, without_tracking
from newswire.worker import Worker

# Of a message's time, what has to be left when its wait for a host is over: for the answer and the parser.
ANSWER_SECONDS = 5.0
PAGE_LIMIT = 2 * 1024 * 1024
_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
_IMAGES = "image/jpeg, image/png, image/webp, image/gif"
_TRANSIENT = {408, 425, 429}  # and every 5xx, those of content delivery networks included
_UNSENT = {"address refused", "too large", "too many redirects", "unknown encoding"}
_UNKNOWN = {404, 410}
_HTML_TYPES = ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain")


class _Visit(NamedTuple):
    """What holds for all that one message asks for."""

    gap: timedelta
    deadline: Deadline
    steps: Steps


class PageRequests:
    """Asks for pages of one invocation; remembers what sites ask of their visitors in FeedTable for a day.

    What ``is_stopped`` is not asked for at all, not by a redirect either, and nor is its site's robots.txt.
    """

    def __init__(
        self,
        client: HttpClient,
        worker: Worker,
        feed_table: Table,
        now: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
        is_stopped: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._client = client
        self._backoffs = Backoffs(feed_table)
        self._worker = worker
        self._sites = SiteRules(SiteCache(feed_table, self._backoffs, now), worker)
        self._now = now
        self._sleep = sleep
        self._is_stopped = is_stopped
        self.kept_steps = KeptSteps(feed_table, now)
        self._asked: dict[str, float] = {}
        self._lock = threading.Lock()

    def get(
        self,
        link: str,
        gap: timedelta,
        deadline: Deadline,
        licensed: Callable[[str], bool] = lambda _: False,
        conditions: Mapping[str, str] | None = None,
        steps: Steps | None = None,
    ) -> Answer:
        """Return the page of a feed's link with status 200, or with 304 where ``conditions`` were sent.

        Pages for which ``licensed`` is true are asked for although their site reserves mining. Raise
        :class:`PermanentFailure` where the page cannot or must not be had, :class:`TransientFailure` where
        it may be had later, :class:`HostBusy` where it is another receive that goes on from ``steps``.
        """
        clean = without_tracking(link)
        conditions, visit = conditions or {}, _Visit(gap, deadline, steps or Steps())
        answer = self._permitted(clean, visit, licensed, conditions)
        if answer.status in _UNKNOWN and clean != link:
            answer = self._permitted(link, visit, licensed, conditions)
        if answer.status == 304 and conditions:
            return answer
        if answer.status != 200:
            raise PermanentFailure(f"HTTP {answer.status}", answer.status, answer.url)
        content_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type and content_type not in _HTML_TYPES:
            reason = f"not a page: {content_type[:60]}"
            raise PermanentFailure(reason, answer.status, answer.url, headers=answer.headers)
        return answer

    def image(self, url: str, limit: int, gap: timedelta, deadline: Deadline) -> Answer:
        """Return a picture of at most ``limit`` bytes with status 200, if its site's robots.txt allows it.

        Raise as :meth:`get` does. What a site reserves of mining is no matter of pictures that are shown.
        """

        def check(hop: str) -> None:
            self._check_stop(hop)
            self._sites.check_robots(hop, partial(self._ask, visit=visit), deadline.left)

        visit = _Visit(gap, deadline, Steps())
        check(url)
        answer = self._ask(url, limit, visit, {"Accept": _IMAGES}, before_hop=check)
        if answer.status != 200:
            raise PermanentFailure(f"HTTP {answer.status}", answer.status, answer.url)
        return answer

    def reservation(self, url: str) -> Reservation:
        """Return what the file of its site says of a page that was had."""
        return self._sites.reservation(url)

    def _permitted(
        self,
        url: str,
        visit: _Visit,
        licensed: Callable[[str], bool],
        conditions: Mapping[str, str],
    ) -> Answer:
        """Return the answer if its site allows the page, and so does every site that a redirect leads to."""

        def check(page: str) -> None:
            self._check_stop(page)
            ask = partial(self._ask, visit=visit)
            self._sites.check(page, ask, visit.deadline.left, licensed)

        check(url)
        if (known := visit.steps.answer(url, conditions)) is not None:
            return known
        answer = self._ask(url, PAGE_LIMIT, visit, conditions, before_hop=check)
        visit.steps.had(url, conditions, answer, self._now())
        return answer

    def _ask(
        self,
        url: str,
        limit: int,
        visit: _Visit,
        conditions: Mapping[str, str] | None = None,
        *,
        truncate: bool = False,
        at_most: float = math.inf,
        before_hop: Callable[[str], None] = lambda _: None,
    ) -> Answer:
        gap, deadline, steps = visit
        trail = steps.trail(url)
        asked = trail[-1].url if trail else url
        if trail:
            self._check_stop(asked)
            before_hop(asked)
        self._await_turn(asked, gap, deadline)
        steps.is_begun = True
        self._worker.start()  # it gets ready while the site answers

        def follow(hop: str) -> None:
            nonlocal asked
            self._asked[host_of(asked)] = time.monotonic()
            self._check_stop(hop)
            before_hop(hop)
            self._await_turn(hop, gap, deadline)
            asked = hop

        limits = Limits(limit, timedelta(seconds=min(deadline.left(), at_most)), truncate)
        headers = {"Accept": _ACCEPT, **(conditions or {})}
        try:
            # Its turn keeps the gap from the end of a request that another message had under way, too
            answer = self._client.get(url, limits, headers, gap=gap, before_hop=follow, trail=trail)
        except FetchFailed as failure:
            if failure.reason in _UNSENT:
                where = asked if failure.headers else None
                raise PermanentFailure(failure.reason, url=where, headers=failure.headers) from failure
            raise TransientFailure(failure.reason) from failure
        finally:
            self._asked[host_of(asked)] = time.monotonic()
        self._note(answer)
        if answer.status in _TRANSIENT or answer.status >= 500:
            raise TransientFailure(f"HTTP {answer.status}", answer.headers)
        return answer

    def _await_turn(self, url: str, gap: timedelta, deadline: Deadline) -> None:
        """Wait until the gap since the last request to this host is over, if it may be asked at all.

        Raise :class:`HostBusy` at once where that would leave no time for an answer.
        """
        self._check_backoff(url)
        left = deadline.left()
        host, now, known = host_of(url), time.monotonic(), self._client.pause_before(url, gap)
        with self._lock:
            asked = self._asked.get(host)
            pause = 0.0 if asked is None else asked + gap.total_seconds() - now
            if max(pause, known) > max(left - ANSWER_SECONDS, 0.0):
                raise HostBusy(timedelta(seconds=math.ceil(max(pause, known))))
            # Whoever comes to this host meanwhile, by another publisher's redirect, waits from then on
            self._asked[host] = now + max(pause, 0.0)
        if pause > 0:
            self._sleep(pause)

    def _check_stop(self, url: str) -> None:
        """Raise before anything of an address is asked, its site's robots.txt included."""
        if self._is_stopped(url):
            raise PermanentFailure(REFUSED)

    def _check_backoff(self, url: str) -> None:
        """Leave a domain alone that asked for it, be it through a feed: the message waits as long."""
        now = self._now()
        self._backoffs.look_up(url)
        if backoff := self._backoffs.active(url, now):
            seconds = math.ceil((backoff.until - now).total_seconds())
            raise TransientFailure(backoff.reason, {"retry-after": str(seconds)})

    def _note(self, answer: Answer) -> None:
        """Tell everyone who asks this domain what it asked for.

        A 503 that names no time is one page's trouble as often as the site's: only its own message waits.
        """
        now = self._now()
        if answer.status == 429 or (answer.status in BUSY and retry_after(answer.headers, now)):
            self._backoffs.refused(answer.url, answer.status, answer.headers, now)
            self._check_backoff(answer.url)
        elif answer.status < 500:
            self._backoffs.answered(answer.url, now)
