"""A stream batch says which articles changed and where they are listed."""

from __future__ import annotations

from typing import Any

from functions.publish.changes import read_batch
from functions.publish.channels import Placement

LIVE = {
    "type": "article",
    "id": "aaaaaaaaaaaaaaaa",
    "slug": "satu",
    "owner_id": "harian",
    "category": "nasional",
    "listed": "2026-01-02T10:00:00.000Z",
}
TOMBSTONE = {"type": "article", "id": "aaaaaaaaaaaaaaaa", "slug": "satu"}
PLACE = Placement("harian", "nasional", "2026-01-02T10:00:00.000Z")


def _record(number: int, new: dict[str, str] | None, old: dict[str, str] | None = None) -> dict[str, Any]:
    images = {
        name: {key: {"S": value} for key, value in image.items()}
        for name, image in (("NewImage", new), ("OldImage", old))
        if image is not None
    }
    return {"dynamodb": {"SequenceNumber": str(number), **images}}


def test_a_retraction_still_tells_where_the_article_was_listed() -> None:
    batch = read_batch([_record(1, TOMBSTONE, LIVE)])

    assert batch.changes["aaaaaaaaaaaaaaaa"].placements == {PLACE}


def test_several_records_of_one_article_are_one_change() -> None:
    batch = read_batch([_record(1, LIVE), _record(2, LIVE, LIVE), _record(3, TOMBSTONE, LIVE)])

    assert list(batch.changes) == ["aaaaaaaaaaaaaaaa"]


def test_an_item_that_was_taken_out_by_hand_is_a_change() -> None:
    batch = read_batch([_record(1, None, LIVE)])

    assert batch.changes["aaaaaaaaaaaaaaaa"].slug == "satu"


def test_lambda_delivers_again_from_the_first_record_that_failed() -> None:
    other = LIVE | {"id": "bbbbbbbbbbbbbbbb"}
    batch = read_batch([_record(7, LIVE), _record(8, other), _record(9, other, other)])

    assert batch.first_failure(["bbbbbbbbbbbbbbbb"]) == "8"
    assert batch.first_failure([]) is None


def test_where_an_article_failed_that_no_record_is_about_the_whole_batch_comes_again() -> None:
    batch = read_batch([_record(7, LIVE), _record(8, LIVE | {"id": "bbbbbbbbbbbbbbbb"})])

    assert batch.first_failure(["bbbbbbbbbbbbbbbb", "cccccccccccccccc"]) == "7"


def test_aliases_are_passed_over_and_broken_records_are_named() -> None:
    alias = {"type": "alias", "article": "aaaaaaaaaaaaaaaa"}
    batch = read_batch(
        [_record(1, alias), _record(2, {"type": "article"}), {"dynamodb": {}}, _record(4, LIVE)]
    )

    assert list(batch.changes) == ["aaaaaaaaaaaaaaaa"]
    assert batch.unreadable == ("2", "")


def test_another_look_at_a_page_that_has_not_changed_is_no_change() -> None:
    old = LIVE | {"version": "1", "recheck": "due", "recheck_at": "2026-01-02T11:00:00.000Z", "page": "a"}
    looks = [
        old | {"version": "2", "recheck_at": "2026-01-02T13:00:00.000Z", "page": "b"},
        {name: value for name, value in old.items() if not name.startswith("recheck")} | {"version": "2"},
    ]

    assert read_batch([_record(1, new, old) for new in looks]).records == ()


def test_that_a_change_of_time_is_done_is_no_change() -> None:
    old = LIVE | {"version": "1", "change": "due", "next_change": "2026-01-02T11:00:00.000Z"}
    settled = [LIVE | {"version": "2"}, old | {"version": "2", "next_change": "2026-01-03T11:00:00.000Z"}]

    assert read_batch([_record(1, new, old) for new in settled]).records == ()


def test_whatever_else_changes_with_a_look_is_a_change() -> None:
    old = LIVE | {"version": "1", "page": "a"}
    for changed in ({"title": "Baru"}, {"via": "further"}, {"revised": "2026-01-02T11:00:00.000Z"}):
        batch = read_batch([_record(1, old | {"version": "2", "page": "b"} | changed, old)])
        assert list(batch.changes) == ["aaaaaaaaaaaaaaaa"]
    assert list(read_batch([_record(1, old, old)]).changes) == ["aaaaaaaaaaaaaaaa"]


def test_an_empty_batch_is_nothing_to_do() -> None:
    batch = read_batch([])

    assert (dict(batch.changes), batch.records, batch.unreadable) == ({}, (), ())


def test_a_change_tells_the_keys_of_pictures_before_and_after_it() -> None:
    def copies(stem: str, *widths: int) -> dict[str, Any]:
        listed = {"L": [{"N": str(width)} for width in widths]}
        return {"L": [{"M": {"stem": {"S": stem}, "widths": listed}}, {"M": {}}]}

    record = _record(1, LIVE, LIVE | {"title": "lama"})
    record["dynamodb"]["OldImage"]["image_copies"] = copies("images/a/1", 320, 640)
    record["dynamodb"]["NewImage"]["image_copies"] = copies("images/a/2", 500)

    assert read_batch([record]).changes["aaaaaaaaaaaaaaaa"].images == {
        "images/a/1-320.webp",
        "images/a/1-640.webp",
        "images/a/2-500.webp",
    }
