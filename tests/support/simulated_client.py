"""The HTTP client of one simulated invocation: the publishers' answers without a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from newswire.http_client import Answer, FetchFailed, Hop, HttpClient, Limits
from newswire.urls import host_of
from tests.support.simulated_web import Channel, Request, SimulatedWeb


class SimulatedClient(HttpClient):
    """The client of one invocation that began at ``moment``: each host's requests one after the other.

    ``during`` is called while a request is under way, to let others interfere.
    """

    def __init__(
        self, web: SimulatedWeb, moment: int, during: Callable[[str], None] = lambda _: None
    ) -> None:
        self._web = web
        self._moment = moment
        self._during = during
        self._free: dict[str, float] = {}
        self._spent = 0.0
        self.asked = 0

    @property
    def elapsed(self) -> float:
        """How many seconds the invocation's requests take, 32 hosts side by side."""
        last = max(self._free.values(), default=self._moment)
        return max(last - self._moment, self._spent / 32)

    def get(
        self,
        url: str,
        limits: Limits,
        headers: Mapping[str, str] | None = None,
        *,
        gap: timedelta = timedelta(0),
        before_hop: Callable[[str], None] | None = None,
        trail: list[Hop] | None = None,  # noqa: ARG002 - the base class's
    ) -> Answer:
        """Answer as the publisher of ``url`` would at this moment."""
        assert limits.body > 0
        channel = self._web.channels[url]
        permanent = None
        if channel.moves and url == channel.url and self._moment >= channel.moves[0]:
            self._asked(channel, url, 301, gap)
            url = permanent = channel.moves[1]
            if before_hop is not None:
                before_hop(url)
        trouble = next((one for one in channel.troubles if one.begins <= self._moment < one.ends), None)
        if trouble is not None:
            self._asked(channel, url, trouble.status, gap, trouble.retry_after)
            if not trouble.status:
                raise FetchFailed("timed out", "simulated")
            answered = {} if trouble.retry_after is None else {"retry-after": str(trouble.retry_after)}
            return Answer(trouble.status, url, answered, b"")
        return self._document(channel, url, headers or {}, permanent, gap)

    def _document(
        self, channel: Channel, url: str, headers: Mapping[str, str], permanent: str | None, gap: timedelta
    ) -> Answer:
        changed = channel.changed(self._moment)
        tag = f'"{changed}"'
        answered = {channel.validator: tag} if channel.validator else {}
        if channel.max_age:
            answered["cache-control"] = f"max-age={channel.max_age}"
        known = headers.get("If-None-Match") or headers.get("If-Modified-Since")
        status = 304 if channel.validator and known == tag else 200
        self._asked(channel, url, status, gap)
        body = b"" if status == 304 else f"{channel.number} {changed}".encode()
        return Answer(status, url, answered, body, permanent)

    def _asked(
        self, channel: Channel, url: str, status: int, gap: timedelta, retry_after: int | None = None
    ) -> None:
        host = host_of(url)
        with self._web.lock:
            if host in self._web.inside:
                self._web.collisions[host] += 1
            self._web.inside.add(host)
            hopped = self._free.get(host_of(channel.url), 0.0) if url != channel.url else 0.0
            begins = max(self._moment, self._free.get(host, 0.0) + gap.total_seconds(), hopped)
            spent = 20.0 if not status else 0.1 + channel.number % 10 / 20
            self._free[host] = begins + spent
            self.asked += 1
            self._spent += spent + gap.total_seconds()
            self._web.log.append(
                Request(
                    channel, host, channel.domain, self._moment, begins, begins + spent, status, retry_after
                )
            )
        try:
            self._during(host)
        finally:
            with self._web.lock:
                self._web.inside.discard(host)
