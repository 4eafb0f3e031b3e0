"""Who an article belongs to (design section 4)."""

from __future__ import annotations

import pytest

from newswire.article import Owner
from newswire.ownership import display_of, owner_of, owning_source, sources_named
from newswire.sources import Display
from tests.support.catalogues import catalogue, source

KABAR = source(id="kabar", name="Kabar", homepage="https://www.kabar.example")
SPORT = source(id="sport", name="Kabar Sport", homepage="https://sport.kabar.example")
BERITA = source(id="berita", name="Berita", homepage="https://berita.example", hosts=("warta.example",))
ALL = catalogue(KABAR, SPORT, BERITA)


@pytest.mark.parametrize(
    ("url", "owner"),
    [
        ("https://www.kabar.example/1", "kabar"),
        ("https://kabar.example/1", "kabar"),
        ("https://ekonomi.kabar.example/1", "kabar"),
        ("https://sport.kabar.example/1", "sport"),
        ("https://bola.sport.kabar.example/1", "sport"),
        ("https://berita.example/1", "berita"),
        ("https://m.warta.example/1", "berita"),
        ("https://WARTA.example:8443/1", "berita"),
        ("https://kabar.example.net/1", None),
        ("https://notkabar.example/1", None),
        ("https://lain.example/1", None),
    ],
)
def test_the_owner_is_the_source_whose_host_is_nearest(url: str, owner: str | None) -> None:
    found = owning_source(url, ALL)
    assert (found.id if found else None) == owner


def test_credit_follows_the_owner_not_the_feed() -> None:
    assert owner_of("https://m.warta.example/1", "Warta", ALL) == Owner(
        "berita", "Berita", "https://berita.example"
    )


def test_a_site_without_a_source_goes_by_its_own_name() -> None:
    url = "http://www.lain.example:8080/1"
    assert owner_of(url, " Lain\nSekali ", ALL) == Owner(
        "@lain.example", "Lain Sekali", "http://www.lain.example:8080"
    )


@pytest.mark.parametrize("name", [None, "", " \x00 ", "\u3164", "\u200b\u2800"])
def test_a_site_without_a_name_goes_by_its_domain(name: str | None) -> None:
    assert owner_of("https://www.lain.example/1", name, ALL).name == "lain.example"


def test_the_owners_own_setting_decides_what_is_shown() -> None:
    owner = source(display="full")
    assert display_of(owner, [source(others="link")]) == "full"


@pytest.mark.parametrize(
    ("others", "shown"),
    [
        (["full", "link"], "link"),
        (["full", "excerpt"], "excerpt"),
        (["full"], "full"),
        ([], "link"),
    ],
)
def test_without_an_owner_the_strictest_carrier_decides(others: list[Display], shown: Display) -> None:
    assert display_of(None, [source(others=one) for one in others]) == shown


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Kabar", ["kabar"]),
        (" KABAR ", ["kabar"]),
        ("Kabar.example", ["kabar"]),
        ("www.kabar.example", ["kabar"]),
        ("Kabar Sport", ["sport"]),
        ("sport.kabar.example", ["sport"]),
        ("Berita", ["berita"]),
        ("Kantor Berita Berita", ["berita"]),
        ("LKBN Berita", ["berita"]),
        ("warta.example", ["berita"]),
        ("Warta", ["berita"]),
        ("Kabar Baik", []),
        ("Harian Kabar", []),
        ("Kabar, Berita", []),
        ("example", []),
        ("", []),
        ("…", []),
    ],
)
def test_a_source_is_known_by_its_exact_name_id_or_domain(name: str, found: list[str]) -> None:
    assert [source.id for source in sources_named(name, ALL)] == found
