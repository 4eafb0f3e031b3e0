"""Mistakes of ``sources.yaml``: each is named with its line, its key and what is allowed, all at once."""

from __future__ import annotations

import pytest

from newswire.sources_file import SourcesError, load_catalogue
from tests.support.catalogues import PORTAL, SOURCE, SOURCES_YAML
from tests.support.refused_sources import complaint

SOURCE_KEYS = (
    "backfill, category, contact, display, enabled, exclude, feeds, full_text_for, homepage, hosts, id, "
    "images, include, index, interval, language, licence, name, others, rechecks, request_gap, retention, "
    "sections, timezone"
)
DEFAULT_KEYS = (
    "backfill, display, full_text_for, images, index, interval, language, others, rechecks, request_gap, "
    "retention, timezone"
)
PORTAL_KEYS = (
    "accent, contact, csp, dateline, google_news, head_html, indexnow, indexnow_endpoint, language, logo, "
    "name, notice, pages, pinned, retention, tagline, timezone, url, websub"
)
TOP = "sources.yaml:1: a mapping is allowed, with the keys categories, defaults, portal, sources"
AGES = "a list of at most 20 ages is allowed, as [1h, 24h, 7d], and [] for never"
KEPT = (
    "none, or from 10d is allowed, as 400d: an article may be listed 3 days before it is first seen, and its "
    "page is looked at for 7 days after that"
)
DURATIONS = "a whole number with a unit is allowed: 30s, 15m, 72h, 7d"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", TOP),
        ("kabar", TOP),
        ("- kabar", TOP),
        ("portal: [", "sources.yaml:1: not YAML: expected the node content, but found '<stream end>'"),
        (
            SOURCES_YAML + "\tx: 1",
            "sources.yaml:15: not YAML: found character '\\t' that cannot start any token",
        ),
        ("a: &x 1\nb: 2", "sources.yaml:1: anchors and aliases (& and *) are not allowed"),
        ("a: 1\n" * 2, "sources.yaml:2: a: given twice"),
        ("? [a]\n: 1\n", "sources.yaml:1: a key must be plain text"),
        (PORTAL, "sources.yaml:1: sources: is missing"),
        (PORTAL + "sources: x\n", "sources.yaml:9: sources: a list of sources is allowed"),
        (PORTAL + "sources:\n", "sources.yaml:9: sources: a list of sources is allowed"),
        (
            PORTAL + "sources:\n  - x\n",
            f"sources.yaml:10: sources[]: a mapping is allowed, with the keys {SOURCE_KEYS}",
        ),
        (
            SOURCES_YAML + "sorces: []\n",
            "sources.yaml:15: sorces: unknown key; allowed: categories, defaults, portal, sources",
        ),
    ],
)
def test_a_file_of_the_wrong_shape_is_named_by_line(text: str, message: str) -> None:
    assert complaint(text) == message


def test_the_portals_retention_is_checked_and_named_like_a_sources() -> None:
    text = SOURCES_YAML.replace("categories:", "  retention: 2d\ncategories:")
    assert complaint(text) == f"sources.yaml:8: portal.retention: is '2d'; {KEPT}"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("displey: full", f"sources[kabar].displey: unknown key; allowed: {SOURCE_KEYS}"),
        ("display: fulll", "sources[kabar].display: is 'fulll'; allowed: full, excerpt, link"),
        ("display: [full]", "sources[kabar].display: is ['full']; allowed: full, excerpt, link"),
        ("display:", "sources[kabar].display: is empty; allowed: full, excerpt, link"),
        ("index: yes", "sources[kabar].index: is 'yes'; allowed: index, noindex, noindex-news"),
        ("images: local", "sources[kabar].images: is 'local'; allowed: none, remote, copy"),
        ("others: all", "sources[kabar].others: is 'all'; allowed: full, excerpt, link"),
        ("interval: 15", f"sources[kabar].interval: is '15'; {DURATIONS}"),
        ("interval: 30s", "sources[kabar].interval: is '30s'; from 1m to 24h is allowed"),
        ("interval: 25h", "sources[kabar].interval: is '25h'; from 1m to 24h is allowed"),
        ("backfill: -1h", f"sources[kabar].backfill: is '-1h'; {DURATIONS}"),
        ("backfill: {h: 1}", f"sources[kabar].backfill: is a mapping; {DURATIONS}"),
        ("full_text_for: all", f"sources[kabar].full_text_for: is 'all'; {DURATIONS}"),
        ("rechecks: [10m]", "sources[kabar].rechecks: is ['10m']; ages from 30m to 30d are allowed"),
        (
            "rechecks: [1h, 31d]",
            "sources[kabar].rechecks: is ['1h', '31d']; ages from 30m to 30d are allowed",
        ),
        ("rechecks: [soon]", f"sources[kabar].rechecks: is 'soon'; {DURATIONS}"),
        (
            "rechecks: none",
            f"sources[kabar].rechecks: is 'none'; {AGES}",
        ),
        ("retention: 9d", f"sources[kabar].retention: is '9d'; {KEPT}"),
        ("retention: 239h", f"sources[kabar].retention: is '239h'; {KEPT}"),
        ("retention: 400", f"sources[kabar].retention: is '400'; {KEPT}"),
        ("retention:", f"sources[kabar].retention: is empty; {KEPT}"),
        ("request_gap: 2m", "sources[kabar].request_gap: is '2m'; from 0s to 60s is allowed"),
        (
            "language: jp",
            "sources[kabar].language: is 'jp'; an ISO 639 language code is allowed, as id or en",
        ),
        (
            "language: Indonesia",
            "sources[kabar].language: is 'Indonesia'; an ISO 639 language code is allowed, as id or en",
        ),
        (
            "timezone: WIB",
            "sources[kabar].timezone: is 'WIB'; an IANA time zone is allowed, as Asia/Jakarta",
        ),
        (
            "timezone: ../../etc/passwd",
            "sources[kabar].timezone: is '../../etc/passwd'; an IANA time zone is allowed, as Asia/Jakarta",
        ),
        ("timezone:", "sources[kabar].timezone: is empty; an IANA time zone is allowed, as Asia/Jakarta"),
        ("hosts: kabar.example", "sources[kabar].hosts: is 'kabar.example'; a list of entries is allowed"),
        (
            "hosts: [https://kabar.example]",
            "sources[kabar].hosts: is 'https://kabar.example'; a host name is allowed, as www.kabar.example",
        ),
        ("include: ['']", "sources[kabar].include: is ''; a text of 1 to 500 characters is allowed"),
        ("contact: me", "sources[kabar].contact: is 'me'; an e-mail address or a URL is allowed"),
        (
            "contact: javascript://x%0aalert(1)//@kabar.example",
            (
                "sources[kabar].contact: is 'javascript://x%0aalert(1)//@kabar.example'; "
                "an e-mail address or a URL is allowed"
            ),
        ),
        (
            'licence: "\\u3164\\u200b"',
            "sources[kabar].licence: is '\u3164\\u200b'; a text of 1 to 500 characters is allowed",
        ),
        ("enabled: maybe", "sources[kabar].enabled: is 'maybe'; allowed: true, false"),
        ("licence: {}", "sources[kabar].licence: is a mapping; a text of 1 to 500 characters is allowed"),
    ],
)
def test_a_wrong_value_is_named_by_line_key_and_what_is_allowed(line: str, message: str) -> None:
    assert complaint(f"{SOURCES_YAML}    {line}\n") == f"sources.yaml:15: {message}"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("language: id", "language: de", "sources.yaml:5: portal.language: is 'de'; allowed: id, en"),
        (
            "url: https://portal.example",
            "url: https://portal.example/berita",
            (
                "sources.yaml:3: portal.url: is 'https://portal.example/berita'; "
                "scheme and host without path are allowed, as https://kabar.example"
            ),
        ),
        (
            "timezone: Asia/Jakarta",
            "timezone: GMT+7",
            "sources.yaml:6: portal.timezone: is 'GMT+7'; an IANA time zone is allowed, as Asia/Jakarta",
        ),
        ("  contact: redaksi@portal.example\n", "", "sources.yaml:2: portal.contact: is missing"),
        (
            "tagline: Kabar dari banyak sumber",
            "tagline: x\n  notice: Milik {pemilik}",
            (
                "sources.yaml:5: portal.notice: is 'Milik {pemilik}'; "
                "a text with {owner}, and {portal}, {url} if wanted, is allowed"
            ),
        ),
        (
            "tagline: Kabar dari banyak sumber",
            "tagline: x\n  moto: y",
            f"sources.yaml:5: portal.moto: unknown key; allowed: {PORTAL_KEYS}",
        ),
        (
            "categories: {nasional: Nasional, ekonomi: Ekonomi}",
            "categories: {nasional: Nasional, Ekonomi: Ekonomi}",
            (
                "sources.yaml:8: categories.Ekonomi: is 'Ekonomi'; "
                "allowed: up to 64 of a-z, 0-9 and single hyphens between them"
            ),
        ),
        (
            "category: nasional",
            "category: dunia",
            "sources.yaml:10: sources[kabar].category: 'dunia' is no category; allowed: nasional, ekonomi",
        ),
        ("    name: Kabar\n", "", "sources.yaml:10: sources[kabar].name: is missing"),
        (
            "feeds: [https://kabar.example/rss]",
            "feeds: []",
            "sources.yaml:13: sources[kabar].feeds: is []; a list of at least one entry is allowed",
        ),
        (
            "feeds: [https://kabar.example/rss]",
            "feeds: [kabar.example/rss]",
            (
                "sources.yaml:13: sources[kabar].feeds: is 'kabar.example/rss'; "
                "an absolute http(s) URL of at most 1500 characters is allowed"
            ),
        ),
        (
            "- id: kabar",
            "- id: Kabar Kita",
            (
                "sources.yaml:10: sources[Kabar Kita].id: is 'Kabar Kita'; "
                "allowed: up to 64 of a-z, 0-9 and single hyphens between them"
            ),
        ),
        (
            "sources:",
            "defaults: {dispaly: full}\nsources:",
            f"sources.yaml:9: defaults.dispaly: unknown key; allowed: {DEFAULT_KEYS}",
        ),
    ],
)
def test_a_mistake_anywhere_is_named(old: str, new: str, message: str) -> None:
    assert old in SOURCES_YAML
    assert complaint(SOURCES_YAML.replace(old, new, 1)) == message


def test_an_id_used_twice_is_named_with_the_line_that_has_it() -> None:
    second = SOURCE.removeprefix("sources:\n")
    assert complaint(SOURCES_YAML + second) == "sources.yaml:15: sources[kabar].id: already used on line 10"


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = SOURCES_YAML.replace("language: id", "language: de") + "    display: x\n    index: y\n"
    lines = complaint(text).splitlines()
    assert [line.split(":")[1] for line in lines] == ["5", "15", "16"]


def test_a_hopeless_file_is_answered_with_twenty_lines() -> None:
    lines = complaint(SOURCES_YAML + "".join(f"    key{number}: x\n" for number in range(50))).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "… and 30 more"


def test_the_message_calls_the_file_by_its_name() -> None:
    with pytest.raises(SourcesError, match=r"^s3://bucket/config/sources\.yaml:1: a mapping is allowed"):
        load_catalogue("", "s3://bucket/config/sources.yaml")
