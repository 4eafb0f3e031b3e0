"""Publishers that asked to be left alone: by registrable domain, for fetch and extract alike.

A server that answers 429 or 503 speaks for all hosts of its domain. What it asked for stands in one
item of FeedTable a domain, ``domain#<registrable domain>``, which whoever is about to ask reads first.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from newswire.clock import instant
from newswire.domains import registrable_domain
from newswire.http_dates import retry_after
from newswire.tables import ConditionFailed, Table
from newswire.urls import host_of

PK_PREFIX = "domain#"
BUSY = frozenset({429, 503})
FIRST_PAUSE = timedelta(minutes=10)
LONGEST_PAUSE = timedelta(hours=24)
# How long after its end a back-off is remembered: a domain that refuses again meanwhile gets twice the pause.
MEMORY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Backoff:
    """What a domain asked for: not before ``until``. ``refusals`` counts those in a row."""

    domain: str
    until: datetime
    refusals: int
    reason: str

    def to_item(self) -> dict[str, Any]:
        """Return the item of FeedTable."""
        return {
            "pk": PK_PREFIX + self.domain,
            "ends": instant(self.until),
            "refusals": self.refusals,
            "reason": self.reason,
            "expires": int((self.until + MEMORY).timestamp()),
        }

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Backoff:
        """Read the item back."""
        until = datetime.fromisoformat(item["ends"])
        return cls(item["pk"].removeprefix(PK_PREFIX), until, int(item["refusals"]), item["reason"])


def after_refusal(
    domain: str, before: Backoff | None, status: int, headers: Mapping[str, str], now: datetime
) -> Backoff:
    """Return the back-off after one more 429 or 503.

    Retry-After decides (RFC 9110 section 10.2.3), up to a day; without it the pause is ten minutes, doubled
    at each refusal in a row. Refusals during one pause (of hosts asked side by side) count as one, and a
    pause that already lasts longer is not shortened.
    """
    refusals = 1 if before is None else before.refusals + (before.until <= now)
    stated = retry_after(headers, now)
    pause = FIRST_PAUSE * 2 ** min(refusals - 1, 10) if stated is None else stated
    until = now + min(pause, LONGEST_PAUSE)
    return Backoff(domain, until if before is None else max(until, before.until), refusals, f"HTTP {status}")


def domain_of(url: str) -> str:
    """Return the registrable domain that a back-off of ``url``'s server covers."""
    return registrable_domain(host_of(url))


class Backoffs:
    """The back-offs that one invocation knows of; what it learns is stored at once. Thread-safe."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._known: dict[str, Backoff] = {}
        self._read: set[str] = set()
        self._lock = threading.Lock()

    def keys(self, domains: Iterable[str]) -> list[str]:
        """Return the keys of the domains' items, for a read together with others."""
        return [PK_PREFIX + domain for domain in dict.fromkeys(domains)]

    def learn(self, items: Mapping[str, Mapping[str, Any]], domains: Iterable[str] = ()) -> None:
        """Take over what a read of FeedTable found; items of other kinds are passed over.

        ``domains`` were asked for by it and need not be read again. A longer pause is kept: a refusal may
        have been noted while the read was under way.
        """
        found = [Backoff.from_item(item) for pk, item in items.items() if pk.startswith(PK_PREFIX)]
        with self._lock:
            for backoff in found:
                known = self._known.get(backoff.domain, backoff)
                self._known[backoff.domain] = max(backoff, known, key=lambda one: one.until)
            # Only now: nobody may take a domain for free whose item is still on its way.
            self._read.update(domains)

    def look_up(self, url: str) -> None:
        """Read what ``url``'s domain asked for, unless this invocation has read it before."""
        domain = domain_of(url)
        if domain not in self._read:
            self.learn(self._table.get_many(self.keys([domain])), [domain])

    def active(self, url: str, now: datetime) -> Backoff | None:
        """Return why and until when ``url`` must not be asked, ``None`` where it may be asked now."""
        with self._lock:
            backoff = self._known.get(domain_of(url))
        return backoff if backoff is not None and backoff.until > now else None

    def refused(self, url: str, status: int, headers: Mapping[str, str], now: datetime) -> Backoff:
        """Note a 429 or 503 of ``url``'s server, for everyone; return the back-off that now holds.

        Of two invocations that are refused at once the longer pause stands.
        """
        domain = domain_of(url)
        with self._lock:
            backoff = after_refusal(domain, self._known.get(domain), status, headers, now)
            self._known[domain] = backoff
        item = backoff.to_item()
        try:
            self._table.put_where(item, "attribute_not_exists(pk) OR ends <= :ends", {":ends": item["ends"]})
        except ConditionFailed:
            self.learn(self._table.get_many([item["pk"]]))
        return backoff

    def answered(self, url: str, now: datetime) -> None:
        """Note that ``url``'s server serves again: a pause that is over is forgotten."""
        domain = domain_of(url)
        with self._lock:
            backoff = self._known.get(domain)
            if backoff is None or backoff.until > now:
                return
            del self._known[domain]
        try:
            self._table.delete_where(PK_PREFIX + domain, "ends = :ends", {":ends": instant(backoff.until)})
        except ConditionFailed:
            return  # refused anew meanwhile, or forgotten by somebody else
