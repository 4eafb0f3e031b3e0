"""A step of ``make build``: the built template knows which processor it was built for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from samtranslator.yaml_helper import yaml_parse

from local import template
from local.built_template import main, settled

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Return the template as ``sam build`` writes it for Intel: long forms, the layer's value filled in."""
    document = yaml_parse((PROJECT / "template.yaml").read_text(encoding="utf-8"))
    document["Resources"]["NewswireLayer"]["Metadata"]["BuildArchitecture"] = "x86_64"
    path = tmp_path / "template.yaml"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_a_built_template_does_not_ask_for_the_processor(built: Path) -> None:
    assert main([str(built)]) == 0
    document = yaml.safe_load(built.read_text(encoding="utf-8"))
    assert "Architecture" not in document["Parameters"]
    assert '"Ref": "Architecture"' not in json.dumps(document)
    groups = document["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(document["Parameters"])


def test_everything_of_it_is_for_the_processor_that_it_was_built_for(built: Path) -> None:
    main([str(built)])
    translated = template.load(built, {})
    functions = translated.of_type("AWS::Lambda::Function")
    layers = translated.of_type("AWS::Lambda::LayerVersion")
    assert len(functions) == 3
    assert {tuple(one["Architectures"]) for one in functions.values()} == {("x86_64",)}
    assert {tuple(one["CompatibleArchitectures"]) for one in layers.values()} == {("x86_64",)}


def test_nothing_else_is_changed(built: Path) -> None:
    before = json.loads(built.read_text(encoding="utf-8"))
    main([str(built)])
    after = yaml.safe_load(built.read_text(encoding="utf-8"))
    assert list(after) == list(before)
    assert list(after["Parameters"]) == [name for name in before["Parameters"] if name != "Architecture"]
    assert after["Resources"].keys() == before["Resources"].keys()
    queue = "ArticleQueue"
    assert after["Resources"][queue] == before["Resources"][queue]
    code = "ViewerResponseFunction"
    assert after["Resources"][code] == before["Resources"][code]


def test_a_template_that_is_settled_stays_as_it_is(built: Path) -> None:
    main([str(built)])
    once = built.read_bytes()
    assert main([str(built)]) == 0
    assert built.read_bytes() == once


def test_settling_leaves_what_it_is_given_as_it_is(built: Path) -> None:
    document = json.loads(built.read_text(encoding="utf-8"))
    settled(document)
    assert document == json.loads(built.read_text(encoding="utf-8"))
