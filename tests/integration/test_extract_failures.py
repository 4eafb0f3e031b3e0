"""A page that is not had: the feed's own words with the reason, a later attempt, and never a loss."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

import pytest

from functions.extract import finding
from functions.extract.failures import TransientFailure
from functions.extract.page_requests import PAGE_LIMIT
from functions.extract.reservations import UNSAID, Reservation
from newswire.article_item import ArticleItem
from newswire.clock import instant
from newswire.http_client import Answer
from newswire.worker import WorkerFailed
from tests.support.extract_pages import HTML, KILLER, page_body
from tests.support.extract_world import KABAR, NOW, SUMMARY, TITLE, World, entry
from tests.support.web_server import Reply


def answer(world: World, reply: Reply, path: str = "/berita/1") -> str:
    """Let a page of Kabar answer so, and return its address."""
    world.web.replies[KABAR + path] = reply
    return world.url(path)


class RaisingWorker:
    """A worker whose parser raises on every document."""

    def start(self) -> None:
        """Have nothing to start."""

    def turn(self) -> AbstractContextManager[None]:
        """Keep nobody out."""
        return nullcontext()

    def call(self, body: bytes, params: object, wall_seconds: float) -> dict[str, object]:  # noqa: ARG002 - as Worker
        """Fail."""
        raise WorkerFailed("parser failed")


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(status=404, content_type=HTML), "HTTP 404"),
        (Reply(status=410, content_type=HTML), "HTTP 410"),
        (Reply(status=403, content_type=HTML), "HTTP 403"),
        (Reply(status=204, content_type=HTML), "HTTP 204"),
        (Reply(status=302, content_type=HTML), "HTTP 302"),
        (Reply(b"%PDF-1.7", content_type="application/pdf"), "not a page: application/pdf"),
        (Reply(b"\x89PNG", content_type="Image/PNG; x=1"), "not a page: image/png"),
        (Reply(b"x" * (PAGE_LIMIT + 1), content_type=HTML), "too large"),
        (Reply(b"0" * (PAGE_LIMIT + 1), content_type=HTML, gzipped=True), "too large"),
        (Reply(KILLER, content_type=HTML), "parser died"),
        (Reply(b"{", content_type=HTML), "parser failed"),
        (Reply(page_body(""), content_type=HTML), "no article text found"),
    ],
)
def test_where_there_is_no_page_the_feeds_summary_is_the_article(
    world: World, monkeypatch: pytest.MonkeyPatch, reply: Reply, reason: str
) -> None:
    if reason == "parser failed":
        monkeypatch.setattr(world, "worker", RaisingWorker())
    outcome = world.handle(entry(answer(world, reply), authors=("Siti",), image="https://a.example/1.jpg"))
    document = world.document()
    assert (outcome.what, outcome.origin, outcome.reason) == ("stored", "feed", reason)
    assert (document.origin, document.reason, document.text) == ("feed", reason, SUMMARY)
    assert (document.title, document.authors, document.images[0].url) == (
        TITLE,
        ("Siti",),
        "https://a.example/1.jpg",
    )
    assert (document.provenance.extractor, document.provenance.page_sha256) == ("feed", None)
    assert world.only().recheck_at is None
    assert len(world.pages_asked()) == 1


def test_the_servers_answer_is_recorded_with_the_feeds_summary(world: World) -> None:
    gone = world.fail("/hilang", 410)
    world.handle(entry(world.redirect("/berita/1", gone)))
    proof = world.document().provenance
    assert (proof.status, proof.final_url, proof.fetched) == (410, gone, instant(NOW))


def test_a_redirect_without_end_is_given_up(world: World) -> None:
    url = world.url("/berita/1")
    world.handle(entry(world.redirect("/berita/1", url)))
    assert world.document().reason == "too many redirects"


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "file:///etc/passwd"]
)
def test_a_redirect_into_the_operators_network_is_not_followed(world: World, target: str) -> None:
    world.handle(entry(world.redirect("/berita/1", target)))
    assert world.document().reason == "address refused"


def test_a_feeds_full_content_is_preferred_to_its_summary(world: World) -> None:
    url = world.fail("/berita/1", 404)
    world.handle(entry(url, content="<p>Paragraf satu.</p><p>Paragraf dua.</p>"))
    document = world.document()
    assert (document.text, document.excerpt) == ("Paragraf satu.\nParagraf dua.", SUMMARY)
    assert document.html == "<p>Paragraf satu.</p><p>Paragraf dua.</p>"


def test_a_summary_is_text_and_never_markup(world: World) -> None:
    world.handle(entry(world.fail("/berita/1", 404), summary="1 < 2 & <script>alert(1)</script>"))
    assert world.document().html == "<p>1 &lt; 2 &amp; &lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert world.document().text == "1 < 2 & <script>alert(1)</script>"


def test_a_headline_alone_is_an_article_too(world: World) -> None:
    world.handle(entry(world.fail("/berita/1", 404), summary=None))
    assert (world.document().title, world.document().text, world.document().html) == (TITLE, "", "")


@pytest.mark.parametrize(
    ("status", "receive_count"), [(408, 1), (425, 2), (429, 1), (500, 2), (503, 1), (503, 2), (522, 1)]
)
def test_a_server_in_trouble_is_asked_again_later(world: World, status: int, receive_count: int) -> None:
    message = entry(world.fail("/berita/1", status, **{"Retry-After": "120"}))
    with pytest.raises(TransientFailure, match=f"HTTP {status}") as caught:
        world.handle(message, receive_count)
    assert caught.value.headers["retry-after"] == "120"
    assert world.articles() == {}
    world.serve("/berita/1")
    world.now += timedelta(seconds=120)
    assert world.handle(message, receive_count + 1).origin == "page"


def test_a_server_that_does_not_answer_is_asked_again_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MESSAGE_SECONDS", 0.2)
    with pytest.raises(TransientFailure, match="timed out"):
        world.handle(entry(answer(world, Reply(hang=True))))


def test_time_that_runs_out_before_the_parser_begins_is_a_failure_like_any_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class LastMoment:
        def get(self, link: str, *_: object) -> Answer:
            return Answer(200, link, {}, page_body())

        def reservation(self, _: str) -> Reservation:
            return UNSAID

    monkeypatch.setattr(finding, "MESSAGE_SECONDS", 0.0)
    message = entry(world.url("/berita/1"))
    with pytest.raises(TransientFailure, match="timed out"):
        world.invocation(LastMoment()).handle(message, 1)
    assert world.invocation(LastMoment()).handle(message, 3).reason == "timed out"


@pytest.mark.parametrize(("status", "receive_count"), [(404, 1), (503, 3)])
def test_a_page_once_had_is_not_replaced_by_a_feeds_summary(
    world: World, status: int, receive_count: int
) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    files = world.stack.objects()
    world.fail("/berita/1", status)
    edited = entry(url, poll=1, summary="Ringkasan baru.")
    outcome = world.handle(edited, receive_count)
    assert (outcome.what, outcome.origin, outcome.reason) == ("unchanged", "page", f"HTTP {status}")
    item = world.only()
    assert (item.origin, item.reason, item.revision) == ("page", None, 1)
    assert (item.excerpt, item.recheck_at) == ("Ringkasan baru.", instant(NOW + timedelta(hours=1)))
    assert world.stack.objects() == files
    assert edited.hint_hash in next(iter(item.via.values())).hints


def test_what_an_owner_no_longer_allows_is_replaced(world: World) -> None:
    url = world.serve("/berita/1")
    world.handle(entry(url))
    world.change_source("kabar", display="link")
    world.handle(entry(url, poll=1, summary="Ringkasan baru."))
    assert (world.document().origin, world.document().text) == ("feed", "Ringkasan baru.")
    assert len(world.pages_asked()) == 1


def test_a_hostile_page_costs_only_itself(world: World) -> None:
    one = world.invocation()
    paths = ["/berita/1", "/berita/2", "/berita/3"]
    for path in paths:
        world.serve(path, f"Harga beras turun di {path}.")
    answer(world, Reply(KILLER, content_type=HTML), "/berita/2")
    for path in paths:
        one.handle(entry(world.url(path), title=f"Kabar {path}"), 1)
    found = {item.url: item.reason for item in world.articles().values() if isinstance(item, ArticleItem)}
    assert found == {world.url(path): "parser died" if path == "/berita/2" else None for path in paths}


def test_every_message_has_its_own_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MESSAGE_SECONDS", 0.5)
    one = world.invocation()
    with pytest.raises(TransientFailure, match="timed out"):
        one.handle(entry(answer(world, Reply(hang=True), "/lambat")), 1)
    assert one.handle(entry(world.serve("/berita/1"), title="Cepat"), 1).origin == "page"
    page = world.worker.calls[-1]
    assert page.seconds is not None
    assert page.seconds <= 0.5


def test_a_server_that_wants_a_day_does_not_hold_back_its_publisher_and_gets_its_day(world: World) -> None:
    """The feed's text is stored at once; the page is asked for again when Retry-After has passed."""
    message = entry(world.fail("/berita/1", 503, **{"Retry-After": "86400"}))
    assert world.handle(message).what == "stored"
    item = world.only()
    assert (item.origin, item.reason) == ("feed", "HTTP 503")
    assert item.recheck_at == instant(world.now + timedelta(days=1))


def test_an_update_stated_for_the_future_is_a_clocks_error_and_no_news(world: World) -> None:
    ahead = instant(world.now + timedelta(days=2))
    world.handle(entry(world.serve("/berita/1", updated=ahead), updated=ahead))
    assert world.only().updated is None


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "7200"}], ids=["silent", "two-hours"])
def test_a_bare_link_without_words_waits_for_its_page_and_is_never_dropped(
    world: World, headers: dict[str, str]
) -> None:
    message = entry(world.fail("/berita/1", 503, **headers), title=None, summary=None)
    for receive_count in range(1, 6):
        with pytest.raises(TransientFailure, match="HTTP 503"):
            world.handle(message, receive_count)
    world.serve("/berita/1")
    world.now += timedelta(hours=2)
    assert world.handle(message, 5).what == "stored"


def test_no_answer_puts_the_looks_at_an_article_off_for_longer_than_a_day(world: World) -> None:
    world.handle(entry(world.serve("/berita/1")))
    world.fail("/berita/1", 500, **{"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"})
    assert world.revisit().what == "unchanged"
    assert world.only().recheck_at == instant(world.now + timedelta(days=1))
