"""What a world has come to for its readers, in a form in which two worlds can be compared.

Set aside, with the reason:

- moments of our own clock (``first_seen``, fetched, seen): one that lies in a step of the story counts as
  that step, since a disturbed world may do in the step's second quarter of an hour what the other did in
  the first; a moment that is planned counts as the step that will find it due;
- versions, the names of article files that hold such moments, and the fingerprints in feed.json: they
  count writes and hash times;
- in article files the excerpt, which follows its feed without a revision: the item has it;
- in pages the words for a moment, beside which its ``datetime`` stands;
- article files that no item names: what was stored before a commit that never came;
- `turns.json` and `unfinished.json`, which say what refreshes still have to look at: a run that failed leaves
  that to the next one;
- caches, leases and the statistics of pages in FeedTable: nothing that a reader sees follows from them.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from functions.publish import channel_turns, unfinished_changes
from tests.faults.cloud_state import CloudState

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_RFC822 = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|[+-]\d{4})")
_WORDS = re.compile(r'(<time datetime="[^"]*">)[^<]*')
_FINGERPRINT = re.compile(r'"fingerprint":"[0-9a-f]{32}"')
_PLANNED = frozenset({"recheck_at", "next_change", "next_due", "not_before"})
_ASIDE = frozenset({"version", "expires", "article_key", "rhythm"})
_FEED = "feed#"
_PROGRESS = (channel_turns.KEY, unfinished_changes.KEY)
_METADATA = frozenset({"content-type", "cache-control", "content-encoding", "x-amz-meta-gone"})
DEAD_LETTERS = "dead letters"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Names of everything that counts, each with a hash of its content; ``texts`` has the contents."""

    hashes: Mapping[str, str]
    texts: Mapping[str, str]


class Moments:
    """The moments of our own clock, as steps of a story."""

    def __init__(self, starts: Sequence[datetime]) -> None:
        self._starts = list(starts)

    def passed(self, text: str) -> str:
        """Return a text with each moment since the story's beginning as the step in which it lies."""
        text = _RFC3339.sub(lambda found: self._step(found[0], datetime.fromisoformat(found[0])), text)
        return _RFC822.sub(lambda found: self._step(found[0], parsedate_to_datetime(found[0])), text)

    def planned(self, moment: str) -> str:
        """Return which step will find something due that is planned for a moment."""
        found = datetime.fromisoformat(moment) if moment[:4] < "9000" else datetime.max.replace(tzinfo=UTC)
        return f"due in step {bisect_left(self._starts, found)}"

    def _step(self, stated: str, moment: datetime) -> str:
        number = bisect_right(self._starts, moment) - 1
        return stated if number < 0 else f"(step {number})"


def outcome(state: CloudState, moments: Moments) -> Outcome:
    """Return what a quiet world has come to."""
    texts: dict[str, str] = {}
    files = {one.key: one for one in state.objects("ArticleBucket")}
    for key, item in state.items("ArticleTable").items():
        texts[f"item {key}"] = _item(item, moments)
        if "article_key" in item:
            article = json.loads(files[item["article_key"]["S"]].body)
            texts[f"article {key}"] = moments.passed(json.dumps({**article, "excerpt": None}))
    for key, item in state.items("FeedTable").items():
        if key.startswith(_FEED):
            texts[f"item {key}"] = _item(item, moments)
    for one in state.objects("SiteBucket"):
        if one.key in _PROGRESS:
            continue
        marks = {name: value for name, value in one.metadata.items() if name in _METADATA}
        body = _WORDS.sub(r"\1", _FINGERPRINT.sub("", one.body.decode("utf-8", "surrogateescape")))
        texts[f"site {one.key}"] = moments.passed(json.dumps(marks, sort_keys=True) + "\n" + body)
    texts |= _left(state)
    return Outcome({name: _hash(text) for name, text in texts.items()}, texts)


def _left(state: CloudState) -> dict[str, str]:
    """Return the queues that are not empty."""
    held = {name: state.messages(name) for name in state._stack.queues}
    return {
        f"{DEAD_LETTERS if _is_last(name) else 'queue'} {name}": str(len(messages))
        for name, messages in held.items()
        if messages
    }


def _is_last(name: str) -> bool:
    return "DeadLetter" in name or "Failure" in name


def _item(item: Mapping[str, Any], moments: Moments) -> str:
    kept = {
        name: moments.planned(value["S"]) if name in _PLANNED and "S" in value else value
        for name, value in item.items()
        if name not in _ASIDE
    }
    return moments.passed(json.dumps(kept, sort_keys=True, default=str))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]
