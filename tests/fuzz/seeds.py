"""What cases are made from: the project's own fixtures, every past finding, and the attacks beside it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.fuzz.cases import Case, read_cases
from tests.support import pictures

PROJECT = Path(__file__).parents[2]
WORDS = Path(__file__).parent / "words"
CORPUS = Path(__file__).parent / "corpus"
ATTACKS = PROJECT.parent / "shared" / "attack"  # is not everywhere; only adds to the corpus
_LONGEST = 300_000  # bytes of a seed: from longer ones nothing new comes, slowly


def of(target: str) -> dict[str, Case]:
    """Return the seeds of a target by name, in an order that is always the same."""
    found = read_cases(CORPUS / target) | _OWN.get(target, dict)()
    return {name: case for name, case in found.items() if len(case.body) <= _LONGEST}


def attacks_of(target: str) -> dict[str, Case]:
    """Return the attacks that lie beside the project; none where they do not."""
    patterns = {"feed": ("xml-feeds/*", "hostile/fp-*"), "page": ("hostile/[htn][dr3h]-*",)}.get(target, ())
    paths = [path for pattern in patterns for path in sorted(ATTACKS.glob(pattern)) if path.is_file()]
    return {path.name: Case(path.read_bytes()) for path in paths if path.stat().st_size <= _LONGEST}


def _files(*patterns: str) -> dict[str, Case]:
    paths = [path for pattern in patterns for path in sorted((PROJECT / "tests" / "data").glob(pattern))]
    return {path.name: Case(path.read_bytes()) for path in paths}


def _pages() -> dict[str, Case]:
    return _files("genuine_pages/*.html", "poor_pages/*.html")


def _pictures() -> dict[str, Case]:
    made = {kind: pictures.talkative(kind) for kind in ("JPEG", "PNG", "WEBP")}
    made |= {f"animated {kind}": pictures.animated(kind) for kind in ("GIF", "WEBP")}
    made |= {
        "small": pictures.picture_file(120, 120, "PNG"),
        "png bomb": pictures.png_bomb(20_000, 20_000),
        "gif bomb": pictures.gif_bomb(),
        "webp bomb": pictures.webp_bomb(),
    }
    return {name: Case(body) for name, body in made.items()}


def _messages() -> dict[str, Case]:
    events = [json.loads(path.read_text()) for path in sorted((PROJECT / "events").glob("extract-sqs*.json"))]
    bodies = [record["body"] for event in events for record in event["Records"]]
    return {f"event {number}": Case(body.encode()) for number, body in enumerate(bodies)}


def _sources() -> dict[str, Case]:
    return {"sources.yaml": Case((PROJECT / "sources.yaml").read_bytes())}


_OWN = {
    "feed": lambda: _files("feeds/*"),
    "page": _pages,
    "markup": _pages,
    "image": _pictures,
    "message": _messages,
    "sources": _sources,
}


def words(target: str) -> tuple[bytes, ...]:
    """Return what is worth putting into a target's cases, one a line of its file."""
    return tuple((WORDS / f"{target}.txt").read_bytes().splitlines())


FEED_TYPES = (
    *("application/rss+xml; charset=utf-16", "text/xml; charset=us-ascii", "text/html", "application/json"),
    *("text/xml; charset=undefined", 'text/xml;charset="idna', "application/xml; charset=hex", "\x00"),
    *("text/xml; charset=unicode_escape", "text/xml; charset=punycode", "text/plain; charset=utf-7"),
)
PAGE_TYPES = (
    *("text/html; charset=utf-16", "text/html; charset=utf-7", "text/html; charset=hex", "application/pdf"),
    *("text/html; charset=idna", "text/html; charset=gb18030"),
)
FEED_HEADERS = tuple(("content-type", value) for value in FEED_TYPES)
PAGE_HEADERS = (
    *(("content-type", value) for value in PAGE_TYPES),
    ("x-robots-tag", "noarchive, unavailable_after: 31 Feb 2026 25:00 PST, newswire: noindex"),
    ("x-robots-tag", ":,,:max-snippet:x," * 50),
)
IMAGE_WORDS = (
    *(
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF",
        b"WEBPVP8X",
        b"ALPH",
        b"ANMF",
        b"VP8 ",
        b"VP8L",
    ),
    *(
        b"IDAT",
        b"iCCP",
        b"eXIf",
        b"acTL",
        b"\xff\xe1\0\x08Exif\0\0",
        b"\xff\xe2\0\x10ICC_PROFILE\0",
        b"\xff\xda",
    ),
)
