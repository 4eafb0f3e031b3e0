"""What the distribution's viewer-response function makes of answers, run by node as CloudFront runs it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from local import portal
from local.template import Template

Answered = Callable[..., Mapping[str, Any]]
_RUN = "console.log(JSON.stringify(handler(JSON.parse(require('fs').readFileSync(0, 'utf8')))))"


@pytest.fixture
def answered(stack: Template) -> Answered:
    """Return the function; without node, skip aloud."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed (apt-get install nodejs): the function goes untested")
    code = stack.resources["ViewerResponseFunction"]["Properties"]["FunctionCode"]

    def answer(uri: str, *, accept: str | None = "*/*", **headers: str) -> Mapping[str, Any]:
        named = {name.replace("_", "-"): {"value": value} for name, value in headers.items()}
        event = {
            "request": {"uri": uri, "headers": {"accept": {"value": accept}} if accept else {}},
            "response": {"statusCode": 200, "headers": named},
        }
        done = subprocess.run(
            [node, "-e", f"{code}\n{_RUN}"],
            input=json.dumps(event),
            capture_output=True,
            text=True,
            check=True,
        )
        response: dict[str, Any] = json.loads(done.stdout)
        values = {name: one["value"] for name, one in response["headers"].items()}
        return {"status": response["statusCode"], **values}

    return answer


@pytest.mark.parametrize(
    "uri", ["/feed.xml", "/c/dunia/atom.xml", "/feed-2026-01-02.xml", "/s/harian/atom-2026-01-02-1530-a.xml"]
)
def test_a_browser_gets_every_feed_as_xml_and_everyone_else_as_what_it_is(
    answered: Answered, uri: str
) -> None:
    browser = answered(uri, accept="text/html,*/*;q=0.8", content_type="application/rss+xml")
    reader = answered(uri, accept=None, content_type="application/rss+xml")
    assert browser["content-type"] == "application/xml; charset=utf-8"
    assert reader["content-type"] == "application/rss+xml"
    assert browser["vary"] == reader["vary"] == "Accept, Accept-Encoding"


@pytest.mark.parametrize(
    "uri",
    [
        "/json/abcdefghijklmnop.json",
        "/search/2026-01-02.json",
        "/feed.json",
        "/feed.xml",
        "/atom-2026-01-02.xml",
    ],
)
def test_what_repeats_articles_for_machines_is_no_search_result(answered: Answered, uri: str) -> None:
    assert answered(uri)["x-robots-tag"] == "noindex"


@pytest.mark.parametrize(
    "uri",
    [
        "/",
        "/index.html",
        "/a/feed-2026.html",
        "/sitemap.xml",
        "/news.xml",
        "/robots.txt",
    ],
)
def test_pages_and_sitemaps_say_themselves_what_may_be_indexed(answered: Answered, uri: str) -> None:
    assert answered(uri, accept="text/html", content_type="x") == {"status": 200, "content-type": "x"}


def test_a_notice_is_410(answered: Answered) -> None:
    assert answered("/a/berita-x.html", x_amz_meta_gone="1")["status"] == 410


@pytest.mark.parametrize(
    "uri",
    ["/images/a/b-320.webp", "/static/logo-1.svg", "/static/own/a.png", "/x.gif", "/a.jpg", "/a.jpeg"],
)
def test_a_picture_that_is_opened_by_itself_may_do_nothing(answered: Answered, uri: str) -> None:
    policy = answered(uri)["content-security-policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert policy == portal._PICTURE_POLICY["Content-Security-Policy"], "the local portal answers alike"


@pytest.mark.parametrize("uri", ["/", "/a/kabar-webp.html", "/feed.xml", "/json/a.json"])
def test_a_page_keeps_the_policy_that_it_states_itself(answered: Answered, uri: str) -> None:
    assert "content-security-policy" not in answered(uri)
