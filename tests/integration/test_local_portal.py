"""The local portal answers as CloudFront in front of the site bucket would."""

from __future__ import annotations

import gzip
import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local.distribution import Distribution, ErrorPage
from local.portal import Answer, Portal
from local.portal_server import PortalServer, PortInUse, listening

CDN = Distribution(
    root="index.html",
    error_pages={403: ErrorPage(404, "404.html"), 404: ErrorPage(404, "404.html")},
    headers={"X-Content-Type-Options": "nosniff"},
    compresses=True,
    refused=frozenset(["notes.json"]),
)
LONG = b"<p>kabar</p>" * 200


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="site")
        html: dict[str, Any] = {
            "Bucket": "site",
            "ContentType": "text/html; charset=utf-8",
            "CacheControl": "max-age=60",
        }
        client.put_object(Key="index.html", Body=b"home", Metadata={"version": "7"}, **html)
        client.put_object(Key="404.html", Body=b"not here", **html)
        client.put_object(Bucket="site", Key="notes.json", Body=b"{}", ContentType="application/json")
        client.put_object(Key="a/long-article.html", Body=LONG, **html)
        client.put_object(Key="a/withdrawn.html", Body=b"withdrawn", Metadata={"gone": "1"}, **html)
        client.put_object(Key="c/dunia \u2013 ekonomi.html", Body=b"spaced", **html)
        client.put_object(Bucket="site", Key="feed.xml", Body=b"<rss/>", ContentType="application/rss+xml")
        yield client


@pytest.fixture
def portal(s3: Any) -> Portal:
    return Portal(s3, "site", CDN)


def get(portal: Portal, target: str, method: str = "GET", **headers: str) -> Answer:
    return portal.answer(method, target, {name.replace("_", "-"): value for name, value in headers.items()})


@contextmanager
def served(portal: Portal) -> Iterator[PortalServer]:
    with listening(0) as server:
        server.serve(portal)
        yield server


def ask(server: PortalServer, target: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=5)
    connection.request(method, target)
    answer = connection.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return found


def test_the_root_is_the_default_object_and_every_other_key_is_exact(portal: Portal) -> None:
    assert get(portal, "/").body == b"home"
    assert get(portal, "/index.html").body == b"home"
    for target in ("/a", "/a/", "/a/long-article", "/A/long-article.html", "//index.html/", "/../index.html"):
        assert get(portal, target).status == 404, target


def test_a_missing_key_is_the_portals_own_page_with_status_404(portal: Portal) -> None:
    answer = get(portal, "/nowhere.html")
    assert (answer.status, answer.body) == (404, b"not here")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("target", ["/notes.json", "/%6Eotes.json", "/notes.json?x=1"])
def test_what_the_bucket_keeps_from_the_distribution_is_the_missing_page(portal: Portal, target: str) -> None:
    answer = get(portal, target)
    assert (answer.status, answer.body) == (404, b"not here")


def test_before_there_is_an_error_page_a_missing_key_is_still_404(s3: Any, portal: Portal) -> None:
    s3.delete_object(Bucket="site", Key="404.html")
    assert get(portal, "/nowhere.html").status == 404


def test_headers_are_the_objects_own(portal: Portal) -> None:
    answer = get(portal, "/")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Cache-Control"] == "max-age=60"
    assert answer.headers["x-amz-meta-version"] == "7"
    assert answer.headers["ETag"].startswith('"')
    assert answer.headers["Last-Modified"].endswith(" GMT")
    assert "Cache-Control" not in get(portal, "/feed.xml").headers


def test_the_query_is_no_part_of_a_key_and_escapes_are_undone(portal: Portal) -> None:
    assert get(portal, "/feed.xml?utm_source=x").body == b"<rss/>"
    assert get(portal, "/c/dunia%20%E2%80%93%20ekonomi.html").body == b"spaced"


def test_a_withdrawn_article_is_gone(portal: Portal) -> None:
    answer = get(portal, "/a/withdrawn.html")
    assert (answer.status, answer.body) == (410, b"withdrawn")


def test_an_unchanged_object_is_not_sent_again(portal: Portal) -> None:
    first = get(portal, "/")
    etag, date = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in (
        {"if_none_match": etag},
        {"if_none_match": f'"other", W/{etag}'},
        {"if_none_match": "*"},
        {"if_modified_since": date},
    ):
        again = get(portal, "/", **headers)
        assert (again.status, again.body) == (304, b""), headers
        assert again.headers["ETag"] == etag
    assert get(portal, "/", if_none_match='"other"', if_modified_since=date).status == 200


def test_text_is_compressed_for_who_accepts_it(portal: Portal) -> None:
    answer = get(portal, "/a/long-article.html", accept_encoding="gzip, br")
    assert gzip.decompress(answer.body) == LONG
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["ETag"].startswith('W/"')
    again = get(portal, "/a/long-article.html", accept_encoding="gzip", if_none_match=answer.headers["ETag"])
    assert again.status == 304
    plain = get(portal, "/a/long-article.html")
    assert plain.body == LONG
    assert plain.headers["Vary"] == answer.headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in get(portal, "/", accept_encoding="gzip").headers, "too small to gain"


def test_what_is_stored_compressed_is_sent_so_to_who_accepts_it_and_decoded_for_others(
    s3: Any, portal: Portal
) -> None:
    s3.put_object(
        Bucket="site",
        Key="feed.json",
        Body=gzip.compress(LONG, mtime=0),
        ContentType="application/feed+json",
        ContentEncoding="gzip",
    )
    for accepted in ("gzip", "br, GZIP;q=0.5", "*", "gzip;q=1, identity;q=0"):
        answer = get(portal, "/feed.json", accept_encoding=accepted)
        assert (answer.headers["Content-Encoding"], gzip.decompress(answer.body)) == ("gzip", LONG), accepted
        assert answer.headers["ETag"].startswith('"')
    for refused in ("", "identity", "br", "gzip;q=0", "gzip;q=0, *", "gzip;q=much", "xgzip"):
        plain = get(portal, "/feed.json", accept_encoding=refused)
        assert ("Content-Encoding" in plain.headers, plain.body) == (False, LONG), refused
        assert plain.headers["ETag"].startswith('W/"')
        assert plain.headers["Content-Type"] == "application/feed+json"
    again = get(portal, "/feed.json", if_none_match=get(portal, "/feed.json").headers["ETag"])
    assert (again.status, again.body) == (304, b"")


def test_only_the_types_that_the_cdn_knows_are_compressed_on_the_way(s3: Any, portal: Portal) -> None:
    for key, media_type in {"rss.xml": "application/rss+xml", "atom.xml": "application/atom+xml"}.items():
        s3.put_object(Bucket="site", Key=key, Body=LONG, ContentType=media_type)
    assert get(portal, "/rss.xml", accept_encoding="gzip").headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in get(portal, "/atom.xml", accept_encoding="gzip").headers


def test_only_reading_is_allowed(portal: Portal) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert get(portal, "/", method=method).status == 403


@pytest.mark.parametrize("target", ["/%00", "/" + "x" * 2000, "/%ff%fe", "/?", "//"])
def test_odd_targets_get_an_answer(portal: Portal, target: str) -> None:
    assert get(portal, target).status in (200, 400, 404)


def test_the_server_sends_what_the_portal_answers(portal: Portal) -> None:
    with served(portal) as server:
        assert server.url == f"http://localhost:{server.server_address[1]}"
        status, headers, body = ask(server, "/")
        assert (status, body, headers["Content-Length"]) == (200, b"home", "4")
        status, headers, body = ask(server, "/", "HEAD")
        assert (status, body, headers["Content-Length"]) == (200, b"", "4")
        assert ask(server, "/nowhere")[::2] == (404, b"not here")
        assert ask(server, "/", "POST")[0] == 403


def test_a_busy_port_names_the_cure() -> None:
    with listening(0) as server:
        port = server.server_address[1]
        with (
            pytest.raises(PortInUse, match=f"port {port} is in use: .* make run PORT={port + 1}"),
            listening(port),
        ):
            pass


def test_the_port_is_free_again_after_serving(portal: Portal) -> None:
    with served(portal) as server:
        port = server.server_address[1]
        ask(server, "/")
    with listening(port):
        pass


def test_a_browser_gets_a_feed_as_xml_and_everyone_else_as_what_it_is(portal: Portal) -> None:
    browser = get(portal, "/feed.xml", accept="text/html,application/xhtml+xml,*/*;q=0.8")
    reader = get(portal, "/feed.xml", accept="*/*")
    assert browser.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert reader.headers["Content-Type"] == "application/rss+xml"
    assert browser.headers["Vary"] == reader.headers["Vary"] == "Accept"
    assert get(portal, "/", accept="text/html").headers["Content-Type"] == "text/html; charset=utf-8"


def test_feeds_and_json_are_no_search_results_and_pages_say_themselves_what_they_are(
    portal: Portal, s3: Any
) -> None:
    for key in ("feed-2026-01-02.xml", "json/a.json", "search/2026-01-02.json"):
        s3.put_object(Bucket="site", Key=key, Body=b"x", ContentType="x/y", Metadata={"gone": "1"})
        assert get(portal, f"/{key}").headers["X-Robots-Tag"] == "noindex"
    assert get(portal, "/feed.xml", accept="text/html").headers["X-Robots-Tag"] == "noindex"
    for path in ("/", "/a/withdrawn.html", "/nowhere.json"):
        assert "X-Robots-Tag" not in get(portal, path).headers


@pytest.mark.parametrize("key", ["images/a/b-320.webp", "static/own/logo.svg"])
def test_a_picture_that_is_opened_by_itself_may_do_nothing(s3: Any, portal: Portal, key: str) -> None:
    s3.put_object(Bucket="site", Key=key, Body=b"a picture", ContentType="image/svg+xml")
    policy = get(portal, f"/{key}").headers["Content-Security-Policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert "Content-Security-Policy" not in get(portal, f"/missing/{key}").headers
    assert "Content-Security-Policy" not in get(portal, "/").headers
