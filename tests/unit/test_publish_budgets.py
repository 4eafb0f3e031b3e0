"""What a reader's line has to carry, on a day with more full articles than any list takes."""

from __future__ import annotations

import gzip

import pytest

from functions.publish.static_files import SCRIPT, STYLE, THEME, static_files
from newswire.article import Image
from tests.support.publish_world import World

HOME, STYLES, SCRIPTS = 60_000, 20_000, 15_000  # bytes
# Of the 60 kB, and of what a browser has to read
EVERY_PAGE = ("index.html", "c/nasional.html", "s/harian.html", "l/id.html", "d/2026-01-02.html")


@pytest.fixture(scope="module")
def world() -> World:
    """Return a portal of 300 articles, each as long as cards show them, every other one with a picture."""
    world = World()
    items = []
    for number in range(300):
        picture = Image(
            f"https://www.harian.example/foto/{number:08}-panjang-sekali.jpg", width=1280, height=720
        )
        items.append(
            world.add(
                number,
                title=f"Judul nomor {number}: pemerintah daerah menimbang ulang rencana jalan di pesisir",
                excerpt="Kalimat pembuka yang sepanjang yang boleh ditampilkan pada kartu. " * 8,
                images=(picture,) if number % 2 else (),
                category=("nasional", "ekonomi", "dunia")[number % 3],
            )
        )
    world.refresh()
    assert world.publish(*items) == set()
    return world


@pytest.mark.parametrize("key", EVERY_PAGE)
def test_a_list_is_at_most_60_kb_even_before_compression_where_it_is_the_front_page(
    world: World, key: str
) -> None:
    body = world.site.objects[key].body
    assert len(gzip.compress(body, 6)) <= HOME / 3
    if key == "index.html":
        assert len(body) <= HOME


def test_an_article_has_little_beside_its_text(world: World) -> None:
    page = next(body for key, body in world.written().items() if key.startswith("a/"))
    assert len(gzip.compress(page, 6)) <= 5_000


def test_styles_and_scripts_keep_within_their_budgets() -> None:
    files = static_files()
    assert len(gzip.compress(files[STYLE].body, 6)) <= STYLES
    assert sum(len(gzip.compress(files[name].body, 6)) for name in (SCRIPT, THEME)) <= SCRIPTS / 5
    assert len(files[THEME].body) <= 500  # the head waits for it
