"""What stands in for AWS loses nothing where threads write at the same time."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from newswire.tables import ConditionFailed, Table
from tests.support.aws_stack import ARTICLE_TABLE, Stack

WRITES = 300


def test_a_cancelled_transaction_takes_no_other_write_back(stack: Stack) -> None:
    """Without turns moto loses some of them, or breaks while it copies the table."""
    table = Table(stack.dynamodb, ARTICLE_TABLE)
    table.put({"pk": "there", "version": 1}, expected_version=None)

    def write(number: int) -> None:
        if number % 2:
            table.put({"pk": f"one#{number}", "version": 1}, expected_version=None)
            return
        refused = [{"Put": table.put_request({"pk": "there", "version": 1}, expected_version=None)}]
        try:
            table.transact(refused)
        except ConditionFailed:
            return
        raise AssertionError("the transaction was not cancelled")

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # threads meet everywhere
    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write, range(WRITES)))
    finally:
        sys.setswitchinterval(before)
    pks = [f"one#{number}" for number in range(WRITES) if number % 2]
    assert table.get_many(pks).keys() == set(pks)
