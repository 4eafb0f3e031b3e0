"""Registrable domains by the public suffix list that ships with the library."""

from __future__ import annotations

import pytest

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
