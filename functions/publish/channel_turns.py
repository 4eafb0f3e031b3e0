"""When each channel is looked at though nothing has changed: once a day, at a time of its own (pure).

The site remembers up to which moment all turns were taken, and by which edition. So nothing is left out
where refreshes fail or do not come, and under another edition every channel has its turn at once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from functions.publish.channels import Channel
from functions.publish.json_text import json_text
from newswire.clock import instant

KEY = "turns.json"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Turns:
    """Up to which moment the channels have had their turns under an edition; ``None``: none has.

    Under no edition (``""``) none has, either: then ``until`` is when that was noted.
    """

    edition: str = ""
    until: datetime | None = None

    @classmethod
    def from_json(cls, body: bytes) -> Turns:
        """Return what the site remembers; where there is nothing that can be read, no turn was taken."""
        try:
            kept = json.loads(body)
            return cls(kept["edition"], datetime.fromisoformat(kept["until"]).astimezone(UTC))
        except (ValueError, KeyError, TypeError):
            return cls()

    def to_json(self) -> bytes:
        """Return what the site remembers."""
        until = None if self.until is None else instant(self.until)
        return (json_text({"edition": self.edition, "until": until}) + "\n").encode()

    def owed(
        self, channels: Iterable[Channel], edition: str, now: datetime
    ) -> list[tuple[datetime, Channel]]:
        """Return the channels whose last turn has not been taken, each with the moment of that, in order."""
        since = self.until if self.edition == edition else None
        turns = ((last_turn(channel, now), channel) for channel in channels)
        owed = [one for one in turns if since is None or since > now or one[0] > since]
        return sorted(owed, key=lambda one: (one[0], one[1].page))


def last_turn(channel: Channel, now: datetime) -> datetime:
    """Return the moment of a channel's last turn; those of all channels are spread over the day."""
    digest = hashlib.sha256(channel.page.encode()).digest()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    turn = midnight + DAY * (int.from_bytes(digest[:6]) / 2**48)
    return turn if turn <= now else turn - DAY
