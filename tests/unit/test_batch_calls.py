"""Calls that answer 200 although a part of them failed: which there are, and that each one is looked at."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from botocore import xform_name
from botocore.session import Session

import functions
import newswire

ROOT = Path(functions.__file__).parents[1]
# The members of an answer that name what was not done.
_PARTIAL = {
    "UnprocessedKeys",
    "UnprocessedItems",
    "Failed",
    "Errors",
    "FailedRecordCount",
    "FailedEntryCount",
}


def calls_with_partial_answers() -> dict[str, set[str]]:
    """Return the clients' methods whose answers can tell of a part that failed, with how they tell it."""
    found: dict[str, set[str]] = {}
    for service in ("dynamodb", "s3", "sqs"):
        model: Any = Session().get_service_model(service)
        for name in model.operation_names:
            answer = model.operation_model(name).output_shape
            if answer is not None and (told := _PARTIAL & answer.members.keys()):
                found[xform_name(name)] = told
    return found


def sources() -> dict[str, str]:
    """Return the deployed code by file name."""
    files = [*(ROOT / "functions").rglob("*.py"), *Path(newswire.__file__).parent.rglob("*.py")]
    return {file.name: file.read_text(encoding="utf-8") for file in files}


def test_every_call_that_can_fail_in_part_reads_what_its_answer_says_of_that() -> None:
    partial = calls_with_partial_answers()
    assert {"batch_get_item", "batch_write_item", "send_message_batch", "delete_objects"} <= partial.keys()
    made = {
        (file, call): text
        for file, text in sources().items()
        for call in re.findall(r"\.([a-z_]+)\(", text)
        if call in partial
    }
    assert made.keys() == {
        ("tables.py", "batch_get_item"),
        ("queue.py", "send_message_batch"),
        ("bucket.py", "delete_objects"),
    }
    for (file, call), text in made.items():
        assert any(f'"{member}"' in text for member in partial[call]), (file, call)


def test_no_role_may_write_items_in_batches_since_no_code_does() -> None:
    """Every item is written on a condition, which BatchWriteItem does not know."""
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    assert "BatchWriteItem" not in template
    assert "dynamodb:ConditionCheckItem" in template, "what is written together is written in a transaction"
