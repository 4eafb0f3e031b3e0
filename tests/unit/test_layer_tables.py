"""One DynamoDB table: consistent reads, conditional writes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from botocore.exceptions import ClientError

from newswire.tables import ConditionFailed, Table, Throttled
from tests.support.aws_stack import FEED_TABLE, Stack


@pytest.fixture
def table(stack: Stack) -> Table:
    return Table(stack.dynamodb, FEED_TABLE)


def item(pk: str, version: int = 1, **more: Any) -> dict[str, Any]:
    return {"pk": pk, "version": version, **more}


def test_an_item_comes_back_with_its_types(table: Table) -> None:
    table.put(
        item("a", text="é", flag=True, many=["x"], nothing=None, packed=b"\x00\xff"), expected_version=None
    )
    found = table.get_many(["a"])["a"]
    assert found["version"] == Decimal(1)
    assert (found["text"], found["flag"], found["many"], found["nothing"]) == ("é", True, ["x"], None)
    assert bytes(found["packed"]) == b"\x00\xff"


def test_what_does_not_exist_is_not_among_the_found(table: Table) -> None:
    assert table.get_many([]) == {}
    assert table.get_many(["a"]) == {}


def test_more_keys_than_one_call_takes_are_all_read_and_repeated_keys_once(table: Table) -> None:
    for number in range(130):
        table.put_unconditionally(item(f"k{number}"))
    found = table.get_many([f"k{number}" for number in range(130)] * 2)
    assert len(found) == 130


def test_a_peek_has_the_named_attributes_and_is_no_consistent_read(stack: Stack, table: Table) -> None:
    table.put_unconditionally(item("a", text="x", many=["y"]))
    table.put_unconditionally(item("b"))
    asked: list[dict[str, Any]] = []
    stack.dynamodb.meta.events.register(
        "provide-client-params.dynamodb.BatchGetItem", lambda params, **_: asked.append(params)
    )
    found = table.peek_many(["a", "b", "c"], ["text", "many"])
    assert found == {"a": {"pk": "a", "text": "x", "many": ["y"]}, "b": {"pk": "b"}}
    assert table.peek_many(["a"]) == table.get_many(["a"])
    consistent = ["ConsistentRead" in call["RequestItems"][FEED_TABLE] for call in asked]
    assert consistent == [False, False, True]


def test_keys_that_dynamodb_leaves_unprocessed_are_asked_again() -> None:
    class Busy:
        def __init__(self) -> None:
            self.asked: list[list[str]] = []

        def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - the client's own name
            keys = [key["pk"]["S"] for key in RequestItems["t"]["Keys"]]
            self.asked.append(keys)
            assert RequestItems["t"]["ConsistentRead"] is True
            rest = {**RequestItems["t"], "Keys": [{"pk": {"S": key}} for key in keys[1:]]}
            return {
                "Responses": {"t": [{"pk": {"S": keys[0]}}]},
                "UnprocessedKeys": {"t": rest} if keys[1:] else {},
            }

    client: Any = Busy()
    assert list(Table(client, "t").get_many(["a", "b", "c"])) == ["a", "b", "c"]
    assert client.asked == [["a", "b", "c"], ["b", "c"], ["c"]]


def test_a_table_that_answers_nothing_is_given_time_and_then_given_up() -> None:
    class Busy:
        def batch_get_item(self, **request: Any) -> dict[str, Any]:
            return {"Responses": {}, "UnprocessedKeys": request["RequestItems"]}

    pauses: list[float] = []
    table = Table(Busy(), "t", pauses.append)  # type: ignore[arg-type]  # only the one call

    with pytest.raises(Throttled, match="8 times"):
        table.get_many(["a", "b"])

    assert pauses == sorted(pauses)
    assert 5 < sum(pauses) < 10


def test_the_first_write_needs_an_absent_item(table: Table) -> None:
    table.put(item("a", note="first"), expected_version=None)
    with pytest.raises(ConditionFailed):
        table.put(item("a", note="second"), expected_version=None)
    assert table.get_many(["a"])["a"]["note"] == "first"


def test_a_later_write_needs_the_version_that_was_read(table: Table) -> None:
    table.put(item("a", 1), expected_version=None)
    table.put(item("a", 2, note="second"), expected_version=1)
    with pytest.raises(ConditionFailed):
        table.put(item("a", 2, note="late"), expected_version=1)
    with pytest.raises(ConditionFailed):
        table.put(item("b", 2), expected_version=1)
    assert table.get_many(["a", "b"]) == {"a": {"pk": "a", "version": 2, "note": "second"}}


def test_the_last_writer_of_a_cache_is_right(table: Table) -> None:
    table.put_unconditionally(item("a", note="first"))
    table.put_unconditionally(item("a", note="second"))
    assert table.get_many(["a"])["a"]["note"] == "second"


def test_a_transaction_is_all_or_nothing(table: Table) -> None:
    table.put(item("b"), expected_version=None)
    puts = [{"Put": table.put_request(item(pk), expected_version=None)} for pk in ("a", "b")]
    with pytest.raises(ConditionFailed):
        table.transact(puts)
    assert list(table.get_many(["a", "b"])) == ["b"]
    table.transact(puts[:1])
    assert set(table.get_many(["a", "b"])) == {"a", "b"}


def test_changing_attributes_raises_the_version_and_needs_the_one_that_was_read(table: Table) -> None:
    table.put(item("a", 4, change="due", next_change="x", note="stays"), expected_version=None)
    with pytest.raises(ConditionFailed):
        table.change_attributes("a", {"change": None}, expected_version=3)
    table.change_attributes("a", {"change": None, "next_change": None}, expected_version=4)
    assert table.get_many(["a"])["a"] == {"pk": "a", "version": 5, "note": "stays"}
    table.change_attributes("a", {"change": "due", "note": None}, expected_version=5)
    assert table.get_many(["a"])["a"] == {"pk": "a", "version": 6, "change": "due"}


def test_what_is_no_condition_is_the_clients_own_error(stack: Stack, table: Table) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        table.put({"pk": ""}, expected_version=None)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        Table(stack.dynamodb, "elsewhere").put(item("a"), expected_version=None)


class Contended:
    """A client whose transactions are cancelled for these reasons, one after the other, and then succeed."""

    def __init__(self, *cancellations: list[str]) -> None:
        self.cancellations = list(cancellations)
        self.calls = 0

    def transact_write_items(self, **_: Any) -> None:
        self.calls += 1
        if self.cancellations:
            answer: Any = {
                "Error": {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"},
                "CancellationReasons": [{"Code": code} for code in self.cancellations.pop(0)],
            }
            raise ClientError(answer, "TransactWriteItems")


def contended(client: Contended, pauses: list[float]) -> Table:
    return Table(client, FEED_TABLE, pauses.append)  # type: ignore[arg-type]  # a double


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError"])
def test_a_transaction_that_meets_another_one_is_tried_again_after_a_pause(code: str) -> None:
    client, pauses = Contended(*[["None", code]] * 4), list[float]()
    contended(client, pauses).transact([])
    assert (client.calls, len(pauses)) == (5, 4)
    assert all(0 < pause < 1 for pause in pauses)
    assert pauses[3] > pauses[0]


@pytest.mark.parametrize(
    "codes", [["ConditionalCheckFailed"], ["TransactionConflict", "ConditionalCheckFailed"], []]
)
def test_a_condition_that_failed_is_told_at_once(codes: list[str]) -> None:
    client, pauses = Contended(codes), list[float]()
    with pytest.raises(ConditionFailed):
        contended(client, pauses).transact([])
    assert (client.calls, pauses) == (1, [])


def test_a_transaction_that_always_meets_others_ends_as_a_failed_condition() -> None:
    client, pauses = Contended(*[["TransactionConflict"]] * 99), list[float]()
    with pytest.raises(ConditionFailed):
        contended(client, pauses).transact([])
    assert client.calls == 7
    assert sum(pauses) < 3
