"""The article's row in ArticleTable: the commit point and what every list shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any, Literal, get_args

from newswire.article import Image, Origin, Owner, members_of
from newswire.article_history import Edit, PageRecord
from newswire.directives import SILENT, Directives
from newswire.image_copies import ImageCopy
from newswire.languages import primary_language

State = Literal["live", "tombstone"]
RECENT_HINTS = 16
# How long before it was first seen an article may be listed.
LATEST_LISTING = timedelta(hours=72)
SCHEMA = 1  # of items; one that states none is of this
RETENTION = "retention"  # the reason of tombstones whose articles were not withdrawn
TAKEDOWN = "takedown"  # the reason of tombstones that the operator put, by an order
BLOCKED_SLUG = "takedown"  # of an address under which no article was known when it was taken down
PORTAL = "all"
DUE = "due"


def article_pk(article_id: str) -> str:
    """Return the partition key of an article's item."""
    return f"article#{article_id}"


def alias_pk(alias_id: str) -> str:
    """Return the partition key of the alias item for another URL's id."""
    return f"alias#{alias_id}"


@dataclass(frozen=True, slots=True)
class Via:
    """One feed that carries the article; ``hints`` are the last hint hashes, newest last."""

    source: str
    url: str
    polled: str
    updated: str | None = None
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Copy:
    """That the article was read from a copy: whose site that is, by what evidence, where the original is."""

    site: str
    evidence: str
    original: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleItem:
    """A live article's item. ``version`` is the system's only order: +1 at every write."""

    id: str
    version: int
    revision: int
    article_key: str
    text_sha256: str
    url: str
    canonical_url: str | None
    slug: str
    owner: Owner
    title: str
    excerpt: str
    authors: tuple[str, ...]
    image: Image | None
    language: str | None
    tags: tuple[str, ...]
    category: str
    published: str | None
    updated: str | None
    first_seen: str
    listed: str
    origin: Origin
    reason: str | None
    via: Mapping[str, Via] = field(default_factory=dict)
    revised: str | None = None  # when the publisher's last correction was seen; None where there was none
    recheck_at: str | None = None
    next_change: str | None = None
    directives: Directives = SILENT
    copy: Copy | None = None  # where the page is not its owner's; fixed at first commit, as the owner is
    signature: str | None = None  # of newswire.near_duplicates; None for a text of a few words
    page: PageRecord | None = None
    history: tuple[Edit, ...] = ()  # of the last revisions, newest last
    image_copies: tuple[ImageCopy, ...] = ()  # of this and former revisions' pictures
    withheld_since: str | None = None  # its page says that it was withdrawn; the next look decides
    aliases: tuple[str, ...] = ()  # the last alias ids that were written for it, newest last
    retired: str | None = None  # since then its retention is over and the site is rid of it; for good

    def to_item(self) -> dict[str, Any]:
        """Return the item as DynamoDB's resource API takes it, index keys included."""
        return {
            "pk": article_pk(self.id),
            "type": "article",
            "state": "live",
            "id": self.id,
            "version": self.version,
            "revision": self.revision,
            "article_key": self.article_key,
            "text_sha256": self.text_sha256,
            "url": self.url,
            "canonical_url": self.canonical_url,
            "slug": self.slug,
            "owner": members_of(self.owner),
            "owner_id": self.owner.id,
            "title": self.title,
            "excerpt": self.excerpt,
            "authors": list(self.authors),
            "image": None if self.image is None else members_of(self.image),
            "language": self.language,
            "tags": list(self.tags),
            "category": self.category,
            "published": self.published,
            "updated": self.updated,
            "first_seen": self.first_seen,
            "listed": self.listed,
            "listed_id": f"{self.listed}#{self.id}",
            "portal": PORTAL,
            "origin": self.origin,
            "reason": self.reason,
            "via": {key: members_of(via) | {"hints": list(via.hints)} for key, via in self.via.items()},
            **({} if (code := primary_language(self.language)) is None else {"language_id": code}),
            **({} if self.revised is None else {"revised": self.revised}),
            **({} if self.recheck_at is None else {"recheck": DUE, "recheck_at": self.recheck_at}),
            **({} if self.next_change is None else {"change": DUE, "next_change": self.next_change}),
            **_asked(self.directives),
            **({} if self.copy is None else {"copy": members_of(self.copy)}),
            **({} if self.signature is None else {"signature": self.signature}),
            **({} if self.page is None else {"page": self.page.to_map()}),
            **({} if not self.history else {"history": [edit.to_map() for edit in self.history]}),
            **_copies(self.image_copies),
            **({} if self.withheld_since is None else {"withheld_since": self.withheld_since}),
            **({} if not self.aliases else {"aliases": list(self.aliases)}),
            **({} if self.retired is None else {"retired": self.retired}),
        }

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> ArticleItem:
        """Read a live item back; numbers may be ``Decimal`` as the resource API gives them."""
        image = item["image"]
        return cls(
            id=item["id"],
            version=int(item["version"]),
            revision=int(item["revision"]),
            article_key=item["article_key"],
            text_sha256=item["text_sha256"],
            url=item["url"],
            canonical_url=item["canonical_url"],
            slug=item["slug"],
            owner=Owner(**item["owner"]),
            title=item["title"],
            excerpt=item["excerpt"],
            authors=tuple(item["authors"]),
            image=None if image is None else _image(image),
            language=item["language"],
            tags=tuple(item["tags"]),
            category=item["category"],
            published=item["published"],
            updated=item["updated"],
            first_seen=item["first_seen"],
            listed=item["listed"],
            origin=item["origin"],
            reason=item["reason"],
            via={key: _via(value) for key, value in item["via"].items()},
            revised=item.get("revised"),
            recheck_at=item.get("recheck_at"),
            next_change=item.get("next_change"),
            directives=_directives_in(item),
            copy=Copy(**item["copy"]) if "copy" in item else None,
            signature=item.get("signature"),
            page=PageRecord.from_map(item["page"]) if "page" in item else None,
            history=tuple(map(Edit.from_map, item.get("history", ()))),
            image_copies=copies_in(item),
            withheld_since=item.get("withheld_since"),
            aliases=tuple(item.get("aliases", ())),
            retired=item.get("retired"),
        )


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What remains of an article that is gone: enough to answer 410 and to refuse every replay.

    ``slugs`` are those of its later headlines, by which it is known again under a further link;
    ``image_copies`` are to be shown no more. Only one that went because its retention was over
    (:attr:`is_retired`) has an ``owner``: its notice leads to the original, as its credit did. ``revised``
    is its place among the corrections. ``recheck_at`` is when its files are to be erased, of one that was
    withdrawn while they had a retention, or that is purged.

    One that the operator took down (:attr:`is_taken_down`) has the ``order`` that took it (``url#<id>``,
    ``source#<id>``, ``host#<host>``) and the operator's words, which nobody else is shown; ``former`` is what
    stood here before, to be restored; ``purged_until`` (RFC 3339) until when all versions of its files are
    erased again and again.
    """

    id: str
    version: int
    url: str
    slug: str
    reason: str
    gone_at: str
    slugs: tuple[str, ...] = ()
    image_copies: tuple[ImageCopy, ...] = ()
    owner: Owner | None = None
    copy: Copy | None = None
    revised: str | None = None
    recheck_at: str | None = None
    order: str | None = None
    note: str | None = None
    purged_until: str | None = None
    former: ArticleItem | Tombstone | None = None

    @property
    def is_taken_down(self) -> bool:
        """Return whether the operator took it down."""
        return self.reason == TAKEDOWN

    @property
    def is_retired(self) -> bool:
        """Return whether it went by our own policy: its publisher withdrew nothing."""
        return self.reason == RETENTION

    def to_item(self) -> dict[str, Any]:
        """Return the item that takes the article's place; no index of what is shown lists it any more."""
        plain = asdict(replace(self, former=None))
        known = {name: value for name, value in plain.items() if value not in (None, ())}
        known |= {"slugs": list(self.slugs)} if self.slugs else {}  # as it is read back
        known |= {} if self.former is None else {"former": self.former.to_item()}
        known |= {} if self.recheck_at is None else {"recheck": DUE}
        known |= {"pk": article_pk(self.id), "type": "article", "state": "tombstone"}
        return known | _copies(self.image_copies)

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Tombstone:
        """Read a tombstone back; numbers may be ``Decimal`` as the resource API gives them."""
        return cls(
            id=item["id"],
            version=int(item["version"]),
            url=item["url"],
            slug=item["slug"],
            reason=item["reason"],
            gone_at=item["gone_at"],
            slugs=tuple(item.get("slugs", ())),
            image_copies=copies_in(item),
            owner=Owner(**item["owner"]) if "owner" in item else None,
            copy=Copy(**item["copy"]) if "copy" in item else None,
            revised=item.get("revised"),
            recheck_at=item.get("recheck_at"),
            order=item.get("order"),
            note=item.get("note"),
            purged_until=item.get("purged_until"),
            former=_former(item.get("former")),
        )


def _former(item: Mapping[str, Any] | None) -> ArticleItem | Tombstone | None:
    if item is None:
        return None
    return ArticleItem.from_item(item) if item["state"] == "live" else Tombstone.from_item(item)


def is_later(schema: object, state: object) -> bool:
    """Return whether an article's item with these attributes (``None``: it has none) is of a later release.

    Such an item is left as it is: this release knows neither what it says nor what may be done to it.
    """
    return schema not in (None, SCHEMA) or state not in get_args(State)


def copies_in(item: Mapping[str, Any]) -> tuple[ImageCopy, ...]:
    """Read the copied pictures of a live item or a tombstone."""
    return tuple(map(ImageCopy.from_map, item.get("image_copies", ())))


def _copies(copies: tuple[ImageCopy, ...]) -> dict[str, Any]:
    return {"image_copies": [copy.to_map() for copy in copies]} if copies else {}


def _asked(directives: Directives) -> dict[str, Any]:
    """Return the attributes of what a page asks, one of them apart from the rest.

    The release before this one cannot read an item that has a word in its map which it does not know, and
    passes over an attribute (docs/decisions/0033).
    """
    said = directives.to_map()
    apart = {name: said.pop(name) for name in ("noimageindex",) if name in said}
    return apart | ({"directives": said} if said else {})


def _directives_in(item: Mapping[str, Any]) -> Directives:
    asked = Directives.from_map(item.get("directives"))
    return replace(asked, noimageindex=True) if item.get("noimageindex") else asked


def _image(value: Mapping[str, Any]) -> Image:
    width, height = value.get("width"), value.get("height")
    return Image(
        url=value["url"],
        alt=value.get("alt"),
        caption=value.get("caption"),
        width=None if width is None else int(width),
        height=None if height is None else int(height),
    )


def _via(value: Mapping[str, Any]) -> Via:
    return Via(
        source=value["source"],
        url=value["url"],
        polled=value["polled"],
        updated=value.get("updated"),
        hints=tuple(value["hints"]),
    )
