"""One story of ten days' news in a few messages: everything that can happen to an article, once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from newswire.article_item import ArticleItem
from newswire.messages import Hint, Message
from newswire.urls import article_id
from tests.support.delivered_story import BATCH, Functions
from tests.support.extract_world import FEEDS, KABAR, LENTERA, WARTA, World, entry, recheck

BERAS = "Harga beras turun lima persen di Cirebon."
POISON = ("bukan JSON", '{"schema": "newswire/message/9"}', '{"schema": "newswire/message/1"}')


def sources_yaml(world: World) -> str:
    """Return three publishers: of the whole text, of an excerpt, of links."""
    shown = {"kabar": (KABAR, "full"), "warta": (WARTA, "excerpt"), "lentera": (LENTERA, "link")}
    rows = [
        f"  - {{id: {one}, name: {one.title()}, homepage: '{world.url('', host)}', category: nasional,"
        f" language: id, display: {display}, request_gap: 0s, feeds: ['{world.url('/rss', host)}']}}\n"
        for one, (host, display) in shown.items()
    ]
    return "sources:\n" + "".join(rows)


@dataclass(slots=True)
class Story:
    """The messages so far in the order in which they were first delivered."""

    functions: Functions
    messages: list[Message] = field(default_factory=list)

    @property
    def world(self) -> World:
        """Storage and the publishers' sites."""
        return self.functions.world

    def deliver(self, *messages: Message) -> None:
        """Deliver messages for the first time, and publish what came of them."""
        self.messages += messages
        for start in range(0, len(messages), BATCH):
            assert self.functions.extract(*messages[start : start + BATCH]) == []
        assert self.functions.publish_new() == []

    def pass_time(self, after: timedelta) -> None:
        """Let time pass for everybody."""
        self.functions.moment += after

    def look_at(self, *names: str) -> None:
        """Let the re-checks of these articles come, when all are due."""
        known = self.functions.articles()
        items = [one for name in names if isinstance(one := known[name], ArticleItem)]
        due = [datetime.fromisoformat(one.recheck_at) for one in items if one.recheck_at]
        assert len(due) == len(names)
        self.functions.moment = max(self.functions.moment, *due) + timedelta(seconds=1)
        self.deliver(*(recheck(one, self.functions.moment) for one in items))

    def tell(self) -> None:
        """Tell the whole story."""
        self.functions.refresh()
        self.deliver(*first_sights(self.world))
        self.deliver(*edits(self.world))
        serve(self.world, "pasar", "Pasar Johar dibuka kembali, kata wali kota.")
        self.world.fail("/berita/ditarik", 410)
        self.look_at("pasar", "ditarik")
        self.look_at("ditarik")
        self.pass_time(timedelta(minutes=20))
        self.deliver(entry(link(self.world, "ditarik"), poll=9, title="ditarik", summary="Sekali lagi."))


def link(world: World, name: str, host: str = KABAR) -> str:
    """Return the address of an article."""
    return world.url(f"/berita/{name}", host)


def serve(world: World, name: str, text: str, host: str = KABAR) -> str:
    """Publish an article's page."""
    return world.serve(f"/berita/{name}", text, host, title=name)


def five_feeds(world: World) -> list[Message]:
    """Return the messages of one article that reaches us through five feeds, each with words of its own."""
    url = serve(world, "beras", BERAS)
    world.web.replies[f"m.{KABAR}/berita/beras"] = world.web.replies[f"{KABAR}/berita/beras"]
    world.redirect("/r/beras", url, FEEDS)
    ways = [
        ("kabar", "rss", url),
        ("kabar", "nasional", f"{url}?utm_source=rss"),
        ("kabar", "ponsel", link(world, "beras", f"m.{KABAR}")),
        ("warta", "rss", f"{url}?utm_medium=warta#atas"),
        ("lentera", "rss", url),
    ]
    return [entry(address, source=one, feed=feed, title="beras", summary=None) for one, feed, address in ways]


def first_sights(world: World) -> list[Message]:
    """Return the messages that bring every article for the first time."""
    names = ("banjir", "pasar", "ditarik", "kereta")
    urls = {name: serve(world, name, f"Laporan tentang {name} hari ini.") for name in names}
    world.fail("/berita/tertutup", 403)
    large = Hint(title="besar", summary="Ringkasan.", language="id")
    key = f"hints/{large.hash()}.json"
    world.bucket.put(key, large.to_json(), content_type="application/json")
    by_reference = entry(serve(world, "besar", "Berita besar dari pelabuhan utara."))
    return [
        *five_feeds(world),
        *(entry(url, title=name) for name, url in urls.items()),
        entry(urls["ditarik"] + "?utm_source=x", source="warta", title="ditarik"),
        entry(link(world, "tertutup"), title="tertutup"),
        replace(by_reference, hint=None, hint_hash=large.hash(), hint_key=key),
        entry(serve(world, "kutipan", "Berita yang dikutip saja.", WARTA), source="warta", title="kutipan"),
        entry(link(world, "tautan", LENTERA), source="lentera", title="tautan"),
    ]


def edits(world: World) -> list[Message]:
    """Return the messages of later polls: revisions, a new address, a hint that is known."""
    banjir, kereta = link(world, "banjir"), link(world, "kereta")
    serve(world, "banjir", "Banjir surut, dua desa masih terendam.")
    moved = serve(world, "kereta-baru", "Laporan tentang kereta hari ini.")
    return [
        entry(banjir, poll=1, title="banjir surut"),
        entry(banjir, poll=2, title="banjir surut di dua desa"),
        entry(moved, poll=1, article=article_id(kereta), title="kereta"),
        entry(banjir, poll=3, title="banjir surut di dua desa"),
        entry(link(world, "beras"), poll=1, title="beras", summary=None),
    ]
