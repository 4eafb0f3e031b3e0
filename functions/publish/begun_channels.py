"""Channels that the catalogue names for the first time, or again: there before anything leads to them."""

from __future__ import annotations

from contextlib import suppress

from functions.publish.channel_rendering import channel_outputs
from functions.publish.channels import Channel
from functions.publish.run import Run
from newswire.bucket import WriteConflict


def begin(run: Run, channel: Channel) -> None:
    """Write those of a channel's outputs that readers do not find, without entries; the page comes first.

    A memory that only began has no edition: nobody takes it for all that the channel can list.
    """
    for key, body in reversed(channel_outputs(run.look, channel, ()).items()):
        snapshot = run.site.read(key)
        if not snapshot.stands:
            with suppress(WriteConflict):  # whoever was faster has begun it, too
                run.site.write(snapshot, body)
