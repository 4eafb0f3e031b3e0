"""Poor pages on their way: the feed's words with the reason, counts by source, and what is told."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from functions.extract.deliveries import Deliveries
from functions.extract.outcome import Outcome
from functions.extract.page_gate import WALL_RETRY, PageGate
from functions.extract.queue_records import QueueRecord
from newswire.clock import instant
from newswire.messages import Message
from newswire.observability import make_logger
from newswire.tables import Table
from tests.support.extract_world import KABAR, SUMMARY, TITLE, World, entry, recheck, sqs_record

LONG = (
    "Harga beras di pasar induk turun lima persen pada pekan ini karena panen raya sudah dimulai.\n"
    "Pedagang mengatakan pasokan akan tetap cukup untuk bulan depan, dan pembeli tidak perlu khawatir."
)
WALL = "Silakan masuk dengan akun Anda. Lupa kata sandi? Belum punya akun?"
LABELS = "\n".join(f"Jadwal siaran ke-{number}" for number in range(20))
ITEM = "pages#kabar"


class Lines:
    """A logger whose lines can be compared."""

    def __init__(self, lines: list[dict[str, Any]]) -> None:
        self._lines = lines

    def warning(self, message: str, **fields: Any) -> None:
        """Note a line."""
        self._lines.append({"message": message, **fields})

    info = warning


class Invocations:
    """Invocations of the stage that end as the function's do; ``lines`` are what they logged."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = world
        self.lines: list[dict[str, Any]] = []
        self.poor = 0
        self._logger: Any = Lines(self.lines)
        self._gate = self._new()
        monkeypatch.setattr(world, "gate", lambda: self._gate)

    def _new(self) -> PageGate:
        return PageGate(self.world.feed_table, self._logger, lambda: self.world.now)

    def handle(self, *messages: Message) -> list[Outcome]:
        """Work off a batch in one invocation."""
        self._gate = self._new()
        processing = self.world.invocation()
        outcomes = [processing.handle(message, 1) for message in messages]
        self.poor += self._gate.settle()[1]
        return outcomes

    def item(self) -> dict[str, Any]:
        """Return what is stored of the source's pages."""
        return self.world.stack.items("newswire-feeds")[ITEM]


@pytest.fixture
def invocations(world: World, monkeypatch: pytest.MonkeyPatch) -> Invocations:
    return Invocations(world, monkeypatch)


def test_what_stood_behind_a_wall_is_asked_for_again_the_next_day(
    world: World, invocations: Invocations
) -> None:
    url = world.serve("/berita/1", WALL, title="Masuk")
    invocations.handle(entry(url))
    assert world.only().recheck_at == instant(world.now + WALL_RETRY)
    world.now += WALL_RETRY
    world.serve("/berita/1", LONG)
    invocations.handle(recheck(world.only(), world.now))
    assert (world.only().origin, world.document().text) == ("page", LONG)


def test_a_wall_gives_way_to_the_feed_with_the_reason(world: World, invocations: Invocations) -> None:
    url = world.serve("/berita/1", WALL, title="Masuk")
    (outcome,) = invocations.handle(entry(url))
    assert (outcome.what, outcome.origin, outcome.reason) == ("stored", "feed", "login wall")
    document = world.document()
    assert (document.title, document.text, document.reason) == (TITLE, SUMMARY, "login wall")
    proof = document.provenance
    assert (proof.status, proof.final_url, proof.page_sha256) == (200, url, None)


def test_a_poor_page_of_a_bare_link_is_kept_and_counted(world: World, invocations: Invocations) -> None:
    url = world.serve("/berita/1", LABELS)
    (outcome,) = invocations.handle(entry(url, title=None, summary=None))
    assert (outcome.what, outcome.origin, outcome.reason) == ("stored", "page", None)
    assert world.document().text == LABELS
    assert invocations.poor == 1


def test_a_wall_behind_a_bare_link_is_no_article(world: World, invocations: Invocations) -> None:
    (outcome,) = invocations.handle(entry(world.serve("/berita/1", WALL), title=None, summary=None))
    assert (outcome.what, outcome.reason) == ("nothing to show", "login wall")
    assert world.articles() == {}


@pytest.mark.parametrize("poor", [WALL, LABELS])
@pytest.mark.parametrize("summary", [SUMMARY, None])
def test_a_poor_page_never_replaces_a_page_that_is_stored(
    world: World, invocations: Invocations, poor: str, summary: str | None
) -> None:
    url = world.serve("/berita/1", LONG)
    invocations.handle(entry(url, summary=summary))
    world.serve("/berita/1", poor)
    (outcome,) = invocations.handle(entry(url, poll=1, summary=summary, authors=("Siti",)))
    assert (outcome.what, outcome.origin) == ("unchanged", "page")
    assert world.document().text == LONG


def test_a_re_check_that_finds_a_wall_keeps_the_page(world: World, invocations: Invocations) -> None:
    url = world.fail("/berita/1", 503)
    world.invocation().handle(entry(url), 3)
    world.now += timedelta(hours=2)
    world.serve("/berita/1", WALL)
    (outcome,) = invocations.handle(recheck(world.only(), world.now))
    assert (outcome.origin, world.document().text) == ("feed", SUMMARY)
    assert world.document().reason == "login wall"


def test_a_good_page_replaces_what_the_feed_said_in_its_stead(world: World, invocations: Invocations) -> None:
    url = world.serve("/berita/1", WALL)
    invocations.handle(entry(url))
    world.serve("/berita/1", LONG)
    (outcome,) = invocations.handle(entry(url, poll=1, authors=("Siti",)))
    assert (outcome.what, outcome.origin, outcome.reason) == ("revised", "page", None)


@pytest.mark.parametrize("apart", [False, True], ids=["one invocation", "two invocations"])
def test_a_text_that_two_articles_have_is_neithers(
    world: World, invocations: Invocations, apart: bool
) -> None:
    """The first is taken: nothing tells it from an article until it comes again."""
    text = "Halaman ini dapat dibaca setelah Anda menekan tombol di bawah, lalu memuat ulang halaman ini."
    messages = [
        entry(world.serve(f"/berita/{number}", text), title=title)
        for number, title in enumerate(("Banjir Demak surut", "Jembatan Ambar diresmikan"))
    ]
    outcomes = [
        outcome
        for batch in ([messages[:1], messages[1:]] if apart else [messages])
        for outcome in invocations.handle(*batch)
    ]
    assert [(one.origin, one.reason) for one in outcomes] == [
        ("page", None),
        ("feed", "same text as another page"),
    ]


def test_one_article_at_two_addresses_is_no_repetition(world: World, invocations: Invocations) -> None:
    canonical = world.url("/berita/1")
    first = world.serve("/berita/1", LONG, canonical_url=canonical)
    second = world.serve("/daerah/berita/1", LONG, canonical_url=canonical)
    outcomes = invocations.handle(entry(first), entry(second))
    assert [one.what for one in outcomes] == ["stored", "joined"]
    (again,) = invocations.handle(entry(first, poll=1, authors=("Siti",)))
    assert (again.what, again.origin) == ("revised", "page")
    assert invocations.poor == 0


def test_a_link_that_leads_to_the_front_page_is_not_that_page(world: World, invocations: Invocations) -> None:
    front = world.serve("/", LONG)
    (outcome,) = invocations.handle(entry(world.redirect("/berita/1", front)))
    assert (outcome.origin, outcome.reason) == ("feed", "led to the front page")


def test_the_table_counts_a_sources_pages_by_grade(world: World, invocations: Invocations) -> None:
    texts = (LONG, WALL, LABELS, LONG.replace("lima", "enam"))
    urls = [world.serve(f"/berita/{number}", text) for number, text in enumerate(texts)]
    invocations.handle(*(entry(url, title=f"Kabar {number}") for number, url in enumerate(urls[:2])))
    world.now += timedelta(days=1)
    invocations.handle(*(entry(url, title=f"Berita {number}") for number, url in enumerate(urls[2:])))
    item = invocations.item()
    assert item["days"] == {
        "2026-01-05": {"good": 1, "login wall": 1},
        "2026-01-06": {"good": 1, "mostly boilerplate": 1},
    }
    assert item["poor_percent"] == 50
    assert invocations.poor == 2


def test_a_source_costs_one_read_and_one_write_however_many_pages_it_has(
    world: World, invocations: Invocations
) -> None:
    calls: Counter[str] = Counter()

    def note(params: dict[str, Any], model: Any, **_: object) -> None:
        if b"pages#" in params["body"]:
            calls[model.name] += 1

    world.stack.dynamodb.meta.events.register("before-call", note)
    urls = [world.serve(f"/berita/{number}", f"{LONG}\nBagian {number}.") for number in range(4)]
    invocations.handle(*(entry(url, title=f"Kabar {number}") for number, url in enumerate(urls)))
    assert calls == {"BatchGetItem": 1, "PutItem": 1}


def test_nothing_is_read_or_written_where_no_page_was_had(world: World, invocations: Invocations) -> None:
    invocations.handle(entry(world.fail("/berita/1", 404)))
    assert ITEM not in world.stack.items("newswire-feeds")


def test_poor_pages_are_told_once_a_source_and_invocation_and_good_ones_are_not(
    world: World, invocations: Invocations
) -> None:
    invocations.handle(entry(world.serve("/berita/1", LONG)))
    assert invocations.lines == []
    urls = [world.serve(f"/berita/{number}", WALL) for number in (2, 3)]
    ids = [
        one.article_id for one in invocations.handle(*(entry(url, title=f"Kabar {url[-1]}") for url in urls))
    ]
    assert invocations.lines == [
        {
            "message": "poor pages",
            "source": "kabar",
            "pages": 2,
            "poor": 2,
            "reasons": {"login wall": 2},
            "articles": ids,
            "other_language": 0,
            "poor_percent": 67,
        }
    ]


def test_a_source_whose_pages_turn_poor_and_good_again_is_told_at_each_turn(
    world: World, invocations: Invocations
) -> None:
    told: list[tuple[str, str]] = []
    for day in range(4):
        invocations.lines.clear()
        text = WALL if day in (1, 2) else LONG
        urls = [
            world.serve(f"/berita/{day}/{number}", f"{text}\nBagian {day}-{number}.") for number in range(10)
        ]
        invocations.handle(*(entry(url, title=f"Kabar {url[-3:]}") for url in urls))
        told += [(str(day), line["transition"]) for line in invocations.lines if "transition" in line]
        world.now += timedelta(days=1)
    assert told == [("1", "poor"), ("3", "recovered")]
    assert "health" not in invocations.item()


def test_what_cannot_be_stored_of_the_pages_harms_no_article(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Unwritable(Table):
        def put_unconditionally(self, item: object) -> None:
            raise OSError(f"no table for {item}")

    logger = make_logger("extract")
    gate = PageGate(Unwritable(world.stack.dynamodb, "newswire-feeds"), logger, lambda: world.now)
    monkeypatch.setattr(world, "gate", lambda: gate)
    unused: Any = None
    deliveries = Deliveries(
        world.invocation(), gate, world.images(), unused, unused, logger, lambda: world.now
    )
    deliveries.handle(QueueRecord.of(sqs_record(entry(world.serve("/berita/1", LONG)).to_json())))
    deliveries.finish()
    assert deliveries.counts["ArticlesFromPage"] == 1
    assert world.only().origin == "page"


def test_pages_of_a_source_that_is_no_longer_named_are_graded_too(
    world: World, invocations: Invocations
) -> None:
    url = world.serve("/berita/1", WALL, host=KABAR)
    (outcome,) = invocations.handle(entry(url, source="tak-dikenal"))
    assert outcome.reason == "login wall"


def test_a_wall_with_promotion_does_not_replace_the_text_that_was_had(world: World) -> None:
    promotion = (
        "Redaksi kami bekerja setiap hari untuk menyajikan laporan tepercaya dari seluruh penjuru negeri.\n"
        "Anggota menerima buletin pagi, akses tanpa batas di semua perangkat, dan undangan ke acara kami.\n"
        "Jurnalisme yang merdeka itu penting, dan karena itu ribuan pembaca mendukung kami setiap bulan."
    )
    world.handle(entry(world.serve("/berita/1", LONG, title=TITLE)))
    world.serve("/berita/1", f"Silakan masuk dengan akun Anda. Anda harus login.\n{promotion}", title=TITLE)
    outcome = world.revisit()
    assert (outcome.what, outcome.reason) == ("unchanged", "login wall")
    assert (world.only().revision, world.document().text) == (1, LONG)
