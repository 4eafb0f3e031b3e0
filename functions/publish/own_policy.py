"""A page's content security policy, widened by what the operator's own HTML needs (CSP level 3)."""

from __future__ import annotations

import base64
import hashlib

from newswire.head_html import elements
from newswire.sources import Own

_NOTHING = "'none'"


def widened(policy: str, own: Own) -> str:
    """Return the policy with the operator's hosts, and with a hash of each script and style in his HTML."""
    directives = {name: sources for name, *sources in (part.split() for part in policy.split(";"))}
    for name, sources in _needed(own).items():
        known = [source for source in directives.get(name, ()) if source != _NOTHING]
        directives[name] = list(dict.fromkeys([*known, *sources]))
    return "; ".join(" ".join((name, *sources)) for name, sources in directives.items())


def _needed(own: Own) -> dict[str, list[str]]:
    needed = {f"{name}-src": list(hosts) for name, hosts in own.csp.items()}
    for element in elements(own.head_html or ""):
        if element.name in {"script", "style"} and element.content and "src" not in element.attributes:
            needed.setdefault(f"{element.name}-src", []).append(_hash_of(element.content))
    return needed


def _hash_of(content: str) -> str:
    """Return the source expression that permits exactly this text (section 2.3.1, ``hash-source``)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
