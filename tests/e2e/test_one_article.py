"""One article that reaches the portal under many links stays one article."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from html import escape
from pathlib import Path

from tests.e2e.pipeline import OwnEdition, pipeline
from tests.support.extract_pages import HTML
from tests.support.web_server import Reply, WebServer

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
HOSTS = [f"{prefix}kabar.localhost" for prefix in ("", "www.", "m.", "amp.", "mobile.")]
PATH = "/nasional/2026/01/05/harga-beras-turun"
PARAGRAPH = "Harga beras di pasar induk turun lima persen setelah panen raya dimulai di tiga kabupaten. "
PAGE = (
    "<!doctype html><html lang=id><head><title>Harga beras turun</title></head><body><article>"
    f"<h1>Harga beras turun</h1>{f'<p>{PARAGRAPH * 3}</p>' * 4}</article></body></html>"
)
FEEDS = ("antara", "kabar", "pos", "suara", "warta")


def spellings(port: int) -> list[str]:
    """Return twenty links to one article, four for each of five feeds."""
    query = "?id=7&hal=2"
    at = [f"http://{host}:{port}" for host in HOSTS]
    return [
        f"{at[0]}{PATH}{query}",
        f"{at[0]}{PATH}/{query}",
        f"{at[0]}{PATH}?hal=2&id=7",
        f"{at[0]}{PATH}{query}&utm_source=rss&utm_medium=feed",
        f"{at[1]}{PATH}{query}",
        f"{at[1]}{PATH}{query}#komentar",
        f"{at[1]}{PATH}?fbclid=x&id=7&hal=2",
        f"{at[1]}/{PATH}{query}",
        f"{at[2]}{PATH}{query}",
        f"{at[2]}{PATH}/?hal=2&id=7",
        f"{at[2]}{PATH}{query}&utm_campaign=x",
        f"{at[2]}/amp{PATH}{query}",
        f"{at[3]}{PATH}{query}",
        f"{at[3]}{PATH}/amp{query}",
        f"{at[3]}{PATH}/amp/{query}",
        f"{at[3]}{PATH}{query}&outputType=amp",
        f"https://kabar.localhost:{port}{PATH}{query}",
        f"{at[4]}{PATH}{query}&gclid=y",
        f"HTTP://KABAR.localhost:{port}{PATH}{query}",
        f"{at[0]}{PATH.replace('harga', 'h%61rga')}{query}",
    ]


def feed(links: list[str], name: str) -> bytes:
    items = "".join(
        f"<item><title>Harga beras turun</title><link>{escape(link)}</link><guid>{name}-{number}</guid>"
        f"<description>Menurut {name}.</description></item>"
        for number, link in enumerate(links)
    )
    head = f"<title>{name}</title><link>http://{name}.example/</link><description>x</description>"
    return f'<rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def sources(web: WebServer) -> str:
    listed = "".join(
        f"  - id: {name}\n    name: {name.title()}\n    homepage: https://{name}.example\n"
        f"    feeds: [{web.url(f'/{name}.xml', 'feeds.localhost')}]\n    category: nasional\n"
        for name in FEEDS
    )
    return (
        "portal: {name: Portal, url: 'https://portal.example', tagline: x, language: id, "
        "timezone: Asia/Jakarta, contact: redaksi@portal.example}\ncategories: {nasional: Nasional}\n"
        f"defaults: {{others: full, request_gap: 0s}}\nsources:\n{listed}"
    )


def test_twenty_spellings_in_five_feeds_are_one_article_one_page_and_one_item(
    web: WebServer, tmp_path: Path
) -> None:
    links = spellings(web.port)
    assert len(set(links)) == 20
    for number, name in enumerate(FEEDS):
        web.replies[f"/{name}.xml"] = Reply(feed(links[number * 4 : number * 4 + 4], name))
    web.replies[f"{PATH}?id=7&hal=2"] = Reply(PAGE.encode(), content_type=HTML)
    allowed = web.loopback(*HOSTS, "feeds.localhost")
    with pipeline(tmp_path, OwnEdition(sources(web), sorted(allowed), START)) as line:
        line.round()
        (item,) = line.articles().values()

    assert sorted(via.source for via in item.via.values()) == sorted(FEEDS)
    assert (item.origin, item.revision, item.owner.id) == ("page", 1, "@kabar.localhost")
    assert [path for path in web.paths() if path.startswith(PATH)] == [f"{PATH}?id=7&hal=2"]
    assert len(list((tmp_path / "articles").rglob("*.json"))) == 1
    assert [file.name for file in (tmp_path / "site" / "a").iterdir()] == [f"{item.slug}-{item.id}.html"]
    for channel in ("feed.xml", "c/nasional/feed.xml"):
        found = ET.parse(tmp_path / "site" / channel).findall("./channel/item/title")  # noqa: S314 - ours
        assert [title.text for title in found] == ["Harga beras turun"]
