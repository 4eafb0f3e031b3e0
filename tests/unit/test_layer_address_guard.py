"""Which addresses a request of ours may reach: public ones, and nothing else."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis.strategies import ip_addresses

from newswire.address_guard import AddressGuard, AddressRefused, Target, is_public

GUARD = AddressGuard(frozenset({"localhost:8000", "feeds.localhost:8000", "127.0.0.1:8000"}))

SCHEME = "only http and https URLs with a host are asked"
USER_INFO = "user info in a URL is not allowed"


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://kabar.example/rss", Target("http", "kabar.example", 80, "/rss")),
        ("https://Kabar.Example:443/rss?x=1#y", Target("https", "kabar.example", 443, "/rss?x=1")),
        ("https://kabar.example:80/", Target("https", "kabar.example", 80)),
        ("https://kabar.example./", Target("https", "kabar.example", 443)),
        ("https://bücher.example/", Target("https", "xn--bcher-kva.example", 443)),
        ("http://93.184.215.14/", Target("http", "93.184.215.14", 80)),
        (
            "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
            Target("https", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", 443),
        ),
        ("http://localhost:8000/rss", Target("http", "localhost", 8000, "/rss")),
        ("http://FEEDS.localhost:8000/rss", Target("http", "feeds.localhost", 8000, "/rss")),
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
        ("http://a..example/", "a..example is not a public host name"),
        ("http://kabar.example../", "kabar.example.. is not a public host name"),
        ("http://intranet/", "intranet is a local name"),
        ("http://wiki/", "wiki is not a public host name"),
        ("http://2130706433/", "2130706433 is not a public host name"),
        ("http://0x7f000001/", "0x7f000001 is not a public host name"),
        ("http://0x7f.0.0.0x1/", "0x7f.0.0.0x1 is not a public host name"),
        ("http://0177.0.0.1/", "0177.0.0.1 is not a public host name"),
        ("http://127.1/", "127.1 is not a public host name"),
        ("http://kabar.example.0x7f/", "kabar.example.0x7f is not a public host name"),
        ("http://①②⑦.⓪.⓪.①/", "127.0.0.1 is not a public address"),
        ("http://127.0.0.1/", "127.0.0.1 is not a public address"),
        ("http://127.0.0.1./", "127.0.0.1 is not a public address"),
        ("http://10.1.2.3/", "10.1.2.3 is not a public address"),
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254 is not a public address"),
        ("http://[::1]/", "::1 is not a public address"),
        ("http://[fe80::1]/", "fe80::1 is not a public address"),
        ("http://[64:ff9b::808:808]/", "64:ff9b::808:808 is not a public address"),
        ("http://[fd00:ec2::254]/", "fd00:ec2::254 is not a public address"),
    ],
)
def test_everything_else_is_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(AddressRefused) as raised:
        GUARD.target(url)
    assert str(raised.value) == reason


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1/",
        "http://[::1]kabar.example/",
        "http://[fe80::1%25eth0]/",
        "http://[2606:4700::1%eth0]/",
        "http://[v1.fe80]/",
        "http://[kabar.example]/",
        "http://kabar.example:port/",
        "http://kabar.example:-80/",
        "http://kabar.example:٨٠/",
        "http://kabar.example:999999/",
        "http://kabar.example:80:80/",
        "http://127.0.0.1%00.kabar.example/",
        "http://%6b%61bar.example/",
        "http://kabar℀.example/",
        "http://kabar.example/\ud800",
        "http://kabar.example/" + "a" * 8000,
    ],
)
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused, match=r"^not a URL: "):
        GUARD.target(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:8.8.8.8]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[::8.8.8.8]/",
        "http://[2002:808:808::]/",
        "http://[2001:0:808:808::1]/",
    ],
)
def test_an_ipv4_address_inside_an_ipv6_one_is_refused_even_if_it_is_public(url: str) -> None:
    with pytest.raises(AddressRefused, match=r" is not a public address$"):
        GUARD.target(url)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://KABAR.Example/", "kabar.example"),
        ("https://kabar.example./", "kabar.example"),
        ("https://kabar\u3002example\uff0e/", "kabar.example"),
        ("https://ｋａｂａｒ.example/", "kabar.example"),
        ("https://８.８.８.８/", "8.8.8.8"),
        ("https://faß.example/", "fass.example"),
        ("https://kabar_.example/", "kabar_.example"),
        ("https://[2606:4700:0:0::01]/", "2606:4700::1"),
    ],
)
def test_a_host_has_one_spelling_which_is_judged_and_asked(url: str, host: str) -> None:
    assert GUARD.target(url).host == host


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://kabar.example", "/"),
        ("https://kabar.example?x=1", "/?x=1"),
        ("https://kabar.example/?", "/"),
        ("https://kabar.example/a b", "/a%20b"),
        ("https://kabar.example/é?q=ü", "/%C3%A9?q=%C3%BC"),
        ("https://kabar.example/%e9%20", "/%e9%20"),
        ("https://kabar.example/100%", "/100%"),
        ("https://kabar.example/a\r\nX-Evil: 1", "/aX-Evil:%201"),
        ("https://kabar.example/a\x00\x7f\\", "/a%00%7F%5C"),
        ("https://kabar.example//other.example/x", "//other.example/x"),
        ("https://kabar.example/http://other.example/", "/http://other.example/"),
        ("https://kabar.example/a/../../b/./c/..", "/b/"),
        ("https://kabar.example/a/.hidden/..more", "/a/.hidden/..more"),
        ("https://kabar.example/rss#news", "/rss"),
        ("  https://kabar.example/rss \n", "/rss"),
    ],
)
def test_a_path_is_ascii_and_stays_as_it_was_given_otherwise(url: str, path: str) -> None:
    assert GUARD.target(url).path == path


@pytest.mark.parametrize(
    ("url", "authority", "absolute"),
    [
        ("https://kabar.example:443/a?b#c", "kabar.example", "https://kabar.example/a?b"),
        ("http://kabar.example:443/", "kabar.example:443", "http://kabar.example:443/"),
        ("http://[2606:4700::1]:443/", "[2606:4700::1]:443", "http://[2606:4700::1]:443/"),
        ("http://[2606:4700::1]/", "[2606:4700::1]", "http://[2606:4700::1]/"),
    ],
)
def test_what_is_written_into_a_request_comes_from_the_target(
    url: str, authority: str, absolute: str
) -> None:
    target = GUARD.target(url)
    assert (target.authority, target.url) == (authority, absolute)


def test_further_ports_are_allowed_where_they_are_configured_and_only_on_public_addresses() -> None:
    guard = AddressGuard(ports=frozenset({8080}))
    assert guard.target("http://1.1.1.1:8080/").port == 8080
    assert guard.target("https://kabar.example/").port == 443
    for url in ("http://127.0.0.1:8080/", "http://localhost:8080/", "http://kabar.example:8081/"):
        with pytest.raises(AddressRefused):
            guard.target(url)


@given(ip_addresses())
def test_what_the_standard_library_holds_for_private_is_never_public(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if is_public(address):
        assert address.is_global
        assert not address.is_multicast


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
        "169.254.100.1",
        "168.63.129.16",
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
        "2001:2::1",
        "2001:20::1",
        "3fff::1",
        "5f00::1",
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
