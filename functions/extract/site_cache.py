"""What sites ask of their visitors, in FeedTable, each file for a day, whoever asked for it.

Kept are the rules that concern us, not the files (RFC 9309 section 2.4): they are small, and typed.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from newswire.backoff import Backoffs, domain_of
from newswire.clock import instant
from newswire.tables import Table

File = Literal["robots", "tdmrep"]

FILES: tuple[File, ...] = ("robots", "tdmrep")
LIFE = timedelta(hours=24)
LIFE_OF_A_FAILURE = timedelta(hours=1)
ITEM_LIMIT = 300 * 1024


class SiteCache:
    """Reads and writes the rules of sites (``scheme://host``), as JSON values.

    ``backoffs`` learns with every read what the site's domain asked for, at no further call. What was written
    a moment ago may be missed: then a site's file is asked for once more.
    """

    def __init__(self, table: Table, backoffs: Backoffs, now: Callable[[], datetime]) -> None:
        self._table = table
        self._backoffs = backoffs
        self._now = now

    def get(self, site: str) -> dict[File, list[Any]]:
        """Return the rules that are still good, by file; for one that is missing the site has to be asked."""
        pks: dict[File, str] = {file: _pk(file, site) for file in FILES}
        domains = [domain_of(site)]
        items = self._table.peek_many([*pks.values(), *self._backoffs.keys(domains)])
        self._backoffs.learn(items, domains)
        now = self._now().timestamp()
        return {
            file: json.loads(zlib.decompress(bytes(items[pk]["rules"])))
            for file, pk in pks.items()
            if pk in items and "rules" in items[pk] and int(items[pk]["expires"]) > now
        }

    def put(self, file: File, site: str, rules: Sequence[Any], status: int | None) -> bool:
        """Remember rules with the status that their file came with, ``None`` where nothing answered.

        Return whether they fit into an item; if not, nothing is remembered.
        """
        packed = zlib.compress(json.dumps(rules, separators=(",", ":")).encode())
        if len(packed) > ITEM_LIMIT:
            return False
        now = self._now()
        life = LIFE_OF_A_FAILURE if status is None or status >= 500 else LIFE
        self._table.put_unconditionally(
            {
                "pk": _pk(file, site),
                "rules": packed,
                "status": status,
                "fetched": instant(now),
                "expires": int((now + life).timestamp()),
            }
        )
        return True


def _pk(file: File, site: str) -> str:
    return f"{file}#{site}"
