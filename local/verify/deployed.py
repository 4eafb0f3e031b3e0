"""What a deployed stack has stored: its live articles, their current files and pages."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from functions.publish.entries import page_key
from local.stack_outputs import stack_outputs
from newswire import aws
from newswire.article_item import PORTAL, ArticleItem
from newswire.article_table import ArticleTable, Record
from newswire.bucket import Bucket
from newswire.tables import Table

_OUTPUTS = ("ArticleTableName", "ArticleBucketName", "SiteBucketName")
_READERS = 8  # objects at a time; below the connections that botocore keeps (10)


class Deployed:
    """A stack as it is now: an article that is written meanwhile may look broken once."""

    def __init__(self, stack: str) -> None:
        table, articles, site = (stack_outputs(stack, *_OUTPUTS)[name] for name in _OUTPUTS)
        s3 = aws.s3_client()
        self._articles, self._site = Bucket(s3, articles), Bucket(s3, site)
        listing = ArticleTable(Table(aws.dynamodb_client(), table))
        self._records = listing.get_many(listing.newest("by-portal", PORTAL, sys.maxsize))

    def records(self) -> Mapping[str, Record]:
        """Return the live articles' items by id."""
        return self._records

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield the files that the items point to; earlier revisions are not read."""
        return _read(self._articles, [item.article_key for item in self._live()])

    def pages(self) -> Iterator[tuple[str, bytes]]:
        """Yield the pages of these articles, of those that have one."""
        return _read(self._site, [page_key(item.slug, item.id) for item in self._live()])

    def _live(self) -> Iterator[ArticleItem]:
        return (one for one in self._records.values() if isinstance(one, ArticleItem))


def _read(bucket: Bucket, keys: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    with ThreadPoolExecutor(_READERS) as readers:
        wanted = list(keys)
        for key, stored in zip(wanted, readers.map(bucket.get, wanted), strict=True):
            if stored is not None:
                yield key, stored.body
