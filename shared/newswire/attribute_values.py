"""Python values as DynamoDB's attribute values and back (API reference, "AttributeValue").

boto3 has the same, but with it comes all of boto3, which takes long to import.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Clamped, Context, Decimal, Inexact, Overflow, Rounded, Underflow
from typing import Any

# A number has up to 38 digits; what would not come back as it went raises (developer guide, "Number").
_NUMBERS = Context(Emin=-128, Emax=126, prec=38, traps=[Clamped, Overflow, Inexact, Rounded, Underflow])


def marshalled(value: object) -> dict[str, Any]:  # noqa: PLR0911 - one for each type
    """Return a value as DynamoDB's: None, text, bytes, numbers but floats, and lists and mappings of such.

    Raise :class:`TypeError` for any other, :class:`ArithmeticError` for a number that DynamoDB cannot hold.
    """
    match value:
        case str():  # first, since most are
            return {"S": value}
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | Decimal():
            return {"N": _number(value)}
        case bytes() | bytearray():
            return {"B": bytes(value)}
        case list() | tuple():
            return {"L": [marshalled(one) for one in value]}
        case dict() | Mapping():  # whether something is a Mapping takes longer to ask
            return {"M": {name: marshalled(one) for name, one in value.items()}}
    raise TypeError(f"{type(value).__name__} is no type of an attribute: {str(value)[:200]}")


def plain(value: Mapping[str, Any]) -> Any:
    """Return one of DynamoDB's values as Python's; numbers become ``Decimal``.

    Raise :class:`TypeError` for what is none.
    """
    ((kind, content),) = value.items() if len(value) == 1 else [("", None)]
    reader = _READERS.get(kind)
    if reader is None:
        raise TypeError(f"{sorted(value)} is no type of an attribute")
    return reader(content)


def _number(value: int | Decimal) -> str:
    made = _NUMBERS.create_decimal(value)
    if not made.is_finite():
        raise TypeError(f"{value} is no number of DynamoDB")
    return str(made)


_READERS: dict[str, Callable[[Any], Any]] = {
    "NULL": lambda _: None,
    "BOOL": bool,
    "N": _NUMBERS.create_decimal,
    "S": str,
    "B": bytes,
    "M": lambda content: {name: plain(one) for name, one in content.items()},
    "L": lambda content: [plain(one) for one in content],
    "NS": lambda content: set(map(_NUMBERS.create_decimal, content)),
    "SS": set,
    "BS": lambda content: set(map(bytes, content)),
}
