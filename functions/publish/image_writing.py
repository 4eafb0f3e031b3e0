"""Our copies of publishers' pictures in the site: there before the page that shows them, gone after it.

Extract keeps them in ArticleBucket, where they stay: the site can be made anew from there, and a picture that
is withheld today can be shown tomorrow. In the site a withheld one is replaced by a notice, as pages are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from functions.publish.changes import Change
from functions.publish.run import Run
from functions.publish.settling import ATTEMPTS, check_time
from functions.publish.shown_images import withheld_keys
from functions.publish.snapshot import Snapshot
from newswire.article_item import ArticleItem, Tombstone
from newswire.article_table import Record
from newswire.bucket import WriteConflict
from newswire.due_changes import is_past_retention
from newswire.image_copies import ImageCopy

# An empty body would do for S3; some caches treat that as an error of the origin's.
_NOTICE = b"\n"


def show_copies(run: Run, item: ArticleItem, copies: Sequence[ImageCopy]) -> None:
    """Put an article's copies into the site, the narrowest variant of each last: where it is, all are.

    Raise :class:`WriteConflict` where the article has been written since ``item`` was read, and a notice
    says that it may be about to go.
    """
    for copy in copies:
        narrowest, *others = copy.keys
        if run.site.read(narrowest).stands:
            continue
        snapshots = [run.site.read(key) for key in (*others, narrowest)]
        if any(snapshot.gone for snapshot in snapshots):
            _confirm(run, item)
        for snapshot in snapshots:
            if not snapshot.stands:
                _put(run, item, snapshot)


def _confirm(run: Run, item: ArticleItem) -> None:
    """Look at the article once more: its item was read before the notice."""
    now = run.articles.get_many([item.id]).get(item.id)
    if now is None or now.version != item.version:
        raise WriteConflict(f"article {item.id} has changed")


def _put(run: Run, item: ArticleItem, snapshot: Snapshot) -> None:
    body = run.archive.image(snapshot.key)
    if body is None:
        run.report.skipped_image(item.id, snapshot.key)
        return
    run.site.write(snapshot, body)


class ImageNotices:
    """The step that takes down the copies that may not be served (any more); the last one of all."""

    def __init__(self, run: Run, changes: Mapping[str, Change]) -> None:
        self._run = run
        self._changes = changes

    def read(self) -> set[str]:
        """Ask for the changed articles: only their items tell which copies they show."""
        return set(self._changes)

    def write(self, truth: Mapping[str, Record]) -> set[str]:
        """Put the notices; return the articles for which that failed."""
        failed: set[str] = set()
        pending = {one: truth.get(one) for one in self._changes}
        for _ in range(ATTEMPTS):
            withheld = {one: keys for one, record in pending.items() if (keys := self._withheld(one, record))}
            if not withheld:
                return failed
            check_time(self._run)
            snapshots = self._read(withheld)
            # Decided by the items as they are after the copies were read, as every output is.
            current = self._run.articles.get_many(sorted(withheld))
            pending = {
                one: current.get(one)
                for one in withheld
                if not self._take_down(one, current.get(one), snapshots, failed)
            }
        return failed | pending.keys()

    def _withheld(self, article_id: str, record: Record | None) -> set[str]:
        if article_id in self._run.report.unreadable_articles:
            return set()
        return withheld_keys(record, self._run.terms(record), self._changes[article_id].images)

    def _is_gone(self, record: Record | None) -> bool:
        run = self._run
        is_past = isinstance(record, ArticleItem) and is_past_retention(record, run.look.catalogue, run.now)
        return is_past or isinstance(record, Tombstone)

    def _read(self, withheld: Mapping[str, set[str]]) -> dict[str, Snapshot]:
        keys = sorted(set().union(*withheld.values()))
        return {one.key: one for one in self._run.concurrently(self._run.site.read, keys)}

    def _take_down(
        self, article_id: str, record: Record | None, snapshots: Mapping[str, Snapshot], failed: set[str]
    ) -> bool:
        """Return whether what was read of an article's copies could be replaced, or need not be."""
        try:
            # The narrowest first, by which others see whether a copy is there.
            for key in sorted(self._withheld(article_id, record) & snapshots.keys(), key=_width):
                # Even where nothing is: a slower run that found it so must not be able to write it.
                blocks = self._is_gone(record) and not snapshots[key].gone
                if blocks or snapshots[key].stands:
                    self._run.site.write(snapshots[key], _NOTICE, {"gone": "1"})
        except WriteConflict:
            return False
        except Exception as error:  # noqa: BLE001 - its record comes back, the others go on
            self._run.report.failed(f"images of {article_id}", error)
            failed.add(article_id)
        return True


def _width(key: str) -> int:
    return int(key.rpartition("-")[2].partition(".")[0])
