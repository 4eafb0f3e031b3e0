"""Text and data mining that is reserved: always recorded, and respected unless we may show the whole text."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from functions.extract.failures import TransientFailure
from functions.extract.site_rules import ROBOTS_PATH, TDM_LIMIT, TDM_PATH
from newswire.directives import Directives
from tests.support.aws_stack import FEED_TABLE
from tests.support.extract_pages import HTML, KILLER, TEXT, page_body
from tests.support.extract_world import KABAR, SUMMARY, WARTA, World, entry
from tests.support.web_server import Reply

POLICY = "https://warta.example/policy.json"


def reserve(world: World, location: str = "/", host: str = WARTA) -> None:
    """Put a file with one rule on a site."""
    rule = {"location": location, "tdm-reservation": 1, "tdm-policy": POLICY}
    world.web.replies[host + TDM_PATH] = Reply(json.dumps([rule]).encode(), content_type="application/json")


def asked(world: World, host: str = WARTA) -> int:
    """Return how often a site was asked for its file."""
    return sum(one.path == TDM_PATH and one.host == host for one in world.web.asked)


def handle(world: World, path: str = "/berita/1", host: str = WARTA, **fields: Any) -> None:
    """Work off the message of a page; Warta's articles are shown as excerpts."""
    source = "warta" if host == WARTA else "kabar"
    world.handle(entry(world.serve(path, TEXT, host, **fields), source=source, content="<p>Isi penuh.</p>"))


def said(world: World) -> Directives:
    """Return what is recorded with the only article."""
    return world.only().directives


def test_a_reserved_page_is_not_asked_and_the_feeds_summary_says_why(world: World) -> None:
    reserve(world)
    handle(world)
    document = world.document()
    assert (document.origin, document.reason, document.text) == ("feed", "TDM reserved", SUMMARY)
    assert world.pages_asked() == []
    assert said(world) == Directives(tdm_reserved=True, tdm_policy=POLICY)


def test_a_publisher_whose_whole_text_we_may_show_has_given_more_than_it_reserves(world: World) -> None:
    reserve(world, host=KABAR)
    handle(world, host=KABAR)
    assert (world.document().origin, world.document().text) == ("page", TEXT)
    assert world.only().directives == Directives(tdm_reserved=True, tdm_policy=POLICY)


def test_only_what_a_rule_names_is_reserved(world: World) -> None:
    reserve(world, "/premium/")
    handle(world)
    assert (world.document().origin, said(world)) == ("page", Directives())


@pytest.mark.parametrize(("header", "reason"), [("1", "TDM reserved"), ("0", None), ("yes", None)])
def test_the_header_of_the_answer_counts(world: World, header: str, reason: str | None) -> None:
    url = world.serve("/berita/1", host=WARTA)
    headers = {"TDM-Reservation": header}
    world.web.replies[f"{WARTA}/berita/1"] = Reply(page_body(), headers=headers, content_type=HTML)
    world.handle(entry(url, source="warta", content="<p>Isi penuh.</p>"))
    assert world.document().reason == reason
    assert [call.params["tdm"] for call in world.worker.calls if call.task == "page"] == [
        ({"1": True, "0": False}.get(header), None)
    ]


def test_the_pages_own_word_counts_and_its_text_is_given_up(world: World) -> None:
    handle(world, directives={"tdm_reserved": True, "noindex": True})
    document = world.document()
    assert (document.origin, document.reason, document.text) == ("feed", "TDM reserved", SUMMARY)
    assert document.provenance.status == 200
    assert said(world) == Directives(noindex=True, tdm_reserved=True)


def test_a_text_that_comes_to_be_reserved_is_carried_no_longer(world: World) -> None:
    handle(world)
    assert world.document().origin == "page"
    reserve(world)
    world.now += timedelta(hours=25)
    world.handle(entry(world.url("/berita/1", WARTA), source="warta", poll=1, summary="Ringkasan baru."))
    assert (world.document().origin, world.document().reason) == ("feed", "TDM reserved")
    assert world.document().text == "Ringkasan baru."


def test_the_owners_permission_counts_and_not_the_carriers(world: World) -> None:
    reserve(world)
    world.handle(entry(world.serve("/berita/1", host=WARTA), source="kabar"))
    assert world.document().reason == "TDM reserved"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=404),
        Reply(status=403),
        Reply(status=503),
        Reply(b"<!doctype html><title>Tidak ada</title>", content_type=HTML),
        Reply(b"[" * (TDM_LIMIT + 1)),
        Reply(KILLER),
        Reply(status=302, headers={"Location": "http://169.254.169.254/"}),
    ],
    ids=["missing", "forbidden", "failing", "page", "too large", "killer", "leading astray"],
)
def test_a_file_that_cannot_be_had_reserves_nothing(world: World, reply: Reply) -> None:
    world.web.replies[WARTA + TDM_PATH] = reply
    handle(world)
    handle(world, "/berita/2")
    assert {item.origin for item in world.articles().values() if hasattr(item, "origin")} == {"page"}
    assert asked(world) == 1


def test_a_redirected_file_is_followed(world: World) -> None:
    world.redirect(TDM_PATH, world.url("/aturan.json", WARTA), WARTA)
    rule = [{"location": "/", "tdm-reservation": 1}]
    world.web.replies[f"{WARTA}/aturan.json"] = Reply(json.dumps(rule).encode())
    handle(world)
    assert world.document().reason == "TDM reserved"


@pytest.mark.parametrize("status", [200, 404])
def test_the_file_is_asked_for_once_a_day(world: World, status: int) -> None:
    world.web.replies[WARTA + TDM_PATH] = Reply(b"[]", status)
    handle(world)
    world.now += timedelta(hours=23, minutes=59)
    handle(world, "/berita/2")
    assert asked(world) == 1
    world.now += timedelta(minutes=2)
    handle(world, "/berita/3")
    assert asked(world) == 2


def test_a_site_that_failed_is_asked_again_after_an_hour(world: World) -> None:
    world.web.replies[WARTA + TDM_PATH] = Reply(status=502)
    handle(world)
    item = world.stack.items(FEED_TABLE)[f"tdmrep#http://{WARTA}:{world.web.port}"]
    assert (item["status"], int(item["expires"])) == (
        None,
        int((world.now + timedelta(hours=1)).timestamp()),
    )


def test_a_site_that_wants_to_be_left_alone_is_left_alone_with_its_pages(world: World) -> None:
    world.web.replies[WARTA + TDM_PATH] = Reply(status=429, headers={"Retry-After": "120"})
    with pytest.raises(TransientFailure, match="HTTP 429"):
        handle(world)
    assert world.pages_asked() == []
    assert f"tdmrep#http://{WARTA}:{world.web.port}" not in world.stack.items(FEED_TABLE)


def test_a_file_for_which_the_messages_time_was_too_short_is_asked_for_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.extract.finding.MESSAGE_SECONDS", 0.5)
    world.web.replies[WARTA + TDM_PATH] = Reply(hang=True)
    with pytest.raises(TransientFailure, match="timed out"):
        handle(world)
    assert f"tdmrep#http://{WARTA}:{world.web.port}" not in world.stack.items(FEED_TABLE)


def test_a_file_that_robots_txt_closes_is_not_asked_for(world: World) -> None:
    rules = Reply(b"User-agent: *\nDisallow: /.well-known/\n", content_type="text/plain")
    world.web.replies[WARTA + ROBOTS_PATH] = rules
    handle(world)
    assert (asked(world), world.document().origin) == (0, "page")


def test_the_file_of_the_site_where_a_redirect_ends_counts(world: World) -> None:
    reserve(world)
    page = world.serve("/berita/1", host=WARTA)
    world.handle(entry(world.redirect("/r/1", page), source="warta"))
    assert world.document().reason == "TDM reserved"
    assert world.pages_asked() == ["/r/1"]


def test_what_a_page_asks_is_recorded_without_a_revision(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    world.serve("/berita/1", directives={"noindex": True, "max_snippet": 0})
    world.now += timedelta(minutes=15)
    outcome = world.handle(entry(url, poll=1, rights="Kabar"))
    item = world.only()
    assert (outcome.what, item.revision, item.version) == ("unchanged", 1, 2)
    assert item.directives == Directives(noindex=True, max_snippet=0)


def test_what_a_page_asked_stays_while_it_cannot_be_had(world: World) -> None:
    url = world.serve("/berita/1", directives={"noindex": True}, host=WARTA)
    world.handle(entry(url, source="warta"))
    world.fail("/berita/1", 404, WARTA)
    world.handle(entry(url, source="warta", poll=1, summary="Baru."))
    assert said(world) == Directives(noindex=True)


def test_a_teaser_in_place_of_the_page_asks_for_the_article(world: World) -> None:
    world.handle(entry(world.serve("/berita/1")))
    world.serve("/berita/1", "Berlangganan untuk membaca.", paywalled=True, directives={"noindex": True})
    assert world.revisit().reason == "behind a paywall"
    assert said(world) == Directives(noindex=True)


def test_a_bot_check_asks_nothing_for_the_article_behind_it(world: World) -> None:
    check = "Just a moment... Checking your browser. Enable JavaScript and cookies to continue"
    world.handle(
        entry(world.serve("/berita/1", check, title="Just a moment...", directives={"noindex": True}))
    )
    assert world.document().reason == "bot check"
    assert said(world) == Directives()


@pytest.mark.parametrize("fields", [{"title": "Olahraga"}, {"notice": True}])
def test_another_page_in_an_articles_place_asks_nothing_for_it(world: World, fields: dict[str, Any]) -> None:
    world.handle(entry(world.serve("/berita/1", title="Harga beras turun")))
    other = "Daftar berita olahraga terbaru dari redaksi kami setiap hari sepanjang musim kompetisi."
    link = world.serve("/berita/2", other, directives={"noindex": True}, **fields)
    moved = entry(link, poll=1, article=world.only().id, summary="Lain.")
    assert world.handle(moved).reason in {"another page in its place", "retraction notice"}
    assert said(world) == Directives()
