"""Under which names meta elements state when an article was published and changed, the most telling first.

Open Graph, Dublin Core, PRISM, Highwire Press and what content management and analytics systems write.
"""

from __future__ import annotations

_PUBLISHED = """
article:published_time og:published_time datepublished article:published og:article:published_time
published_at published article.published article_date_original
dc.date.issued dcterms.issued dc.date.created dcterms.created date.created date.available
sailthru.date parsely-pub-date cxenseparse:recs:publishtime cxenseparse:publishtime bt:pubdate og:pubdate
publish-date publish_date publishdate publisheddate publication_date prism.publicationdate
citation_publication_date pub_date pubdate dc.date dcterms.date datecreated
"""
_UPDATED = """
article:modified_time og:updated_time og:modified_time og:article:modified_time datemodified
article:modified article.updated article_date_updated dcterms.modified dc.date.modified date.modified
date.updated bt:moddate last-modified last_modified lastmod
"""
PUBLISHED_META = tuple(_PUBLISHED.split())
UPDATED_META = tuple(_UPDATED.split())
