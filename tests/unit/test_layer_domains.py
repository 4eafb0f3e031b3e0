"""Registrable domains by the public suffix list that ships with the library."""

from __future__ import annotations

from pathlib import Path

import pytest
from publicsuffixlist import PSLFILE, PublicSuffixList

from newswire.domains import registrable_domain


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.antaranews.com", "antaranews.com"),
        ("antaranews.com", "antaranews.com"),
        ("news.bbc.co.uk", "bbc.co.uk"),
        ("berita.jakarta.go.id", "jakarta.go.id"),
        ("koran.tempo.co", "tempo.co"),
        ("desa.desa.id", "desa.desa.id"),
        ("WWW.Kabar.Example.", "kabar.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("localhost", "localhost"),
        ("co.uk", "co.uk"),
        ("192.0.2.7", "192.0.2.7"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("", ""),
    ],
)
def test_the_registrable_domain_of_a_host(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


def test_blogs_below_one_host_are_different_owners() -> None:
    assert registrable_domain("satu.blogspot.com") != registrable_domain("dua.blogspot.com")


def test_a_top_level_domains_part_of_the_list_decides_as_the_whole_list_does() -> None:
    whole = PublicSuffixList()
    rules = {
        line.split()[0].lstrip("!*.")
        for line in Path(PSLFILE).read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("//")
    }
    assert len(rules) > 9000
    hosts = [
        f"{below}{name.encode('idna').decode()}" for name in rules for below in ("", "satu.", "satu.dua.")
    ] + [f"berita.{name}" for name in rules if not name.isascii()]
    differing = [host for host in hosts if registrable_domain(host) != (whole.privatesuffix(host) or host)]
    assert differing == []
