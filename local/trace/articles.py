"""Everything that is known of one article, or of an address under which none is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from functions.publish.rights import terms_for
from local.trace.naming import Named
from local.trace.outputs import output_facts
from local.trace.revisions import revision_facts
from local.trace.sites import owner_facts, site_facts
from local.trace.store import Facts, Store, Unreadable
from newswire.article_item import ArticleItem, Tombstone, alias_pk, article_pk
from newswire.article_table import UNREADABLE, Record, record
from newswire.due_changes import full_text_end, retention_end, unavailable_from
from newswire.urls import article_id, clean_link, identity_form


def find(store: Store, asked: Named) -> tuple[Record, str] | None:
    """Return the article that is meant, and how it was found; ``None`` where none is known.

    Raise :class:`~local.trace.store.Unreadable` where its item cannot be read.
    """
    items = store.items("ArticleTable", (pk(one) for one in asked.ids for pk in (article_pk, alias_pk)))
    for one, how in asked.ids.items():
        if found := items.get(article_pk(one)):
            return _read(one, found), how
        if alias := items.get(alias_pk(one)):
            target = article_pk(str(alias["article"]))
            if found := store.items("ArticleTable", [target]).get(target):
                return _read(str(alias["article"]), found), f"{how}, by its alias {one}"
    return None


def _read(one: str, item: Mapping[str, Any]) -> Record:
    try:
        return record(dict(item))
    except UNREADABLE as error:
        known = {name: item.get(name) for name in ("version", "state", "url")}
        raise Unreadable(
            f"article {one} is known, but its item cannot be read ({type(error).__name__}: {error}); {known}"
        ) from None


def article_facts(store: Store, asked: Named, found: Record, how: str) -> Facts:
    """Return what is known of an article, the most important first."""
    facts: Facts = {"article": found.id, "identity": _identity(asked, found, how)}
    if isinstance(found, Tombstone):
        facts["state"] = _gone(found)
    else:
        facts |= {
            "state": _state(store, found),
            "owner": _owner(store, found),
            "via": _via(found.via),
            "revisions": revision_facts(store, found),
            "next": _next(store, found),
            "page": None if found.page is None else found.page.to_map(),
            "asked by the page": found.directives.to_map(),
        }
    return facts | {"site": site_facts(store, found.url), "outputs": output_facts(store, found)}


def unknown_facts(store: Store, asked: Named) -> Facts:
    """Return what can be said of an address under which no article is known."""
    facts: Facts = {"article": None, "asked": asked.asked, "ids": dict(asked.ids)}
    if asked.url is not None:
        facts |= {
            "normalised": identity_form(asked.url),
            "would belong to": owner_facts(asked.url, store.catalogue),
            "site": site_facts(store, asked.url),
        }
    return facts


def _identity(asked: Named, found: Record, how: str) -> Facts:
    facts: Facts = {
        "asked": asked.asked,
        "found by": how,
        "url": found.url,
        "normalised": identity_form(clean_link(found.url) or found.url),
        "id of the url": article_id(found.url),
        "slug": found.slug,
    }
    if isinstance(found, ArticleItem):
        facts |= {"title": found.title, "canonical_url": found.canonical_url, "aliases": list(found.aliases)}
    return facts


def _gone(stone: Tombstone) -> Facts:
    is_over = stone.is_retired or stone.purged_until is not None
    facts: Facts = {
        "state": "tombstone",
        "reason": stone.reason,
        "gone_at": stone.gone_at,
        "version": stone.version,
        "files are erased": stone.recheck_at or ("done" if is_over else "not due"),
    }
    if not stone.is_taken_down:
        return facts
    former = stone.former
    before = "an article" if isinstance(former, ArticleItem) else former and f"a tombstone ({former.reason})"
    return facts | {
        "order": stone.order,
        "note": stone.note,
        "purged until": stone.purged_until or "not purged",
        "restore brings back": before or "nothing: the next entry makes it anew",
    }


def _state(store: Store, item: ArticleItem) -> Facts:
    terms = terms_for(item, store.catalogue, store.now)
    names = ("version", "revision", "origin", "reason", "first_seen", "listed", "published", "updated")
    return {
        "state": "withheld" if item.withheld_since else "retired" if item.retired else "live",
        **{name: getattr(item, name) for name in (*names, "revised", "withheld_since", "retired")},
        "category": item.category,
        "language": item.language,
        "shown": "not carried" if terms is None else {"display": terms.display, "index": terms.index},
    }


def _owner(store: Store, item: ArticleItem) -> Facts:
    by = owner_facts(item.url, store.catalogue)
    decided = "its host is a source's" if by["source"] == item.owner.id else "its host is no source's"
    if item.copy is not None:
        decided = f"the page says that it is a copy: {item.copy.evidence}"
    copy = None if item.copy is None else asdict(item.copy)
    return {**asdict(item.owner), "decided": decided, "copy": copy, "host now": by}


def _via(via: Mapping[str, Any]) -> list[Facts]:
    return [
        {
            "feed": feed,
            "source": one.source,
            "url": one.url,
            "polled": one.polled,
            "updated": one.updated,
            "hints": list(one.hints),
        }
        for feed, one in via.items()
    ]


def _next(store: Store, item: ArticleItem) -> Facts:
    owner = store.catalogue.source(item.owner.id)
    moments = {
        "full text until": full_text_end(item, owner),
        "available until": unavailable_from(item),
        "kept until": retention_end(item, store.catalogue),
    }
    return {
        "recheck_at": item.recheck_at,
        "next_change": item.next_change,
        **{name: None if moment is None else moment.isoformat() for name, moment in moments.items()},
    }
