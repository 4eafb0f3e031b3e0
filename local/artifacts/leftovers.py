"""Which files of an artefact no function reads, by the packages that bring them. Decides, deletes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase


class UnexpectedArtifact(Exception):
    """An artefact is not what this release was made for; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """Files of a package that are left out; globs from the artefact's root, whose ``*`` crosses folders.

    ``kept`` are those among them that are used. Each glob has to match something where the package is there:
    a library that has been arranged anew is looked at again.
    """

    package: str
    files: tuple[str, ...]
    kept: tuple[str, ...] = ()


LEFTOVERS = (
    # CLDR for 1,000 locales. Publish writes Indonesian and British English; a locale inherits from those
    # before it. courlan brings Babel to extract for a filter by language that is not asked for.
    Leftover(
        "babel",
        ("babel/locale-data/*.dat",),
        kept=tuple(f"babel/locale-data/{name}.dat" for name in ("root", "id", "en", "en_001", "en_GB")),
    ),
    # What it is built from, and the parts that nothing here imports: objectified XML, ISO Schematron, the
    # comparison of HTML.
    Leftover(
        "lxml",
        (
            *("lxml/*.pyx", "lxml/*.pxi", "lxml/*.h", "lxml/includes/*"),
            *("lxml/objectify.*", "lxml/isoschematron/*", "lxml/html/diff.*", "lxml/html/_difflib.*"),
        ),
    ),
    # Formats and fonts that pictures are never decoded or drawn with: AVIF, FreeType and what it needs, Tk.
    Leftover(
        "PIL",
        (
            *("PIL/_avif.*", "PIL/_imagingft.*", "PIL/_imagingtk.*", "pillow.libs/libavif-*"),
            *("pillow.libs/libfreetype-*", "pillow.libs/libharfbuzz-*", "pillow.libs/libbrotli*"),
            "pillow.libs/libpng16-*",  # FreeType's; Pillow reads PNG itself
        ),
    ),
    # A page for people who try out an API
    Leftover("aws_lambda_powertools", ("aws_lambda_powertools/event_handler/openapi/swagger_ui/*",)),
)

# Of any package: for type checkers, its own tests, and of its metadata all but what `importlib.metadata`
# reads the version from, and the licence, which goes with every copy.
_ANYWHERE = ("*.pyi", "*/py.typed", "*/tests/*", "*.dist-info/*")
_KEPT_ANYWHERE = (
    "*.dist-info/METADATA",
    "*.dist-info/licenses/*",
    "*.dist-info/LICENSE*",
    "*.dist-info/NOTICE*",
)


def unneeded(
    files: Collection[str], leftovers: Iterable[Leftover] = LEFTOVERS, *, is_fresh: bool
) -> frozenset[str]:
    """Return which of an artefact's files are left out.

    ``files`` are all of them, relative to its root. In one that is not ``is_fresh``, they may have been left
    out before. Raise :class:`UnexpectedArtifact` where a package is there and what is known of it is not.
    """
    found = {name for name in files if _matches(name, _ANYWHERE) and not _matches(name, _KEPT_ANYWHERE)}
    packages = {name.partition("/")[0] for name in files}
    for one in leftovers:
        if one.package in packages:
            _check(one, files, is_fresh=is_fresh)
            found |= {name for name in files if _matches(name, one.files) and not _matches(name, one.kept)}
    return frozenset(found)


def _check(one: Leftover, files: Collection[str], *, is_fresh: bool) -> None:
    for glob in (*one.kept, *(one.files if is_fresh else ())):
        if not any(fnmatchcase(name, glob) for name in files):
            raise UnexpectedArtifact(
                f"{one.package} has no {glob}: see what has become of it and put LEFTOVERS of "
                "local/artifacts/leftovers.py right"
            )


def _matches(name: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs)
