"""Links of every make: what cleaning and comparing them never does (docs/architecture.md, "Identity")."""

from __future__ import annotations

import json
import re
from ipaddress import IPv6Address
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.urls import absolute, article_id, clean_link, host_of, identity_form, without_tracking

TRACKING = ("utm_source", "utm_medium", "fbclid", "gclid", "mc_cid", "xtor", "at_custom1", "_ga", "WT_mc")
LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True).filter(
    lambda label: not re.fullmatch(r"www\d?|m|mobile|amp", label) and label[2:4] != "--"
)
HOSTS = st.tuples(LABELS, st.sampled_from(("kabar.example", "koran.co.id", "a-b.test"))).map(".".join)
# Words that no rule of identity speaks of.
WORDS = st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9_~-]{0,6}", fullmatch=True).filter(
    lambda word: "amp" not in word.lower()
)
PATHS = st.lists(WORDS, max_size=4).map(lambda words: "".join(f"/{word}" for word in words))
NAMES = WORDS.map(lambda word: f"q{word}")
PAIRS = st.lists(st.tuples(NAMES, WORDS).map("=".join), max_size=4, unique=True)
# Any text at all, surrogates and controls among it.
ANY_TEXT = st.text(st.characters(), max_size=40)


def cleaned(link: str) -> str:
    found = clean_link(link)
    assert found is not None, link
    return found


def link_of(host: str, path: str, pairs: list[str]) -> str:
    return f"https://{host}{path}{'?' if pairs else ''}{'&'.join(pairs)}"


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str]:
    """Return a link and another spelling of it, by every rule at once."""
    host, path, pairs = draw(HOSTS), draw(PATHS), draw(PAIRS)
    other_pairs = list(draw(st.permutations([*pairs, *draw(tracking())])))
    scheme, port = draw(
        st.sampled_from((("https", ""), ("HTTPS", ":443"), ("http", ""), ("Http", ":80"), ("https", ":")))
    )
    variant = draw(st.sampled_from(("", "", "www.", "WWW2.", "m.", "mobile.", "amp.")))
    written = path.replace("/", draw(st.sampled_from(("/", "//"))))
    ending = draw(st.sampled_from(("", "/", "/amp", "/AMP/", "/%61mp")))
    fragment = draw(st.sampled_from(("", "#", "#a?b=c", "#é")))
    query = "&".join(escaped(draw, pair) for pair in other_pairs)
    tail = f"{escaped(draw, written)}{ending}?{query}{fragment}"
    shown_host = draw(st.sampled_from((host, host.upper(), f"{host}.")))
    control = draw(st.sampled_from(("", "\t", "\n", "\x00", "\x1f")))
    return link_of(host, path, pairs), f"{control}{scheme}://{variant}{shown_host}{port}{tail}{control}"


@st.composite
def tracking(draw: st.DrawFn) -> list[str]:
    names = draw(st.lists(st.sampled_from(TRACKING), max_size=3))
    return [f"{name}={draw(WORDS)}" for name in names]


def escaped(draw: st.DrawFn, text: str) -> str:
    """Return the text with one of its characters percent-encoded that mean the same so."""
    places = [place for place, character in enumerate(text) if character.isalnum() or character in "-._~"]
    if not places:
        return text
    place = draw(st.sampled_from(places))
    written = draw(st.sampled_from((f"%{ord(text[place]):02X}", f"%{ord(text[place]):02x}", text[place])))
    return text[:place] + written + text[place + 1 :]


@given(spellings())
def test_every_spelling_of_a_link_has_its_id(pair: tuple[str, str]) -> None:
    link, spelling = pair
    assert identity_form(cleaned(spelling)) == identity_form(cleaned(link))
    assert article_id(cleaned(spelling)) == article_id(cleaned(link))


@given(HOSTS, PATHS, PAIRS, WORDS)
def test_what_no_rule_speaks_of_makes_another_article(
    host: str, path: str, pairs: list[str], word: str
) -> None:
    link = cleaned(link_of(host, path, pairs))
    others = {
        cleaned(link_of(host, f"{path}/{word}", pairs)),
        cleaned(link_of(host, path, [*pairs, f"z{word}="])),
        cleaned(link_of(f"x{host}", path, pairs)),
        cleaned(link_of(f"{host}:8443", path, pairs)),
        cleaned(link_of(host, f"{path}/%2F{word}", pairs)),
    }
    assert len({article_id(one) for one in (link, *others)}) == 6


@given(HOSTS, PATHS, PAIRS, tracking())
def test_only_what_tells_where_a_click_came_from_is_left_out_of_a_request(
    host: str, path: str, pairs: list[str], clicks: list[str]
) -> None:
    link = cleaned(link_of(host, path, pairs))
    tracked = cleaned(link_of(host, path, [*clicks, *pairs]))
    assert without_tracking(tracked) == link
    assert without_tracking(without_tracking(tracked)) == without_tracking(tracked)


@pytest.mark.parametrize("name", TRACKING)
def test_a_tracking_parameter_is_known_however_it_is_written(name: str) -> None:
    plain = "https://kabar.example/a?id=7"
    encoded = "".join(f"%{ord(character):02x}" for character in name)
    assert without_tracking(f"{plain}&{encoded}=x") == plain
    assert article_id(f"{plain}&{encoded}=x") == article_id(plain)


@given(ANY_TEXT, ANY_TEXT)
def test_whatever_is_cleaned_is_a_web_address_in_printable_ascii(text: str, base: str) -> None:
    for link in (text, f"https://{text}", f"https://kabar.example/{text}", f"//{text}", f"?{text}"):
        for at in ("", "https://kabar.example/a/b?c#d", base):
            found = clean_link(link, at)
            if found is None:
                continue
            assert re.fullmatch(r"https?://[!-~]+", found)
            assert not set(found) & set('<>"\\^` ')
            assert clean_link(found) == found
            assert clean_link(found, base) == found
            assert urlsplit(found).scheme in ("http", "https")
            assert urlsplit(found).username is None
            assert host_of(found)
            assert urlsplit(found).fragment == ""
            assert json.loads(json.dumps(found)) == found
            element = ET.Element("a", href=found)
            element.text = found
            read = ET.fromstring(ET.tostring(element))  # noqa: S314 - what was just written
            assert (read.text, read.get("href")) == (found, found)


@given(st.from_regex(r"[a-z][a-z0-9+.-]{0,12}", fullmatch=True), ANY_TEXT)
def test_no_other_scheme_passes(scheme: str, rest: str) -> None:
    if scheme not in ("http", "https"):
        assert clean_link(f"{scheme}:{rest}") is None
        assert clean_link(f"{scheme.upper()}://kabar.example/{rest}", "") is None


@given(ANY_TEXT, ANY_TEXT)
def test_no_reference_makes_resolving_raise_anything_but_what_it_documents(base: str, reference: str) -> None:
    for at in (base, f"https://{base}", f"https://kabar.example/{base}"):
        try:
            found = absolute(at, reference)
        except ValueError:
            continue
        assert isinstance(found, str)


@given(ANY_TEXT)
def test_any_text_has_a_host_or_none(text: str) -> None:
    for link in (text, f"https://{text}", f"https://[{text}]/"):
        assert isinstance(host_of(link), str)


@given(st.text(st.characters(categories=("Ll", "Lo", "Mn")), min_size=1, max_size=12))
def test_a_name_in_any_script_is_the_same_host_as_its_punycode(label: str) -> None:
    found = clean_link(f"https://{label}.example/a")
    if found is not None:
        host = urlsplit(found).netloc
        assert host.isascii()
        assert article_id(found) == article_id(cleaned(f"HTTPS://{host.upper()}/a#b"))


@given(st.ip_addresses(v=6), st.integers(1, 65535))
def test_an_ipv6_address_is_one_host_however_it_is_written_and_no_part_of_it_a_port(
    address: IPv6Address, port: int
) -> None:
    link = cleaned(f"https://[{address.exploded.upper()}]/a")
    assert link == f"https://[{address.compressed}]/a"
    ported = cleaned(f"https://[{address.compressed}]:{port}/a")
    assert (article_id(ported) == article_id(link)) == (port == 443)


@pytest.mark.parametrize("with_port", ["https://[1::2]:8080/", "http://[::1]:99/a"])
def test_a_port_is_no_part_of_an_ipv6_address(with_port: str) -> None:
    host, _, rest = with_port.partition("]:")
    port, _, path = rest.partition("/")
    assert article_id(with_port) != article_id(f"{host}:{port}]/{path}")


@pytest.mark.parametrize("host", ["[v1.a]", "[fe80::1%25eth0]", "[::1", "::1]", "[:::]", "[1.2.3.4]", "[]"])
def test_what_is_no_address_in_brackets_is_no_host(host: str) -> None:
    assert clean_link(f"https://{host}/a") is None
