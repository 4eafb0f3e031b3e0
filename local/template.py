"""``template.yaml`` as CloudFormation sees it: the only module that knows samtranslator.

SAM's transform runs in AWS before CloudFormation sees a template. moto has no such step, so it runs
here. Code locations become placeholders: nothing is uploaded, the handlers are imported.

To load samtranslator and to translate is a large part of a run's start: what came of it is kept.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import kept_translations

REGION = "us-east-1"
_UPLOADED = "s3://not-uploaded/code"
_CODE_PROPERTIES = ("CodeUri", "ContentUri")


class TemplateError(Exception):
    """The template cannot be used; the message names the file and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Template:
    """A translated template. ``document`` is plain CloudFormation; ``resources`` are its own."""

    document: Mapping[str, Any]
    parameters: Mapping[str, str]

    @property
    def resources(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the resources by logical id."""
        resources: Mapping[str, Mapping[str, Any]] = self.document["Resources"]
        return resources

    def of_type(self, resource_type: str) -> dict[str, Mapping[str, Any]]:
        """Return the properties of every resource of a type by logical id."""
        return {
            logical_id: resource.get("Properties", {})
            for logical_id, resource in self.resources.items()
            if resource["Type"] == resource_type
        }


class _NoManagedPolicies:
    """Stands in for SAM's look-up of AWS's managed policies, which would ask IAM."""

    def load(self) -> dict[str, str]:
        return {}


def load(path: Path, parameters: Mapping[str, str]) -> Template:
    """Translate the SAM template at ``path`` under these parameters (the others keep their defaults).

    Raise :class:`TemplateError` where it cannot be read or SAM would refuse it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(f"{path}: {error}") from error
    key = kept_translations.key_of(text, parameters, Path(__file__).read_bytes())
    if (kept := kept_translations.read(path, key)) is not None:
        return Template(kept, dict(parameters))
    document = _document(text, str(path))
    for resource in document["Resources"].values():
        properties = resource.get("Properties", {})
        properties.update({name: _UPLOADED for name in _CODE_PROPERTIES if name in properties})
    translated = _translated(document, str(path), parameters)
    kept_translations.write(path, key, translated.document)
    return translated


def translate(text: str, name: str, parameters: Mapping[str, str]) -> Template:
    """Translate what ``sam package`` wrote, as :func:`load` does, with its code where it was uploaded to.

    ``name`` stands for it in messages.
    """
    return _translated(_document(text, name), name, parameters)


def _document(text: str, name: str) -> dict[str, Any]:
    import yaml
    from samtranslator.yaml_helper import yaml_parse

    try:
        document = yaml_parse(text)
    except yaml.YAMLError as error:
        raise TemplateError(f"{name}: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        raise TemplateError(f"{name}: no CloudFormation template: it has no Resources")
    return document


def _translated(document: dict[str, Any], name: str, parameters: Mapping[str, str]) -> Template:
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.translator.transform import transform

    _check_parameters(name, document, parameters)
    # It counts its own calls and complains that nobody publishes the counts.
    logging.getLogger("samtranslator.metrics").setLevel(logging.ERROR)
    try:
        with _region():
            translated = transform(document, dict(parameters), _NoManagedPolicies())
    except InvalidDocumentException as error:
        raise TemplateError(f"{name}: {'; '.join(cause.message for cause in error.causes)}") from error
    return Template(translated, dict(parameters))


def _check_parameters(name: str, document: Mapping[str, Any], parameters: Mapping[str, str]) -> None:
    known = document.get("Parameters", {})
    for parameter in parameters:
        if parameter not in known:
            raise TemplateError(f"{name}: has no parameter {parameter}; it has {', '.join(known) or 'none'}")


@contextmanager
def _region() -> Iterator[None]:
    """Let SAM's translator find a region, as it would in the cloud, whatever this machine's AWS settings."""
    before = os.environ.get("AWS_DEFAULT_REGION")
    os.environ["AWS_DEFAULT_REGION"] = REGION
    try:
        yield
    finally:
        if before is None:
            del os.environ["AWS_DEFAULT_REGION"]
        else:
            os.environ["AWS_DEFAULT_REGION"] = before
