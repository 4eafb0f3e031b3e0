"""Channels that the catalogue names for the first time, or again: there before anything leads to them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from functions.publish.channel_rendering import channel_outputs
from functions.publish.channels import Channel
from functions.publish.run import Run
from functions.publish.settling import MARGIN
from functions.publish.snapshot import Snapshot
from newswire.bucket import WriteConflict

# Side by side they take two seconds, with what a small processor adds.
CHUNK = 100


def begin(run: Run, channels: Sequence[Channel]) -> Sequence[Channel]:
    """Begin channels in their order for as long as there is time; return those that are there now.

    Of each, write those outputs that readers do not find, without entries; the page comes first. A memory
    that only began has no edition: nobody takes it for all that the channel can list.
    """
    for start in range(0, len(channels), CHUNK):
        if run.time_left() < MARGIN:
            return channels[:start]
        run.concurrently(partial(_begin, run), channels[start : start + CHUNK])
    return channels


def _begin(run: Run, channel: Channel) -> None:
    for key, body in reversed(channel_outputs(run.look, channel, ()).items()):
        try:
            run.site.write(Snapshot(key, None), body)  # most are new: a read more for each would find nothing
        except WriteConflict:
            _begin_again(run, key, body)


def _begin_again(run: Run, key: str, body: bytes) -> None:
    snapshot = run.site.read(key)
    if not snapshot.stands:
        with suppress(WriteConflict):  # whoever was faster has begun it, too
            run.site.write(snapshot, body)
