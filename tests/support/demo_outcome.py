"""What a portal must hold when the demo has played to its end, derived from the newsroom and the sources."""

from __future__ import annotations

from collections.abc import Iterator

from local.demo.newsroom import Edition, Publisher, Story, editions
from local.demo.server import DemoPublishers
from newswire.sources import Display
from newswire.sources_file import load_catalogue


class DemoOutcome:
    """The end of one demo: who has published what, and how much of it may be shown."""

    def __init__(self, demo: DemoPublishers) -> None:
        self._demo = demo
        self._display = {one.id: one.display for one in load_catalogue(demo.sources_yaml()).sources}

    @property
    def feeds(self) -> int:
        """How many feeds the portal reads."""
        return len(self._demo.publishers)

    def stories(self) -> Iterator[tuple[Publisher, Story]]:
        """Yield every story that is an article of its own: a copy belongs to its original."""
        for publisher in self._demo.publishers:
            yield from ((publisher, story) for story in publisher.stories if not story.original)

    def display(self, publisher: Publisher) -> Display:
        """Return what the portal may show of a publisher."""
        return self._display[publisher.id]

    def pages(self) -> int:
        """Return how many articles have a page of the portal at the end."""
        live = [publisher for publisher, story in self.stories() if not story.retraction]
        return sum(self.display(publisher) != "link" for publisher in live)

    def articles(self) -> dict[str, int]:
        """Return the live articles at the end by origin: the text of a link publisher is its feed's."""
        live = sum(not story.retraction for _, story in self.stories())
        return {"page": self.pages(), "feed": live - self.pages()}

    def files(self) -> int:
        """Return how many revisions are kept: a retracted article keeps its own."""
        return sum(1 + bool(story.revision) for _, story in self.stories())

    def entries(self) -> int:
        """Return how many entries the feeds have, copies and partners' stories among them."""
        stories = [story for publisher in self._demo.publishers for story in publisher.stories]
        partners = sum(len(publisher.partner_stories) for publisher in self._demo.publishers)
        return sum(not story.retraction for story in stories) + partners

    def edition(self, part_of_url: str) -> Edition:
        """Return how one story ends."""
        end = self._demo.start + self._demo.end
        told = [edition for one in self._demo.publishers for edition in editions(one, self._demo.start, end)]
        return next(edition for edition in told if part_of_url in edition.url)
