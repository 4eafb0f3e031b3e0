"""``python -m local.built_template FILE``: a step of ``make build``.

What was built is of one processor, and the built template says so: `sam deploy --guided` neither asks for it
nor takes another one from ``samconfig.toml``, with which every function would fail at its first import.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

PARAMETER = "Architecture"
_INTERFACE = "AWS::CloudFormation::Interface"


def settled(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a built template without its parameter ``Architecture``: the layer says what was built."""
    layer = document["Resources"]["NewswireLayer"]
    built = layer["Metadata"]["BuildArchitecture"]  # `sam build` has put the value in the parameter's place
    parameters = {name: one for name, one in document["Parameters"].items() if name != PARAMETER}
    interface = document["Metadata"][_INTERFACE]
    groups = [
        {**group, "Parameters": [name for name in group["Parameters"] if name != PARAMETER]}
        for group in interface["ParameterGroups"]
    ]
    rest = {name: _filled(one, built) for name, one in document.items() if name != "Parameters"}
    metadata = {**document["Metadata"], _INTERFACE: {**interface, "ParameterGroups": groups}}
    # In the order of the file that was built
    changed = {**rest, "Parameters": parameters, "Metadata": metadata}
    return {name: changed[name] for name in document}


def _filled(value: Any, built: str) -> Any:
    match value:
        case {"Ref": "Architecture"}:
            return built
        case dict():
            return {name: _filled(one, built) for name, one in value.items()}
        case list():
            return [_filled(one, built) for one in value]
        case _:
            return value


def main(arguments: Sequence[str]) -> int:
    """Settle the built template at this path, once: a second time there is nothing to do."""
    path = Path(arguments[0])
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    if PARAMETER in document["Parameters"]:
        text = yaml.safe_dump(settled(document), sort_keys=False, allow_unicode=True, width=110)
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
