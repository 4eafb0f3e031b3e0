"""robots.txt by RFC 9309: asked once a day and site, obeyed, and never in the way where there is none."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import timedelta
from hashlib import shake_256

import pytest

from functions.extract.failures import TransientFailure
from functions.extract.site_rules import ROBOTS_LIMIT
from tests.support.aws_stack import FEED_TABLE
from tests.support.extract_pages import KILLER, TEXT
from tests.support.extract_world import KABAR, LENTERA, SUMMARY, WARTA, World, entry
from tests.support.web_server import Reply

CLOSED = b"User-agent: *\nDisallow: /tutup/\n"


def robots(world: World, body: bytes, host: str = KABAR, status: int = 200) -> None:
    """Put a robots.txt on a site."""
    world.web.replies[f"{host}/robots.txt"] = Reply(body, status, content_type="text/plain")


def asked(world: World, host: str = KABAR) -> int:
    """Return how often a site was asked for its robots.txt."""
    return sum(one.path == "/robots.txt" and one.host == host for one in world.web.asked)


def test_a_closed_page_is_not_asked_and_the_feeds_summary_says_why(world: World) -> None:
    robots(world, CLOSED)
    world.handle(entry(world.serve("/tutup/1")))
    document = world.document()
    assert (document.origin, document.reason, document.text) == ("feed", "robots.txt disallows", SUMMARY)
    assert (document.provenance.status, document.provenance.final_url) == (None, None)
    assert world.pages_asked() == []
    assert world.only().recheck_at is None


def test_an_open_page_of_the_same_site_is_asked(world: World) -> None:
    robots(world, CLOSED)
    world.handle(entry(world.serve("/buka/1")))
    assert (world.document().origin, world.document().text) == ("page", TEXT)


def test_rules_for_newswire_replace_those_for_everyone(world: World) -> None:
    robots(world, b"User-agent: *\nDisallow: /\n\nUser-agent: Newswire\nDisallow: /tutup/\n")
    world.handle(entry(world.serve("/buka/1")))
    assert world.document().origin == "page"


def test_a_publisher_can_leave_us_out_by_name(world: World) -> None:
    robots(world, b"User-agent: *\nAllow: /\n\nUser-agent: newswire\nDisallow: /\n")
    world.handle(entry(world.serve("/buka/1")))
    assert world.document().reason == "robots.txt disallows"


def test_one_file_serves_all_pages_of_an_invocation(world: World) -> None:
    robots(world, CLOSED)
    processing = world.invocation()
    for number in (1, 2, 3):
        processing.handle(entry(world.serve(f"/buka/{number}")), 1)
    assert asked(world) == 1


@pytest.mark.parametrize(
    ("body", "status"), [(CLOSED, 200), (b"", 404), (b"", 403)], ids=["rules", "missing", "forbidden"]
)
def test_the_file_is_remembered_for_a_day(world: World, body: bytes, status: int) -> None:
    robots(world, body, status=status)
    world.handle(entry(world.serve("/buka/1")))
    world.now += timedelta(hours=23, minutes=59)
    world.handle(entry(world.serve("/buka/2")))
    assert asked(world) == 1
    world.now += timedelta(minutes=2)
    world.handle(entry(world.serve("/buka/3")))
    assert asked(world) == 2


def test_a_remembered_file_is_obeyed_until_the_new_one_is_read(world: World) -> None:
    robots(world, CLOSED)
    world.handle(entry(world.serve("/buka/1")))
    robots(world, b"")
    world.handle(entry(world.serve("/tutup/1"), title="Tertutup"))
    assert world.pages_asked() == ["/buka/1"]
    world.now += timedelta(hours=25)
    world.handle(entry(world.serve("/tutup/2"), title="Terbuka"))
    assert world.pages_asked() == ["/buka/1", "/tutup/2"]


def test_the_memory_has_the_documented_shape_and_a_time_to_live(world: World) -> None:
    robots(world, CLOSED)
    world.handle(entry(world.serve("/buka/1")))
    site = f"http://{KABAR}:{world.web.port}"
    items = world.stack.items(FEED_TABLE)
    assert set(items) == {f"robots#{site}", f"tdmrep#{site}"}
    for item, status in ((items[f"robots#{site}"], 200), (items[f"tdmrep#{site}"], 404)):
        assert set(item) == {"pk", "rules", "status", "fetched", "expires"}
        assert (item["status"], item["fetched"]) == (status, "2026-01-05T01:00:00.000Z")
        assert int(item["expires"]) == int((world.now + timedelta(hours=24)).timestamp())


def test_of_a_large_file_only_what_concerns_us_is_kept(world: World) -> None:
    others = b"".join(b"User-agent: Bot%d\nDisallow: /%d\n" % (number, number) for number in range(10_000))
    robots(world, others + CLOSED)
    world.handle(entry(world.serve("/tutup/1")))
    world.handle(entry(world.serve("/tutup/2"), title="Lain"))
    assert asked(world) == 1
    assert world.pages_asked() == []
    item = world.stack.items(FEED_TABLE)[f"robots#http://{KABAR}:{world.web.port}"]
    assert len(bytes(item["rules"])) < 100


def test_more_rules_for_us_than_can_be_remembered_close_the_site(world: World) -> None:
    noise = urlsafe_b64encode(shake_256(b"").digest(360_000))  # what cannot be compressed
    rules = b"".join(b"Disallow: /%s\n" % noise[at : at + 1000] for at in range(0, len(noise), 1000))
    robots(world, b"User-agent: *\n" + rules)
    world.handle(entry(world.serve("/buka/1")))
    world.handle(entry(world.serve("/buka/2"), title="Lain"))
    assert {one.reason for one in world.articles().values()} == {"robots.txt disallows"}
    assert asked(world) == 1


def test_a_remembered_file_is_not_parsed_again(world: World) -> None:
    robots(world, CLOSED)
    world.handle(entry(world.serve("/buka/1")))
    world.worker.calls.clear()
    world.handle(entry(world.serve("/buka/2"), title="Lain"))
    assert [call.task for call in world.worker.calls] == ["page"]


def test_an_item_of_another_shape_is_asked_for_again(world: World) -> None:
    """Another version of the program may have written it."""
    item = {"pk": f"robots#http://{KABAR}:{world.web.port}", "body": b"x", "expires": 9_999_999_999}
    world.feed_table.put_unconditionally(item)
    robots(world, CLOSED)
    world.handle(entry(world.serve("/tutup/1")))
    assert asked(world) == 1


def test_each_site_has_rules_of_its_own(world: World) -> None:
    robots(world, b"User-agent: *\nDisallow: /\n", WARTA)
    world.handle(entry(world.serve("/berita/1"), title="Dari Kabar"))
    world.handle(entry(world.serve("/berita/1", host=WARTA), source="warta", title="Dari Warta"))
    assert [one.host for one in world.web.asked if one.path == "/berita/1"] == [KABAR]
    assert (asked(world, KABAR), asked(world, WARTA)) == (1, 1)


@pytest.mark.parametrize("status", [401, 404, 410])
def test_a_site_without_a_file_allows(world: World, status: int) -> None:
    robots(world, b"User-agent: *\nDisallow: /\n", status=status)
    world.handle(entry(world.serve("/berita/1")))
    assert world.document().origin == "page"


@pytest.mark.parametrize("status", [429, 500, 503, 520])
def test_a_site_that_fails_to_say_is_asked_again_later(world: World, status: int) -> None:
    robots(world, b"", status=status)
    message = entry(world.serve("/berita/1"))
    with pytest.raises(TransientFailure, match=f"HTTP {status}"):
        world.handle(message)
    assert world.articles() == {}
    robots(world, b"")
    world.now += timedelta(minutes=10)
    assert world.handle(message, receive_count=2).origin == "page"


def test_a_site_that_never_says_keeps_its_pages_to_itself(world: World) -> None:
    robots(world, b"", status=503)
    world.handle(entry(world.serve("/berita/1")), receive_count=3)
    assert (world.document().origin, world.document().reason) == ("feed", "HTTP 503")
    assert world.pages_asked() == []
    assert world.only().recheck_at is not None


@pytest.mark.parametrize(("padding", "origin"), [(-100, "feed"), (0, "page")], ids=["before", "after"])
def test_a_file_counts_up_to_500_kib(world: World, padding: int, origin: str) -> None:
    head = b"User-agent: *\n#"
    rule = b"\nDisallow: /\n"
    robots(world, head + b"x" * (ROBOTS_LIMIT - len(head) + padding) + rule + b"#" * 1000)
    world.handle(entry(world.serve("/berita/1")))
    assert (world.document().origin, ROBOTS_LIMIT) == (origin, 500 * 1024)


def test_a_redirected_file_is_followed(world: World) -> None:
    world.redirect("/robots.txt", world.url("/aturan.txt"))
    world.web.replies[f"{KABAR}/aturan.txt"] = Reply(CLOSED, content_type="text/plain")
    world.handle(entry(world.serve("/tutup/1")))
    assert world.document().reason == "robots.txt disallows"


def test_a_file_that_kills_its_parser_closes_the_site(world: World) -> None:
    robots(world, KILLER)
    world.handle(entry(world.serve("/berita/1")))
    assert world.document().reason == "robots.txt: parser died"
    assert world.pages_asked() == []


def test_the_file_is_parsed_by_the_worker_within_the_messages_time(world: World) -> None:
    robots(world, CLOSED)
    world.handle(entry(world.serve("/buka/1")))
    assert [call.task for call in world.worker.calls] == ["robots", "page"]
    assert all(call.seconds is not None and 0 < call.seconds <= 25 for call in world.worker.calls)


def test_the_rules_of_the_site_where_a_redirect_ends_count_as_well(world: World) -> None:
    robots(world, b"User-agent: *\nDisallow: /\n", WARTA)
    page = world.serve("/berita/1", "Naskah Warta.", WARTA)
    world.handle(entry(world.redirect("/r/1", page)))
    assert (world.document().origin, world.document().reason) == ("feed", "robots.txt disallows")
    assert world.aliases() == {}


def test_a_link_only_publisher_is_asked_nothing_at_all(world: World) -> None:
    world.handle(entry(world.serve("/berita/1", host=LENTERA), source="lentera", content="<p>Isi penuh.</p>"))
    document = world.document()
    assert (document.origin, document.reason, document.text) == ("feed", "display: link", SUMMARY)
    assert world.web.asked == []
