"""What the tolerant parser would not get through in its time, told from the tree in advance."""

from __future__ import annotations

from collections import Counter

from lxml import etree

# Both are quadratic in feedparser 6.0.14. The bounds keep the sum over a document far below what the worker
# that parses may take.
CATEGORY_WORK = 100_000_000  # squares of the categories of each entry, added up
AUTHOR_WORK = 300_000_000  # squares of the lengths of all authors, in characters
_CATEGORIES = ("{*}category", "{*}subject", "{*}keywords", "{*}tags")
_AUTHORS = ("{*}author", "{*}creator", "{*}managingEditor", "{*}webMaster", "{*}publisher", "{*}owner")


def refusal(root: etree._Element) -> str | None:
    """Return why a document is not given to the tolerant parser; ``None`` where it may be."""
    counts: Counter[etree._Element] = Counter()
    for element in root.iter(*_CATEGORIES):
        parent = element.getparent()
        counts[parent] += 1 + (element.text or "").count(",")
    if sum(count * count for count in counts.values()) > CATEGORY_WORK:
        return "too many categories in an entry"
    lengths = (len("".join(element.itertext())) for element in root.iter(*_AUTHORS))
    return (
        "too long a name of an author" if sum(length * length for length in lengths) > AUTHOR_WORK else None
    )
