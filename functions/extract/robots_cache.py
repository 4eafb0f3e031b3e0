"""robots.txt files in FeedTable, each for a day (RFC 9309 section 2.4), whoever asked for them."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import datetime, timedelta

from newswire.backoff import Backoffs, domain_of
from newswire.clock import instant
from newswire.tables import Table

LIFE = timedelta(hours=24)
ITEM_LIMIT = 300 * 1024
_PK_PREFIX = "robots#"


class RobotsCache:
    """Reads and writes the files of sites (``scheme://host``).

    ``backoffs`` learns with every read what the site's domain asked for, at no further call.
    """

    def __init__(self, table: Table, backoffs: Backoffs, now: Callable[[], datetime]) -> None:
        self._table = table
        self._backoffs = backoffs
        self._now = now

    def get(self, site: str) -> bytes | None:
        """Return a file that is still good, ``None`` where the site has to be asked."""
        pk = _PK_PREFIX + site
        items = self._table.get_many([pk, *self._backoffs.keys([domain_of(site)])])
        self._backoffs.learn(items)
        item = items.get(pk)
        fresh = item is not None and int(item["expires"]) > self._now().timestamp()
        return zlib.decompress(bytes(item["body"])) if item is not None and fresh else None

    def put(self, site: str, body: bytes, status: int) -> None:
        """Remember a file with the status that it came with; one too large for an item is not."""
        packed = zlib.compress(body)
        if len(packed) > ITEM_LIMIT:
            return
        now = self._now()
        self._table.put_unconditionally(
            {
                "pk": _PK_PREFIX + site,
                "body": packed,
                "status": status,
                "fetched": instant(now),
                "expires": int((now + LIFE).timestamp()),
            }
        )
