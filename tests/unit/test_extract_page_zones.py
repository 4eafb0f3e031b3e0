"""In whose zone a page's date is: its publisher's, its reader's or that which its clocks betray."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from functions.extract.publisher_zone import KnownZones
from tests.support.metadata_pages import published, read

MAKASSAR = KnownZones(source=ZoneInfo("Asia/Makassar"))
PORTAL = KnownZones(portal=ZoneInfo("Asia/Jakarta"), language="en")


@pytest.mark.parametrize(
    "stated", ["2025-06-01T20:00:00-04:00", "2025-06-01T20:00:00Z", "2025-06-01T20:00:00-07:00"]
)
def test_what_a_foreign_publisher_states_is_kept_whatever_zone_is_configured(stated: str) -> None:
    assert published(stated, zones=MAKASSAR) == stated
    assert published(stated, zones=PORTAL, lang="en") == stated


def test_times_without_an_offset_are_read_in_the_sources_zone_then_in_the_pages() -> None:
    assert published("2025-06-01 20:00", zones=MAKASSAR, lang="en") == "2025-06-01T20:00:00+08:00"
    assert published("2025-06-01 20:00", zones=PORTAL, lang="id") == "2025-06-01T20:00:00+07:00"
    assert published("2025-06-01 20:00", zones=PORTAL, lang="en") == "2025-06-01T20:00:00+07:00"
    assert published("2025-06-01 20:00", zones=PORTAL, lang="fr") == "2025-06-01T20:00:00Z"
    assert published("2025-06-01 20:00") == "2025-06-01T20:00:00Z"


@pytest.mark.parametrize(("offset", "zone"), [("-07:00", "WIB"), ("-08:00", "WITA"), ("-09:00", "WIT")])
def test_a_negated_offset_of_an_indonesian_page_is_righted(offset: str, zone: str) -> None:
    body = f"<h1>Judul Berita</h1><span>Senin, 2 Juni 2025 08:00 {zone}</span>"
    righted = f"2025-06-02T08:00:00{offset.replace('-', '+')}"
    assert published(f"2025-06-02T08:00:00{offset}", body=body, lang="id") == righted


def test_an_indonesian_page_is_known_by_its_domain_or_its_words_where_it_declares_english() -> None:
    words = "<p>Harga beras di pasar induk turun pada pekan ini karena panen raya di daerah sudah dimulai"
    words += " dan petani tidak perlu menunggu lebih lama untuk itu.</p>"
    inverted = "2025-06-02T08:00:00-07:00"
    assert published(inverted, body=words, lang="en-US") == "2025-06-02T08:00:00+07:00"
    assert published(inverted, body="<p>Short.</p>", lang="en-US") == inverted
    head = f'<meta property="article:published_time" content="{inverted}">'
    assert read(head, url="https://kabar.id/a").published == "2025-06-02T08:00:00+07:00"


def test_utc_is_written_in_the_zone_of_the_publishers_country_or_language() -> None:
    assert published("2025-06-01T23:30:00Z", lang="id") == "2025-06-02T06:30:00+07:00"
    assert published("2025-06-01T23:30:00Z", lang="id", zones=MAKASSAR) == "2025-06-02T07:30:00+08:00"
    assert published("2025-06-01T23:30:00Z", lang="de") == "2025-06-02T01:30:00+02:00"
    assert published("2025-06-01T23:30:00Z", lang="es") == "2025-06-01T23:30:00Z"


@pytest.mark.parametrize(
    "body",
    [
        "<time datetime='2025-06-01T16:30:41-07:00'>x</time>",
        "<time datetime='2025-06-01T23:30:41Z'>June 1, 2025 4:30 pm</time>",
        "<h1>Title</h1><p>June 1, 2025 at 4:30 PM PDT</p>",
    ],
)
def test_utc_is_written_in_the_offset_that_another_clock_of_the_page_betrays(body: str) -> None:
    assert published("2025-06-01T23:30:41Z", body=body) == "2025-06-01T16:30:41-07:00"


def test_a_clock_of_another_moment_betrays_no_offset() -> None:
    assert published("2025-06-01T23:30:41Z", body="<h1>Title</h1><p>June 2, 2025 at 4:47 PM</p>") == (
        "2025-06-01T23:30:41Z"
    )


@pytest.mark.parametrize("shown", ["June 2, 2025 12:00 am", "June 1, 2025 4:00 am", "June 1, 2025 11:15 pm"])
def test_a_clock_betrays_no_offset_that_no_zone_has(shown: str) -> None:
    body = f"<time datetime='2025-06-01T23:30:41Z'>{shown}</time>"
    assert published("2025-06-01T23:30:41Z", body=body) == "2025-06-01T23:30:41Z"


@pytest.mark.parametrize(
    "script",
    [
        'site = {"timezone":{"short":"ET","long":"America/New_York"}}',
        r'wp.date.setSettings({"timezone":{"offset":"-4","string":"America\/New_York","abbr":"EDT"}})',
        r'self.push("{\"siteTimeZone\":\"America/New_York\"}")',
        "var timezone = 'America/New_York';",
        'a={"time_zone":"America/New_York"};b={"timezoneId":"America/New_York"}',
    ],
)
def test_utc_is_written_in_the_zone_that_the_sites_scripts_name(script: str) -> None:
    body = f"<script>{script}</script>"
    assert published("2025-06-02T02:54:29Z", body=body) == "2025-06-01T22:54:29-04:00"
    assert published("2025-06-02T02:54:29+02:00", body=body) == "2025-06-02T02:54:29+02:00"


@pytest.mark.parametrize(
    "script",
    [
        'a={"timezone":"America/New_York"};b={"timezone":"Asia/Jakarta"}',
        'a={"timezone":"America/Nowhere"}',
        'a={"timezone":"America/Argentina"}',
        'a={"timezone":"Etc/../../passwd"}',
        'a={"city":"America/New_York"}',
    ],
)
def test_scripts_that_name_no_zone_or_several_tell_none(script: str) -> None:
    assert published("2025-06-02T02:54:29Z", body=f"<script>{script}</script>") == "2025-06-02T02:54:29Z"
