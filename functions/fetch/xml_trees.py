"""XML and HTML to trees by lxml: the boundary to that library and its quirks.

- It gets the root element and what follows, in UTF-8 (:mod:`functions.fetch.prolog`): no DOCTYPE, no
  entity of the document's own, no instruction. Undeclared entities stay nodes; nothing is fetched.
- Recovering from broken XML it drops text: a bare ``&`` or ``<``, everything after ``&nbsp;``, the rest of
  a CDATA section with a control character. Its error log tells that it has (at most 100 lines, libxml2
  2.14), so that somebody more careful can be asked.
- Without ``huge_tree`` it stops at 256 levels and 10 MB of one text, and says so in the log.
- It is linear in the attributes of one element and in the number of elements.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from functions.fetch.transcoding import UTF8_DECLARATION

ATTRIBUTES = 256  # of one element; real feeds have up to 30
_HEAD_LIMIT = 1024 * 1024
_CROWDED = etree.XPath(f"boolean(//@*[{ATTRIBUTES + 1}])")


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed document: its root (``None`` where nothing could be made of it), and how far to trust it.

    ``refused`` says why no other parser may see the document, ``limited`` why only one that is as fast.
    ``unbound`` says that prefixes without a namespace are in it: errors too, but they cost no text.
    """

    root: etree._Element | None
    well_formed: bool
    refused: str | None = None
    limited: str | None = None
    unbound: bool = False


def parse_xml(text: bytes) -> Tree:
    """Return the tree of a document in UTF-8 that begins with its root element. Never raises."""
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(UTF8_DECLARATION + text, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    domains = {error.type_name: error.domain_name for error in parser.error_log}
    faults = {name for name, domain in domains.items() if domain == "PARSER"}
    crowded = root is not None and _CROWDED(root)
    return Tree(
        root,
        well_formed=not faults,
        refused=f"more than {ATTRIBUTES} attributes on one element" if crowded else None,
        limited="nested too deep or a text too long" if "ERR_RESOURCE_LIMIT" in faults else None,
        unbound=len(faults) < len(domains),
    )


def head_elements(text: bytes, *names: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield name and attributes of a page's elements of these names, in order; the first 1 MiB is read."""
    parser = etree.HTMLParser(recover=True, encoding="utf-8", no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(text[:_HEAD_LIMIT], parser)
    except (etree.XMLSyntaxError, ValueError):
        return
    if root is not None:
        for element in root.iter(*names):
            yield str(element.tag), {str(name): str(value) for name, value in element.attrib.items()}
