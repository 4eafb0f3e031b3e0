"""The redrive of a deployed stack and of a run's folder, and what it tells."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest

from local.dead_letters import DeadLetter
from local.progress import Progress
from local.redrive.__main__ import main
from local.redrive.folder import FolderRedrive
from local.redrive.letters import QUEUES, Wishes
from local.redrive.tally import Tally
from local.saved_state import State, StateStore
from tests.support.aws_stack import ARTICLE_TABLE, REGION, Stack
from tests.support.redriving import (
    POISON,
    UNREAD,
    bury,
    counted,
    message,
    quiet,
)


@pytest.fixture
def deployed(stack: Stack) -> str:
    """Let CloudFormation know the stack, and return its name."""
    names = ("PublishFailure", "ScheduleFailure")
    urls = {name: stack.sqs.create_queue(QueueName=name.lower())["QueueUrl"] for name in names}
    values = {
        "ArticleDeadLetterQueueUrl": stack.dead_letter_queue_url,
        "ArticleQueueUrl": stack.queue_url,
        "ArticleTableName": ARTICLE_TABLE,
        "FetchDeadLetterQueueUrl": stack.fetch_dead_letter_queue_url,
        "FetchFunctionName": "fetch",
        "PublishFailureQueueUrl": urls["PublishFailure"],
        "PublishFunctionName": "publish",
        "ScheduleFailureQueueUrl": urls["ScheduleFailure"],
    }
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {name: {"Value": value} for name, value in values.items()},
    }
    boto3.client("cloudformation", REGION).create_stack(
        StackName="newswire", TemplateBody=json.dumps(template)
    )
    return "newswire"


def test_the_command_redrives_a_stack_and_tells_what_stays(
    stack: Stack, deployed: str, capfd: pytest.CaptureFixture[str]
) -> None:
    bury(stack, message(1).to_json())
    bury(stack, POISON, "unreadable", UNREAD)
    stack.sqs.send_message(QueueUrl=stack.fetch_dead_letter_queue_url, MessageBody="{}")

    assert main(["--stack", deployed]) == 1

    *lines, last = capfd.readouterr().out.splitlines()
    summary = json.loads(last)
    assert {name: summary[name] for name in ("received", "sent", "deleted", "left")} == {
        "received": 3,
        "sent": 1,
        "deleted": 1,
        "left": 2,
    }
    assert summary["by_reason"]["article: failed again and again"]["sent"] == 1
    assert lines[0] == f"article: left: {UNREAD}: {POISON}"
    assert main(["--stack", deployed, "--delete"]) == 0
    assert json.loads(capfd.readouterr().out.splitlines()[-1])["deleted"] == 2
    assert main(["--stack", deployed, "--queue", "article"]) == 0


def test_wrong_arguments_are_told_by_status_2(
    deployed: str, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for wrong in (["--queue", "other"], ["--max", "0"], ["--force", "--delete"], ["--max", "²"]):
        with pytest.raises(SystemExit) as ended:
            main(["--stack", deployed, *wrong])
        assert ended.value.code == 2
    assert main(["--stack", "none"]) == 2
    assert main(["--out", str(tmp_path / "none")]) == 2
    assert "stack none" in capfd.readouterr().err


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Return a run's folder with a letter of each kind."""
    letters = (
        DeadLetter("ArticleDeadLetterQueue", message(1).to_json(), "failed 5 times", "kabar.example", False),
        DeadLetter("ArticleDeadLetterQueue", POISON, UNREAD, "unreadable", True),
        DeadLetter("FetchDeadLetterQueue", "{}", "shard schema is None", None, True),
        DeadLetter("PublishFailureQueue", given_up("1", "2"), "RetryAttemptsExhausted", None, True),
    )
    store = StateStore(tmp_path / "state")
    with store.claimed():
        store.save(State(datetime(2026, 1, 5, tzinfo=UTC), None, "", dead_letters=letters))
    return tmp_path


def given_up(first: str, last: str) -> str:
    """Return the notice that the local run's stream poller leaves."""
    info = {"startSequenceNumber": first, "endSequenceNumber": last, "streamArn": "arn:stream"}
    return json.dumps({"requestContext": {"condition": "RetryAttemptsExhausted"}, "DDBStreamBatchInfo": info})


def redrive_folder(out: Path, wishes: Wishes, rebuilt: list[Path], *, dry: bool = False) -> Tally:
    tally = Tally(quiet, dry=dry)
    FolderRedrive(
        out,
        out,
        Progress(sys.stderr),
        QUEUES,
        wishes,
        tally,
        rebuild=lambda folder, *_: rebuilt.append(folder),
    ).run()
    return tally


def kept(out: Path) -> list[tuple[str, bool]]:
    state = StateStore(out / "state").load()
    assert state is not None
    return [(letter.queue, letter.stated) for letter in state.dead_letters]


def test_in_a_folder_the_next_run_tries_again_and_the_site_is_rebuilt(out: Path) -> None:
    rebuilt: list[Path] = []
    tally = redrive_folder(out, Wishes(), rebuilt)
    assert counted(tally) == {"received": 4, "sent": 1, "repeated": 1, "deleted": 1, "left": 2}
    assert rebuilt == [out]
    assert kept(out) == [
        ("ArticleDeadLetterQueue", False),
        ("ArticleDeadLetterQueue", True),
        ("FetchDeadLetterQueue", True),
    ]


def test_in_a_folder_what_nobody_could_read_is_forced_or_deleted(out: Path) -> None:
    redrive_folder(out, Wishes("not JSON", force=True), [])
    assert kept(out)[:2] == [("ArticleDeadLetterQueue", False), ("ArticleDeadLetterQueue", False)]
    redrive_folder(out, Wishes("shard", delete=True), [])
    assert "FetchDeadLetterQueue" not in dict(kept(out))


def test_a_dry_redrive_of_a_folder_changes_nothing(out: Path) -> None:
    before, rebuilt = kept(out), list[Path]()
    assert counted(redrive_folder(out, Wishes(delete=True), rebuilt, dry=True))["left"] == 4
    assert (kept(out), rebuilt) == (before, [])
