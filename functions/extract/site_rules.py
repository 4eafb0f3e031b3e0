"""May a page be asked for? What its site says in robots.txt and in the TDM Reservation Protocol's file.

Both files are asked for at most once a day. Without a robots.txt that could be had no page is asked (RFC
9309 section 2.3.1.4); a TDM file that cannot be had says nothing ("TDM File on the Origin Server").
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from functions.extract import reservations, robots
from functions.extract.failures import PermanentFailure, TransientFailure
from functions.extract.reservations import Reservation
from functions.extract.site_cache import File, SiteCache
from newswire.directives import Directives
from newswire.http_client import Answer
from newswire.worker import Worker, WorkerFailed

ROBOTS_LIMIT = 500 * 1024  # RFC 9309 section 2.5
TDM_LIMIT = 128 * 1024
TDM_SECONDS = 5.0  # a page must not be late because its site dawdles over a file that hardly any site has
ROBOTS_PATH = "/robots.txt"
TDM_PATH = "/.well-known/tdmrep.json"
ROBOTS_DISALLOWS = "robots.txt disallows"
TDM_RESERVED = "TDM reserved"


class Ask(Protocol):
    """Asks for a document of a site as politely as for a page, within a message's deadline."""

    def __call__(self, file: str, limit: int, *, truncate: bool = False, at_most: float = math.inf) -> Answer:
        """Return the answer to at most ``limit`` bytes in ``at_most`` seconds, or raise the failure."""


@dataclass(slots=True)
class _Site:
    name: str
    cached: dict[File, list[Any]]
    robots: tuple[robots.Rule, ...] | None = None
    tdm: tuple[reservations.Rule, ...] | None = None


class SiteRules:
    """The rules of the sites of one invocation."""

    def __init__(self, cache: SiteCache, worker: Worker) -> None:
        self._cache = cache
        self._worker = worker
        self._sites: dict[str, _Site] = {}
        # Messages that meet at a site ask for its files once; reentrant, as one check is part of another
        self._turns: dict[str, threading.RLock] = {}

    def check(
        self, url: str, ask: Ask, seconds: Callable[[], float], licensed: Callable[[str], bool]
    ) -> None:
        """Raise :class:`PermanentFailure` where the page must not be asked for.

        ``seconds`` returns the time left; of pages for which ``licensed`` is true a reservation is known,
        and does not count.
        """
        with self._turn(_name_of(url)):
            site = self.check_robots(url, ask, seconds)
            if site.tdm is None:
                site.tdm = self._tdm(site, ask, seconds)
        found = self.reservation(url)
        if found.reserved and not licensed(url):
            directives = Directives(tdm_reserved=True, tdm_policy=found.policy)
            raise PermanentFailure(TDM_RESERVED, directives=directives)

    def check_robots(self, url: str, ask: Ask, seconds: Callable[[], float]) -> _Site:
        """Return what is known of a site; raise :class:`PermanentFailure` where robots.txt forbids to ask."""
        name = _name_of(url)
        with self._turn(name):
            if name not in self._sites:
                self._sites[name] = _Site(name, self._cache.get(name))
            site = self._sites[name]
            if site.robots is None:
                site.robots = self._robots(site, ask, seconds)
        if not robots.allows(site.robots, url):
            raise PermanentFailure(ROBOTS_DISALLOWS)
        return site

    def reservation(self, url: str) -> Reservation:
        """Return what the file of a site that has been checked says of a page."""
        site = self._sites.get(_name_of(url))
        return reservations.reservation_at(site.tdm or () if site else (), url)

    def _turn(self, name: str) -> threading.RLock:
        # Not a defaultdict: two threads that miss at once would get a lock each
        return self._turns.setdefault(name, threading.RLock())

    def _robots(self, site: _Site, ask: Ask, seconds: Callable[[], float]) -> tuple[robots.Rule, ...]:
        if "robots" not in site.cached:
            try:
                answer = ask(site.name + ROBOTS_PATH, ROBOTS_LIMIT, truncate=True)
                rules = self._read("robots", answer, seconds)
            except (PermanentFailure, WorkerFailed) as failure:
                raise PermanentFailure(f"robots.txt: {failure.reason}") from failure
            if not self._cache.put("robots", site.name, rules, answer.status):
                rules = list(robots.CLOSED)  # nobody writes so many rules to be asked
                self._cache.put("robots", site.name, rules, answer.status)
            site.cached["robots"] = rules
        return tuple(robots.Rule(*rule) for rule in site.cached["robots"])

    def _tdm(self, site: _Site, ask: Ask, seconds: Callable[[], float]) -> tuple[reservations.Rule, ...]:
        if "tdmrep" not in site.cached:
            if not robots.allows(site.robots or (), site.name + TDM_PATH):
                return ()
            rules, status = self._tdm_file(site.name, ask, seconds)
            self._cache.put("tdmrep", site.name, rules, status)
            site.cached["tdmrep"] = rules
        return tuple(reservations.Rule(*rule) for rule in site.cached["tdmrep"])

    def _tdm_file(self, name: str, ask: Ask, seconds: Callable[[], float]) -> tuple[list[Any], int | None]:
        try:
            answer = ask(name + TDM_PATH, TDM_LIMIT, at_most=TDM_SECONDS)
            return self._read("tdmrep", answer, seconds), answer.status
        except TransientFailure as failure:
            if "retry-after" in failure.headers:
                raise  # the site wants to be left alone, with its pages, too
            seconds()  # raises where it is our time that is over: that says nothing of the site's file
            return [], None
        except (PermanentFailure, WorkerFailed):
            return [], None

    def _read(self, task: File, answer: Answer, seconds: Callable[[], float]) -> list[Any]:
        if answer.status != 200 or not answer.body:
            return []
        rules: list[Any] = self._worker.call(answer.body, {"task": task}, seconds())["rules"]
        return rules


def _name_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
