"""What a batch of ArticleTable's stream says: which articles changed, and where they are listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from functions.publish.channels import Placement
from functions.publish.entries import Entry
from newswire.article_item import ArticleItem, is_later
from newswire.clock import instant
from newswire.due_changes import archive_moment
from newswire.image_copies import ImageCopy, keys_of
from newswire.languages import primary_language

Image = Mapping[str, Mapping[str, Any]]

# What a look at a page that has not changed writes, and what settles a change that time made: no output
# depends on it.
_BOOKKEEPING = frozenset({"version", "recheck", "recheck_at", "page", "change", "next_change"})


@dataclass(frozen=True, slots=True)
class Change:
    """All that is known of one changed article before the table is asked.

    ``placements`` is empty where only tombstones have been seen: then no list has it any more. ``images``
    are the keys of its copied pictures, which an item that was removed or overwritten by hand cannot tell.
    ``archived_at``: until then archives of lists that show the article may do without it, as it has just
    appeared and comes up again by then; ``None``: they may not. ``only_archives``: it has come up for these
    archives, as of ``archived_at``, and lists and page are all else that is looked at.
    ``is_new``: the article was stored for the first time, so that most likely nothing is published of it.
    """

    id: str
    slug: str
    placements: frozenset[Placement] = frozenset()
    images: frozenset[str] = frozenset()
    archived_at: datetime | None = None
    only_archives: bool = False
    is_new: bool = False

    def merged(self, other: Change) -> Change:
        """Return what both say together."""
        return Change(
            self.id,
            other.slug,
            self.placements | other.placements,
            self.images | other.images,
            archived_at=self.archived_at if self.archived_at == other.archived_at else None,
            only_archives=self.only_archives and other.only_archives,
            is_new=self.is_new or other.is_new,
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """A stream batch: changes by article id, and which records (sequence numbers, in order) they cover.

    ``later`` are the sequence numbers of records of a later release. ``has_records``: whether there were any,
    be it bookkeeping.
    """

    changes: Mapping[str, Change]
    records: tuple[tuple[str, str], ...]
    unreadable: tuple[str, ...]
    later: tuple[str, ...] = ()
    has_records: bool = False

    def first_failure(self, failed: Iterable[str]) -> str | None:
        """Return the sequence number from which Lambda must deliver again, or ``None``.

        A stream's checkpoint moves up to the first failed record; everything from there on is repeated. An
        article that no record is about failed together with one that is, nobody knows which.
        """
        wanted = frozenset(failed)
        if not wanted <= self.changes.keys():
            wanted = frozenset(self.changes)
        return next((sequence for sequence, article_id in self.records if article_id in wanted), None)


def change_of(item: ArticleItem) -> Change:
    """Return the change that concerns a stored article."""
    placement = Placement(item.owner.id, item.category, item.listed, primary_language(item.language))
    return Change(item.id, item.slug, frozenset([placement]), keys_of(item.image_copies))


def listed_change(entry: Entry) -> Change:
    """Return the change that concerns an article, stored still or not, which a list shows."""
    placement = Placement(entry.owner.id, entry.category, entry.listed, primary_language(entry.language))
    slug = (entry.page or "").removeprefix("a/").removesuffix(f"-{entry.id}.html")
    return Change(entry.id, slug, frozenset([placement]))


def appearance_of(item: ArticleItem) -> Change:
    """Return the change that concerns a stored article which, while it was not revised, has just appeared."""
    at = _archived_at(item.first_seen, item.owner.id, item.next_change) if item.revision == 1 else None
    return replace(change_of(item), archived_at=at)


def read_batch(records: Iterable[Mapping[str, Any]]) -> Batch:
    """Read stream records (view type NEW_AND_OLD_IMAGES); items that are not articles are passed over.

    ``unreadable`` names the records that lack what every article item has. Of one that a later release has
    written nothing is read. A record that only tells of
    another look at an unchanged page, or that what time changed is done, is passed over.
    """
    changes: dict[str, Change] = {}
    covered: list[tuple[str, str]] = []
    unreadable: list[str] = []
    later: list[str] = []
    has_records = False
    for record in records:
        has_records = True
        stream = _part(record, "dynamodb")
        sequence = str(stream.get("SequenceNumber", ""))
        old, new = _part(stream, "OldImage"), _part(stream, "NewImage")
        if _is_bookkeeping(old, new):
            continue
        if _is_later(new):
            later.append(sequence)
            continue
        images = [image for image in (old, new) if image]
        may_wait = not old or _is_alike(old, new, _BOOKKEEPING | {"via"})
        for image in images or [{}]:
            if image and _text(image, "type") not in ("article", None):
                continue
            change = _readable(image, may_wait=may_wait)
            if change is None:
                unreadable.append(sequence)
                break
            change = replace(change, is_new=record.get("eventName") == "INSERT")
            known = changes.get(change.id)
            changes[change.id] = known.merged(change) if known else change
            covered.append((sequence, change.id))
    return Batch(changes, tuple(covered), tuple(unreadable), tuple(later), has_records)


def _part(whole: object, name: str) -> Mapping[str, Any]:
    found = whole.get(name) if isinstance(whole, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _is_bookkeeping(old: Image, new: Image) -> bool:
    return bool(old and new) and old != new and _is_alike(old, new, _BOOKKEEPING)


def _is_alike(old: Image, new: Image, but: frozenset[str]) -> bool:
    """Return whether two images of an article differ in nothing else than these attributes."""
    before, after = ({name: image[name] for name in image.keys() - but} for image in (old, new))
    return before == after


def _readable(image: Image, *, may_wait: bool) -> Change | None:
    """Return what an image tells, ``None`` where it is not an article's as we write it."""
    try:
        change = _change(image)
        return replace(change, archived_at=_appearance(image)) if change and may_wait else change
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _is_later(image: Image) -> bool:
    """Return whether an article's image is of a later release; one that is told for us may lack its state."""
    if not image or _text(image, "type") != "article":
        return False
    return is_later(_part(image, "schema").get("N"), _text(image, "state") or "live")


def _change(image: Image) -> Change | None:
    article_id, slug = _text(image, "id"), _text(image, "slug")
    if article_id is None or slug is None:
        return None
    images = keys_of(_copies(image))
    names = ("owner_id", "category", "listed")
    owner, category, listed = (_text(image, name) for name in names)
    if owner is None or category is None or listed is None:
        return Change(article_id, slug, images=images)
    datetime.fromisoformat(listed)  # no day, and so no list, can have what has no moment
    placement = Placement(owner, category, listed, primary_language(_text(image, "language")))
    return Change(article_id, slug, frozenset([placement]), images)


def _appearance(image: Image) -> datetime | None:
    first_seen, owner = _text(image, "first_seen"), _text(image, "owner_id")
    try:
        return _archived_at(first_seen, owner, _text(image, "next_change")) if first_seen and owner else None
    except ValueError:
        return None


def _archived_at(first_seen: str, owner: str, next_change: str | None) -> datetime | None:
    """Return by when an article comes up again for its archives, ``None`` where it does not.

    Extract of a former release does not write that down.
    """
    moment = archive_moment(first_seen, owner)
    return moment if next_change and next_change <= instant(moment) else None


def _copies(image: Image) -> list[ImageCopy]:
    listed = [one.get("M", {}) for one in image.get("image_copies", {}).get("L", [])]
    return [
        ImageCopy("", copy["stem"]["S"], tuple(int(width["N"]) for width in copy["widths"]["L"]), 0)
        for copy in listed
        if "stem" in copy and "widths" in copy
    ]


def _text(image: Image, name: str) -> str | None:
    value = _part(image, name).get("S")
    return value if isinstance(value, str) and value else None
