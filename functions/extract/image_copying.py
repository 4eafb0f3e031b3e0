"""Our own copies of an article's pictures: asked for, encoded by the worker, stored before the commit.

A picture that cannot be had costs the article that picture: it is told, counted, and tried at the next look.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from functions.extract.archive import Archive
from functions.extract.deadline import Deadline
from functions.extract.encoded_images import ImageRefused, variants_in
from functions.extract.extracted_page import BadAnswer
from functions.extract.failures import HostBusy, PermanentFailure, TransientFailure
from functions.extract.image_choice import after_look, images_to_copy
from functions.extract.image_files import format_of
from functions.extract.page_requests import PageRequests
from newswire.article import Image
from newswire.article_item import ArticleItem
from newswire.image_copies import ImageCopy, stem_of
from newswire.observability import Logger
from newswire.sources import Catalogue
from newswire.worker import Worker, WorkerFailed

IMAGE_LIMIT = 8 * 1024 * 1024
COPIED, NOT_COPIED = "ImagesCopied", "ImagesNotCopied"


class ImageCopying:
    """Copies the pictures of one invocation; ``counts`` has what became of them."""

    def __init__(
        self, archive: Archive, pages: PageRequests, worker: Worker, catalogue: Catalogue, logger: Logger
    ) -> None:
        self._archive = archive
        self._pages = pages
        self._worker = worker
        self._catalogue = catalogue
        self._logger = logger
        # A commit that lost a race is made again, and must not ask the publisher again.
        self._tried: dict[tuple[str, str], ImageCopy | None] = {}
        self.counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def with_copies(
        self, item: ArticleItem, images: Sequence[Image] | None, deadline: Deadline | None
    ) -> ArticleItem:
        """Return the item with copies of the pictures that its owner lets us copy.

        ``images`` are all of its revision, ``None`` where a look brought no story: then only what the item
        itself shows is seen to. Never raises: without a ``deadline``, or after it, nothing is asked for.
        """
        source = self._catalogue.source(item.owner.id)
        if source is None or source.images != "copy":
            return item
        wanted = images_to_copy(item, images, source)
        known = {copy.url: copy for copy in item.image_copies}
        copies = [known.get(url) or self._once(item.id, url, source.request_gap, deadline) for url in wanted]
        return replace(item, image_copies=after_look(item, images, [copy for copy in copies if copy]))

    def _once(self, article_id: str, url: str, gap: timedelta, deadline: Deadline | None) -> ImageCopy | None:
        if deadline is None:
            return None
        if (article_id, url) not in self._tried:
            copy = self._copied(article_id, url, gap, deadline)
            self._tried[article_id, url] = copy
            with self._lock:
                self.counts[NOT_COPIED if copy is None else COPIED] += 1
        return self._tried[article_id, url]

    def _copied(self, article_id: str, url: str, gap: timedelta, deadline: Deadline) -> ImageCopy | None:
        try:
            return self._copy(article_id, url, gap, deadline)
        except (ImageRefused, HostBusy, PermanentFailure, TransientFailure, WorkerFailed) as failure:
            reason = failure.reason
        except BadAnswer as lie:
            reason = f"parser failed: {lie.field}"
        except Exception as error:  # noqa: BLE001 - whatever a picture does to us costs that picture alone
            reason = type(error).__name__
        self._logger.warning("image not copied", article_id=article_id, url=url, reason=reason)
        return None

    def _copy(self, article_id: str, url: str, gap: timedelta, deadline: Deadline) -> ImageCopy:
        answer = self._pages.image(url, IMAGE_LIMIT, gap, deadline)
        if format_of(answer.body) is None:
            raise ImageRefused("not a picture")
        variants = self._variants(answer.body, deadline.left())
        bodies = {width: body for width, (_, body) in variants.items()}
        widths = tuple(bodies)
        copy = ImageCopy(url, stem_of(article_id, bodies), widths, variants[widths[-1]][0])
        for width, body in bodies.items():
            self._archive.store_image(copy.key(width), body)
        return copy

    def _variants(self, body: bytes, left: float) -> dict[int, tuple[int, bytes]]:
        with self._worker.turn():
            try:
                return variants_in(self._worker.call(body, {"task": "image"}, left))
            except BadAnswer:
                # As with pages: whoever speaks in the child's name now is not asked about anything else.
                self._worker.close()
                raise
