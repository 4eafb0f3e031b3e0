"""The operator's logo: an SVG that can do nothing but be looked at, or a PNG."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from xml.parsers import expat

SIZE_LIMIT = 256 * 1024  # bytes
_LARGEST_SIDE = 10_000  # CSS pixels
_ELEMENT_LIMIT = 5_000
_DEPTH_LIMIT = 40
_SVG = "http://www.w3.org/2000/svg"
_XML = "http://www.w3.org/XML/1998/namespace"
_XLINK = "http://www.w3.org/1999/xlink"
_DRAWING = (
    "circle clipPath defs desc ellipse g line linearGradient marker mask path pattern polygon polyline"
    " radialGradient rect stop style svg symbol text title tspan use"
)
_ELEMENTS = frozenset(_DRAWING.split())
_PNG = b"\x89PNG\r\n\x1a\n"
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+)(?:px)?\s*")
# A reference that leads out of the file: anything but url(#id). Escapes could spell one (CSS Syntax, 4.3.7).
_LEADS_OUT = re.compile(r"""url\(\s*+["']?+\s*+(?!#)|@import|image-set|\b(?:image|src)\(|\\""", re.IGNORECASE)


class LogoError(ValueError):
    """A file that is not shown; the message says why and what is allowed."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a picture is; width and height in CSS pixels, of which pages need the ratio."""

    media_type: str
    width: int
    height: int


def measured(name: str, body: bytes) -> Measured:
    """Return what a logo file is; raise :class:`LogoError` where it may not be published."""
    if len(body) > SIZE_LIMIT:
        raise LogoError(f"has {len(body)} bytes; at most {SIZE_LIMIT} are allowed")
    return _png(body) if name.endswith(".png") else _svg(body)


def _png(body: bytes) -> Measured:
    """PNG (third edition), section 11.2.1: the first chunk has width and height."""
    if not body.startswith(_PNG) or body[12:16] != b"IHDR" or len(body) < 33:
        raise LogoError("is no PNG file")
    width, height = struct.unpack(">II", body[16:24])
    return Measured("image/png", _side(width), _side(height))


def _svg(body: bytes) -> Measured:
    drawing = _Drawing()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = drawing.start
    parser.EndElementHandler = drawing.end
    parser.CharacterDataHandler = drawing.text
    parser.StartDoctypeDeclHandler = drawing.doctype
    parser.ProcessingInstructionHandler = drawing.instruction
    try:
        parser.Parse(body, True)  # noqa: FBT003 - positional only: the last piece
    except expat.ExpatError as error:
        raise LogoError(f"is no SVG file: {error}") from None
    return drawing.measured()


class _Drawing:
    """Reads an SVG, and raises at the first thing in it that does more than draw."""

    def __init__(self) -> None:
        self._root: dict[str, str] = {}
        self._count = 0
        self._open: list[str] = []
        self._style = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        self._count += 1
        if namespace != _SVG or local not in _ELEMENTS or (local == "svg") != (self._count == 1):
            raise LogoError(f"has the element {local}, which is not for drawing; export it as plain SVG")
        self._open.append(local)
        if self._count > _ELEMENT_LIMIT or len(self._open) > _DEPTH_LIMIT:
            raise LogoError(f"has more than {_ELEMENT_LIMIT} elements or {_DEPTH_LIMIT} levels")
        if self._count == 1:
            self._root = attributes
        for attribute, value in attributes.items():
            _check_attribute(attribute, value)

    def end(self, _: str) -> None:
        if self._open.pop() == "style":
            _check_references(self._style, "style")
            self._style = ""

    def text(self, data: str) -> None:
        if self._open[-1] == "style":
            self._style += data

    def doctype(self, *_: object) -> None:
        raise LogoError("has a document type declaration; export it as plain SVG, without one")

    def instruction(self, target: str, _: str) -> None:
        raise LogoError(f"has the processing instruction {target}; only the drawing itself is allowed")

    def measured(self) -> Measured:
        sides = [_LENGTH.fullmatch(self._root.get(name, "")) for name in ("width", "height")]
        box = re.split(r"[\s,]+", self._root.get("viewBox", "").strip())
        try:
            numbers = [float(side[1]) for side in sides if side] if all(sides) else list(map(float, box[2:4]))
            width, height = numbers
        except ValueError:
            raise LogoError(
                "has neither a viewBox nor width and height in pixels; one of them is needed"
            ) from None
        return Measured("image/svg+xml", _side(width), _side(height))


def _check_attribute(attribute: str, value: str) -> None:
    namespace, _, local = attribute.rpartition(" ")
    if local.lower().startswith("on"):
        raise LogoError(f"has the attribute {local}, which is a script; only the drawing itself is allowed")
    if namespace not in {"", _XML, _XLINK}:
        raise LogoError(f"has the attribute {local} of an editor; export it as plain SVG")
    if local in {"href", "base", "src"} and not value.startswith("#"):
        raise LogoError(f"refers to {value[:60]!r}; references inside of the file are allowed, as #id")
    _check_references(value, local)


def _check_references(text: str, where: str) -> None:
    if found := _LEADS_OUT.search(text):
        raise LogoError(
            f"has {text[found.start() : found.start() + 40]!r} in {where}; references inside of the file are "
            "allowed, as url(#id)"
        )


def _side(length: float) -> int:
    if not 0.5 <= length <= _LARGEST_SIDE:
        raise LogoError(f"is {length:g} pixels wide or high; 1 to {_LARGEST_SIDE} are allowed")
    return round(length)
