"""The files of an article's revisions: whether each is there and what it has to be."""

from __future__ import annotations

from collections.abc import Callable

from local.trace.store import Facts, Store
from local.verify.article_files import (
    FormError,
    read_article,
    wrong_hash,
    wrong_name,
    wrong_provenance,
    wrong_text,
)
from newswire.article import Article
from newswire.article_item import ArticleItem

_CHECKS: tuple[Callable[[Article], str | None], ...] = (wrong_text, wrong_hash, wrong_provenance)


def revision_facts(store: Store, item: ArticleItem) -> list[Facts]:
    """Return the revisions that the item names, newest first: the present one and up to ten former ones."""
    edits = {edit.revision: edit for edit in item.history}
    keys = {item.revision: item.article_key} | {edit.revision - 1: edit.replaced for edit in item.history}
    told: list[Facts] = []
    for revision in sorted(keys, reverse=True):
        facts: Facts = {"revision": revision, "key": keys[revision], **_file(store, keys[revision])}
        if edit := edits.get(revision):
            words = {"added": edit.words_added, "removed": edit.words_removed}
            facts |= {"made": edit.at, "changed": list(edit.fields), "words": words}
            facts |= {"correction": edit.correction}
        told.append(facts)
    return told


def _file(store: Store, key: str) -> Facts:
    stored = store.object("ArticleBucket", key)
    if stored is None:
        return {"file": "missing"}
    wrong = wrong_name(key, stored.body)
    try:
        article = read_article(key, stored.body)
    except FormError as error:
        return {"file": "broken", "wrong": wrong or error.what, "bytes": len(stored.body)}
    faults = [wrong, *(check(article) for check in _CHECKS)]
    found = [fault for fault in faults if fault]
    source = article.provenance
    return {
        "file": "broken" if found else "as it was written",
        **({"wrong": found} if found else {}),
        "bytes": len(stored.body),
        "origin": article.origin,
        "reason": article.reason,
        "fetched": source.fetched,
        "status": source.status,
        "final_url": source.final_url,
        "page_sha256": source.page_sha256,
        "text_sha256": source.text_sha256,
        "extractor": source.extractor,
        "text_characters": len(article.text),
        "html_characters": len(article.html),
        "images": len(article.images),
    }
