"""What publishers do send and no layout expects, in Chromium: long words, other scripts, tables, zoom."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, FloatRect

from functions.publish.entries import page_key
from tests.support.awkward_world import awkward_world
from tests.support.browser import DESKTOP, PHONE, BrowsedPortal, Visit
from tests.support.world_portal import browsed

TABLET = (768, 1024)
DOUBLED = "document.documentElement.style.fontSize = '200%'"
WIDTH = "document.documentElement.scrollWidth"
LEAST_SHADE = 20  # of 255: what the shadow takes from the paper, at least
FIRST_LINE = """(() => {
  const range = document.createRange();
  range.selectNodeContents(document.querySelector('.article-text').firstElementChild);
  return range.getClientRects()[0].top;
})()"""


@pytest.fixture(scope="module")
def portal(browser: Browser) -> BrowsedPortal:
    """Return the awkward world, to be read with the browser."""
    return browsed(browser, awkward_world()[0])


def page_of(name: str) -> str:
    item = awkward_world()[1][name]
    return f"/{page_key(item.slug, item.id)}"


def box(visit: Visit, selector: str) -> FloatRect:
    found = visit.page.locator(selector).first.bounding_box()
    assert found is not None
    return found


@pytest.mark.parametrize("size", [PHONE, TABLET, DESKTOP])
def test_nothing_that_publishers_send_is_wider_than_the_window(
    portal: BrowsedPortal, size: tuple[int, int]
) -> None:
    with portal.visit("/", size=size) as visit:
        wide = {}
        for path in portal.paths():
            visit.open(path)
            if (width := visit.page.evaluate(WIDTH)) > size[0]:
                wide[path] = width
        assert wide == {}


@pytest.mark.parametrize("path", ["/", "/about.html", "/search.html", "/archive.html", "/nowhere.html"])
@pytest.mark.parametrize("size", [PHONE, TABLET])
def test_letters_of_twice_their_size_fit(portal: BrowsedPortal, path: str, size: tuple[int, int]) -> None:
    with portal.visit(path, size=size) as visit:
        visit.page.evaluate(DOUBLED)
        assert visit.page.evaluate(WIDTH) == size[0]


@pytest.mark.parametrize("name", ["hard", "long name", "unbroken", "arabic"])
def test_an_article_in_letters_of_twice_their_size_fits_and_its_credit_is_read_by_words(
    portal: BrowsedPortal, name: str
) -> None:
    with portal.visit(page_of(name), size=PHONE) as visit:
        visit.page.evaluate(DOUBLED)
        assert visit.page.evaluate(WIDTH) == PHONE[0]
        narrow = visit.page.eval_on_selector_all(".credit dd", "all => all.map(one => one.clientWidth)")
        assert min(narrow) > PHONE[0] / 2


@pytest.mark.parametrize("dark", [False, True])
def test_a_menu_that_scrolls_has_a_shadow_where_there_is_more(portal: BrowsedPortal, dark: bool) -> None:
    with portal.visit("/", size=PHONE, dark=dark) as visit:
        menu = visit.page.locator(".sections ul")
        assert menu.evaluate("one => one.scrollWidth > one.clientWidth")
        assert shaded(visit) == (False, True)
        menu.evaluate("one => { one.scrollLeft = (one.scrollWidth - one.clientWidth) / 2; }")
        assert shaded(visit) == (True, True)
        menu.evaluate("one => { one.scrollLeft = one.scrollWidth; }")
        assert shaded(visit) == (True, False)
    with portal.visit("/", size=DESKTOP, dark=dark) as visit:
        assert shaded(visit) == (False, False)


def shaded(visit: Visit) -> tuple[bool, bool]:
    """Return whether the menu has a shadow on its left and right, in the last two pixels of each side.

    Above its letters nothing else is.
    """
    place = box(visit, ".sections ul")
    place["height"] = 4
    strip = Image.open(BytesIO(visit.page.screenshot(clip=place))).convert("L")
    row = strip.tobytes()[2 * strip.width : 3 * strip.width]
    paper = row[strip.width // 2]
    left, right = (any(abs(one - paper) >= LEAST_SHADE for one in side) for side in (row[:2], row[-2:]))
    return left, right


def test_the_open_section_is_in_sight_on_a_phone(portal: BrowsedPortal) -> None:
    with portal.visit("/c/kosong.html", size=PHONE) as visit:
        place = box(visit, ".sections [aria-current]")
        assert 0 <= place["x"] < place["x"] + place["width"] <= PHONE[0]
        assert visit.page.evaluate("window.scrollY") == 0
        assert visit.layout_shift() == 0


@pytest.mark.parametrize("kind", ["table", "pre"])
def test_what_scrolls_sideways_is_scrolled_by_the_keyboard(portal: BrowsedPortal, kind: str) -> None:
    with portal.visit(page_of("hard"), size=PHONE) as visit:
        wide = visit.page.locator(f".article-text {kind}")
        assert wide.get_attribute("tabindex") == "0"
        wide.focus()
        visit.page.keyboard.press("ArrowRight")
        visit.wait_until("document.activeElement.scrollLeft > 0")
        assert wide.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"


def test_what_does_not_scroll_is_no_stop_of_the_keyboard(portal: BrowsedPortal) -> None:
    with portal.visit(page_of("arabic")) as visit:
        assert visit.page.locator(".article-text table").get_attribute("tabindex") is None


@pytest.mark.parametrize("name", ["hard", "picture first", "arabic"])
def test_a_dateline_stands_above_what_is_no_line_beside_it(portal: BrowsedPortal, name: str) -> None:
    with portal.visit(page_of(name), size=PHONE) as visit:
        dateline, text = box(visit, ".dateline"), box(visit, ".article-text")
        assert dateline["y"] + dateline["height"] <= text["y"]


@pytest.mark.parametrize("name", ["upright", "chinese"])
def test_a_dateline_begins_the_first_line_of_a_text(portal: BrowsedPortal, name: str) -> None:
    with portal.visit(page_of(name), size=PHONE) as visit:
        dateline = box(visit, ".dateline")
        assert dateline["y"] <= visit.page.evaluate(FIRST_LINE) < dateline["y"] + dateline["height"]


def style(visit: Visit, selector: str, *names: str) -> list[str]:
    script = "(one, names) => names.map(name => getComputedStyle(one)[name])"
    found: list[str] = visit.page.eval_on_selector(selector, script, names)
    return found


def test_a_text_from_right_to_left_is_set_from_the_right(portal: BrowsedPortal) -> None:
    with portal.visit(page_of("arabic")) as visit:
        quote = style(visit, ".article-text blockquote", "direction", "borderRightWidth", "borderLeftWidth")
        assert quote == ["rtl", "3px", "0px"]


@pytest.mark.parametrize("name", ["arabic", "chinese"])
def test_letters_that_are_joined_or_tall_are_neither_squeezed_nor_slanted(
    portal: BrowsedPortal, name: str
) -> None:
    with portal.visit(page_of(name)) as visit:
        assert style(visit, "h1", "letterSpacing") in (["normal"], ["0px"])
        size, height = (float(value[:-2]) for value in style(visit, "h1", "fontSize", "lineHeight"))
        assert height >= 1.3 * size
        slanted = ".article-text blockquote" if name == "arabic" else ".article-text"
        assert style(visit, slanted, "fontStyle") == ["normal"]


def test_a_picture_higher_than_wide_is_shown_whole(portal: BrowsedPortal) -> None:
    with portal.visit(page_of("upright")) as visit:
        assert style(visit, ".main-image img", "objectFit") == ["contain"]
        assert box(visit, ".main-image img")["height"] <= 36 * 16


def test_an_excerpt_is_larger_than_a_text_and_leads_on(portal: BrowsedPortal) -> None:
    with portal.visit(page_of("short")) as visit:
        excerpt = style(visit, ".article-excerpt", "fontSize")
        onward = "all => all.map(one => one.getAttribute('href'))"
        links = visit.page.eval_on_selector_all(".onward a", onward)
        assert links == ["/c/ekonomi.html", "/s/panjang.html", "/"]
        visit.open(page_of("hard"))
        assert float(excerpt[0][:-2]) > float(style(visit, ".article-text", "fontSize")[0][:-2])


@pytest.mark.parametrize("path", ["/nowhere.html", "/c/kosong.html", "/archive.html"])
def test_a_short_page_has_its_foot_at_the_bottom_of_the_window(portal: BrowsedPortal, path: str) -> None:
    with portal.visit(path, size=(1280, 1400)) as visit:
        foot = box(visit, ".colophon")
        assert foot["y"] + foot["height"] == pytest.approx(1400, abs=1)


def test_the_systems_own_colours_tell_the_open_section_and_what_is_pressed(portal: BrowsedPortal) -> None:
    with portal.visit("/c/nasional.html") as visit:
        visit.page.emulate_media(forced_colors="active")
        colours = "all => all.map(one => getComputedStyle(one).borderBottomColor)"
        current, *others = visit.page.eval_on_selector_all(".sections a", colours)
        ground = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert current != ground
        assert set(others) == {ground}
        visit.open(page_of("short"))
        assert visit.page.eval_on_selector_all(".read-more a", colours) != [ground]
