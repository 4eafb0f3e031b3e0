"""What the roles of the template allow, as pairs of action and resource that can be compared."""

from __future__ import annotations

from collections.abc import Iterator

from local.template import Template
from tests.deploy.rules.reading import role_grants


def grants(stack: Template, role: str) -> Iterator[tuple[str, str]]:
    """Yield each action of a role with its resource as text: ``s3:GetObject``, ``SiteBucket.Arn/*``."""
    yield from ((action, resource) for of, action, resource in role_grants(stack) if of == role)
