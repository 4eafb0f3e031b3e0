"""What stands before the root: entities are refused however they hide, and no parser sees the rest."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from functions.fetch import fast_feeds, tolerant_feeds
from functions.fetch.feed_documents import parse
from functions.fetch.feed_entry import FeedDocument, NotAFeed
from functions.fetch.prolog import OWN_ENTITIES, read_prolog

BASE = "https://kabar.example/rss"
RSS = "<rss version='2.0'><channel><item><title>Harga &a;</title><link>https://kabar.example/1</link></item></channel></rss>"
LINES = "\n" * 20_000
HIDDEN = {
    "plain": "<!DOCTYPE rss [<!ENTITY a 'boom'>]>",
    "lower-case": "<!doctype rss [<!entity a 'boom'>]>",
    "after-a-declaration": "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'boom'>]>",
    "after-a-long-comment": f"<!--{'x' * 50_000}--><!DOCTYPE rss [<!ENTITY a 'boom'>]>",
    "after-many-comments": "<!---->" * 5000 + "<!DOCTYPE rss [<!ENTITY a 'boom'>]>",
    "after-a-comment-that-quotes-a-root": "<!-- <rss> --><!DOCTYPE rss [<!ENTITY a 'boom'>]>",
    "after-a-long-instruction": f"<?x {'y' * 50_000}?><!DOCTYPE rss [<!ENTITY a 'boom'>]>",
    "after-an-instruction-with-an-arrow": "<?x > <rss> ?><!DOCTYPE rss [<!ENTITY a 'boom'>]>",
    "after-white-space": f"{LINES}<!DOCTYPE rss [<!ENTITY a 'boom'>]>",
    "white-space-within": f"<!DOCTYPE{LINES}rss{LINES}[<!ENTITY a 'boom'>]>",
    "white-space-before-the-name": "<!\n DOCTYPE rss [<!ENTITY a 'boom'>]>",
    "no-white-space": "<!DOCTYPErss[<!ENTITY a 'boom'>]>",
    "other-white-space": "<!DOCTYPE\u00a0rss\u2028[<!ENTITY a 'boom'>]>",
    "behind-an-external-id": "<!DOCTYPE rss PUBLIC '-//a>//b' \"x'>\" [<!ENTITY a 'boom'>]>",
    "quotes-that-look-like-its-end": "<!DOCTYPE rss SYSTEM '>' [<!ENTITY a 'boom'>]>",
    "quotes-that-look-like-a-comment": "<!DOCTYPE rss SYSTEM '<!--' [<!ENTITY a 'boom'>]>",
    "the-second-of-two": "<!DOCTYPE rss><!DOCTYPE rss [<!ENTITY a 'boom'>]>",
    "parameter-entity": "<!DOCTYPE rss [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/x'> %p;]>",
    "attributes": "<!DOCTYPE rss [<!ATTLIST rss a CDATA 'x'>]>",
    "empty-subset": "<!DOCTYPE rss []>",
    "without-a-type": "<!ENTITY a 'boom'>",
    "after-a-servers-message": "Warning: x in y <b>z</b> <!DOCTYPE rss [<!ENTITY a 'boom'>]>",
    "control-characters-within": "<!DOC\x00TYPE rss \x0b[<!ENTITY a 'boom'>]>",
}


def read(text: str) -> FeedDocument:
    return parse(text.encode(), None, BASE, "Asia/Jakarta")


@pytest.mark.parametrize("prolog", HIDDEN.values(), ids=HIDDEN)
def test_own_entities_are_refused_however_they_hide(prolog: str) -> None:
    with pytest.raises(NotAFeed) as raised:
        read(prolog + RSS)
    assert str(raised.value) == OWN_ENTITIES


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-8-sig"])
@pytest.mark.parametrize("name", ["plain", "after-a-long-comment", "white-space-within"])
def test_own_entities_are_refused_in_any_encoding(encoding: str, name: str) -> None:
    with pytest.raises(NotAFeed, match=r"^declares its own entities"):
        parse((HIDDEN[name] + RSS).encode(encoding), "text/xml; charset=us-ascii", BASE, "Asia/Jakarta")


@pytest.mark.parametrize("encoding", ["iso-2022-jp", "cp037", "utf-7", "hz", "shift_jis"])
def test_an_encoding_that_hides_a_declaration_shows_it_or_is_no_feed(encoding: str) -> None:
    text = f"<?xml version='1.0' encoding='{encoding}'?>{HIDDEN['plain']}{RSS}"
    with pytest.raises(NotAFeed):
        parse(text.encode(encoding), f"text/xml; charset={encoding}", BASE, "Asia/Jakarta")


@pytest.mark.parametrize(
    "text",
    [
        f"<!-- {HIDDEN['plain']} -->{RSS}",
        f"<?x {HIDDEN['plain']} ?>{RSS}",
        RSS.replace("<channel>", f"<channel>{HIDDEN['plain']}"),
        RSS + HIDDEN["plain"],
        RSS.replace("<item>", f"<item><description><![CDATA[{HIDDEN['plain']}]]></description>"),
    ],
    ids=["comment", "instruction", "inside-the-root", "after-the-root", "quoted-in-an-article"],
)
def test_a_declaration_where_none_can_be_declares_nothing(text: str) -> None:
    (entry,) = read(text).entries
    assert (entry.url, "boom" in (entry.title or "")) == ("https://kabar.example/1", False)


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss.dtd">',
        "<!DOCTYPE rss SYSTEM 'http://127.0.0.1:9/[x]'>",
        "<!DOCTYPE rss>",
        "<?xml-stylesheet href='http://127.0.0.1:9/x.xsl'?>",
        "PHP Warning: x < 3 in <b>y</b>\n<?xml version='1.0'?>",
        "<!-- <rss> <!-- --><!-- < -->",
        "<!-- unclosed -- > --><?x?><?y ?>",
        "<![CDATA[ junk ]]>",
    ],
)
def test_what_else_stands_before_the_root_costs_no_entry(prolog: str) -> None:
    (entry,) = read(prolog + RSS.replace("&a;", "beras")).entries
    assert entry.title == "Harga beras"


def test_parsers_see_the_root_and_what_follows_it_only(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    def refuse(text: bytes, *_: object) -> FeedDocument:
        seen.append(text)
        raise ValueError

    monkeypatch.setattr(fast_feeds, "read", refuse)
    monkeypatch.setattr(tolerant_feeds, "read", refuse)
    with pytest.raises(NotAFeed, match=r"^no parser reads it \(ValueError\)$"):
        read("<?xml version='1.0'?><?x?><!--y--><!DOCTYPE rss SYSTEM 'z'>" + RSS)
    assert seen == [RSS.encode()] * 2


@pytest.mark.parametrize(
    "text",
    [
        "<!--" * 250_000,
        "<!DOCTYPE " * 100_000,
        "<!DOCTYPE x '" * 80_000,
        "<?" * 500_000,
        "<" * 1_000_000,
        "<!x " * 250_000,
        "<x" + " <!" * 300_000,
        "<!DOCTYPE>" * 100_000,
    ],
    ids=lambda text: text[:12],
)
def test_a_prolog_is_read_in_linear_time(text: str) -> None:
    started = time.process_time()
    with suppress(NotAFeed):
        read_prolog(text.encode())
    assert time.process_time() - started < 2
