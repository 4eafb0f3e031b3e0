"""What the site has of articles that were taken down: their notices, and the versions under these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import quote

from functions.extract.archive import folders_of
from functions.publish.article_data import data_key
from functions.publish.entries import page_key
from newswire.article_item import Tombstone
from newswire.bucket import Bucket
from newswire.image_copies import PREFIX, keys_of

READERS = 8  # objects at a time; below the connections that botocore keeps (10)
POLL_SECONDS = 5.0
# All that lists articles; what is not named here (pages, pictures, styles) is kept by the edges for longer.
LISTS = (
    "/",
    "/index.html",
    "/feed*",
    "/atom*",
    "/archive*",
    "/c/*",
    "/d/*",
    "/l/*",
    "/s/*",
    "/search/*",
    "/sitemap*",
    "/news.xml",
    "/corrections*",
)
MOST_PATHS = 300  # of articles; above, everything is one path
EVERYTHING = "/*"


def own_keys(stone: Tombstone) -> tuple[str, ...]:
    """Return the keys of an article's page, its JSON and its pictures."""
    return page_key(stone.slug, stone.id), data_key(stone.id), *sorted(keys_of(stone.image_copies))


def without_notice(site: Bucket, stones: Iterable[Tombstone]) -> list[Tombstone]:
    """Return those in whose place the site has no notice yet."""
    wanted = list(stones)
    with ThreadPoolExecutor(READERS) as readers:
        gone = list(readers.map(partial(_is_gone, site), wanted))
    return [stone for stone, is_gone in zip(wanted, gone, strict=True) if not is_gone]


def await_notices(
    site: Bucket, stones: Sequence[Tombstone], seconds: float, sleep: Callable[[float], None]
) -> list[Tombstone]:
    """Wait at most about so many seconds for the notices; return those that lack one then."""
    pending, left = without_notice(site, stones), seconds
    while pending and left > 0:
        sleep(POLL_SECONDS)
        left -= POLL_SECONDS
        pending = without_notice(site, pending)
    return pending


def invalidation_paths(stones: Sequence[Tombstone]) -> tuple[str, ...]:
    """Return what CloudFront is to forget: the articles' own addresses, and all that lists articles."""
    if len(stones) > MOST_PATHS // 3:
        return (EVERYTHING,)
    own = [path for stone in stones for path in _paths(stone)]
    return (*own, *LISTS)


def purge(archive: Bucket, stone: Tombstone, hints: Iterable[str]) -> int:
    """Delete all versions of an article's files and of its hints; return how many there were."""
    prefixes = (*folders_of(stone.id), *(f"hints/{one}.json" for one in hints))
    return sum(archive.delete_versions_below(prefix) for prefix in prefixes)


def purge_replaced(site: Bucket, stone: Tombstone) -> int:
    """Delete the versions that the notices have replaced; return how many there were."""
    return sum(site.delete_versions_below(key, current=False) for key in own_keys(stone))


def _is_gone(site: Bucket, stone: Tombstone) -> bool:
    """Return whether page and JSON are notices, and of its pictures those that are there."""
    page, data, *images = (site.get(key) for key in own_keys(stone))
    is_noted = all(one is not None and "gone" in one.metadata for one in (page, data))
    return is_noted and all(one is None or "gone" in one.metadata for one in images)


def _paths(stone: Tombstone) -> tuple[str, ...]:
    images = (f"/{PREFIX}{stone.id}/*",) if stone.image_copies else ()
    page, data = page_key(stone.slug, stone.id), data_key(stone.id)
    return quote(f"/{page}"), quote(f"/{data}"), *images
