"""Nothing that a publisher names leads extract into the network behind it: no page, picture or redirect."""

from __future__ import annotations

import pytest

from tests.support.extract_world import KABAR, World, entry
from tests.support.pictures import picture_file
from tests.support.web_server import Reply

# Metadata services of clouds, this machine and its Lambda runtime API in many spellings, private networks,
# other schemes. Peers' advisories are about all of them.
INNER = (
    "http://169.254.169.254/latest/meta-data/iam/security-credentials/a.jpg",
    "http://[fd00:ec2::254]/latest/meta-data/a.jpg",
    "http://169.254.170.2/v2/credentials/a.jpg",
    "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
    "http://127.1/a.jpg",
    "http://2130706433/a.jpg",
    "http://0x7f.0.0.1/a.jpg",
    "http://0/a.jpg",
    "http://[::1]/a.jpg",
    "http://[::ffff:169.254.169.254]/a.jpg",
    "http://10.0.0.1/a.jpg",
    "http://192.168.0.1/a.jpg",
    "http://100.64.0.1/a.jpg",
    "https://user@10.0.0.1/a.jpg",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "file:///proc/self/environ",
    "ftp://10.0.0.1/a.jpg",
)


@pytest.fixture
def copying(world: World) -> World:
    """Return the world of an owner who lets us copy pictures."""
    world.change_source("kabar", images="copy")
    world.web.replies[f"{KABAR}/a.jpg"] = Reply(picture_file(), content_type="image/jpeg")
    return world


@pytest.mark.parametrize("inner", INNER)
def test_a_picture_that_an_entry_or_a_page_names_is_not_asked_for_there(copying: World, inner: str) -> None:
    page = copying.serve("/berita/1", images=[{"url": inner}])
    copying.handle(entry(page, image=inner, content=f'<p>Berita</p><img src="{inner}">'))
    assert {one.host for one in copying.web.asked} == {KABAR}
    assert copying.only().image_copies == ()


@pytest.mark.parametrize("inner", INNER)
def test_a_picture_that_redirects_there_is_not_followed(copying: World, inner: str) -> None:
    moved = copying.redirect("/moved.jpg", inner)
    copying.handle(entry(copying.serve("/berita/1", images=[{"url": moved}])))
    assert copying.pages_asked() == ["/berita/1", "/moved.jpg"]
    assert copying.only().image_copies == ()
    assert copying.copied() == {"ImagesNotCopied": 1}


@pytest.mark.parametrize("inner", INNER)
def test_an_article_that_redirects_there_is_its_feeds_summary(copying: World, inner: str) -> None:
    copying.handle(entry(copying.redirect("/berita/1", inner)))
    assert copying.pages_asked() == ["/berita/1"]
    assert copying.only().origin == "feed"


@pytest.mark.parametrize("inner", INNER)
def test_a_rules_file_that_redirects_there_closes_the_site(copying: World, inner: str) -> None:
    copying.redirect("/robots.txt", inner)
    copying.handle(entry(copying.serve("/berita/1")), receive_count=3)
    assert copying.pages_asked() == []
    assert copying.only().origin == "feed"


def test_the_same_ways_do_lead_to_a_picture_that_may_be_had(copying: World) -> None:
    moved = copying.redirect("/moved.jpg", copying.url("/a.jpg"))
    copying.handle(entry(copying.serve("/berita/1", images=[{"url": moved}])))
    assert len(copying.only().image_copies) == 1
