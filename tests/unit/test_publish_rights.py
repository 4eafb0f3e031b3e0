"""Rights follow the owner; where nobody of ours owns an article, the strictest carrier decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from functions.publish.rights import terms_for
from newswire.article_item import Via
from tests.support.publish_articles import NOW, item_of, make_article
from tests.support.publish_catalogues import catalogue, source

CARRIED = "2026-01-02T11:00:00Z"


def _via(*sources: str) -> dict[str, Via]:
    return {name: Via(name, "https://x.example/", CARRIED) for name in sources}


def test_the_owner_states_the_terms_whatever_feed_brought_the_article() -> None:
    sources = catalogue(source("owner", display="excerpt", index="noindex"), source("carrier", others="full"))
    item = item_of(make_article(sources, 1, "owner"), sources, via=_via("carrier"))

    terms = terms_for(item, sources, NOW)

    assert terms is not None
    assert (terms.owner.name, terms.display, terms.index) == ("Owner", "excerpt", "noindex")


def test_an_article_whose_page_says_that_it_was_withdrawn_is_not_carried() -> None:
    sources = catalogue(source("owner"))
    item = item_of(make_article(sources, 1, "owner"), sources)

    assert terms_for(item, sources, NOW) is not None
    assert terms_for(replace(item, withheld_since=CARRIED), sources, NOW) is None


def test_a_renamed_source_is_credited_by_its_present_name() -> None:
    before, after = catalogue(source("owner")), catalogue(source("owner", name="Nama Baru"))
    item = item_of(make_article(before, 1, "owner"), before)

    terms = terms_for(item, after, NOW)

    assert terms is not None
    assert terms.owner.name == "Nama Baru"


@pytest.mark.parametrize(
    ("others", "expected"),
    [(("full", "excerpt"), "excerpt"), (("full", "link"), "link"), (("full", "full"), "full")],
)
def test_an_article_without_an_owner_of_ours_has_its_strictest_carriers_terms(
    others: tuple[str, str], expected: str
) -> None:
    first, second = others
    sources = catalogue(
        source("a", others=first, index="index"), source("b", others=second, index="index", images="none")
    )
    item = item_of(make_article(sources, 1, "@lain.example"), sources, via=_via("a", "b"))

    terms = terms_for(item, sources, NOW)

    assert terms is not None
    assert terms.display == expected
    assert terms.index == "noindex-news"
    assert terms.images == "none"


def test_a_paused_sources_articles_are_not_carried() -> None:
    sources = catalogue(source("owner", enabled=False), source("carrier"))
    item = item_of(make_article(sources, 1, "owner"), sources, via=_via("carrier"))

    assert terms_for(item, sources, NOW) is None


def test_an_unowned_article_leaves_with_its_last_carrier() -> None:
    sources = catalogue(source("a", enabled=False, others="full"), source("b"))
    paused = item_of(make_article(sources, 1, "@lain.example"), sources, via=_via("a"))
    unknown = item_of(make_article(sources, 2, "@lain.example"), sources, via=_via("removed"))

    assert terms_for(paused, sources, NOW) is None
    assert terms_for(unknown, sources, NOW) is None


def test_an_article_of_a_source_that_was_taken_out_counts_as_unowned() -> None:
    before, after = catalogue(source("owner"), source("b")), catalogue(source("b", others="excerpt"))
    item = item_of(make_article(before, 1, "owner"), before, via=_via("b"))

    terms = terms_for(item, after, NOW)

    assert terms is not None
    assert (terms.display, terms.owner.name) == ("excerpt", "Owner")


@pytest.mark.parametrize(
    ("minutes", "expected"), [(0, "full"), (119, "full"), (120, "excerpt"), (9999, "excerpt")]
)
def test_full_text_becomes_an_excerpt_when_its_time_is_over(minutes: int, expected: str) -> None:
    sources = catalogue(source("owner", full_text_for=timedelta(hours=2)))
    item = item_of(make_article(sources, 0, "owner"), sources)

    terms = terms_for(item, sources, NOW + timedelta(minutes=minutes))

    assert terms is not None
    assert terms.display == expected
