"""The distribution's viewer-response function, run by node on answers as CloudFront gives them to it."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from local import portal
from local.template import Template

PICTURES = ("/images/a/b-320.webp", "/static/logo-1.svg", "/static/own/a.png", "/x.gif", "/a.jpg", "/a.jpeg")


def _answer(
    stack: Template, uri: str, *, accept: str | None = "*/*", gone: bool = False, status: int = 200
) -> dict[str, Any]:
    """Return what the function makes of an answer."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed (apt-get install nodejs): the CloudFront function goes untested")
    code = stack.resources["ViewerResponseFunction"]["Properties"]["FunctionCode"]
    headers = {"content-type": {"value": "as stored"}} | ({"x-amz-meta-gone": {"value": "1"}} if gone else {})
    event = {
        "request": {"uri": uri, "headers": {} if accept is None else {"accept": {"value": accept}}},
        "response": {"statusCode": status, "headers": headers},
    }
    script = f"{code}\nconsole.log(JSON.stringify(handler({json.dumps(event)})));"
    done = subprocess.run([node, "-e", script], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("uri", PICTURES)
def test_a_picture_that_is_opened_by_itself_may_do_nothing(stack: Template, uri: str) -> None:
    headers = _answer(stack, uri)["headers"]
    policy = headers["content-security-policy"]["value"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert policy == portal._PICTURE_POLICY["Content-Security-Policy"], "the local portal answers alike"


def test_a_page_keeps_the_policy_that_it_states_itself(stack: Template) -> None:
    for uri in ("/", "/a/kabar-webp.html", "/feed.xml", "/json/a.json"):
        assert "content-security-policy" not in _answer(stack, uri)["headers"]


@pytest.mark.parametrize("uri", ["/a/kabar.html", "/images/a/b-320.webp", "/json/a.json"])
def test_a_notice_is_gone(stack: Template, uri: str) -> None:
    assert _answer(stack, uri, gone=True)["statusCode"] == 410
    assert _answer(stack, uri)["statusCode"] == 200


@pytest.mark.parametrize("uri", ["/feed.xml", "/c/dunia/atom.xml"])
def test_a_feed_is_xml_to_a_browser_and_itself_to_everyone_else(stack: Template, uri: str) -> None:
    browser = _answer(stack, uri, accept="text/html,application/xhtml+xml")
    assert browser["headers"]["content-type"]["value"] == "application/xml; charset=utf-8"
    assert _answer(stack, uri)["headers"]["content-type"]["value"] == "as stored"
    for answer in (browser, _answer(stack, uri)):
        assert answer["headers"]["vary"]["value"] == "Accept, Accept-Encoding"


def test_whoever_says_nothing_of_what_it_accepts_is_answered(stack: Template) -> None:
    assert _answer(stack, "/feed.xml", accept=None)["headers"]["content-type"]["value"] == "as stored"
