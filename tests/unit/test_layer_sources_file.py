"""``sources.yaml`` as it is read: what a short file means, what overrides what, what is never read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from functions.extract.rechecks import RETRY_FOR
from functions.publish.news_sitemap import AGE as NEWS_AGE
from newswire import source_keys as known
from newswire import source_rules as rules
from newswire.article_item import LATEST_LISTING
from newswire.sources import Portal
from newswire.sources_file import load_catalogue
from newswire.yaml_nodes import YamlError, parse
from tests.support.catalogues import PORTAL, SOURCE, SOURCES_YAML
from tests.support.refused_sources import complaint


def test_a_short_file_has_every_default_applied() -> None:
    catalogue = load_catalogue(SOURCES_YAML)
    assert catalogue.portal == Portal(
        name="Kabar Nusantara",
        url="https://portal.example",
        tagline="Kabar dari banyak sumber",
        language="id",
        timezone="Asia/Jakarta",
        contact="redaksi@portal.example",
        authority="portal.example",
    )
    assert catalogue.categories == {"nasional": "Nasional", "ekonomi": "Ekonomi"}
    (source,) = catalogue.sources
    assert source is catalogue.source("kabar")
    assert catalogue.source("lain") is None
    assert (source.display, source.index, source.images, source.others) == (
        "excerpt",
        "noindex-news",
        "remote",
        "link",
    )
    assert (source.interval, source.backfill, source.request_gap, source.full_text_for) == (
        timedelta(minutes=15),
        timedelta(hours=72),
        timedelta(seconds=1),
        None,
    )
    assert source.rechecks == tuple(timedelta(hours=age) for age in (1, 4, 12, 24, 72, 168))
    assert source.enabled
    assert source.timezone is None


def test_a_source_may_say_everything_itself() -> None:
    own = """\
    display: full
    full_text_for: 7d
    index: index
    images: none
    others: excerpt
    interval: 1h
    backfill: all
    request_gap: 0s
    language: en
    timezone: Asia/Makassar
    hosts: [Berita.Example, bücher.example, berita.example]
    include: [beras, "harga  pangan"]
    exclude: [iklan]
    licence: CC BY 4.0
    contact: https://kabar.example/kontak
    enabled: false
"""
    (source,) = load_catalogue(SOURCES_YAML + own).sources
    assert (source.display, source.full_text_for, source.index, source.images, source.others) == (
        "full",
        timedelta(days=7),
        "index",
        "none",
        "excerpt",
    )
    assert (source.interval, source.backfill, source.request_gap) == (timedelta(hours=1), None, timedelta(0))
    assert (source.language, source.timezone) == ("en", "Asia/Makassar")
    assert source.hosts == ("berita.example", "xn--bcher-kva.example")
    assert (source.include, source.exclude) == (("beras", "harga pangan"), ("iklan",))
    assert (source.licence, source.contact, source.enabled) == (
        "CC BY 4.0",
        "https://kabar.example/kontak",
        False,
    )


def test_a_source_overrides_the_defaults_which_override_the_built_in_ones() -> None:
    defaults = "defaults: {display: full, interval: 30m, backfill: all}\n"
    (source,) = load_catalogue(PORTAL + defaults + SOURCE + "    interval: 45m\n").sources
    assert (source.display, source.interval, source.backfill) == ("full", timedelta(minutes=45), None)


def test_rechecks_are_ages_in_ascending_order_and_an_empty_list_turns_them_off() -> None:
    defaults = "defaults: {rechecks: []}\n"
    assert load_catalogue(PORTAL + defaults + SOURCE).sources[0].rechecks == ()
    own = load_catalogue(PORTAL + defaults + SOURCE + "    rechecks: [2d, 1h, 60m]\n").sources[0]
    assert own.rechecks == (timedelta(hours=1), timedelta(days=2))


def test_words_of_yaml_are_taken_as_they_are_written() -> None:
    """YAML 1.1 makes true of ``on`` and ninety of ``1:30``; a name may be either."""
    text = SOURCES_YAML.replace("name: Kabar\n", "name: on\n").replace("nasional: Nasional", "nasional: 1:30")
    catalogue = load_catalogue(text)
    assert catalogue.sources[0].name == "on"
    assert catalogue.categories["nasional"] == "1:30"


def test_a_final_slash_of_a_homepage_is_dropped() -> None:
    text = SOURCES_YAML.replace("homepage: https://kabar.example", "homepage: https://kabar.example/")
    assert load_catalogue(text).sources[0].homepage == "https://kabar.example"


def test_a_portal_without_sources_is_allowed() -> None:
    assert load_catalogue(PORTAL + "sources: []\n").sources == ()


@pytest.mark.parametrize(
    ("portal", "defaults", "own", "kept", "unowned"),
    [
        ("", "", "", None, None),
        ("400d", "", "", 400, 400),
        ("400d", "", "30d", 30, 400),
        ("400d", "", "none", None, 400),
        ("400d", "60d", "", 60, 60),
        ("400d", "none", "", None, None),
        ("", "10d", "240h", 10, 10),
    ],
)
def test_the_nearest_retention_counts(
    portal: str, defaults: str, own: str, kept: int | None, unowned: int | None
) -> None:
    text = PORTAL.replace("categories:", f"  retention: {portal}\ncategories:") if portal else PORTAL
    text += f"defaults: {{retention: {defaults}}}\n" if defaults else ""
    catalogue = load_catalogue(text + SOURCE + (f"    retention: {own}\n" if own else ""))

    assert catalogue.sources[0].retention == (None if kept is None else timedelta(days=kept))
    assert catalogue.retention == (None if unowned is None else timedelta(days=unowned))


def test_the_least_retention_outlasts_what_is_done_with_an_article_by_itself() -> None:
    """Its listing before it is seen, the built-in looks, the retries of its page, the news sitemap."""
    looks = max(known.BUILT_IN["rechecks"])
    assert LATEST_LISTING + max(looks, RETRY_FOR) <= rules.LEAST_RETENTION
    assert rules.LEAST_RETENTION > NEWS_AGE


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: " + "[" * 700 + "]" * 700, "nested too deeply"),
        ("a: " + "[" * 30 + "]" * 30, "nested too deeply"),
        ("# " + "x" * 1024 * 1024, "the file is larger than 1024 KiB"),
        ("a: &x [1, 1]\nb: [*x, *x]", "anchors and aliases (& and *) are not allowed"),
    ],
    ids=["very-deep", "deep", "large", "aliases"],
)
def test_a_file_made_to_exhaust_the_reader_is_refused(text: str, problem: str) -> None:
    with pytest.raises(YamlError) as raised:
        parse(text)
    assert raised.value.problem == problem
    assert raised.value.line == 1


def test_a_tag_that_would_construct_an_object_constructs_nothing() -> None:
    text = SOURCES_YAML.replace("name: Kabar\n", "name: !!python/object/apply:os.getcwd []\n")
    assert (
        complaint(text)
        == "sources.yaml:11: sources[kabar].name: is []; a text of 1 to 500 characters is allowed"
    )
