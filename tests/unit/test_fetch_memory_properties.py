"""Random stories of one feed: no entry is lost, none is announced twice, whatever comes and whatever dies."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import cast
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.fetch.feed_entry import FeedEntry
from functions.fetch.feed_memory import FeedMemory
from functions.fetch.feed_state import FeedState
from functions.fetch.polling import Plan, compare
from functions.fetch.seen_entries import Fingerprint, SeenEntries, decode, encode
from newswire.backoff import Backoffs
from newswire.bucket import Bucket, StoredObject
from newswire.urls import article_id
from tests.support.catalogues import source
from tests.support.fetch_feeds import NOW
from tests.support.memory_table import MemoryTable

KEY = "kabar https://kabar.example/rss.xml"
INLINE = 6  # entries; the real limit is tried in test_fetch_seen_entries.py
KINDS = ("steady", "without guid", "new guid each time", "new link at each edit", "old")
KABAR = source()

END = st.sampled_from(("saved", "saved", "saved", "killed before the object", "killed before the item"))


@dataclass(frozen=True)
class Poll:
    """A document (entries in its order), which of them were edited since, the cap, and how the run ends."""

    numbers: tuple[int, ...]
    edited: frozenset[int]
    cap: int
    end: str


POLLS = st.builds(
    Poll,
    st.lists(st.integers(0, 11), unique=True, max_size=12).map(tuple),
    st.frozensets(st.integers(0, 11), max_size=4),
    st.integers(1, 6),
    END,
)


class Objects:
    """A bucket in memory."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    def get(self, key: str) -> StoredObject | None:
        body = self.bodies.get(key)
        return None if body is None else StoredObject(body, "-", "-", {})

    def put(self, key: str, body: bytes, **_: object) -> None:
        self.bodies[key] = body


@dataclass
class Feed:
    """A publisher's feed, what is remembered of it, and what the queue has received."""

    kinds: tuple[str, ...]
    versions: dict[int, int] = field(default_factory=dict)
    received: dict[int, int] = field(default_factory=dict)
    committed: dict[int, int] = field(default_factory=dict)
    articles: dict[int, str] = field(default_factory=dict)
    first_ids: dict[int, set[str]] = field(default_factory=dict)
    skipped: set[int] = field(default_factory=set)
    polls: int = 0
    bucket: Objects = field(default_factory=Objects)
    table: MemoryTable = field(default_factory=MemoryTable)

    def memory(self) -> FeedMemory:
        return FeedMemory(self.table, cast(Bucket, self.bucket), Backoffs(self.table))

    def entry(self, number: int) -> FeedEntry:
        kind, version = self.kinds[number], self.versions.get(number, 0)
        guid = {"without guid": None, "new guid each time": f"{number} of poll {self.polls}"}
        suffix = f"-{version}" if kind == "new link at each edit" else ""
        age = timedelta(hours=200 if kind == "old" else number)
        return FeedEntry(
            guid=guid.get(kind, f"guid {number}"),
            url=f"https://kabar.example/{number}{suffix}",
            title=f"Edition {version}",
            published=(NOW - age).isoformat(),
        )

    def poll(self, poll: Poll) -> Plan:
        """Poll as fetch does, and judge what is sent by what the queue and the memory had before."""
        self.polls += 1
        for number in poll.edited:
            self.versions[number] = self.versions.get(number, 0) + 1
        memory = self.memory()
        state = memory.states([KEY])[KEY]
        seen = memory.seen(state)
        plan = compare(map(self.entry, poll.numbers), seen, KABAR, NOW, poll.cap)
        self._judge(poll, plan, first_sight=seen is None)
        self._keep(poll, plan, memory, state, first_sight=seen is None)
        return plan

    def _judge(self, poll: Poll, plan: Plan, *, first_sight: bool) -> None:
        skipped = {one for one in poll.numbers if first_sight and self.kinds[one] == "old"} | self.skipped
        current = {one: self.versions.get(one, 0) for one in poll.numbers if one not in skipped}
        must = {one for one, version in current.items() if self.received.get(one) != version}
        may = {one for one, version in current.items() if self.committed.get(one) != version}
        sent = [int(send.url.rpartition("/")[2].partition("-")[0]) for send in plan.sends]
        assert len(set(sent)) == len(sent) <= poll.cap
        assert set(sent) <= may
        assert len(must) <= len(sent) + plan.held_back <= len(may)
        assert len(sent) == min(poll.cap, len(sent) + plan.held_back)
        for send, number in zip(plan.sends, sent, strict=True):
            # Where a run was killed, its messages may have named the article by a link that has moved since.
            told = {article_id(send.url)} | self.first_ids.setdefault(number, set())
            assert send.article_id in ({self.articles[number]} if number in self.articles else told)
            self.first_ids[number].add(send.article_id)

    def _keep(
        self, poll: Poll, plan: Plan, memory: FeedMemory, state: FeedState, *, first_sight: bool
    ) -> None:
        sent = {int(send.url.rpartition("/")[2].partition("-")[0]): send for send in plan.sends}
        self.received |= {number: self.versions.get(number, 0) for number in sent}
        if poll.end == "killed before the object":
            return
        seen, seen_key = memory.keep_seen(state.key, plan.remembered)
        state = replace(state, seen=seen, seen_key=seen_key)
        if poll.end == "killed before the item":
            return
        memory.save(state)
        self.committed |= {number: self.versions.get(number, 0) for number in sent}
        for number, send in sent.items():
            self.articles.setdefault(number, send.article_id)
        if first_sight:
            self.skipped = {one for one in poll.numbers if self.kinds[one] == "old"}

    def settle(self, numbers: tuple[int, ...]) -> None:
        """Poll the same document until nothing is held back; then all of it was received and is known."""
        for _ in range(len(numbers) + 1):
            if not self.poll(Poll(numbers, frozenset(), 2, "saved")).held_back:
                break
        current = {one: self.versions.get(one, 0) for one in numbers if one not in self.skipped}
        assert {one: self.received.get(one) for one in current} == current
        again = self.poll(Poll(numbers[::-1], frozenset(), 2, "saved"))
        assert (again.sends, again.held_back) == ((), 0)


@settings(max_examples=150)
@given(
    st.lists(st.sampled_from(KINDS), min_size=12, max_size=12).map(tuple),
    st.lists(POLLS, min_size=1, max_size=9),
)
def test_no_entry_is_lost_and_none_announced_twice(kinds: tuple[str, ...], polls: list[Poll]) -> None:
    feed = Feed(kinds)
    with mock.patch("functions.fetch.feed_memory.INLINE_LIMIT", INLINE):
        for poll in polls:
            feed.poll(poll)
        feed.settle(polls[-1].numbers)
        feed.settle(tuple(range(12)))


def fingerprints() -> st.SearchStrategy[Fingerprint]:
    ids = st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=16, max_size=16)
    eight = st.binary(min_size=8, max_size=8)
    flag = st.booleans()
    return st.builds(Fingerprint.of, eight, ids, eight, skipped=flag, waiting=flag, vanished=flag)


@given(st.lists(fingerprints(), max_size=20, unique_by=lambda one: one.identity))
def test_any_memory_reads_back_as_it_was_written(known: list[Fingerprint]) -> None:
    packed = encode(known)
    seen = decode(packed)
    assert len(packed) == 27 * len(known)
    assert list(seen.by_identity.values()) == known
    for one in known:
        assert seen.find(one.identity, b"") == one
        found = seen.find(b"", one.article)
        assert found is not None
        assert found.article_id == one.article_id


@given(st.binary(max_size=200))
def test_any_bytes_are_a_memory_or_refused(packed: bytes) -> None:
    whole = len(packed) // 27 * 27
    assert isinstance(decode(packed[:whole]), SeenEntries)
    if whole < len(packed):
        memory, bucket = FeedMemory(MemoryTable(), cast(Bucket, Objects()), mock.Mock()), FeedState(KEY)
        assert memory.seen(replace(bucket, seen=packed)) is None


MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31)).map(  # noqa: DTZ001 - made aware below
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
)
TEXTS = st.none() | st.text(min_size=1, max_size=20)


@given(
    st.builds(
        FeedState,
        st.just(KEY),
        st.integers(0, 10**9),
        *(st.none() | MOMENTS,) * 2,
        *(TEXTS,) * 3,
        st.integers(0, 10**6).map(lambda seconds: timedelta(seconds=seconds)),
        st.none() | st.integers(0, 10**6).map(lambda seconds: timedelta(seconds=seconds)),
        st.none() | MOMENTS,
        st.integers(0, 10**6),
        TEXTS,
        st.sampled_from(("ok", "failing", "silent", "gone")),
        *(st.none() | MOMENTS,) * 2,
        TEXTS,
        st.integers(0, 99),
        TEXTS,
        st.none() | MOMENTS,
        st.none() | st.binary(max_size=54),
        TEXTS,
        st.lists(st.text(min_size=1, max_size=9), max_size=3).map(tuple),
        TEXTS,
        st.none() | MOMENTS,
    )
)
def test_any_state_reads_back_from_its_item(state: FeedState) -> None:
    table = MemoryTable()
    memory = FeedMemory(table, cast(Bucket, Objects()), Backoffs(table))
    memory.save(replace(state, version=0))
    assert memory.states([KEY])[KEY] == replace(state, version=1)
