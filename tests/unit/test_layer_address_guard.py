"""Which addresses a request of ours may reach: public ones, and nothing else."""

from __future__ import annotations

import ipaddress

import pytest

from newswire.address_guard import AddressGuard, AddressRefused, Target, is_public

GUARD = AddressGuard(frozenset({"localhost:8000", "feeds.localhost:8000", "127.0.0.1:8000"}))

SCHEME = "only http and https URLs with a host are asked"
USER_INFO = "user info in a URL is not allowed"


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://kabar.example/rss", Target("http", "kabar.example", 80)),
        ("https://Kabar.Example:443/rss?x=1#y", Target("https", "kabar.example", 443)),
        ("https://kabar.example:80/", Target("https", "kabar.example", 80)),
        ("https://kabar.example./", Target("https", "kabar.example", 443)),
        ("https://bücher.example/", Target("https", "bücher.example", 443)),
        ("http://93.184.215.14/", Target("http", "93.184.215.14", 80)),
        (
            "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
            Target("https", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", 443),
        ),
        ("http://localhost:8000/rss", Target("http", "localhost", 8000)),
        ("http://FEEDS.localhost:8000/rss", Target("http", "feeds.localhost", 8000)),
        ("http://localkabar.example/", Target("http", "localkabar.example", 80)),
    ],
)
def test_public_urls_and_listed_loopback_servers_are_allowed(url: str, target: Target) -> None:
    assert GUARD.target(url) == target


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", SCHEME),
        ("kabar.example/rss", SCHEME),
        ("ftp://kabar.example/", SCHEME),
        ("file:///etc/passwd", SCHEME),
        ("gopher://kabar.example/", SCHEME),
        ("http://", SCHEME),
        ("http:///rss", SCHEME),
        ("https://user@kabar.example/", USER_INFO),
        ("https://user:secret@kabar.example/", USER_INFO),
        ("https://kabar.example\\@127.0.0.1/", USER_INFO),
        ("https://@kabar.example/", USER_INFO),
        ("https://kabar.example:22/", "port 22 is not allowed; 80 and 443 are"),
        ("https://kabar.example:8443/", "port 8443 is not allowed; 80 and 443 are"),
        ("https://kabar.example:0/", "port 0 is not allowed; 80 and 443 are"),
        ("http://localhost:8001/", "port 8001 is not allowed; 80 and 443 are"),
        ("http://localhost/", "localhost is a local name"),
        ("http://LOCALHOST./", "localhost is a local name"),
        ("http://feeds.localhost/", "feeds.localhost is a local name"),
        ("http://printer.local/", "printer.local is a local name"),
        ("http://metadata.google.internal/", "metadata.google.internal is a local name"),
        ("http://nas.home.arpa/", "nas.home.arpa is a local name"),
        ("http://a..example/", "a..example is a local name"),
        ("http://intranet/", "intranet is a local name"),
        ("http://wiki/", "wiki is not a public host name"),
        ("http://2130706433/", "2130706433 is not a public host name"),
        ("http://0x7f000001/", "0x7f000001 is not a public host name"),
        ("http://0x7f.0.0.0x1/", "0x7f.0.0.0x1 is not a public host name"),
        ("http://0177.0.0.1/", "0177.0.0.1 is not a public host name"),
        ("http://127.1/", "127.1 is not a public host name"),
        ("http://kabar.example.0x7f/", "kabar.example.0x7f is not a public host name"),
        ("http://①②⑦.⓪.⓪.①/", "①②⑦.⓪.⓪.① is not a public host name"),
        ("http://127.0.0.1/", "127.0.0.1 is not a public address"),
        ("http://127.0.0.1./", "127.0.0.1 is not a public address"),
        ("http://10.1.2.3/", "10.1.2.3 is not a public address"),
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254 is not a public address"),
        ("http://[::1]/", "::1 is not a public address"),
        ("http://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1 is not a public address"),
        ("http://[::ffff:8.8.8.8]/", "::ffff:8.8.8.8 is not a public address"),
        ("http://[fe80::1%25eth0]/", "fe80::1%25eth0 is not a public address"),
        ("http://[fd00:ec2::254]/", "fd00:ec2::254 is not a public address"),
    ],
)
def test_everything_else_is_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(AddressRefused) as raised:
        GUARD.target(url)
    assert str(raised.value) == reason


@pytest.mark.parametrize("url", ["http://[::1/", "http://kabar.example:port/", "http://kabar.example:99999/"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused, match=r"^not a URL: "):
        GUARD.target(url)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - judged, never bound
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "169.254.170.2",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:0:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_an_address_that_is_not_plainly_public_is_refused(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(AddressRefused, match="which is not a public address"):
        GUARD.judge_address(Target("http", "kabar.example", 80), address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "93.184.215.14",
        "11.0.0.1",
        "172.32.0.1",
        "192.169.0.1",
        "100.128.0.1",
        "169.253.1.1",
        "2606:4700::1",
    ],
)
def test_a_public_address_is_allowed(address: str) -> None:
    GUARD.judge_address(Target("http", "kabar.example", 80), address)
    assert is_public(ipaddress.ip_address(address))


def test_a_listed_server_may_be_on_loopback_and_nowhere_else_that_is_private() -> None:
    listed = Target("http", "localhost", 8000)
    GUARD.judge_address(listed, "127.0.0.1")
    GUARD.judge_address(listed, "::1")
    with pytest.raises(AddressRefused):
        GUARD.judge_address(listed, "10.0.0.1")
    with pytest.raises(AddressRefused):
        GUARD.judge_address(Target("http", "localhost", 8001), "127.0.0.1")
    with pytest.raises(AddressRefused):
        GUARD.judge_address(Target("http", "kabar.example", 8000), "127.0.0.1")


def test_nothing_local_is_allowed_where_nothing_is_listed() -> None:
    with pytest.raises(AddressRefused):
        AddressGuard().target("http://localhost:8000/")
    with pytest.raises(AddressRefused):
        AddressGuard().judge_address(Target("http", "localhost", 8000), "127.0.0.1")
