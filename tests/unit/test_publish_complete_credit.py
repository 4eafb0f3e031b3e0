"""An empty or blank owner's name, URL or notice raises in every format alike, whatever the article."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from functions.publish.article_data import article_data
from functions.publish.article_rendering import article_page, feed_body
from functions.publish.channel_feeds import atom_entry, rss_item
from functions.publish.credit import CreditError
from functions.publish.entries import Entry, entry_for
from functions.publish.json_feed import feed_item
from functions.publish.look import Look
from functions.publish.rights import Terms, terms_for
from functions.publish.static_files import static_files
from newswire.article_item import ArticleItem
from newswire.sources import Catalogue
from tests.support.publish_articles import NOW, item_of, make_article
from tests.support.publish_catalogues import catalogue, source
from tests.support.publish_world import World

BLANK = ["", " ", "\n\t", "\u00a0", "\u200b", "\x00"]
Shown = Callable[[Look, ArticleItem, Terms, Entry], object]
FORMATS: Mapping[str, Shown] = {
    "page": lambda look, _item, terms, entry: article_page(look, entry, terms, None),
    "rss": lambda look, _item, terms, entry: rss_item(look, entry, feed_body(look, entry, terms, None)),
    "atom": lambda look, _item, terms, entry: atom_entry(look, entry, feed_body(look, entry, terms, None)),
    "json": lambda look, _item, terms, entry: feed_item(entry, feed_body(look, entry, terms, None)),
    "data": lambda _look, item, terms, entry: article_data(item, entry, terms, None, None),
}


def shown(form: str, item: ArticleItem, sources: Catalogue) -> object:
    """Return an article in a format, from its item on."""
    look = Look.of(sources, static_files())
    terms = terms_for(item, sources, NOW)
    assert terms is not None
    return FORMATS[form](look, item, terms, entry_for(item, terms, sources, look.words))


def unowned(**owner: str) -> tuple[ArticleItem, Catalogue]:
    sources = catalogue(source("harian", others="excerpt"))
    item = item_of(make_article(sources, 1, "@lain.example"), sources)
    return replace(item, owner=replace(item.owner, **owner)), sources


@pytest.mark.parametrize("form", FORMATS)
def test_what_is_complete_is_shown(form: str) -> None:
    item, sources = unowned()
    assert shown(form, item, sources)


@pytest.mark.parametrize("blank", BLANK)
@pytest.mark.parametrize("missing", ["name", "homepage"])
@pytest.mark.parametrize("form", FORMATS)
def test_an_owner_without_name_or_homepage_raises(form: str, missing: str, blank: str) -> None:
    item, sources = unowned(**{missing: blank})
    with pytest.raises(CreditError):
        shown(form, item, sources)


@pytest.mark.parametrize("blank", BLANK)
@pytest.mark.parametrize("missing", ["name", "homepage"])
@pytest.mark.parametrize("form", FORMATS)
def test_a_source_without_name_or_homepage_raises(form: str, missing: str, blank: str) -> None:
    sources = catalogue(source("harian"))
    item = item_of(make_article(sources, 1, "harian"), sources)
    with pytest.raises(CreditError):
        shown(form, item, catalogue(source("harian", **{missing: blank})))


@pytest.mark.parametrize("blank", BLANK)
@pytest.mark.parametrize("form", FORMATS)
def test_an_article_without_a_link_to_its_original_raises(form: str, blank: str) -> None:
    item, sources = unowned()
    with pytest.raises(CreditError):
        shown(form, replace(item, url=blank), sources)


@pytest.mark.parametrize("blank", BLANK)
@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_notice_raises(form: str, blank: str) -> None:
    item, sources = unowned()
    with pytest.raises(CreditError):
        shown(form, item, replace(sources, portal=replace(sources.portal, notice=blank)))


@pytest.mark.parametrize("blank", BLANK)
@pytest.mark.parametrize("part", ["owner", "homepage", "original", "notice"])
def test_no_credit_can_be_made_incomplete(part: str, blank: str) -> None:
    item, sources = unowned()
    terms = terms_for(item, sources, NOW)
    assert terms is not None
    credit = entry_for(item, terms, sources, Look.of(sources, static_files()).words).credit
    change: dict[str, Any] = {part: () if part == "notice" else blank}
    with pytest.raises(CreditError):
        replace(credit, **change)


def test_an_article_without_credit_is_in_no_output_and_the_others_are() -> None:
    world = World(catalogue(source("harian", others="excerpt")))
    sound, bare = world.add(1), world.add(2, "@lain.example", title="Tanpa nama")
    world.articles.save(replace(bare, owner=replace(bare.owner, name="\u200b")))
    assert world.publish(sound, bare) == set()
    assert not [key for key, body in world.written().items() if b"Tanpa nama" in body]
    for key in ("index.html", "feed.xml", "atom.xml", "feed.json"):
        assert sound.title in world.site.text(key)
