"""The redrive on queues in moto: nothing is lost wherever it ends, and it ends."""

from __future__ import annotations

import json
import sys
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from functions.extract.deliveries import Deliveries
from functions.extract.queue_records import QueueRecord
from local.dead_letters import DeadLetter
from local.lambda_events import sqs_event, stream_record
from local.progress import Progress
from local.rebuild.replay import RebuildFailed
from local.received import receive, take_all
from local.redrive.__main__ import main
from local.redrive.folder import FolderRedrive
from local.redrive.letters import QUEUES, Letter, Wishes
from local.redrive.passing import CAME_ROUND, DeadLetterQueue, Pass
from local.redrive.repeating import PublishAgain, RunAgain
from local.redrive.sending import send
from local.redrive.tally import Tally
from local.saved_state import State, StateStore
from newswire.messages import Message
from newswire.observability import make_logger
from newswire.queue import Queue
from tests.support.aws_stack import ARTICLE_TABLE, REGION, QueuedMessage, Stack
from tests.support.extract_world import World, entry

STARTED = "2026-01-05T01:00:00.000Z"
POISON = "bukan JSON"
UNREAD = "message is not JSON"


class Killed(BaseException):
    """The process is no more."""


@dataclass(slots=True)
class Tampered:
    """A client that ends, or refuses, where a test says."""

    sqs: Any
    before: Mapping[str, Any] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        call = getattr(self.sqs, name)

        def tampered(**arguments: Any) -> Any:
            if name in self.before and (answer := self.before[name](call, arguments)) is not None:
                return answer
            answer = call(**arguments)
            if name == "receive_message":
                self.receipts += [one["ReceiptHandle"] for one in answer.get("Messages", [])]
            return answer

        return tampered


def killed(_call: Any, _arguments: Mapping[str, Any]) -> None:
    raise Killed


def killed_after(call: Any, arguments: Mapping[str, Any]) -> None:
    call(**arguments)
    raise Killed


def quiet(_line: str) -> None:
    """Print nothing."""


def message(number: int, domain: str = "kabar") -> Message:
    return entry(f"https://{domain}.example/berita/{number}", title=f"Berita {number}")


def bury(stack: Stack, body: str, group: str = "kabar.example", reason: str = "") -> None:
    """Put a letter where the operator looks."""
    said = {"reason": {"DataType": "String", "StringValue": reason}} if reason else {}
    stack.sqs.send_message(
        QueueUrl=stack.dead_letter_queue_url,
        MessageBody=body,
        MessageGroupId=group,
        MessageDeduplicationId=uuid.uuid4().hex,
        MessageAttributes=said,  # type: ignore[arg-type]  # one attribute
    )


def letters_of(stack: Stack) -> list[QueuedMessage]:
    return stack.drain(stack.dead_letter_queue_url)


def redrive(
    stack: Stack, wishes: Wishes | None = None, *, sqs: Any = None, started: str = STARTED, **more: Any
) -> tuple[Tally, list[str]]:
    """Redrive the articles once, as the command does."""
    said: list[str] = []
    tally = Tally(said.append, dry=more.get("dry", False))
    client = sqs or stack.sqs
    queue = DeadLetterQueue(
        "article",
        stack.dead_letter_queue_url,
        lambda letters: send(client, stack.queue_url, letters, started),
    )
    Pass(client, queue, wishes or Wishes(), tally, started, **more).run()
    return tally, said


def counted(tally: Tally) -> dict[str, int]:
    return {name: number for name, number in tally.summary().items() if name != "by_reason" and number}


def let_time_out(stack: Stack, received: Tampered) -> None:
    """Let the visibility time-out of everything be over that a process has received so far."""
    for receipt in received.receipts:
        with suppress(stack.sqs.exceptions.ReceiptHandleIsInvalid):  # deleted since
            stack.sqs.change_message_visibility(
                QueueUrl=stack.dead_letter_queue_url, ReceiptHandle=receipt, VisibilityTimeout=0
            )


@pytest.fixture
def dead(stack: Stack) -> list[str]:
    """Bury 25 messages of three publishers and return their bodies."""
    bodies = [message(number, ("kabar", "warta", "lentera")[number % 3]).to_json() for number in range(25)]
    for number, body in enumerate(bodies):
        bury(stack, body, f"{('kabar', 'warta', 'lentera')[number % 3]}.example")
    return bodies


def test_every_letter_goes_back_with_its_body_and_group_and_is_there_no_more(
    stack: Stack, dead: list[str]
) -> None:
    tally, said = redrive(stack)

    assert counted(tally) == {"received": 25, "sent": 25, "deleted": 25}
    assert tally.is_clear
    assert said == []
    assert letters_of(stack) == []
    sent = stack.drain()
    assert sorted(one.raw for one in sent) == sorted(dead)
    assert Counter(one.group for one in sent) == {
        "kabar.example": 9,
        "warta.example": 8,
        "lentera.example": 8,
    }
    assert {tuple(one.attributes.items()) for one in sent} == {(("redriven", STARTED),)}


def test_the_same_letter_can_be_redriven_again_within_five_minutes(stack: Stack) -> None:
    body = message(1).to_json()
    for _ in range(2):
        bury(stack, body + " " * len(stack.drain(stack.queue_url)))
        redrive(stack)
    assert len(stack.drain()) == 1


@pytest.mark.parametrize("after", [0, 1, 2])
@pytest.mark.parametrize(
    ("call", "how"),
    [
        ("send_message_batch", killed),
        ("send_message_batch", killed_after),
        ("delete_message_batch", killed),
        ("delete_message_batch", killed_after),
    ],
)
def test_killed_anywhere_it_repeats_and_never_loses(
    stack: Stack, dead: list[str], call: str, how: Any, after: int
) -> None:
    left = [after]

    def later(real: Any, arguments: Mapping[str, Any]) -> None:
        if left[0] == 0:
            how(real, arguments)
        left[0] -= 1

    def never(_call: Any, _arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {}  # a killed process lets nothing go

    tampered = Tampered(stack.sqs, {call: later, "change_message_visibility": never})
    with pytest.raises(Killed):
        redrive(stack, sqs=tampered)
    let_time_out(stack, tampered)
    redrive(stack, started="2026-01-05T02:00:00.000Z")

    assert letters_of(stack) == []
    sent = Counter(one.raw for one in stack.drain())
    assert set(sent) == set(dead)
    assert max(sent.values()) <= 2


def test_two_at_once_share_the_letters_and_lose_none(stack: Stack, dead: list[str]) -> None:
    other: list[Tally] = []

    def meanwhile(_call: Any, _arguments: Mapping[str, Any]) -> None:
        if not other:
            other.append(Tally(quiet))
            other[0], _ = redrive(stack)

    tally, _ = redrive(stack, sqs=Tampered(stack.sqs, {"send_message_batch": meanwhile}))

    together = Counter(counted(tally)) + Counter(counted(other[0]))
    assert together["left"] == 0
    assert together["sent"] == 25
    assert sorted(one.raw for one in stack.drain()) == sorted(dead)
    assert letters_of(stack) == []


def test_a_letter_that_two_have_at_once_is_sent_twice_at_most(stack: Stack, dead: list[str]) -> None:
    done: list[bool] = []

    def overtaken(_call: Any, _arguments: Mapping[str, Any]) -> None:
        if not done:
            done.append(True)
            let_time_out(stack, first)
            redrive(stack)

    first = Tampered(stack.sqs, {"send_message_batch": overtaken})
    redrive(stack, sqs=first)

    sent = Counter(one.raw for one in stack.drain())
    assert set(sent) == set(dead)
    assert max(sent.values()) <= 2
    assert letters_of(stack) == []


def test_entries_that_the_queue_does_not_take_stay_and_are_told(stack: Stack) -> None:
    for number in range(3):
        bury(stack, message(number, f"penerbit-{number}").to_json(), f"penerbit-{number}.example")

    def partial_failure(real: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
        kept = [one for one in arguments["Entries"] if "berita/1" not in one["MessageBody"]]
        bad = [one["Id"] for one in arguments["Entries"] if one not in kept]
        answer: dict[str, Any] = real(QueueUrl=arguments["QueueUrl"], Entries=kept) if kept else {}
        failed = [{"Id": one, "SenderFault": False, "Code": "InternalError"} for one in bad]
        return {**answer, "Failed": failed}

    tally, said = redrive(stack, sqs=Tampered(stack.sqs, {"send_message_batch": partial_failure}))

    assert counted(tally) == {"received": 3, "sent": 2, "deleted": 2, "left": 1}
    assert not tally.is_clear
    assert "not accepted by the queue" in said[0]
    assert len(stack.drain()) == 2
    (staying,) = letters_of(stack)  # visible at once
    assert staying.body["url"].endswith("/berita/1")


def test_a_letter_that_could_not_be_deleted_is_told_and_comes_again(stack: Stack) -> None:
    bury(stack, message(1).to_json())

    def refused(_call: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {"Failed": [{"Id": one["Id"], "SenderFault": False} for one in arguments["Entries"]]}

    tally, said = redrive(stack, sqs=Tampered(stack.sqs, {"delete_message_batch": refused}))

    assert counted(tally) == {"received": 1, "sent": 1, "left": 1}
    assert "could not be deleted" in said[0]
    assert len(letters_of(stack)) == 1


@pytest.mark.parametrize("order", list(permutations(("sound", "poison", "sound too"))))
def test_what_nobody_can_read_stays_and_blocks_nothing(stack: Stack, order: Sequence[str]) -> None:
    bodies = {"sound": message(1).to_json(), "poison": POISON, "sound too": message(2).to_json()}
    for name in order:
        if name == "poison":
            bury(stack, POISON, "unreadable", UNREAD)
        else:
            bury(stack, bodies[name])

    tally, said = redrive(stack)

    assert counted(tally) == {"received": 3, "sent": 2, "deleted": 2, "left": 1}
    assert said == [f"article: left: {UNREAD}: {POISON}"]
    (staying,) = letters_of(stack)
    assert (staying.raw, staying.attributes) == (POISON, {"reason": UNREAD})
    assert len(stack.drain()) == 2


def test_forced_poison_is_sent_once_and_its_return_ends_the_redrive(stack: Stack) -> None:
    for number in range(3):
        bury(stack, f"{POISON} {number}", "unreadable", UNREAD)

    def buried_again(real: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = real(**arguments)
        for one in arguments["Entries"]:  # extract reads it at once
            bury(stack, one["MessageBody"], "unreadable", UNREAD)
        return answer

    tally, said = redrive(
        stack, Wishes(force=True), sqs=Tampered(stack.sqs, {"send_message_batch": buried_again})
    )

    assert counted(tally)["sent"] == 3
    assert all(CAME_ROUND in line for line in said)
    assert Counter(one.raw for one in stack.drain()) == {f"{POISON} {number}": 1 for number in range(3)}


def test_a_message_that_fails_at_once_again_is_not_sent_for_ever(stack: Stack) -> None:
    bury(stack, message(1).to_json())

    def failed_again(_call: Any, arguments: Mapping[str, Any]) -> dict[str, Any]:
        for one in arguments["Entries"]:  # as SQS moves it: with its attributes
            stack.sqs.send_message(
                QueueUrl=stack.dead_letter_queue_url,
                **{name: value for name, value in one.items() if name != "Id"},
            )
        return {"Successful": []}

    tally, said = redrive(stack, sqs=Tampered(stack.sqs, {"send_message_batch": failed_again}))

    assert counted(tally) == {"received": 2, "sent": 1, "deleted": 1, "left": 1}
    assert CAME_ROUND in said[0]


def test_a_dry_redrive_changes_nothing(stack: Stack, dead: list[str]) -> None:
    tally, said = redrive(stack, dry=True)
    assert counted(tally).keys() == {"received", "left"}
    assert all("would be sent to its queue" in line for line in said)
    assert stack.drain() == []
    assert sorted(one.raw for one in letters_of(stack)) == sorted(dead)
    assert {tuple(one.attributes) for one in letters_of(stack)} == set()


def test_no_more_are_dealt_with_than_asked_for(stack: Stack, dead: list[str]) -> None:
    tally, _ = redrive(stack, room=12)
    assert counted(tally)["sent"] == 12
    assert len(stack.drain()) == 12
    assert len(letters_of(stack)) == len(dead) - 12


def test_only_letters_of_the_reason_asked_for_are_dealt_with(stack: Stack) -> None:
    bury(stack, message(1).to_json())
    bury(stack, POISON, "unreadable", UNREAD)
    tally, _ = redrive(stack, Wishes("not json", force=True))
    assert counted(tally) == {"received": 2, "sent": 1, "deleted": 1, "left": 1}
    assert [one.raw for one in stack.drain()] == [POISON]


def test_a_replay_of_every_letter_of_stored_articles_changes_no_byte(world: World) -> None:
    stack = world.stack
    messages = [entry(world.serve(f"/berita/{number}", title=f"Berita {number}")) for number in range(12)]
    for one in messages:
        assert world.handle(one).what == "stored"
        bury(stack, one.to_json(), "kabar.localhost")
    before = world.everything()

    tally, _ = redrive(stack)
    assert counted(tally) == {"received": 12, "sent": 12, "deleted": 12}
    queue: Any = Queue(stack.sqs, stack.queue_url)
    deliveries = Deliveries(
        processing=world.invocation(),
        gate=world.gate(),
        images=world.images(),
        queue=queue,
        dead_letters=Queue(stack.sqs, stack.dead_letter_queue_url),
        logger=make_logger("extract"),
        now=lambda: world.now,
    )
    records = sqs_event(take_all(stack.sqs, stack.queue_url), "arn")["Records"]
    assert {one["messageAttributes"]["redriven"]["stringValue"] for one in records} == {STARTED}
    for one in records:
        deliveries.handle(QueueRecord.of(one))
    deliveries.finish()

    assert world.everything() == before
    assert letters_of(stack) == []


def notice(stream: str, shard: str, numbers: Sequence[str]) -> Letter:
    info = {"streamArn": stream, "shardId": shard, "batchSize": len(numbers)}
    info |= {"startSequenceNumber": numbers[0], "endSequenceNumber": numbers[-1]}
    return Letter("publish", f"notice-{numbers[0]}", json.dumps({"DDBStreamBatchInfo": info}))


@dataclass(slots=True)
class Written:
    """ArticleTable's stream after some writes."""

    client: Any
    arn: str
    shard: str
    records: list[dict[str, Any]]

    def numbers(self, start: int, end: int) -> list[str]:
        return [one["dynamodb"]["SequenceNumber"] for one in self.records[start:end]]


@pytest.fixture
def written(stack: Stack) -> Written:
    for number in range(5):
        item = {"pk": {"S": f"article#{number}"}, "type": {"S": "article"}, "id": {"S": str(number)}}
        stack.dynamodb.put_item(TableName=ARTICLE_TABLE, Item=item)
    # moto does not know the endpoints that carry an account id.
    client = boto3.client("dynamodbstreams", REGION, config=Config(account_id_endpoint_mode="disabled"))
    arn = stack.dynamodb.describe_table(TableName=ARTICLE_TABLE)["Table"]["LatestStreamArn"]
    shard = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]["ShardId"]
    iterator = client.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    records = client.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
    return Written(client, arn, shard, [stream_record(one, arn) for one in records])


class Publishing:
    """A publish function that notes its events, and fails as a test says."""

    def __init__(self, *, fails: bool = False) -> None:
        self.events: list[Any] = []
        self.rebuilt = 0
        self.fails = fails

    def __call__(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        self.events.append(event)
        if self.fails:
            raise RebuildFailed("PublishFunction: Task timed out")
        return {"batchItemFailures": []}

    def rebuild(self) -> None:
        self.rebuilt += 1


def test_publish_gets_exactly_the_records_that_were_given_up(written: Written) -> None:
    publishing = Publishing()
    again = PublishAgain(written.client, ARTICLE_TABLE, publishing, publishing.rebuild)

    assert again([notice(written.arn, written.shard, written.numbers(1, 4))]) == {}

    assert [one["Records"] for one in publishing.events] == [written.records[1:4]]
    assert publishing.rebuilt == 0


def test_batches_that_have_left_the_stream_are_made_good_by_one_rebuild(written: Written) -> None:
    publishing = Publishing()
    again = PublishAgain(written.client, ARTICLE_TABLE, publishing, publishing.rebuild)
    gone = [notice(written.arn, "shardId-none", [number]) for number in ("1", "2")]

    assert again(gone) == {}

    assert publishing.rebuilt == 1
    assert publishing.events == []


def test_a_notice_whose_records_fail_again_stays(written: Written) -> None:
    publishing = Publishing(fails=True)
    again = PublishAgain(written.client, ARTICLE_TABLE, publishing, publishing.rebuild)
    one = notice(written.arn, written.shard, written.numbers(0, 1))
    assert again([one]) == {one.id: "PublishFunction: Task timed out"}


def test_a_notice_of_another_table_asks_nothing(written: Written) -> None:
    publishing = Publishing()
    again = PublishAgain(None, "another-table", publishing, publishing.rebuild)
    one = notice(written.arn, written.shard, written.numbers(0, 1))
    assert again([one]) == {one.id: "of another table"}
    assert publishing.events == []


def test_scheduled_runs_are_made_once_for_all_their_letters() -> None:
    poll, refresh = Publishing(), Publishing()
    body = json.dumps({"trigger": "schedule", "task": "poll"})
    letters = [Letter("schedule", f"id-{number}", body) for number in range(3)]
    assert RunAgain({"poll": poll, "refresh": refresh})(letters) == {}
    assert poll.events == [{"trigger": "schedule", "task": "poll"}]
    assert refresh.events == []


def test_a_scheduled_run_that_fails_again_keeps_its_letter(stack: Stack) -> None:
    url = stack.sqs.create_queue(QueueName="schedule-failures")["QueueUrl"]
    body = json.dumps({"requestPayload": {"trigger": "schedule", "task": "refresh"}})
    stack.sqs.send_message(QueueUrl=url, MessageBody=body)
    run = RunAgain({"poll": Publishing(), "refresh": Publishing(fails=True)})
    said: list[str] = []
    tally = Tally(said.append)

    Pass(stack.sqs, DeadLetterQueue("schedule", url, run), Wishes(), tally, STARTED).run()

    assert counted(tally) == {"received": 1, "left": 1}
    assert "Task timed out" in said[0]
    assert len(receive(stack.sqs, url)) == 1


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
