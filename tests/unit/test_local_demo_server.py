"""The demo publishers as servers: what our own HTTP client, a browser and a test see of them."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from local.demo.newsroom import ADDRESS
from local.demo.pages import FEED_TYPES
from local.demo.server import DemoPortInUse, DemoPublishers
from local.demo.story_files import load_publishers
from newswire.address_guard import AddressGuard
from newswire.http_client import HttpClient, Limits
from newswire.sources_file import load_catalogue

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
FEED = "/rss/terkini.xml"
PORT_SHIFTS = range(1_000, 41_000, 2_000)  # one of them is free, whatever else runs here


@pytest.fixture
def demo() -> Iterator[DemoPublishers]:
    with ExitStack() as stack:
        for shift in PORT_SHIFTS:
            try:
                yield stack.enter_context(DemoPublishers(START, shift).serve())
            except DemoPortInUse:
                continue
            return


def _ask(
    demo: DemoPublishers, path: str, headers: Mapping[str, str] | None = None, method: str = "GET"
) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection(ADDRESS, demo.publishers[0].port, timeout=10)
    try:
        connection.request(method, path, headers=dict(headers or {}))
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def test_our_own_client_reads_every_feed_of_the_demos_sources(demo: DemoPublishers) -> None:
    client = HttpClient(AddressGuard(frozenset(demo.allowed())), "Newswire/test")
    catalogue = load_catalogue(demo.sources_yaml())
    answers = [client.get(feed, Limits(100_000)) for source in catalogue.sources for feed in source.feeds]
    client.close()
    assert [answer.status for answer in answers] == [200] * len(demo.publishers)
    assert [answer.headers["content-type"] for answer in answers] == [
        f"{FEED_TYPES[publisher.feed_format]}; charset=utf-8" for publisher in demo.publishers
    ]


@pytest.mark.parametrize(
    "path", [FEED, "/", "/nasional/perpustakaan-terapung-kembali-singgah-di-tujuh-pulau"]
)
def test_validators_are_answered_304_without_a_body(demo: DemoPublishers, path: str) -> None:
    _, headers, body = _ask(demo, path)
    assert body
    for condition in (
        {"If-None-Match": headers["ETag"]},
        {"If-None-Match": f'"other", W/{headers["ETag"]}'},
        {"If-Modified-Since": headers["Last-Modified"]},
        {"If-None-Match": headers["ETag"], "If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"},
    ):
        status, again, nothing = _ask(demo, path, condition)
        assert (status, nothing) == (304, b"")
        assert again["ETag"] == headers["ETag"]


@pytest.mark.parametrize(
    "condition",
    [
        {"If-None-Match": '"other"', "If-Modified-Since": "Fri, 01 Jan 2049 00:00:00 GMT"},
        {"If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"},
        {"If-Modified-Since": "yesterday"},
    ],
)
def test_validators_that_do_not_hold_are_answered_in_full(
    demo: DemoPublishers, condition: dict[str, str]
) -> None:
    status, _, body = _ask(demo, FEED, condition)
    assert status == 200
    assert body.startswith(b"<?xml")


def test_an_edit_changes_the_feeds_validators_and_nothing_else_does(demo: DemoPublishers) -> None:
    _, before, _ = _ask(demo, FEED)
    demo.at(START + timedelta(minutes=29))
    assert _ask(demo, FEED, {"If-None-Match": before["ETag"]})[0] == 304
    demo.at(START + timedelta(minutes=30))
    status, after, _ = _ask(demo, FEED, {"If-None-Match": before["ETag"]})
    assert status == 200
    assert after["Last-Modified"] == "Mon, 05 Jan 2026 01:30:00 GMT"
    assert after["Date"] == "Mon, 05 Jan 2026 01:30:00 GMT"


def test_a_link_with_tracking_parameters_leads_to_the_same_page(demo: DemoPublishers) -> None:
    path = "/ekonomi/koperasi-nelayan-kelanting-simpan-ikan-dengan-tenaga-surya"
    assert _ask(demo, f"{path}?utm_source=lumbung-niaga")[2] == _ask(demo, path)[2]


def test_robots_txt_closes_one_path_and_opens_the_rest(demo: DemoPublishers) -> None:
    status, headers, body = _ask(demo, "/robots.txt")
    assert (status, headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert body == b"User-agent: *\nDisallow: /cari/\n"


def test_head_answers_as_get_without_the_body(demo: DemoPublishers) -> None:
    _, expected, page = _ask(demo, "/")
    status, headers, body = _ask(demo, "/", method="HEAD")
    assert (status, body) == (200, b"")
    assert dict(headers) == dict(expected)
    assert headers["Content-Length"] == str(len(page))


@pytest.mark.parametrize(
    "path", ["/nothing", "/images/", "/images/../publisher.toml", "/pasar/", "/%2e%2e/style.css"]
)
def test_anything_else_is_404(demo: DemoPublishers, path: str) -> None:
    assert _ask(demo, path)[0] == 404


def test_the_story_that_is_still_to_come_is_404_until_then() -> None:
    demo = DemoPublishers(START)
    publisher = next(publisher for publisher in demo.publishers if publisher.id == "lumbung-niaga")
    path = "/pasar/jalur-feri-baru-pangkas-ongkos-kirim-sayur"
    assert demo.respond(publisher, "GET", path, {}).status == 404
    demo.at(START + timedelta(minutes=60))
    assert demo.respond(publisher, "GET", path, {}).status == 200


def test_every_request_is_recorded_as_the_publisher_saw_it(demo: DemoPublishers) -> None:
    demo.at(START + timedelta(minutes=5))
    _ask(demo, "/robots.txt?x=1", {"User-Agent": "Newswire/test"})
    _ask(demo, "/nothing", method="HEAD")
    first, second = demo.requests
    assert (first.method, first.status, first.moment) == ("GET", 200, START + timedelta(minutes=5))
    assert first.url == f"http://angin-timur.localhost:{demo.publishers[0].port}/robots.txt?x=1"
    assert first.headers["user-agent"] == "Newswire/test"
    assert (second.method, second.status) == ("HEAD", 404)


def test_ports_are_fixed_so_that_sample_events_can_name_them() -> None:
    assert DemoPublishers(START).allowed() == (
        "angin-timur.localhost:8801",
        "lumbung-niaga.localhost:8802",
        "harbour-lantern.localhost:8803",
        "gema-randukara.localhost:8804",
        "kerlip-sains.localhost:8805",
        "saltmarsh-review.localhost:8806",
    )


def test_the_demos_portal_shows_publishers_of_every_kind() -> None:
    demo = DemoPublishers(START, port_shift=100)
    catalogue = load_catalogue(demo.sources_yaml())
    sources = catalogue.sources
    assert catalogue.portal.contact.endswith(".example")
    assert Counter(source.language for source in sources) == {"id": 4, "en": 2}
    assert {source.display for source in sources} == {"full", "excerpt", "link"}
    assert {source.index for source in sources} == {"index", "noindex", "noindex-news"}
    assert {source.images for source in sources} == {"remote", "none"}
    assert [source.id for source in sources if source.full_text_for]
    assert {source.category for source in sources} == set(catalogue.categories)
    for source, publisher in zip(catalogue.sources, demo.publishers, strict=True):
        assert source.name == publisher.name
        assert source.homepage == publisher.origin
        assert source.feeds == (publisher.origin + publisher.feed_path,)


def test_the_story_of_the_demo_ends_half_an_hour_after_its_last_event() -> None:
    demo = DemoPublishers(START)
    assert demo.turning_points == sorted(set(demo.turning_points))
    assert demo.end == demo.turning_points[-1] + timedelta(minutes=30)
    assert demo.end <= timedelta(minutes=90), "make run ONCE=1 plays all of it"


def test_a_start_without_offset_and_a_time_before_the_start_are_refused() -> None:
    with pytest.raises(ValueError, match="needs an offset"):
        DemoPublishers(datetime(2026, 1, 5))  # noqa: DTZ001  # the mistake under test
    with pytest.raises(ValueError, match="the demo starts at"):
        DemoPublishers(START).at(START - timedelta(seconds=1))


def test_a_port_in_use_is_named_in_one_line_and_no_other_port_stays_open(demo: DemoPublishers) -> None:
    shift = demo.publishers[0].port - load_publishers()[0].port
    offset = demo.publishers[2].port - demo.publishers[0].port
    # Its first two ports are free, its third is the running demo's first.
    with pytest.raises(DemoPortInUse) as caught, DemoPublishers(START, shift - offset).serve():
        pytest.fail("it must not serve without all its publishers")
    port = demo.publishers[0].port
    assert (
        str(caught.value)
        == f"port {port} on 127.0.0.1 is in use; the demo publisher The Harbour Lantern needs it"
    )
    with socket.socket() as free:
        free.bind((ADDRESS, port - offset))


# As `python -m local.demo`, though the tests may have been started in the background, where a shell has
# SIGINT ignored for all that follows.
IN_FRONT = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("local.demo", run_name="__main__", alter_sys=True)
"""


def test_the_module_serves_alone_and_ctrl_c_ends_it_cleanly() -> None:
    for shift in PORT_SHIFTS:
        command = [sys.executable, "-c", IN_FRONT, "--after", "60", "--port-shift", str(shift)]
        environment = os.environ | {
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'shared'}",
            "PYTHONUNBUFFERED": "1",
        }
        with subprocess.Popen(  # our own module
            command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(len(load_publishers()) + 1)]
            if lines[0]:
                process.send_signal(signal.SIGINT)
            rest, errors = process.communicate(timeout=20)
        if "is in use" in errors:
            continue
        assert (process.returncode, rest, errors) == (0, "\n", "")
        assert lines[0].startswith(f"Harian Angin Timur: http://angin-timur.localhost:{8801 + shift}/")
        assert lines[-1] == "Ctrl-C ends.\n"
        return
    pytest.fail("no free ports")
