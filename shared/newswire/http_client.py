"""HTTP for documents of strangers: guarded, capped, timed, polite.

Every hop's address is checked on the connection that is used, a host is asked one request at a time,
the whole exchange has one deadline by the monotonic clock, and a body is decoded only up to its cap.
Proxies and certificates follow HTTP_PROXY, HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE. No cookies, no Referer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise, takewhile
from typing import NamedTuple
from urllib.parse import quote_from_bytes

from newswire import __version__
from newswire.address_guard import AddressGuard, AddressRefused, Target
from newswire.fetch_failure import FetchFailed
from newswire.host_turns import HostTurns
from newswire.http_body import BodyLimit, Large
from newswire.http_exchange import Exchanges, Reply
from newswire.timed_sockets import Deadline
from newswire.urls import absolute, host_of

__all__ = ["Answer", "FetchFailed", "Hop", "HttpClient", "Limits", "user_agent"]

REDIRECT_LIMIT = 5
PATIENCE = timedelta(seconds=30)
CONNECTIONS_KEPT = 64
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_ASCII = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. Header names are lower case; a status other than 2xx has no body.

    ``url`` is the one that answered, which is the one given unless there were redirects.

    ``permanent_url`` is where an unbroken chain of 301 and 308 ends that began at the URL given: what may
    be asked instead from now on (RFC 9110 sections 15.4.2 and 15.4.9). It is ``None`` where the chain gave
    up https on its way, and where it led to a loopback server from elsewhere: neither may be kept.
    """

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    permanent_url: str | None = None


class Hop(NamedTuple):
    """A redirect: the status that told it, and where it leads."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What one exchange may cost, redirects included: bytes of decoded body, and time.

    With ``truncate`` a longer body is cut there; without, it is a failure. Waiting for a host's turn is
    not part of the time, nor is what a ``large`` body waits for.
    """

    body: int
    deadline: timedelta = field(default=timedelta(seconds=20))
    truncate: bool = False
    large: Large | None = None


def user_agent(portal_url: str) -> str:
    """Return the honest name that publishers see."""
    return f"Newswire/{__version__} (+{portal_url}/about.html)"


class HttpClient:
    """One client for a whole invocation and all its threads: one TLS context, kept connections, turns.

    ``patience`` is how long other requests to the same hosts may hold one up, all its hops together.
    """

    def __init__(
        self,
        guard: AddressGuard,
        agent: str,
        *,
        turns: HostTurns | None = None,
        patience: timedelta = PATIENCE,
        connections: int = CONNECTIONS_KEPT,
    ) -> None:
        self._guard = guard
        self._agent = agent
        self._turns = turns or HostTurns()
        self._patience = patience.total_seconds()
        self._exchanges = Exchanges(guard, connections)

    def get(
        self,
        url: str,
        limits: Limits,
        headers: Mapping[str, str] | None = None,
        *,
        gap: timedelta = timedelta(0),
        before_hop: Callable[[str], None] | None = None,
        trail: list[Hop] | None = None,
    ) -> Answer:
        """Return the final answer after at most five redirects, whatever its status.

        Each hop is the only request to its host at that time and begins ``gap`` or more after the end of
        the one before. ``before_hop`` is called with the target of each redirect before that is asked, and
        may forbid it by raising. ``trail`` has the redirects from ``url`` that were followed before: the last
        of them is asked, and those that follow are added to it. Raise :class:`FetchFailed` where no answer
        came within the limits, an address is refused or a host stays busy.
        """
        wanted = {"User-Agent": self._agent, "Accept-Encoding": "gzip", **(headers or {})}
        budget = _Budget(limits.deadline.total_seconds(), self._patience)
        first, trail = self._target(url), [] if trail is None else trail
        hops = [(hop.status, self._target(hop.url)) for hop in trail]
        target = hops[-1][1] if hops else first
        while len(hops) <= REDIRECT_LIMIT:
            reply = self._ask(target, wanted, limits, budget, gap.total_seconds())
            location = reply.headers.get("location")
            if reply.status not in _REDIRECTS or not location:
                answered = target.url if hops else url
                return Answer(
                    reply.status, answered, reply.headers, reply.body, self._permanent_url(first, hops)
                )
            target = self._target(_followed(target, location))
            hops.append((reply.status, target))
            trail.append(Hop(reply.status, target.url))
            if before_hop is not None:
                before_hop(target.url)
        raise FetchFailed("too many redirects", f"more than {REDIRECT_LIMIT}")

    def pause_before(self, url: str, gap: timedelta) -> float:
        """Return the seconds for which :meth:`get` would wait for ``gap`` to be over, if nobody else asks."""
        return self._turns.pause_before(host_of(url), gap.total_seconds())

    def post(self, url: str, body: bytes, media_type: str, limits: Limits) -> Answer:
        """Return the answer to one POST, whatever its status; a redirect is an answer and is not followed.

        Raise :class:`FetchFailed` as :meth:`get` does.
        """
        headers = {
            "User-Agent": self._agent,
            "Accept-Encoding": "gzip",
            "Content-Type": media_type,
        }
        budget = _Budget(limits.deadline.total_seconds(), self._patience)
        reply = self._ask(self._target(url), headers, limits, budget, 0.0, body)
        return Answer(reply.status, url, reply.headers, reply.body)

    def close(self) -> None:
        """Close the connections that are kept."""
        self._exchanges.close()

    def _target(self, url: str) -> Target:
        try:
            return self._guard.target(url)
        except AddressRefused as error:
            raise FetchFailed("address refused", str(error)) from None

    def _ask(
        self,
        target: Target,
        headers: Mapping[str, str],
        limits: Limits,
        budget: _Budget,
        gap: float,
        body: bytes | None = None,
    ) -> Reply:
        limit = BodyLimit(limits.body, limits.truncate, limits.large)
        with self._turns.turn(target.host, gap, budget.patience) as waited:
            budget.patience -= waited
            deadline = Deadline.after(budget.seconds)
            try:
                if body is not None:
                    return self._exchanges.post(target, headers, body, limit, deadline)
                return self._exchanges.get(target, headers, limit, deadline)
            finally:
                budget.seconds = deadline.remaining()

    def _permanent_url(self, first: Target, hops: list[tuple[int, Target]]) -> str | None:
        chain = [first, *(target for _, target in takewhile(lambda hop: hop[0] in _PERMANENT, hops))]
        for before, after in pairwise(chain):
            if before.scheme == "https" and after.scheme == "http":
                return None
            if self._guard.is_allowed_loopback(after) and not self._guard.is_allowed_loopback(before):
                return None
        return chain[-1].url if len(chain) > 1 else None


@dataclass(slots=True)
class _Budget:
    """What is left for all hops of one exchange, in seconds: of its deadline, and of its patience."""

    seconds: float
    patience: float


def _followed(current: Target, location: str) -> str:
    """Return where a ``Location`` leads; what of it is not ASCII is meant as UTF-8, as browsers read it."""
    sent = location.encode("latin-1")  # as http.client read it
    try:
        text = sent.decode()
    except UnicodeDecodeError:
        text = quote_from_bytes(sent, safe=_ASCII)
    try:
        return absolute(current.url, text)
    except ValueError as error:
        raise FetchFailed("address refused", f"redirect to {location[:200]!r}: {error}") from None
