"""Why a page was not had: for good, or for now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from newswire.backoff import LONGEST_PAUSE
from newswire.directives import Directives
from newswire.http_dates import retry_after

FIRST_RETRY = timedelta(seconds=60)
FINAL_RECEIVE = 3
# A message that hides for longer would hold back all that its publisher brings meanwhile.
LONGEST_WAIT = timedelta(minutes=15)
RECHECK_AFTER = timedelta(hours=1)


Lack = Literal["passing", "unread", "gone"]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why an article is not whole, and the link of the first page that it lacks.

    ``passing``: that page may be had soon; ``gone``: its publisher's server says that there is none;
    ``unread``: there is one, but it is refused or cannot be read.
    """

    reason: str
    link: str
    lack: Lack


class PermanentFailure(Exception):
    """Asking again would not help: the feed's own text is the article, with this reason.

    ``directives`` are what is known of the page without it; where none are, ``headers`` (names in lower case)
    are those that came with what is there and could not be read.
    """

    def __init__(
        self,
        reason: str,
        status: int | None = None,
        url: str | None = None,
        directives: Directives | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status
        self.url = url
        self.directives = directives
        self.headers = headers or {}


class TransientFailure(Exception):
    """The publisher's server may answer later; ``headers`` are its answer's, names in lower case."""

    def __init__(self, reason: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.headers = headers or {}


class HostBusy(Exception):
    """We have asked a host so lately that its next turn is not in the time that a message has.

    The message may go on in ``pause``. It is no failure: nobody has failed.
    """

    reason = "host busy"

    def __init__(self, pause: timedelta) -> None:
        super().__init__(self.reason)
        self.pause = pause


def retry_pause(failure: TransientFailure, receive_count: int, now: datetime) -> timedelta:
    """Return how long to wait: what Retry-After asks for, else a minute doubled each time.

    A minute at least, since Retry-After names the least pause and a page has three attempts; a day at most,
    since one answer would end the looks at an article.
    """
    stated = retry_after(failure.headers, now)
    wanted = FIRST_RETRY * 2 ** (max(receive_count, 1) - 1) if stated is None else stated
    return min(max(wanted, FIRST_RETRY), LONGEST_PAUSE)


def is_final(receive_count: int, pause: timedelta) -> bool:
    """Return whether not to wait with the message: one bad page must not hold up its publisher.

    The feed's own text is stored then, and the page asked for again by a re-check, not before
    the server's Retry-After, up to a day.
    """
    return receive_count >= FINAL_RECEIVE or pause > LONGEST_WAIT
