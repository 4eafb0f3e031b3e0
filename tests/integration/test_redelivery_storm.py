"""Deliveries that come again, in any order, in any number: not a byte changes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import TypeVar

import pytest

from newswire.article_item import ArticleItem, Tombstone
from newswire.queue import Outgoing, Queue
from tests.support.delivered_story import BATCH, Functions
from tests.support.extract_world import KABAR, World, entry
from tests.support.told_story import BERAS as TEXT
from tests.support.told_story import POISON, Story, five_feeds, serve, sources_yaml

DELIVERIES = 1_000
SEED = 20260105
T = TypeVar("T")


@pytest.fixture
def functions(world: World, monkeypatch: pytest.MonkeyPatch) -> Functions:
    """Return extract and publish with three publishers."""
    deployed = Functions(world, monkeypatch)
    deployed.deploy(sources_yaml(world))
    return deployed


@pytest.fixture
def story(functions: Functions) -> Story:
    """Return the story, told to its end."""
    told = Story(functions)
    told.tell()
    functions.written()
    functions.world.web.asked.clear()
    return told


def shuffled(ones: Sequence[T], count: int, dice: random.Random) -> list[T]:
    """Return so many deliveries, each of ``ones`` about as often, in an order of chance."""
    repeated = [ones[number % len(ones)] for number in range(count)]
    dice.shuffle(repeated)
    return repeated


def in_batches(ones: Sequence[T], dice: random.Random, size: int = BATCH) -> Iterator[Sequence[T]]:
    """Divide deliveries as a mapping does: one to ``size`` at a time."""
    start = 0
    while start < len(ones):
        end = start + dice.choice((1, size // 2, size, size, size))
        yield ones[start:end]
        start = end


@pytest.mark.slow
def test_a_thousand_redeliveries_and_a_full_replay_of_dead_letters_change_no_byte(story: Story) -> None:
    functions, dice = story.functions, random.Random(SEED)  # noqa: S311 - an order of delivery
    assert_has_everything(story)
    before = functions.stored()
    bodies = [message.to_json() for message in story.messages]

    for batch in in_batches(shuffled(bodies, DELIVERIES, dice), dice):
        assert functions.extract(*batch, receive_count=dice.randint(1, 5)) == [], f"seed {SEED}"
    assert functions.written() == {}, f"seed {SEED}"

    replay(functions, [*bodies, *POISON], dice)
    assert functions.written() == {"SendMessageBatch": len(POISON)}, "the poison, to the dead letters again"
    assert sorted(body for body, _ in functions.letters()) == sorted(POISON)
    assert functions.world.web.asked == [], "no publisher is asked for anything"

    records = functions.stream()
    assert len(records) == functions.taken, "nothing that publish would be told of"
    for several in in_batches(shuffled(records, 3 * len(records), dice), dice, size=100):
        assert functions.publish(several) == [], f"seed {SEED}"
    functions.refresh()
    assert functions.written() == {}, f"seed {SEED}"
    assert functions.stored() == before, f"seed {SEED}"


@pytest.mark.parametrize("seed", range(2))
def test_one_article_through_five_feeds_is_carried_once_whichever_comes_first(
    functions: Functions, seed: int
) -> None:
    """The first arrival decides whose page is asked and nothing that is stored of the article itself."""
    dice = random.Random(seed)  # noqa: S311 - an order of arrival
    messages = five_feeds(functions.world)
    arrivals = shuffled(messages, 3 * len(messages), dice)
    for batch in in_batches(arrivals, dice):
        assert functions.extract(*batch) == [], f"seed {seed}"
    assert functions.publish_new() == []
    (item,) = functions.articles().values()
    assert isinstance(item, ArticleItem)
    assert item.via.keys() == {message.feed for message in messages}, f"seed {seed}"
    said = (item.revision, item.title, item.owner.id, item.origin, item.category, item.slug)
    assert said == (1, "beras", "kabar", "page", "nasional", "beras"), f"seed {seed}"
    assert item.text_sha256 == sha256(TEXT.encode()).hexdigest(), f"seed {seed}"
    articles = [key for key in functions.site() if key.startswith("a/")]
    assert articles == [f"a/beras-{item.id}.html"], f"seed {seed}"
    assert functions.world.pages_asked() == ["/berita/beras"], f"seed {seed}"


@pytest.mark.parametrize("seed", range(2))
def test_whatever_the_order_of_a_feeds_edits_the_last_one_is_shown(functions: Functions, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - an order of arrival
    url = serve(functions.world, "banjir", "Banjir surut di dua desa.")
    edits = [entry(url, poll=poll, title=f"banjir, kabar ke-{poll}") for poll in range(5)]
    for message in shuffled(edits, 3 * len(edits), dice):
        assert functions.extract(message) == [], f"seed {seed}"
    (item,) = functions.articles().values()
    assert isinstance(item, ArticleItem)
    assert item.title == "banjir, kabar ke-4", f"seed {seed}"
    assert item.via[edits[0].feed].polled == edits[-1].polled, f"seed {seed}"


def assert_has_everything(story: Story) -> None:
    """Fail unless the story has everything that can happen to an article."""
    known = story.functions.articles()
    live = {name: one for name, one in known.items() if isinstance(one, ArticleItem)}
    changed = {name: one.revision for name, one in live.items() if one.revision > 1}
    assert changed == {"banjir": 3, "pasar": 2}
    assert len(live["beras"].via) == 5
    assert {name for name, one in live.items() if one.origin == "feed"} == {"tertutup", "tautan"}
    assert isinstance(known["ditarik"], Tombstone)
    assert (len(live), len(story.messages), len(story.world.aliases())) == (8, 23, 1)


def replay(functions: Functions, bodies: Sequence[str], dice: random.Random) -> None:
    """Give all messages up, as after their fifth receive, and send them all to their queue again."""
    stack = functions.world.stack
    dead, queue = Queue(stack.sqs, stack.dead_letter_queue_url), Queue(stack.sqs, stack.queue_url)
    dead.send([Outgoing(body, KABAR, f"given up {number}") for number, body in enumerate(bodies)])
    found = [body for body, _ in functions.letters()]
    assert len(found) == len(bodies)
    dice.shuffle(found)
    queue.send([Outgoing(body, KABAR, f"redrive {number}") for number, body in enumerate(found)])
    assert functions.work_off_queue() == len(bodies)
