"""What readers do beside reading: choose a theme, pass an article on, print it, tell how old news is."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from tests.support.browser import PHONE, BrowsedPortal, Visit

DARK, LIGHT = "rgb(21, 20, 19)", "rgb(253, 252, 250)"
# The theme at the moment at which the body begins: before that, nothing is painted.
NOTE_THEME = """
new MutationObserver((_, observer) => {
  if (!document.body) return;
  window.firstTheme = document.documentElement.dataset.theme ?? "system";
  observer.disconnect();
}).observe(document, {childList: true, subtree: true});
"""
# WCAG 2.2, 2.5.8: 24 px, but for links inside a sentence and what is seen only when it has the focus.
SMALL = """[...document.querySelectorAll('a[href], button, summary')].filter((one) => {
  const box = one.getBoundingClientRect();
  const others = [...one.parentElement.childNodes].filter((node) => node !== one);
  const inSentence = others.some((node) => node.textContent.trim());
  const seen = one.checkVisibility() && !one.closest('.skip, .unseen, .article-text, .notice');
  const wide = one.closest('h3, h2');  // the whole card, or a line of its own
  return seen && !wide && !inSentence && (box.height < 23.5 || box.width < 23.5);
}).map((one) => one.outerHTML.slice(0, 120))"""
# Characters of the lines of the longest paragraph, the last line left out
LINES = """(() => {
  const paragraphs = [...document.querySelectorAll('.article-text p')];
  const text = paragraphs.sort((a, b) => b.textContent.length - a.textContent.length)[0];
  const range = document.createRange(), node = text.firstChild, lines = {};
  for (let at = 0; at < node.length; at += 1) {
    range.setStart(node, at); range.setEnd(node, at + 1);
    const top = Math.round(range.getBoundingClientRect().top);
    lines[top] = (lines[top] ?? 0) + 1;
  }
  return Object.values(lines).slice(0, -1);
})()"""


@pytest.fixture(scope="module")
def article(portal: BrowsedPortal) -> str:
    """Return the path of a page with a whole article and its picture."""
    pages = {path: portal.site.body(path[1:]).decode() for path in portal.paths() if path.startswith("/a/")}
    return next(
        path
        for path, html in pages.items()
        if '<article class="article-text"' in html and "main-image" in html
    )


def background(visit: Visit) -> str:
    found: str = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    return found


@pytest.mark.parametrize("dark", [False, True])
def test_the_switch_goes_from_the_device_to_light_to_dark_and_back(portal: BrowsedPortal, dark: bool) -> None:
    with portal.visit("/", dark=dark) as visit:
        device = DARK if dark else LIGHT
        seen = []
        for _ in range(4):
            seen.append((background(visit), visit.page.inner_text(".theme .unseen")))
            visit.page.click(".theme")
        assert seen == [
            (device, "Tampilan: mengikuti perangkat"),
            (LIGHT, "Tampilan: terang"),
            (DARK, "Tampilan: gelap"),
            (device, "Tampilan: mengikuti perangkat"),
        ]
        assert visit.complaints == []


@pytest.mark.parametrize(("dark", "clicks", "theme"), [(False, 2, "dark"), (True, 1, "light")])
def test_a_chosen_theme_is_kept_and_holds_before_anything_is_painted(
    portal: BrowsedPortal, dark: bool, clicks: int, theme: str
) -> None:
    with portal.visit("/", dark=dark) as visit:
        for _ in range(clicks):
            visit.page.click(".theme")
        visit.page.add_init_script(NOTE_THEME)
        visit.open("/about.html")
        assert visit.page.evaluate("window.firstTheme") == theme
        assert background(visit) == (DARK if theme == "dark" else LIGHT)
        # The operator's own colour follows.
        colour = visit.page.evaluate(
            "getComputedStyle(document.documentElement).getPropertyValue('--accent')"
        )
        with portal.visit("/about.html", dark=theme == "dark") as other:
            assert colour == other.page.evaluate(
                "getComputedStyle(document.documentElement).getPropertyValue('--accent')"
            )


def test_the_keyboard_alone_switches_the_theme(portal: BrowsedPortal) -> None:
    with portal.visit("/") as visit:
        for _ in range(10):
            visit.page.keyboard.press("Tab")
            if visit.page.evaluate("document.activeElement.matches('.theme')"):
                break
        visit.page.keyboard.press("Enter")
        visit.page.keyboard.press("Space")
        assert background(visit) == DARK


def test_a_screen_reader_is_told_which_theme_was_chosen_and_nothing_before(portal: BrowsedPortal) -> None:
    """What stands in a button has no role of its own (WAI-ARIA, "Children Presentational")."""
    with portal.visit("/") as visit:
        status = visit.page.locator(".tools [role=status]")
        assert status.count() == 1
        assert visit.page.locator("button [role]").count() == 0
        assert status.inner_text() == ""
        visit.page.click(".theme")
        assert status.inner_text() == "Tampilan: terang"


def test_where_nothing_can_be_kept_the_switch_still_works(portal: BrowsedPortal) -> None:
    with portal.visit("/") as visit:
        visit.page.add_init_script(
            "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no'); }})"
        )
        visit.open("/")
        visit.page.click(".theme")
        visit.page.click(".theme")
        assert background(visit) == DARK
        assert visit.complaints == []


def test_without_scripts_there_is_no_switch_and_what_needs_none_is_there(
    portal: BrowsedPortal, article: str
) -> None:
    with portal.visit(article, scripts=False, dark=True) as visit:
        assert background(visit) == DARK
        assert visit.page.locator("button").count() == 0
        assert visit.page.locator(".share a").all_inner_texts() == ["WhatsApp", "Surel"]
        visit.page.click(".unaltered summary")
        assert re.fullmatch("[0-9a-f]{64}", visit.page.inner_text(".unaltered code"))
    with portal.visit("/", scripts=False) as visit:
        times = visit.page.locator(".meta time").all_inner_texts()
        assert all(re.fullmatch(r"\d{1,2} \w{3} \d{4}, \d\d\.\d\d", text) for text in times)


def test_a_copied_link_is_on_the_clipboard_and_said_to_be(portal: BrowsedPortal, article: str) -> None:
    with portal.visit(article) as visit:
        visit.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        visit.page.click(".share button")
        visit.wait_until("document.querySelector('.share [role=status]').textContent")
        assert visit.page.inner_text(".share [role=status]") == "Tautan disalin"
        assert visit.page.evaluate("navigator.clipboard.readText()").endswith(article)
        assert visit.strangers == []


def test_where_the_device_can_share_it_is_asked_to(portal: BrowsedPortal, article: str) -> None:
    with portal.visit(article) as visit:
        visit.page.add_init_script("navigator.share = async (what) => { window.shared = what; };")
        visit.open(article)
        visit.page.click(".share button >> nth=-1")
        shared = visit.page.evaluate("window.shared")
        assert shared["url"].endswith(article)
        assert shared["title"] == visit.page.inner_text("h1")


def test_a_moment_of_the_last_day_is_told_by_its_age_and_keeps_its_own_time(portal: BrowsedPortal) -> None:
    with portal.visit("/") as visit:
        newest = max(visit.page.eval_on_selector_all(".meta time", "all => all.map(one => one.dateTime)"))
        moment = datetime.fromisoformat(newest)
        time = f".meta time[datetime='{newest}'] >> nth=0"
        told = {}
        for seconds in (30, 61, 150, 3_700, 7_300, 23 * 3600 + 60, 24 * 3600, -600):
            with portal.visit("/about.html") as later:
                later.page.clock.install(time=moment + timedelta(seconds=seconds))
                later.open("/")
                told[seconds] = (later.page.inner_text(time), later.page.get_attribute(time, "title"))
        with portal.visit("/", scripts=False) as bare:
            absolute = bare.page.inner_text(time)
    assert told == {
        30: ("baru saja", absolute),
        61: ("1 menit lalu", absolute),
        150: ("2 menit lalu", absolute),
        3_700: ("1 jam lalu", absolute),
        7_300: ("2 jam lalu", absolute),
        23 * 3600 + 60: ("23 jam lalu", absolute),
        24 * 3600: (absolute, None),
        -600: (absolute, None),
    }


def test_the_age_grows_while_the_page_is_open(portal: BrowsedPortal) -> None:
    with portal.visit("/about.html") as visit:
        home = portal.site.body("index.html").decode()
        newest = max(re.findall(r'<time datetime="([^"]+)"', home))
        visit.page.clock.install(time=datetime.fromisoformat(newest) + timedelta(seconds=70))
        visit.open("/")
        time = f".meta time[datetime='{newest}'] >> nth=0"
        assert visit.page.inner_text(time) == "1 menit lalu"
        visit.page.clock.fast_forward(180_000)
        assert visit.page.inner_text(time) == "4 menit lalu"


@pytest.mark.parametrize("size", [(1280, 900), PHONE])
def test_what_is_pressed_is_large_enough_for_a_finger(portal: BrowsedPortal, size: tuple[int, int]) -> None:
    kinds = ("/", "/c/", "/s/", "/a/", "/d/", "/about.html", "/corrections.html", "/archive.html")
    with portal.visit("/", size=size) as visit:
        small = {}
        for kind in kinds:
            path = next(path for path in ["/", *portal.paths()] if path.startswith(kind))
            visit.open(path)
            if found := visit.page.evaluate(SMALL):
                small[path] = found
        assert small == {}


def test_a_line_of_an_article_has_a_comfortable_length(portal: BrowsedPortal, article: str) -> None:
    with portal.visit(article) as visit:
        lines = visit.page.evaluate(LINES)
        assert len(lines) > 2
        assert 60 <= sum(lines) / len(lines) <= 75


@pytest.mark.parametrize("dark", [False, True])
def test_a_printed_article_is_the_text_its_credit_and_the_originals_address(
    portal: BrowsedPortal, article: str, dark: bool
) -> None:
    with portal.visit(article, dark=dark) as visit:
        original = visit.page.get_attribute(".original a", "href") or "-"
        visit.page.emulate_media(media="print", color_scheme="dark" if dark else "light")
        after = visit.page.evaluate(
            "getComputedStyle(document.querySelector('.original a'), '::after').content"
        )
        assert original in after
        for gone in (".sections", ".share", ".theme", ".onward", ".colophon ul", ".follow"):
            assert not visit.page.locator(gone).first.is_visible()
        for kept in ("h1", ".byline", ".article-text", ".notice", ".main-image img"):
            assert visit.page.locator(kept).is_visible()
        for element in ("body", ".credit dd a"):
            colour = visit.page.eval_on_selector(element, "one => getComputedStyle(one).color")
            assert colour == "rgb(0, 0, 0)"


def test_pictures_that_never_come_leave_their_place_quiet_and_the_words_where_they_were(
    portal: BrowsedPortal,
) -> None:
    places = (
        "all => all.map((one) => { const box = one.getBoundingClientRect(); return [box.top, box.height]; })"
    )
    found = []
    for fails in (False, True):
        with portal.visit("/about.html") as visit:
            if fails:
                visit.page.route(re.compile(r"\.(webp|jpe?g|png)$"), lambda route: route.abort())
            visit.open("/")
            assert visit.layout_shift() < 0.05
            found.append(visit.page.eval_on_selector_all(".card h3", places))
    assert found[0] == found[1]
