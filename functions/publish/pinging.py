"""Hubs and search engines are told of what a run has changed, after all of it is written.

Nothing that they do can harm a run: whatever fails is recorded, and the next refresh tries again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from functions.publish import ping_requests
from functions.publish.announcements import Announcement, changed_feeds, changed_pages
from functions.publish.ping_requests import Service
from functions.publish.run import Run
from functions.publish.settings import Settings
from functions.publish.settling import check_time
from newswire.address_guard import AddressGuard
from newswire.http_client import HttpClient, Limits, user_agent

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from functions.publish.told_once import ToldOnce

LIMITS = Limits(body=64 * 1024, deadline=timedelta(seconds=5), truncate=True)
_REFUSED = frozenset((400, 413, 422))
PATIENCE = 20.0  # seconds that a receiver may take of one run, the last answer's aside


class NotTold(Exception):
    """The receiver did not take a request; the message says how it answered."""


def ping(run: Run, settings: Settings, make_client: Callable[[], DynamoDBClient], now: datetime) -> None:
    """Tell whom the portal names of what this run has seen changed; never raise.

    A client is made only where there is something to tell. ``now`` is the machine's time, as the stores'
    is. A local run tells only who is on this machine, too: its portal is not where the addresses lead.
    """
    for service, found in _owed(run, now):
        try:
            guard = _guard(service.endpoint, local_run=settings.local_run)
            if found and guard is not None:
                once = _records(make_client(), settings.ping_table, service.endpoint)
                _tell(run, service, found, guard, once)
        except Exception as error:  # noqa: BLE001 - whatever a hub or a table does, the run's outputs are written
            run.report.ping_failed(service.endpoint, len(found), error)


def _owed(run: Run, now: datetime) -> Iterator[tuple[Service, Sequence[Announcement]]]:
    portal, outputs = run.look.portal, list(run.site.outputs.values())
    if portal.websub:
        yield ping_requests.websub(portal.websub), changed_feeds(outputs, portal.url, now)
    if portal.indexnow:
        service = ping_requests.indexnow(portal, portal.indexnow)
        yield service, changed_pages(outputs, portal.url, now)


def _guard(endpoint: str, *, local_run: bool) -> AddressGuard | None:
    """Return the guard under which an endpoint is asked, or ``None`` where it is not."""
    if not local_run:
        return AddressGuard()
    parts = urlsplit(endpoint)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    if host not in ("localhost", "127.0.0.1", "::1") and not host.endswith(".localhost"):
        return None
    return AddressGuard(frozenset([f"[{host}]:{port}" if ":" in host else f"{host}:{port}"]))


def _records(client: DynamoDBClient, table: str, endpoint: str) -> ToldOnce:
    from functions.publish.told_once import ToldOnce

    return ToldOnce(client, table, endpoint)


def _tell(
    run: Run, service: Service, found: Sequence[Announcement], guard: AddressGuard, once: ToldOnce
) -> None:
    check_time(run)
    claimed = run.concurrently(once.claim, found)
    owed = [one for one, is_ours in zip(found, claimed, strict=True) if is_ours]
    if owed:
        with closing(HttpClient(guard, user_agent(run.look.portal.url))) as client:
            _Pinger(run, client, service, once).tell(owed)


class _Pinger:
    """Tells one service."""

    def __init__(self, run: Run, client: HttpClient, service: Service, once: ToldOnce) -> None:
        self._run = run
        self._client = client
        self._service = service
        self._once = once
        self._told = 0
        self._ends = run.time_left() - PATIENCE

    def tell(self, owed: Sequence[Announcement]) -> None:
        """Send as few requests as the service allows; after one that failed, none."""
        report, endpoint = self._run.report, self._service.endpoint
        try:
            for start in range(0, len(owed), self._service.most):
                self._send(owed[start : start + self._service.most])
        except Exception as error:  # noqa: BLE001 - as above, and what has been told stays told
            report.ping_failed(endpoint, len(owed) - self._told, error)
        if self._told:
            report.told(endpoint, self._told)

    def _send(self, some: Sequence[Announcement]) -> None:
        check_time(self._run)
        if self._run.time_left() < self._ends:
            raise NotTold(f"took more than {PATIENCE:g} s")
        body = self._service.body([one.address for one in some])
        status = self._client.post(self._service.endpoint, body, self._service.media_type, LIMITS).status
        if status in _REFUSED and self._service.divisible and len(some) > 1:
            for one in some:
                self._send([one])
        elif 200 <= status < 300:
            self._told += len(some)
            self._run.concurrently(self._once.confirm, some)
        else:
            raise NotTold(f"HTTP {status}")
