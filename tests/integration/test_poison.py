"""What nobody can read: it is told and put aside with its reason, and holds nobody back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from functions.extract import app as extract
from functions.fetch import app as fetch
from functions.fetch.shard_deliveries import work_off
from newswire.article_item import ArticleItem
from newswire.clock import instant
from newswire.messages import Hint, Message
from newswire.observability import make_logger
from newswire.queue import Outgoing, Queue
from newswire.shards import Shard, ShardFeed
from tests.support.aws_stack import Stack
from tests.support.delivered_story import BATCH, Functions
from tests.support.extract_world import KABAR, NOW, World, entry, sqs_record
from tests.support.fake_sqs import FakeSqs
from tests.support.lambda_context import FakeLambdaContext
from tests.support.told_story import serve, sources_yaml

MEBIBYTE = 1024 * 1024


@pytest.fixture
def functions(world: World, monkeypatch: pytest.MonkeyPatch) -> Functions:
    """Return extract and publish with three publishers."""
    deployed = Functions(world, monkeypatch)
    deployed.deploy(sources_yaml(world))
    return deployed


def good(world: World, count: int) -> list[str]:
    """Return so many messages of articles that can be had, all of one publisher."""
    urls = [serve(world, f"baik-{one}", f"Berita baik nomor {one} dari kota.") for one in range(count)]
    return [entry(url, title=f"Baik {one}").to_json() for one, url in enumerate(urls)]


def told_by(message: Message, **changes: Any) -> str:
    """Return the body of a message with some of its keys changed, ``...`` for one that is missing."""
    said = json.loads(message.to_json()) | changes
    return json.dumps({name: value for name, value in said.items() if value is not ...})


def poison(world: World) -> dict[str, str]:
    """Return bodies that nobody can read, and how the reason for that begins."""
    one = entry(world.url("/berita/racun"))
    key = f"hints/{'0' * 32}.json"
    other, broken, unknown = (f"hints/{letter * 32}.json" for letter in "123")
    world.stack.put_object(other, Hint(title="lain").to_json())
    world.stack.put_object(broken, b"\x00 bukan JSON")
    world.stack.put_object(unknown, b'{"judul": "x"}')
    return {
        "bukan JSON": "message is not JSON",
        "\x00\x1b[31m\x7f": "message is not JSON",
        "[" * 100_000: "message is not JSON",
        "x" * (MEBIBYTE - 8192): "message is not JSON",
        told_by(one, schema="newswire/message/2"): "message schema is 'newswire/message/2'; ",
        told_by(one, schema=...): "message schema is None; ",
        told_by(one, url=...): "message key 'url' is missing",
        told_by(one, feed=7): "message key 'feed' is not a string",
        told_by(one, url="https://x.example/" + "a" * 100_000): "message url is not ",
        told_by(one, hint=["x"]): "hint is list; an object is allowed",
        told_by(one, polled="2026-13-45T25:61:61.000Z"): "message key 'polled' is ",
        told_by(one, feed="kabar \ud800"): "message key 'feed' is 'kabar \\ud800'; ",
        told_by(one, source="ka\x00bar"): "message key 'source' is 'ka\\x00bar'; ",
        told_by(one, url=one.url + "\ud800"): "message key 'url' is ",
        told_by(one, hint=None, hint_key=key): "the hint that the message names, ",
        told_by(one, hint=None, hint_key=other): f"the hint {other} is another one: its hash is ",
        told_by(one, hint=None, hint_key=broken): f"the hint {broken} cannot be read: ",
        told_by(one, hint=None, hint_key=unknown): f"the hint {unknown} cannot be read: hint has unknown ",
    }


def test_every_kind_of_poison_is_a_dead_letter_with_its_reason_and_costs_no_message_beside_it(
    functions: Functions,
) -> None:
    bad, fine = poison(functions.world), good(functions.world, 9)
    mixed = [body for pair in zip(bad, [*fine, *fine], strict=True) for body in pair]
    for start in range(0, len(mixed), BATCH):
        assert functions.extract(*mixed[start : start + BATCH]) == []
    letters = dict(functions.letters())
    assert letters.keys() == bad.keys()
    assert {body: letters[body][: len(reason)] for body, reason in bad.items()} == bad
    assert functions.articles().keys() == {f"baik-{one}" for one in range(9)}


def test_poison_in_the_queue_lets_those_behind_it_in_its_own_group_pass(functions: Functions) -> None:
    stack, fine = functions.world.stack, good(functions.world, 4)
    bodies = [body for one in fine for body in ("bukan JSON", one)]
    queue = Queue(stack.sqs, stack.queue_url)
    queue.send([Outgoing(body, KABAR, str(number)) for number, body in enumerate(bodies)])
    assert functions.work_off_queue() == len(bodies)
    assert functions.letters() == [("bukan JSON", "message is not JSON")] * 4
    assert functions.articles().keys() == {f"baik-{one}" for one in range(4)}


def test_a_group_that_is_not_the_publishers_changes_nothing(functions: Functions) -> None:
    (body,) = good(functions.world, 1)
    record = sqs_record(body)
    record["attributes"] |= {"MessageGroupId": "../\x00?"}
    assert functions.deliver({"Records": [record]}) == {"batchItemFailures": []}
    assert functions.articles().keys() == {"baik-0"}


def test_half_characters_and_controls_in_a_feeds_words_are_left_out_of_the_article(
    functions: Functions,
) -> None:
    said = Hint(
        title="Harga\x00 beras\ud800",
        authors=("Si\x1bti\ud800",),
        categories=("eko\x00nomi\ud800",),
        summary="Turun\x0b lima\ud800 persen.",
        content="<p>Turun\x00 lima\ud800 persen.</p>",
        language="id",
        rights="\ud800",
        via_title="\x00\ud800",
    )
    url = functions.world.fail("/berita/racun", 403)
    message = replace(entry(url), hint=said, hint_hash=said.hash())
    assert functions.extract(message) == []
    assert functions.letters() == []
    item = functions.articles()["racun"]
    assert isinstance(item, ArticleItem)
    assert (item.title, item.excerpt, item.authors) == ("Harga beras", "Turun lima persen.", ("Siti",))


def shards(*bodies: str) -> list[dict[str, Any]]:
    """Return the records of an SQS batch."""
    return [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]


def test_poison_among_shards_costs_no_shard_beside_it_and_only_what_failed_comes_back(stack: Stack) -> None:
    polled: list[int] = []

    def poll(shard: Shard) -> None:
        if shard.number == 1:
            raise ConnectionError("no table")
        polled.append(shard.number)

    feed = ShardFeed("kabar", "https://kabar.example/rss")
    good = [Shard(number, 4, instant(NOW), (feed,)).to_json() for number in range(4)]
    dead, logger = Queue(stack.sqs, stack.fetch_dead_letter_queue_url), make_logger("fetch")
    batch = shards("bukan JSON", good[0], good[1], '{"schema": "newswire/shard/2"}', good[2], "[]", good[3])
    assert work_off(batch, poll, dead, logger) == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert polled == [0, 2, 3]
    letters = {one.raw: one.attributes["reason"] for one in stack.drain(stack.fetch_dead_letter_queue_url)}
    assert letters == {
        "bukan JSON": "shard is not JSON",
        '{"schema": "newswire/shard/2"}': "shard schema is 'newswire/shard/2'; 'newswire/shard/1' is allowed",
        "[]": "shard schema is 'list'; 'newswire/shard/1' is allowed",
    }


@pytest.mark.parametrize("trouble", [{"always_busy": True}, {"faulty": {"bukan JSON": "TooBig"}}])
def test_poison_that_cannot_be_put_aside_comes_back_alone(trouble: dict[str, Any]) -> None:
    polled: list[Shard] = []
    feed = ShardFeed("kabar", "https://kabar.example/rss")
    good = Shard(0, 1, instant(NOW), (feed,))
    dead = Queue(cast("Any", _StandardQueue(**trouble)), "dead")
    answer = work_off(shards("bukan JSON", good.to_json()), polled.append, dead, make_logger("fetch"))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert polled == [good]


class _StandardQueue(FakeSqs):
    """A queue whose messages have no deduplication id."""

    def send_message_batch(self, *, QueueUrl: str, Entries: Sequence[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803 - the client's own names
        """Answer by the bodies."""
        entries = [{**entry, "MessageDeduplicationId": entry["MessageBody"]} for entry in Entries]
        return super().send_message_batch(QueueUrl=QueueUrl, Entries=entries)


@pytest.mark.filterwarnings("ignore:No application metrics to publish:UserWarning")
@pytest.mark.parametrize(
    "event", [{}, {"task": "polls"}, {"task": ["poll"]}, {"Records": None}, [], None, "x"]
)
def test_an_event_that_is_none_of_ours_is_refused_by_every_function_with_what_is_allowed(
    functions: Functions, event: Any
) -> None:
    context: Any = FakeLambdaContext()
    with pytest.raises(ValueError, match=r"^event is .*; task 'poll' or an SQS batch is allowed"):
        fetch.lambda_handler(event, context)
    with pytest.raises(ValueError, match=r"^event is .*; an SQS batch with Records is allowed"):
        extract.lambda_handler(event, context)
    with pytest.raises(ValueError, match=r"^event is .*; a stream batch or the task 'refresh' is allowed"):
        functions.publish_event(event)
