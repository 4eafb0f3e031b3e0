"""Large documents are in memory a few at a time; the others wait, and no feed suffers for it."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from datetime import timedelta

import pytest

from functions.fetch.large_documents import AT_ONCE, KEPT_FOR_WORK, LONGEST_WAIT, LargeDocuments, patience
from newswire.fetch_failure import FetchFailed

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("left", "wait"),
    [
        (timedelta(minutes=5), LONGEST_WAIT),
        (KEPT_FOR_WORK + 7 * SECOND, 7 * SECOND),
        (KEPT_FOR_WORK, 0 * SECOND),
        (0 * SECOND, 0 * SECOND),
        (-SECOND, 0 * SECOND),
    ],
)
def test_a_document_waits_while_there_is_time_to_work_off_what_was_read(
    left: timedelta, wait: timedelta
) -> None:
    assert patience(left) == wait


def test_one_more_large_document_than_there_is_room_for_has_its_turn_when_another_is_worked_off() -> None:
    documents = LargeDocuments(lambda: timedelta(minutes=5))
    with ExitStack() as stack:
        for _ in range(AT_ONCE):
            stack.enter_context(documents.watched()).enter()
        last, entered = ExitStack(), threading.Event()
        large = last.enter_context(documents.watched())

        def enter() -> None:
            large.enter()
            entered.set()

        thread = threading.Thread(target=enter)
        thread.start()
        assert not entered.wait(0.05)
        stack.close()
        assert entered.wait(10)
        thread.join()
        last.close()


def test_where_the_run_has_no_time_to_wait_a_document_is_given_up_and_says_why() -> None:
    documents = LargeDocuments(lambda: KEPT_FOR_WORK, places=1)
    with documents.watched() as first:
        first.enter()
        with documents.watched() as second, pytest.raises(FetchFailed) as raised:
            second.enter()
    assert str(raised.value) == "no room: no place for a large document in 0 s"


def test_a_place_is_free_again_whatever_became_of_its_document_and_others_need_none() -> None:
    documents = LargeDocuments(lambda: KEPT_FOR_WORK, places=1)

    def breaks() -> None:
        with documents.watched() as large, documents.watched():
            large.enter()
            raise LookupError

    for _ in range(3):
        with pytest.raises(LookupError):
            breaks()
