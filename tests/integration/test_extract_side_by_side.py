"""Publishers of a batch are asked side by side, and each of them one message after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, cast

from functions.extract.deliveries import Deliveries
from functions.extract.outcome import Outcome
from functions.extract.processing import Processing
from newswire.messages import Message
from newswire.observability import make_logger
from newswire.queue import Queue
from tests.support.extract_world import KABAR, WARTA, World, entry, sqs_record
from tests.support.fake_sqs import FakeSqs

PATIENCE = 20  # seconds until a test says that nobody else came


class Scripted:
    """Stands in for processing: calls ``work`` with each message's URL."""

    def __init__(self, work: Callable[[str], None]) -> None:
        self._work = work

    def handle(self, message: Message, receive_count: int) -> Outcome:
        """Do what the test wants to see."""
        assert receive_count == 1
        self._work(message.url)
        return Outcome("stored", message.article_id, "page")


def deliveries(world: World, work: Callable[[str], None], workers: int = 10) -> Deliveries:
    """Return the SQS side of an invocation whose messages are worked off by ``work``."""
    client: Any = FakeSqs()
    queue = Queue(client, "https://sqs.example/articles.fifo")
    return Deliveries(
        processing=cast("Processing", Scripted(work)),
        gate=world.gate(),
        images=world.images(),
        queue=queue,
        dead_letters=queue,
        logger=make_logger("extract"),
        now=lambda: world.now,
        workers=workers,
    )


def record(url: str, group: str, number: int) -> dict[str, Any]:
    """Return a message of a publisher's group."""
    plain = sqs_record(entry(url).to_json(), number)
    return {**plain, "attributes": {**plain["attributes"], "MessageGroupId": group}}


def test_two_publishers_of_a_batch_are_worked_off_at_the_same_time(world: World) -> None:
    """Each waits for the other, which would last for ever one after the other."""
    meeting = threading.Barrier(2)
    done = deliveries(world, lambda _: cast("None", meeting.wait(PATIENCE)))
    batch = [
        record(world.url("/berita/1"), KABAR, 1),
        record(world.url("/berita/2", WARTA), WARTA, 2),
    ]
    assert done.work_off(batch) == []
    assert done.counts["ArticlesFromPage"] == 2


def test_messages_of_one_publisher_stay_in_order_and_never_meet(world: World) -> None:
    """Of thirty messages of three publishers no two of one publisher are ever under way."""
    order: dict[str, list[str]] = {}
    locks = {host: threading.Lock() for host in (KABAR, WARTA, "lentera.example")}

    def work(url: str) -> None:
        host = url.split("/")[2].partition(":")[0]
        assert locks[host].acquire(blocking=False), "two messages of one publisher have met"
        order.setdefault(host, []).append(url)
        locks[host].release()

    urls = [(host, f"http://{host}/berita/{number}") for number in range(10) for host in locks]
    batch = [record(url, host, number) for number, (host, url) in enumerate(urls)]
    assert deliveries(world, work).work_off(batch) == []
    assert order == {host: [url for other, url in urls if other == host] for host in locks}


def test_what_fails_at_one_publisher_comes_back_alone(world: World) -> None:
    """The messages of the others, and those behind it, are done."""

    def work(url: str) -> None:
        if url.endswith("/2"):
            raise RuntimeError("nobody thought of this")

    batch = [
        record(f"http://{host}/berita/{number}", host, 10 * place + number)
        for place, host in enumerate((KABAR, WARTA))
        for number in (1, 2, 3)
    ]
    done = deliveries(world, work)
    assert done.work_off(batch) == ["message-2", "message-12"]
    assert done.counts["ArticlesFromPage"] == 4
    assert done.counts["PagesPostponed"] == 2


def test_with_one_worker_publishers_are_worked_off_one_after_the_other(world: World) -> None:
    """What is found by making calls fail in order needs an order."""
    seen: list[int] = []
    batch = [record(f"http://{host}/berita/1", host, number) for number, host in enumerate((KABAR, WARTA))]
    done = deliveries(world, lambda _: seen.append(threading.get_ident()), workers=1)
    assert done.work_off(batch) == []
    assert set(seen) == {threading.get_ident()}
