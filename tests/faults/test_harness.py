"""The harness's own decisions: names of calls, partial answers, what is set aside, the draw, the table."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.faults.calls import Call, CallNames, Request
from tests.faults.modes import Answer, Mode, modes_of, partly, refusal
from tests.faults.outcome import Moments
from tests.faults.selection import all_cases, drawn, plans
from tests.faults.story import EDITED, GONE, story
from tests.faults.table import table, told_of
from tests.faults.verdict import Result, Verdict, compared

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
GET = Call("GetObject", "site/index.html", 0)
SEND = Call("SendMessageBatch", "articles.fifo", 0)


def request(operation: str, document: object, logical: str = "1", service: str = "dynamodb") -> Request:
    body = json.dumps(document).encode()
    return Request(service, operation, logical, "POST", "https://table.example/", (), body)


def test_all_attempts_of_a_call_have_one_name_and_the_next_equal_call_another() -> None:
    names = CallNames()
    read = {"RequestItems": {"T": {"Keys": [{"pk": {"S": "b"}}, {"pk": {"S": "a"}}]}}}
    first, retry, second = (names.of(request("BatchGetItem", read, one)) for one in ("1", "1", "2"))
    assert first == (Call("BatchGetItem", "T,a,b", 0), True)
    assert retry == (first[0], False)
    assert second == (Call("BatchGetItem", "T,a,b", 1), True)
    assert names.all == [first[0], second[0]]


def test_a_batch_that_is_partly_read_names_the_other_keys() -> None:
    keys = [{"pk": {"S": one}} for one in "abc"]
    asked: list[Request] = []

    def apply(some: Request) -> Answer:
        asked.append(some)
        return Answer(200, {}, b'{"Responses": {"T": []}, "UnprocessedKeys": {}}')

    answer = partly(request("BatchGetItem", {"RequestItems": {"T": {"Keys": keys}}}), apply)
    assert json.loads(asked[0].body)["RequestItems"]["T"]["Keys"] == [keys[0], keys[2]]
    assert json.loads(answer.body)["UnprocessedKeys"] == {"T": {"Keys": [keys[1]]}}


def test_a_batch_that_is_partly_sent_says_which_messages_failed_and_that_it_was_not_the_senders_fault() -> (
    None
):
    entries = [{"Id": str(number), "MessageBody": "x"} for number in range(3)]
    asked: list[Request] = []

    def apply(some: Request) -> Answer:
        asked.append(some)
        return Answer(200, {}, b'{"Successful": [{"Id": "1"}]}')

    answer = partly(request("SendMessageBatch", {"QueueUrl": "q", "Entries": entries}, service="sqs"), apply)
    assert json.loads(asked[0].body)["Entries"] == [entries[1]]
    failed = json.loads(answer.body)["Failed"]
    assert [(one["Id"], one["SenderFault"]) for one in failed] == [("0", False), ("2", False)]


@pytest.mark.parametrize("service", ["s3", "sqs", "dynamodb"])
@pytest.mark.parametrize("mode", [Mode.THROTTLED, Mode.SLOW_DOWN])
def test_a_refusal_is_an_error_of_its_service(service: str, mode: Mode) -> None:
    answer = refusal(mode, request("Any", {}, service=service))
    assert answer.status >= 400
    assert (b"<Code>" in answer.body) == (service == "s3")


def test_an_answer_that_is_lost_is_a_case_of_writes_alone() -> None:
    lost = {Mode.ANSWER_LOST, Mode.LOST_ONCE}
    assert lost.isdisjoint(modes_of(GET))
    assert lost.issubset(modes_of(SEND))
    assert [mode for mode in Mode if mode not in modes_of(SEND)] == [Mode.SWALLOWED]
    assert Mode.PARTIAL not in modes_of(GET)


def test_a_moment_of_the_story_counts_as_its_step_and_an_older_one_as_itself() -> None:
    moments = Moments([START, START + timedelta(hours=2)])
    assert moments.passed("2026-01-05T01:15:00.250Z") == moments.passed("2026-01-05T01:00:00Z") == "(step 0)"
    assert moments.passed("Mon, 05 Jan 2026 03:00:00 +0000") == "(step 1)"
    assert moments.passed("at 2026-01-04T23:00:00Z") == "at 2026-01-04T23:00:00Z"
    assert moments.planned("2026-01-05T01:15:00Z") == moments.planned("2026-01-05T03:00:00Z")
    assert moments.planned("9999-12-31T00:00:00Z") == "due in step 2"


def test_a_comparison_tells_what_is_lost_doubled_different_and_dead() -> None:
    wanted = {"item article#a": "1", "item article#b": "2", "site index.html": "3", "site a.html": "4"}
    found = {
        "item article#b": "5",
        "item article#c": "6",
        "site index.html": "3",
        "dead letters ArticleDeadLetterQueue": "7",
    }
    verdict = compared(wanted, found)
    assert verdict.lost == ("item article#a",)
    assert verdict.doubled == ("item article#c",)
    assert verdict.differing == ("item article#b", "site a.html")
    assert verdict.dead == ("dead letters ArticleDeadLetterQueue",)
    assert not verdict.is_good
    assert compared(wanted, wanted).is_good


def test_a_draw_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    cases = all_cases({number: [GET, SEND] for number in range(20)})
    assert drawn(cases, 30, "one") == drawn(cases, 30, "one") != drawn(cases, 30, "two")
    assert len(set(drawn(cases, 30, "one"))) == 30
    assert drawn(cases, 10_000, "one") != []
    assert len(drawn(cases, 10_000, "one")) == len(cases)


def test_every_case_is_handed_to_one_share_and_those_of_a_call_stay_together() -> None:
    cases = all_cases({0: [GET, SEND], 1: [GET]})
    shares = plans(cases, 2, "seed")
    handed = [
        (number, call, mode)
        for (number, _), plan in shares.items()
        for call, modes in plan.items()
        for mode in modes
    ]
    assert sorted(handed, key=str) == sorted(((c.invocation, c.call, c.mode) for c in cases), key=str)
    assert [len(plan) for plan in shares.values()] == [1, 1, 1]


def test_a_run_that_is_cut_short_has_not_seen_the_first_invocations_alone() -> None:
    cases = all_cases({number: [GET, SEND] for number in range(20)})
    orders = [list(plans(cases, 2, seed)) for seed in ("one", "one", "two")]
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == sorted(orders[2]) != orders[0]


def test_the_table_has_a_row_for_each_operation_and_sums_what_is_wrong() -> None:
    lost = Verdict(lost=("item article#a", "item article#b"), rounds=3)
    results = [Result(0, GET, Mode.KILLED, Verdict()), Result(0, SEND, Mode.LOST_ONCE, lost)]
    lines = table({0: "FetchFunction"}, {0: (GET, SEND)}, results).splitlines()
    rows = {tuple(line.split()[:2]): line.split() for line in lines}
    assert rows["fetch", "GetObject"][2:] == list("10001000000000")
    assert rows["fetch", "SendMessageBatch"][2:] == list("10010000200003")
    assert rows["all", "2"][1:] == list("20011000200003")


def test_a_case_that_is_not_good_is_told_with_what_differs() -> None:
    verdict = Verdict(lost=("item article#a",), dead=("dead letters q",), rounds=3, why="wanted 1, found 2")
    told = told_of(Result(4, SEND, Mode.KILLED, verdict), {4: "FetchFunction"})
    assert told == (
        f"! 4 fetch {SEND}, killed: 1 lost: item article#a; 1 dead: dead letters q after 3 schedules\n"
        "wanted 1, found 2"
    )


def test_the_story_has_an_edit_articles_in_two_feeds_and_two_that_are_gone_and_come_back() -> None:
    steps = story()
    feeds = [url for url in steps[0].web if "/berita/" not in url]
    pages = [url for url in steps[0].web if "/berita/" in url]
    beras = next(url for url in pages if "beras" in url)
    assert (len(feeds), len(pages)) == (3, 12)
    (unwanted,) = {step.takes_down for step in steps if step.takes_down}
    for both in (beras, unwanted):
        assert sum(both.encode() in steps[0].web[feed].body for feed in feeds) == 2
    assert steps[-1].web[unwanted] != steps[0].web[unwanted]
    edited, gone = (next(url for url in pages if good in url) for good in (EDITED, GONE))
    assert steps[0].web[edited] != steps[1].web[edited]
    assert [step.web[gone].status for step in steps] == [200, 200, 410, 410, 200, 200]
