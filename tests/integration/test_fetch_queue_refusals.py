"""A queue that is busy or refuses an entry: what may come through is sent again, the rest is told."""

from __future__ import annotations

from datetime import timedelta

from newswire.messages import Message
from tests.support.fake_sqs import FakeSqs
from tests.support.fetch_feeds import QUARTER, Item, rss
from tests.support.fetch_run import FetchRuns
from tests.support.web_server import Reply


def test_an_entry_that_sqs_failed_is_sent_again_and_nothing_is_lost(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(number) for number in range(5)]))
    fetch.sqs = FakeSqs(busy_at_first=True)
    assert fetch.poll().sent == 5
    assert [len(batch) for batch in fetch.sqs.batches] == [5, 1]
    assert len(set(fetch.sqs.accepted_ids())) == 5


def test_what_sqs_keeps_failing_is_not_remembered_so_that_the_next_run_sends_it(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1), Item(2)]))
    fetch.sqs = FakeSqs(always_busy=True)
    totals = fetch.poll()
    assert totals.failures == {"queue unavailable": 1}
    assert fetch.state()["reason"] == "queue unavailable"
    assert not {"seen", "etag", "body_hash"} & fetch.state().keys()
    (record,) = fetch.log("feed failed")
    assert record["detail"] == "2 of 2 messages were not accepted"

    fetch.sqs = None
    assert fetch.poll(after=QUARTER).sent == 2
    assert sorted(fetch.urls()) == ["1", "2"]


def test_an_outage_of_the_queue_is_not_the_feeds_failure(fetch: FetchRuns) -> None:
    """What it has now must not leave it while we wait longer and longer; nobody is told that it fails."""
    fetch.web.replies["/rss"] = Reply(rss([Item(1)]), etag='"1"')
    fetch.sqs = FakeSqs(always_busy=True)
    for number in range(5):
        totals = fetch.poll(after=number * QUARTER)
        assert (totals.failures, totals.transitions) == ({"queue unavailable": 1}, {})
        assert (fetch.pause(), "failures" in fetch.state()) == (QUARTER, False)
    fetch.sqs = None
    assert fetch.poll(after=5 * QUARTER).sent == 1
    assert "reason" not in fetch.state()


def test_an_entry_that_sqs_refuses_goes_bare_and_is_not_sent_again(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1), Item(2, "poison")]))
    fetch.sqs = FakeSqs(faulty={"poison": "InvalidMessageContents"})
    assert (fetch.poll().sent, fetch.poll(after=QUARTER).sent) == (2, 0)
    bodies = [Message.from_json(one["MessageBody"]) for one in fetch.sqs.accepted]
    assert [body.reason for body in bodies] == [
        None,
        "hint rejected by the queue: InvalidMessageContents: said so",
    ]
    assert bodies[1].hint is None


def test_what_is_refused_even_bare_is_counted_told_and_not_tried_again(fetch: FetchRuns) -> None:
    fetch.web.replies["/rss"] = Reply(rss([Item(1), Item(2)]))
    fetch.sqs = FakeSqs(faulty={"/berita/2": "InvalidMessageContents"})
    totals = fetch.poll()
    assert (totals.sent, totals.failures) == (1, {"entry refused by the queue": 1})
    (record,) = fetch.log("the queue refused an entry")
    assert record["reason"] == "InvalidMessageContents: said so"
    batches = len(fetch.sqs.batches)
    fetch.web.replies["/rss"] = Reply(rss([Item(1), Item(2)], head="<generator>x</generator>"))
    assert fetch.poll(after=timedelta(hours=2)).sent == 0
    assert len(fetch.sqs.batches) == batches
