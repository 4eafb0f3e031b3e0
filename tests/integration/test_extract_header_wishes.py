"""What the headers of a page ask holds for its article too where nobody could read the page itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from functions.extract.page_requests import PAGE_LIMIT
from newswire.directives import Directives
from tests.support.extract_pages import HTML, KILLER, TEXT, page_body
from tests.support.extract_world import KABAR, SUMMARY, WARTA, World, entry
from tests.support.several_pages import DUA, SATU
from tests.support.web_server import Reply

LINK = "/berita/1"
WISHES = {"X-Robots-Tag": "noindex, nosnippet, noarchive"}
HEARD = Directives(noindex=True, noarchive=True, max_snippet=0)
UNREAD = {
    "parser died": Reply(KILLER, headers=WISHES, content_type=HTML),
    "parser failed: title": Reply(page_body(title=7), headers=WISHES, content_type=HTML),
    "no page": Reply(b"%PDF-1.7", headers=WISHES, content_type="application/pdf"),
    "too large": Reply(b"x" * (PAGE_LIMIT + 1), headers=WISHES, content_type=HTML),
    "too large when decoded": Reply(b"0" * (PAGE_LIMIT + 1), headers=WISHES, content_type=HTML, gzipped=True),
    "unknown encoding": Reply(b"x", headers={**WISHES, "Content-Encoding": "br"}, content_type=HTML),
}


def handle(world: World, reply: Reply, host: str = KABAR, **hint: Any) -> Directives:
    """Let the page answer so, work its entry off, and return what is recorded with the article."""
    world.web.replies[host + LINK] = reply
    source = "warta" if host == WARTA else "kabar"
    world.handle(entry(world.url(LINK, host), source=source, **hint))
    return world.only().directives


def killer(robots_tag: str, **headers: str) -> Reply:
    return Reply(KILLER, headers={"X-Robots-Tag": robots_tag, **headers}, content_type=HTML)


@pytest.mark.parametrize("reply", UNREAD.values(), ids=UNREAD)
def test_a_page_that_is_there_and_cannot_be_read_asks_by_its_headers(world: World, reply: Reply) -> None:
    assert handle(world, reply) == HEARD
    assert (world.document().origin, world.document().text) == ("feed", SUMMARY)


def test_so_does_one_that_another_address_leads_to(world: World) -> None:
    world.web.replies[f"{KABAR}/berita/1.html"] = UNREAD["too large"]
    world.handle(entry(world.redirect(LINK, world.url("/berita/1.html"))))
    assert world.only().directives == HEARD


@pytest.mark.parametrize(
    ("header", "heard"),
    [
        ("NOINDEX", Directives(noindex=True)),
        ("googlebot: noindex, nosnippet", Directives()),
        ("NewsWire: noindex", Directives(noindex=True)),
        ("noimageindex", Directives(noimageindex=True)),
        ("otherbot: noindex, newswire: max-snippet:50", Directives(max_snippet=50)),
        ("unavailable_after: 2026-04-27", Directives(unavailable_after="2026-04-26T17:00:00.000Z")),
        ("x" * 30_000 + ", noindex", Directives()),
        (":,,:max-snippet:x," * 500, Directives()),
        ("", Directives()),
    ],
)
def test_the_header_is_read_as_it_is_beside_a_page(world: World, header: str, heard: Directives) -> None:
    world.change_source("kabar", timezone="Asia/Jakarta")
    assert handle(world, killer(header)) == heard


def test_of_several_headers_each_speaks_for_itself(world: World) -> None:
    lines = [b"X-Robots-Tag: googlebot: nofollow", b"x-robots-tag: noarchive", b"X-ROBOTS-TAG: nosnippet"]
    head = b"\r\n".join([b"HTTP/1.1 200 OK", b"Content-Type: text/html", *lines])
    length = b"Content-Length: %d" % len(KILLER)
    raw = [b"\r\n".join([head, length, b"Connection: close", b"", KILLER])]
    assert handle(world, Reply(raw=raw)) == Directives(noarchive=True, max_snippet=0)


@pytest.mark.parametrize("status", [403, 404, 410, 204])
def test_a_refusal_asks_nothing_for_the_article_behind_it(world: World, status: int) -> None:
    """Error pages and bot checks ask everyone not to index them."""
    assert handle(world, Reply(status=status, headers=WISHES, content_type=HTML)) == Directives()


def test_nor_does_the_front_page_that_a_link_leads_to_in_its_articles_stead(world: World) -> None:
    world.web.replies[f"{KABAR}/"] = UNREAD["parser died"]
    world.handle(entry(world.redirect(LINK, world.url("/"))))
    assert world.only().directives == Directives()


def test_what_a_page_asked_when_it_was_read_stands_beside_what_its_headers_ask_now(world: World) -> None:
    read = Reply(page_body(directives={"noindex": True, "max_snippet": 90}), content_type=HTML)
    assert handle(world, read) == Directives(noindex=True, max_snippet=90)
    now = killer("noarchive, max-snippet:200")
    assert handle(world, now, poll=1, rights="Kabar") == Directives(
        noindex=True, noarchive=True, max_snippet=90
    )
    assert (world.document().origin, world.document().text) == ("page", TEXT)


def test_so_it_does_at_a_look_that_the_schedule_asks_for(world: World) -> None:
    handle(world, Reply(page_body(directives={"noindex": True}), content_type=HTML))
    world.web.replies[KABAR + LINK] = killer("nosnippet")
    assert world.revisit().reason == "parser died"
    assert world.only().directives == Directives(noindex=True, max_snippet=0)


def test_headers_that_ask_what_they_asked_when_the_page_was_read_say_nothing_new(world: World) -> None:
    headers = {"TDM-Reservation": "1"}
    lifted = page_body(directives={"tdm_reserved": False})
    assert handle(world, Reply(lifted, headers=headers, content_type=HTML), WARTA).tdm_reserved is False
    died = Reply(KILLER, headers=headers, content_type=HTML)
    assert handle(world, died, WARTA, poll=1, summary="Baru.") == Directives(tdm_reserved=False)
    assert (world.document().origin, world.document().text) == ("page", TEXT)


def test_silent_headers_leave_what_was_known(world: World) -> None:
    handle(world, Reply(page_body(directives={"noindex": True}), headers=WISHES, content_type=HTML))
    assert handle(world, Reply(KILLER, content_type=HTML), poll=1, summary="Baru.") == Directives(
        noindex=True
    )


@pytest.mark.parametrize("name", ["parser died", "no page", "too large"])
def test_a_reservation_holds_for_a_page_that_cannot_be_read_too(world: World, name: str) -> None:
    reply = UNREAD[name]
    headers = {"TDM-Reservation": "1", "TDM-Policy": "/policy.json"}
    reserved = Reply(reply.body, headers=headers, content_type=reply.content_type)
    said = handle(world, reserved, WARTA, content="<p>Isi penuh.</p>")
    assert said == Directives(tdm_reserved=True, tdm_policy=world.url("/policy.json", WARTA))
    assert (world.document().reason, world.document().text) == ("TDM reserved", SUMMARY)


def test_who_may_show_the_whole_text_has_the_feeds_content_and_knows_of_the_reservation(
    world: World,
) -> None:
    reserved = Reply(KILLER, headers={"TDM-Reservation": "1"}, content_type=HTML)
    assert handle(world, reserved, content="<p>Isi penuh.</p>") == Directives(tdm_reserved=True)
    assert (world.document().reason, world.document().text) == ("parser died", "Isi penuh.")


def unmodified(headers: dict[str, str], **also: str) -> Reply:
    """Return a page whose 304 alone has some of its headers."""
    return Reply(page_body(), headers=also, content_type=HTML, etag='"1"', unmodified=headers)


def test_what_only_a_304_asks_is_asked_of_the_page(world: World) -> None:
    """RFC 9111 section 4.3.4: its header fields update those of the answer that is stored."""
    reply = unmodified({})
    assert handle(world, reply) == Directives()
    world.web.replies[KABAR + LINK] = replace(reply, unmodified={"X-Robots-Tag": "noimageindex"})
    assert world.revisit().what == "unchanged"
    assert world.only().directives == Directives(noimageindex=True)
    world.web.asked.clear()
    assert world.revisit().what == "unchanged"
    assert world.only().directives == Directives(noimageindex=True)
    assert world.pages_asked() == [LINK]


def test_what_a_304_asks_stands_beside_what_the_page_asks(world: World) -> None:
    reply = unmodified({"X-Robots-Tag": "noarchive"}, **{"X-Robots-Tag": "noindex"})
    handle(world, reply)
    world.revisit()
    assert world.only().directives == Directives(noindex=True, noarchive=True)


def test_a_304_that_asks_less_than_the_page_changes_nothing(world: World) -> None:
    reply = unmodified({"TDM-Reservation": "0"}, **{"TDM-Reservation": "1"})
    assert handle(world, reply) == Directives(tdm_reserved=True)
    world.revisit()
    assert world.only().directives == Directives(tdm_reserved=True)


def test_a_reservation_that_only_the_304_of_a_later_page_makes_is_heard(world: World) -> None:
    world.change_source("kabar", display="excerpt")
    second = replace(unmodified({}), body=page_body(DUA), etag='"2"')
    first = replace(unmodified({}), body=page_body(SATU, further_pages=[world.url(f"{LINK}?page=2")]))
    world.web.replies[f"{KABAR}{LINK}?page=2"] = second
    handle(world, first)
    assert world.document().text == f"{SATU}\n{DUA}"
    world.web.replies[f"{KABAR}{LINK}?page=2"] = replace(second, unmodified={"TDM-Reservation": "1"})
    world.revisit()
    world.revisit()
    assert world.document().text == SATU
