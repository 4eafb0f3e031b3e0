"""What nobody can read: it is told and put aside with its reason, and holds nobody back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from functions.extract import app as extract
from functions.fetch import app as fetch
from newswire.article_item import ArticleItem
from newswire.messages import Hint, Message
from newswire.queue import Outgoing, Queue
from tests.support.delivered_story import BATCH, Functions
from tests.support.extract_world import KABAR, World, entry, sqs_record
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
