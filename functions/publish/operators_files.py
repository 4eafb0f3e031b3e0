"""What the operator has put: ``sources.yaml`` and the files that it names, as they are stored now."""

from __future__ import annotations

from dataclasses import dataclass

from functions.publish.own_files import OwnFiles, stored_own_files
from functions.publish.reporting import Report
from newswire import catalogue
from newswire.article_table import ArticleTable
from newswire.bucket import Bucket
from newswire.sources import Catalogue


@dataclass(frozen=True, slots=True)
class OperatorsFiles:
    """The catalogue, without who said stop, and the operator's own files; equal where nothing has changed."""

    catalogue: Catalogue
    own: OwnFiles

    @classmethod
    def read(cls, archive: Bucket, articles: ArticleTable, portal_url: str, report: Report) -> OperatorsFiles:
        """Return them; raise as :func:`newswire.catalogue.load` does, what else is wrong is reported."""
        sources = articles.stops().applied(catalogue.load(archive, portal_url))
        return cls(sources, stored_own_files(sources.own, archive, report))
