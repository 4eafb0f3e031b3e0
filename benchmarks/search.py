"""Search in Chromium over generated articles: how long after a keystroke its results are on the page.

The time of a keystroke is from the event to the next frame in which the results stand; that of loading, from
opening the page until all articles have been taken in.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, ViewportSize

from functions.publish import search_index
from functions.publish.look import Look
from functions.publish.partitions import names_for
from functions.publish.portal_rendering import search_page
from functions.publish.search_rows import MOST_ROWS, SearchRow, document, search_key
from functions.publish.static_files import SEARCH_SCRIPT, static_files
from newswire.clock import instant
from newswire.sources import Catalogue
from tests.support.browser import MISSING, chromium, launched
from tests.support.publish_catalogues import catalogue

ORIGIN = "https://kabar.example"
NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
QUERIES = ("harga beras", "anak-anak sekolah", "pemerintah daerah", "menteri", "the ministers", "a")
EXCERPT_WORDS = 22
# How many articles a day has: a hundred days for ten thousand.
A_DAY = 100
# Syllables of which made-up words consist; what is asked for is mixed in among them.
_SYLLABLES = (
    *("ba", "ca", "da", "ga", "ha", "ja", "ka", "la", "ma", "na", "pa", "ra", "sa", "ta", "wa", "si", "tu"),
    *("ngan", "nya", "kan", "ber", "men", "per", "di", "ter", "pe", "ri", "lo"),
)
_PLAIN = (
    *("harga", "beras", "anak-anak", "sekolah", "pemerintah", "daerah", "menteri", "presiden", "ekonomi"),
    *("banjir", "jakarta", "kota", "warga", "polisi", "bantuan", "kesehatan", "pembangunan", "pertandingan"),
    *("the", "ministers", "of", "trade", "say", "new", "plan", "for", "rice"),
)
_MEASURE = """async (text) => {
  const input = document.querySelector("#q"), times = [];
  for (let end = 1; end <= text.length; end += 1) {
    const begun = performance.now();
    input.value = text.slice(0, end);
    input.dispatchEvent(new Event("input", {bubbles: true}));
    const worked = performance.now() - begun;
    await new Promise((shown) => requestAnimationFrame(() => setTimeout(shown)));
    times.push([worked, performance.now() - begun]);
  }
  return {times, status: document.querySelector("#found").textContent};
}"""


def main(options: Sequence[str] = ()) -> None:
    """Print how long each query took to type, and what was loaded."""
    parser = argparse.ArgumentParser(prog="benchmarks search", description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--slower", type=float, default=1, help="slow the processor down by this factor")
    arguments = parser.parse_args(options)
    if chromium() is None:
        print(MISSING)
        return
    files = portal_files(catalogue(), articles(arguments.articles))
    _print_sizes(files)
    with launched() as browser:
        page = browser.new_context(viewport=ViewportSize(width=360, height=740)).new_page()
        page.route("**/*", lambda route: _answer(route, files))
        if arguments.slower > 1:
            page.context.new_cdp_session(page).send(
                "Emulation.setCPUThrottlingRate", {"rate": arguments.slower}
            )
        page.goto(f"{ORIGIN}/search.html")
        _load_all(page, arguments.articles)
        _print_times(page)


def articles(number: int) -> list[SearchRow]:
    """Return made-up articles, newest first, always the same."""
    dice = random.Random(number)  # noqa: S311 - texts, no secrets
    made = ["".join(dice.choices(_SYLLABLES, k=dice.randint(2, 4))) for _ in range(20_000)]
    return [_article(one, dice, made) for one in range(number)]


def _article(number: int, dice: random.Random, made: Sequence[str]) -> SearchRow:
    def words(count: int) -> str:
        found = [dice.choice(_PLAIN if dice.random() < 0.2 else made) for _ in range(count)]
        return " ".join(found).capitalize()

    article_id = "".join(dice.choices("abcdefghijklmnopqrstuvwxyz234567", k=16))
    title = words(9)
    return SearchRow(
        id=article_id,
        title=title,
        owner=dice.choice(("harian", "warta")),
        category=dice.choice(("nasional", "ekonomi", "dunia")),
        listed=instant(NOW - timedelta(days=1) * number / A_DAY),
        page=f"a/{title.lower().replace(' ', '-')[:80]}-{article_id}.html",
        language="id",
        excerpt=words(EXCERPT_WORDS),
    )


def portal_files(sources: Catalogue, rows: Sequence[SearchRow]) -> dict[str, bytes]:
    """Return what a portal of these articles serves to who searches, by path."""
    days: dict[str, dict[str, SearchRow]] = {}
    for row in rows:
        days.setdefault(names_for(row.listed, row.id)[0], {})[row.id] = row
    partitions: dict[str, list[str]] = {}
    for month in sorted({search_index.month_of(day) for day in days}):
        leaves = {day: len(days[day]) for day in days if search_index.month_of(day) == month}
        ended = search_index.has_ended(month, NOW)
        partitions |= search_index.joined(leaves, MOST_ROWS) if ended else {day: [day] for day in leaves}
    joined = {
        name: {one: row for day in parts for one, row in days[day].items()}
        for name, parts in partitions.items()
    }
    static = static_files()
    return {
        "/search.html": search_page(Look.of(sources, static)),
        f"/{search_index.INDEX_KEY}": search_index.document({name: len(joined[name]) for name in joined}),
        **{f"/{search_key(name)}": document(joined[name]) for name in joined},
        **{f"/{file.key}": file.body for file in static.values()},
    }


def _answer(route: Route, files: dict[str, bytes]) -> None:
    path = urlsplit(route.request.url).path
    kinds = {"html": "text/html", "js": "text/javascript", "json": "application/json", "css": "text/css"}
    if path in files:
        route.fulfill(body=files[path], content_type=kinds.get(path.rpartition(".")[2], "image/svg+xml"))
    else:
        route.fulfill(status=404)


def _print_sizes(files: dict[str, bytes]) -> None:
    partitions = {name: body for name, body in files.items() if name.startswith("/search/2")}
    script = next(body for name, body in files.items() if SEARCH_SCRIPT.removesuffix(".js") in name[7:])
    packed = sorted(len(gzip.compress(body)) for body in partitions.values())
    rows = sum(len(json.loads(body)["articles"]) for body in partitions.values())
    print(f"{rows} articles in {len(partitions)} files")
    print(
        f"bytes an article, plain and gzip: {sum(map(len, partitions.values())) / rows:.0f}"
        f" {sum(packed) / rows:.0f}"
    )
    print(f"bytes of a file, gzip: median {statistics.median(packed):.0f}, most {packed[-1]}")
    print(f"bytes of the script, plain and gzip: {len(script)} {len(gzip.compress(script))}")


def _load_all(page: Page, number: int) -> None:
    """Ask for what is nowhere until everything has been searched."""
    page.wait_for_selector("form.search")
    begun: float = page.evaluate("performance.now()")
    page.fill("#q", "zzzz")
    total = f"{number:,}".replace(",", ".")
    while total not in page.inner_text("#found"):
        if page.is_visible("#more"):
            page.click("#more")
        page.wait_for_timeout(20)
    print(f"seconds until all had been taken in: {(page.evaluate('performance.now()') - begun) / 1000:.2f}")


def _print_times(page: Page) -> None:
    print(
        f"{'query':22} {'keys':>4} {'script ms: median':>18} {'most':>6} {'shown ms: median':>17} {'most':>6}"
    )
    for query in QUERIES:
        measured: dict[str, Any] = page.evaluate(_MEASURE, query)
        worked, shown = zip(*measured["times"], strict=True)
        print(
            f"{query:22} {len(query):4} {statistics.median(worked):18.1f} {max(worked):6.1f}"
            f" {statistics.median(shown):17.1f} {max(shown):6.1f}  {measured['status']}"
        )


if __name__ == "__main__":
    main()
