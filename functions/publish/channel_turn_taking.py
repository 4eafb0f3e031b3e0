"""Taking turns: all channels are looked at once a day, a share of them at each refresh."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from functions.publish import channel_turns
from functions.publish.channel_turns import Turns
from functions.publish.channels import Channel, all_channels
from functions.publish.run import Run
from functions.publish.settling import ATTEMPTS
from newswire.bucket import WriteConflict

CHUNK = 50
RESERVE = 60.0  # seconds: more than a chunk takes
# How long a channel that cannot be written holds up those whose turns come after its own
PATIENCE = timedelta(hours=3)

WriteChannels = Callable[[Run, Collection[Channel]], bool]


def forget_turns(run: Run) -> None:
    """Note that every channel is to have its turn, whatever was noted before."""
    # Of no edition, and yet not what another run has left: a run that is at it must fail its condition.
    forgotten = Turns(until=run.now)
    for _ in range(ATTEMPTS):
        with suppress(WriteConflict):
            run.site.write(run.site.read(channel_turns.KEY), forgotten.to_json())
            return


def take_turns(run: Run, write_channels: WriteChannels, had: Collection[Channel] = ()) -> int:
    """Look at the channels whose turns have come, as far as time allows; return how many are left.

    ``had`` are those that this run has looked at already. Half of the time that there is stays for others.
    One that fails is tried again, and those after it wait, until its turn is :data:`PATIENCE` ago.
    """
    snapshot = run.site.read(channel_turns.KEY)
    known = Turns.from_json(snapshot.body)
    channels = [one for one in all_channels(run.look.catalogue) if one not in had]
    owed = known.owed(channels, run.edition, run.now)
    taken = _take(run, write_channels, owed)
    left = owed[taken:]
    until = owed[taken - 1][0] if left and taken else run.now
    # Where no turn has come, what is noted stays true.
    if taken or (known.edition != run.edition and not left):
        # Where another refresh is at it, what that notes stays.
        with suppress(WriteConflict):
            run.site.write(snapshot, Turns(run.edition, until).to_json())
    return len(left)


def _take(run: Run, write_channels: WriteChannels, owed: Sequence[tuple[datetime, Channel]]) -> int:
    """Return how many of the turns were taken."""
    least_left = max(RESERVE, run.time_left() / 2)
    for start in range(0, len(owed), CHUNK):
        if run.time_left() < least_left:
            return start
        chunk = owed[start : start + CHUNK]
        written = write_channels(run, [channel for _, channel in chunk])
        if not written and chunk[0][0] > run.now - PATIENCE:
            return start
    return len(owed)
