"""The template's stack in moto, with a few bytes in place of what ``sam package`` would upload."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local import template
from local.template import Template
from tests.deploy import whole_stack
from tests.rehearsal import deploying
from tests.rehearsal.cloud import Cloud, rented
from tests.rehearsal.deploying import Deployed
from tests.rehearsal.found import Found
from tests.rehearsal.looking import look
from tests.rehearsal.motos_reading import for_moto
from tests.rehearsal.plan import PARAMETERS, STACK

ROOT = Path(__file__).parents[2]
BUCKET = "not-uploaded"  # where local.template says that code is


@pytest.fixture(scope="module")
def cloud() -> Iterator[Cloud]:
    """Lend an account to a module's tests."""
    with rented() as one:
        yield one


@pytest.fixture(scope="module")
def outer(cloud: Cloud) -> Template:
    """Return the translated template; what it names has been uploaded."""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="code", Body=archive("app.py"))
    stack = template.load(ROOT / "template.yaml", PARAMETERS)
    for name, inner in stack.of_type(whole_stack.NESTED).items():
        path = inner["TemplateURL"]
        body = json.dumps(for_moto(template.load(ROOT / path, {}).document))
        s3.put_object(Bucket=BUCKET, Key=name, Body=body.encode())
        stack.document["Resources"][name]["Properties"]["TemplateURL"] = f"{cloud.endpoint}/{BUCKET}/{name}"
    return stack


@pytest.fixture(scope="module")
def deployed(cloud: Cloud, outer: Template) -> Deployed:
    """Return the created stack."""
    body = json.dumps(for_moto(outer.document)).encode()
    cloud.client("s3").put_object(Bucket=BUCKET, Key="template", Body=body)
    stack = Deployed(STACK, f"{cloud.endpoint}/{BUCKET}/template", deploying.values(outer))
    deploying.create(cloud, stack)
    return stack


@pytest.fixture(scope="module")
def found(cloud: Cloud, deployed: Deployed) -> Found:
    """Return what the created stack consists of."""
    return look(cloud.client, deployed.name)


def archive(*names: str) -> bytes:
    """Return an archive of empty files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        for name in names:
            opened.writestr(zipfile.ZipInfo(name), "")  # of no date: the same bytes each time
    return file.getvalue()
