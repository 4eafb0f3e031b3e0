"""The gate fails where a count is another, and says which."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from botocore.hooks import HierarchicalEmitter

from benchmarks.gate import counts
from benchmarks.gate.__main__ import FILE, main
from benchmarks.gate.imports import LOADED
from benchmarks.gate.metered_calls import MeteredCalls

WAS = {"poll, 304": {"GetItem": 2, "PutItem": 1}, "loaded by fetch": {"newswire.urls": 1}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a gate's file with the counts as they were."""
    path = tmp_path / "gate.json"
    path.write_text(counts.as_json(WAS), encoding="utf-8")
    return path


def test_the_same_counts_pass_and_are_shown(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], file, lambda: WAS) == 0
    assert capsys.readouterr().out == "poll, 304: 2 GetItem, 1 PutItem\nloaded by fetch: 1\n"


@pytest.mark.parametrize("calls", [1, 3])
def test_a_call_more_or_less_fails_with_what_was_and_what_is(
    calls: int, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    now = {**WAS, "poll, 304": {"GetItem": calls, "PutItem": 1}}
    before = file.read_text(encoding="utf-8")

    assert main([], file, lambda: now) == 1

    said = capsys.readouterr()
    head, row = said.out.splitlines()
    assert head.split() == ["was", "is", "more"]
    assert row.split() == ["poll,", "304:", "GetItem", "2", str(calls), f"{calls - 2:+}"]
    assert "--accept" in said.err
    assert file.read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    "now",
    [
        {"poll, 304": WAS["poll, 304"]},
        {**WAS, "loaded by fetch": {"newswire.urls": 1, "newswire.dates": 1}},
        {**WAS, "poll, 200": {"GetItem": 1}},
    ],
    ids=["work that is gone", "another module", "other work"],
)
def test_what_is_new_or_gone_fails(now: counts.Counts, file: Path) -> None:
    assert main([], file, lambda: now) == 1


def test_without_a_file_nothing_passes(tmp_path: Path) -> None:
    assert main([], tmp_path / "none.json", lambda: WAS) == 1


def test_accepting_writes_what_is_and_then_it_passes(file: Path) -> None:
    now = {"poll, 304": {"GetItem": 1}}
    assert main(["--accept"], file, lambda: now) == 0
    assert counts.of_json(file.read_text(encoding="utf-8")) == now
    assert main([], file, lambda: now) == 0


@pytest.mark.parametrize(
    "text", ["[]", '{"poll": 1}', '{"poll": {"GetItem": 1.5}}', '{"poll": {"GetItem": true}}']
)
def test_a_file_of_something_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="whole numbers"):
        counts.of_json(text)


def test_each_count_has_a_line_of_its_own_so_that_merges_meet_only_in_what_both_change() -> None:
    lines = [line.strip() for line in counts.as_json(WAS).splitlines()]
    assert '"GetItem": 2,' in lines
    assert '"newswire.urls": 1' in lines


def test_the_projects_own_file_has_every_function_and_no_count_of_nothing() -> None:
    held = counts.of_json(FILE.read_text(encoding="utf-8"))
    assert {f"loaded by {name}" for name in LOADED} <= held.keys()
    assert all(count > 0 for names in held.values() for count in names.values())


class _Model:
    def __init__(self, name: str) -> None:
        self.name = name


def _metered(*asked: tuple[str, dict[str, Any]]) -> dict[str, int]:
    events, calls = HierarchicalEmitter(), MeteredCalls({"bucket-1": "site"})
    calls.watch(events)
    for operation, params in asked:
        events.emit(f"provide-client-params.any.{operation}", params=params, model=_Model(operation))
    found = calls.taken()
    assert calls.taken() == {}
    return found


def test_an_objects_bytes_are_those_before_compression() -> None:
    put = {"Bucket": "bucket-1", "Body": gzip.compress(b"x" * 1000), "ContentEncoding": "gzip"}
    plain = {"Bucket": "bucket-1", "Body": b"x" * 10}
    found = _metered(("PutObject", put), ("PutObject", plain))
    assert found == {"PutObject (site)": 2, "bytes of objects (site)": 1010}


def test_a_transaction_writes_its_items_and_a_batch_its_messages() -> None:
    item = {"pk": {"S": "article"}}
    transaction = {"TransactItems": [{"Put": {"Item": item}}, {"ConditionCheck": {}}]}
    batch = {"Entries": [{"MessageBody": "é"}, {"MessageBody": "ab"}]}
    found = _metered(
        ("TransactWriteItems", transaction), ("PutItem", {"Item": item}), ("SendMessageBatch", batch)
    )
    assert found == {
        "TransactWriteItems": 1,
        "PutItem": 1,
        "bytes of items": 18,
        "SendMessageBatch": 1,
        "bytes of messages": 4,
    }
