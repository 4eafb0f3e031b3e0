"""Messages of publishers that said stop: nobody is asked, and what of theirs is still here goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from functions.extract.archive import Archive
from functions.extract.outcome import Outcome
from functions.extract.retractions import Retractions
from functions.extract.takedowns import order_in
from newswire.article_item import ArticleItem
from newswire.messages import Message
from newswire.sources import Catalogue
from newswire.stops import Stops

STOPPED = "stopped"


class Stopping:
    """Holds messages against the stops; raises ConditionFailed where somebody else wrote first."""

    def __init__(self, archive: Archive, catalogue: Catalogue, now: Callable[[], datetime]) -> None:
        self._catalogue = catalogue
        self._retractions = Retractions(archive, catalogue, now)

    def settle(self, message: Message, known: ArticleItem | None, stops: Stops) -> Outcome | None:
        """Take down an article that a stop covers, drop any other message that one covers.

        ``None`` where none does. The operator's command takes down all that is stored; what it left, where it
        was ended before its end, goes here.
        """
        if known is not None and (name := stops.of_item(known, self._catalogue)):
            return self._retractions.take_down(known, known.url, order_in(stops, name))
        if message.kind == "recheck":
            return None
        name = stops.of_carrier(message.source, self._catalogue) or stops.of_url(message.url, self._catalogue)
        return None if name is None else Outcome(STOPPED, message.article_id, None, name)
