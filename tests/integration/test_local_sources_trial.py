"""``make sources ARGS="test …"``: asked politely, told in full, and nothing written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from functions.extract.failures import HostBusy
from functions.extract.finding import Found, StoryFinder
from functions.extract.site_rules import TDM_PATH
from tests.support.source_trials import HTML, KABAR, LAIN, PARAGRAPH, Trials, page, rows
from tests.support.web_server import Reply


def test_a_source_that_works_is_told_from_its_feed_to_its_first_article(trials: Trials) -> None:
    trials.serve_feed(
        trials.item(1, age=5),
        trials.item(2, age=1),
        trials.item(3, age=100),
        etag='"v1"',
        last_modified="Mon",
    )
    trials.serve("/berita/2", page())
    trials.serve("/robots.txt", Reply(b"User-agent: *\nDisallow: /rahasia", content_type="text/plain"))
    status, output = trials.run()
    assert status == 0, output
    assert trials.web.paths() == ["/rss", "/robots.txt", TDM_PATH, "/berita/2"]
    assert output.startswith(f"Kabar (kabar), {trials.web.url('', KABAR)}\n")
    assert rows(output, "validators") == ['ETag "v1", Last-Modified Mon']
    assert rows(output, "entries") == ["3: 2 would be fetched; 1 left out: older than backfill"]
    assert rows(output, "next poll")[0].startswith("not before 20")
    assert rows(output, "robots.txt") == ["allows the page"]
    assert rows(output, "title") == ["Berita 2"]
    assert rows(output, "authors") == ["Dimas Harsanto"]
    assert rows(output, "text")[0].endswith(" words, from the page")
    assert PARAGRAPH[:60] in output
    assert rows(output, "owner") == [f"Kabar (kabar), {trials.web.url('', KABAR)}"]
    assert rows(output, "rights") == ["display excerpt, index noindex-news, images remote"]
    assert rows(output, "failed") == []


def test_publishers_see_the_portals_name_and_a_pause_between_requests(trials: Trials) -> None:
    trials.write("request_gap: 15s", feeds="/rss /dunia")
    trials.serve_feed(trials.item(1))
    trials.serve_feed(trials.item(2), path="/dunia")
    trials.serve("/berita/1", page())
    status, output = trials.run()
    assert status == 0, output
    assert {one.header("User-Agent") for one in trials.web.asked} == {rows(output, "asked as")[0]}
    assert "portal.example/about.html" in rows(output, "asked as")[0]
    assert trials.web.paths() == ["/rss", "/dunia", "/robots.txt", TDM_PATH, "/berita/1"]
    # As nobody really sleeps here, the client asks once more for the three pauses that extract has made.
    assert len(trials.slept) == len(trials.web.asked) - 1 + 3
    assert all(pause > 1 for pause in trials.slept)
    assert not [one for one in trials.web.asked if one.header("Cookie") or one.header("Referer")]


def test_a_trial_waits_for_a_gap_that_is_longer_than_extract_may_wait(
    trials: Trials, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, busy = StoryFinder.find, [HostBusy(timedelta(seconds=60))] * 2

    def found(*asked: Any) -> Found:
        if busy:
            raise busy.pop()
        return find(*asked)

    monkeypatch.setattr(StoryFinder, "find", found)
    trials.write("request_gap: 0s")
    trials.serve_feed(trials.item(1))
    trials.serve("/berita/1", page())
    status, output = trials.run()
    assert status == 0, output
    assert trials.slept.count(60.0) == 2


def test_every_feed_of_a_source_is_told_and_one_that_fails_is_status_1(trials: Trials) -> None:
    trials.write(feeds="/gone /rss")
    trials.serve_feed(trials.item(1))
    trials.serve("/berita/1", page())
    status, output = trials.run()
    assert status == 1
    assert rows(output, "failed") == ["HTTP 404"]
    assert "look for the feed's present address" in rows(output, "to do")[0]
    assert rows(output, "title") == ["Berita 1"]


def test_a_host_that_wants_to_be_left_alone_is(trials: Trials) -> None:
    trials.write(feeds="/rss /dunia")
    trials.serve("/rss", Reply(status=429, headers={"Retry-After": "7200"}))
    status, output = trials.run()
    assert status == 1
    assert trials.web.paths() == ["/rss"]
    assert rows(output, "failed") == ["HTTP 429"]
    assert rows(output, "not asked") == ["its host wants to be left alone"]
    assert "No article: no feed was read." in output


def test_a_page_that_robots_txt_keeps_from_us_is_not_asked(trials: Trials) -> None:
    trials.serve_feed(trials.item(1))
    trials.serve("/berita/1", page())
    trials.serve("/robots.txt", Reply(b"User-agent: Newswire\nDisallow: /berita", content_type="text/plain"))
    status, output = trials.run()
    assert status == 1
    assert trials.web.paths() == ["/rss", "/robots.txt"]
    assert rows(output, "robots.txt") == ["disallows the page"]
    assert rows(output, "text") == ["1 word, from the feed"]
    assert rows(output, "no page") == ["robots.txt disallows"]
    assert "ask the publisher" in rows(output, "to do")[0]


def test_a_robots_txt_that_cannot_be_had_is_told(trials: Trials) -> None:
    trials.serve_feed(trials.item(1))
    trials.serve("/robots.txt", Reply(status=503))
    status, output = trials.run()
    assert status == 1
    assert rows(output, "robots.txt") == ["could not be had (HTTP 503); until it can be, no page is asked"]


def test_a_page_without_an_article_leaves_the_feeds_text_with_the_reason(trials: Trials) -> None:
    trials.serve_feed(trials.item(1))
    trials.serve("/berita/1", Reply(b"<html><body></body></html>", content_type=HTML))
    status, output = trials.run()
    assert status == 1
    assert rows(output, "no page") == ["no article text found"]
    assert "| Ringkasan" in output


def test_headlines_only_are_what_was_wanted_and_no_page_is_asked(trials: Trials) -> None:
    trials.write("display: link")
    trials.serve_feed(trials.item(1))
    status, output = trials.run()
    assert status == 0
    assert trials.web.paths() == ["/rss"]
    assert rows(output, "robots.txt") == ["not asked (display: link)"]
    assert rows(output, "rights") == ["display link, index noindex-news, images remote"]


def test_an_article_of_somebody_else_is_credited_to_them_under_others(trials: Trials) -> None:
    trials.write("others: excerpt")
    trials.serve_feed(trials.item(1, host=LAIN))
    trials.serve("/berita/1", page(), host=LAIN)
    status, output = trials.run()
    assert status == 0
    assert rows(output, "owner")[0].startswith(f"{LAIN} (@{LAIN}), http://{LAIN}:")
    assert rows(output, "rights") == ["display excerpt, index noindex-news, images remote"]


def test_a_feed_of_old_entries_shows_the_newest_and_says_that_none_would_be_fetched(trials: Trials) -> None:
    trials.serve_feed(trials.item(1, age=200), trials.item(2, age=100))
    trials.serve("/berita/2", page())
    status, output = trials.run()
    assert status == 0
    assert rows(output, "entries") == ["2: 0 would be fetched; 2 left out: older than backfill"]
    assert rows(output, "title") == ["Berita 2"]


def test_words_that_exclude_every_entry_leave_no_article(trials: Trials) -> None:
    trials.write("include: [olahraga]")
    trials.serve_feed(trials.item(1))
    status, output = trials.run()
    assert status == 1
    assert rows(output, "entries") == ["1: 0 would be fetched; 1 left out: excluded by words"]
    assert "No article: no entry has a link and is wanted." in output


def test_a_hint_that_is_too_large_for_a_message_is_read_all_the_same(trials: Trials) -> None:
    words = "kata " * 25_000
    content = f"<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>{words}{words}</content:encoded>"
    trials.serve_feed(trials.item(1, more=content))
    trials.serve("/berita/1", Reply(status=404))
    status, output = trials.run()
    assert status == 1
    assert rows(output, "no page") == ["HTTP 404"]
    assert rows(output, "text")[0].endswith("words, from the feed")


def test_a_redirect_for_good_is_told_with_what_to_do(trials: Trials) -> None:
    trials.serve("/rss", Reply(status=301, headers={"Location": trials.web.url("/feed", KABAR)}))
    trials.serve_feed(trials.item(1), path="/feed")
    trials.serve("/berita/1", page())
    status, output = trials.run()
    assert status == 0
    told = " ".join(output.split())
    assert f"redirected to {trials.web.url('/feed', KABAR)} for good: put that address into the file" in told


def test_a_source_that_is_not_enabled_is_tried_and_that_is_said(trials: Trials) -> None:
    trials.write("enabled: false")
    trials.serve_feed(trials.item(1))
    trials.serve("/berita/1", page())
    status, output = trials.run()
    assert status == 0
    assert rows(output, "enabled") == ["false: it is not polled until that is true"]
    assert rows(output, "rights") == ["display excerpt, index noindex-news, images remote"]


def test_a_feed_that_is_gone_for_good_is_not_asked_again(trials: Trials) -> None:
    trials.serve("/rss", Reply(status=410))
    status, output = trials.run()
    assert status == 1
    assert rows(output, "failed") == ["HTTP 410"]
    assert "take the address out of the file" in rows(output, "to do")[0]
    assert rows(output, "next poll") == ["never"]


def test_what_a_feed_says_cannot_steer_the_terminal(trials: Trials) -> None:
    steering = "A\u202e31mB\x9b2J"
    trials.serve_feed(trials.item(1, title=steering))
    trials.serve("/berita/1", page(steering))
    status, output = trials.run()
    assert status == 0
    assert rows(output, "title") == ["A\\u202e31mB2J"]
    assert not [one for one in output if one != "\n" and (ord(one) < 32 or 0x7F <= ord(one) < 0xA0)]
