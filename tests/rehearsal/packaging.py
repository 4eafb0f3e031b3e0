"""``sam package`` into a bucket of the rehearsal's account, and what it uploaded."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from local import template
from local.template import REGION, Template
from tests.deploy import whole_stack
from tests.rehearsal.cloud import Cloud
from tests.rehearsal.motos_reading import for_moto
from tests.rehearsal.tools import sam

BUCKET = "sam-artefacts"
UNZIPPED_LIMIT = 262_144_000  # bytes of a function and its layers ("Lambda quotas", developer guide)
TEMPLATE_LIMIT = 1_000_000  # bytes of a template in a bucket ("Quotas", CloudFormation user guide)
_TRANSLATED = "translated.template"
_S3 = f"https://s3.{REGION}.amazonaws.com"  # where cfn-lint expects the stacks inside


@dataclass(frozen=True, slots=True)
class Archive:
    """An uploaded archive: its SHA-256 in Base64, as Lambda states it, and its bytes before and after."""

    sha256: str
    zipped: int
    unzipped: int


@dataclass(frozen=True, slots=True)
class Package:
    """What was packaged: the template as SAM translates it, with the stacks inside, and the archives.

    ``url`` is where the translated template was uploaded to; ``archives`` are by the logical ids of
    functions and layers; ``files`` are the translated templates as files, for cfn-lint.
    """

    outer: Template
    whole: Template
    url: str
    archives: Mapping[str, Archive]
    files: tuple[Path, ...]


def package(project: Path, build: Path, cloud: Cloud, folder: Path) -> Path:
    """Upload the artefacts and the stacks inside; return the template that names them."""
    cloud.client("s3").create_bucket(Bucket=BUCKET)
    packaged = folder / "packaged.yaml"
    sam(
        project,
        *("package", "--no-progressbar", "--template-file", str(build / "template.yaml")),
        *("--s3-bucket", BUCKET, "--output-template-file", str(packaged)),
        environment=cloud.environment,
    )
    return packaged


def translate(packaged: Path, parameters: Mapping[str, str], cloud: Cloud, folder: Path) -> Package:
    """Translate a packaged template as CloudFormation would, and upload the outcome."""
    outer = template.translate(packaged.read_text(encoding="utf-8"), packaged.name, parameters)
    url = f"{cloud.endpoint}/{BUCKET}/{_TRANSLATED}"
    urls = {name: one["TemplateURL"] for name, one in outer.of_type(whole_stack.NESTED).items()}
    texts = {name: _read(cloud, where).decode() for name, where in urls.items()}
    inner = {name: template.translate(text, name, {}) for name, text in texts.items()}
    for where, one in {url: outer, **{urls[name]: one for name, one in inner.items()}}.items():
        _write(cloud, where, json.dumps(for_moto(one.document)))
    files = [folder / _TRANSLATED, *(folder / f"{name}.template" for name in texts)]
    for file, text in zip(files, [json.dumps(outer.document, indent=1), *texts.values()], strict=True):
        file.write_text(text.replace(cloud.endpoint, _S3), encoding="utf-8")
    archives = dict(_archives(outer, cloud))
    return Package(outer, whole_stack.merged(outer, inner), url, archives, tuple(files))


def _archives(outer: Template, cloud: Cloud) -> Iterator[tuple[str, Archive]]:
    for kind, content in (("AWS::Lambda::Function", "Code"), ("AWS::Lambda::LayerVersion", "Content")):
        for name, properties in outer.of_type(kind).items():
            where = properties[content]
            got = cloud.client("s3").get_object(Bucket=where["S3Bucket"], Key=where["S3Key"])
            yield name, archive(got["Body"].read())


def archive(body: bytes) -> Archive:
    """Measure an archive."""
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    with zipfile.ZipFile(io.BytesIO(body)) as opened:
        return Archive(digest, len(body), sum(one.file_size for one in opened.infolist()))


def _read(cloud: Cloud, url: str) -> bytes:
    body: bytes = cloud.client("s3").get_object(**_place(url))["Body"].read()
    return body


def _write(cloud: Cloud, url: str, text: str) -> None:
    cloud.client("s3").put_object(**_place(url), Body=text.encode())


def _place(url: str) -> dict[str, str]:
    bucket, _, key = urlsplit(url).path.removeprefix("/").partition("/")
    return {"Bucket": bucket, "Key": key}


def too_large(package: Package) -> Iterator[str]:
    """Yield what Lambda or CloudFormation would refuse for its size."""
    layers = sum(
        package.archives[name].unzipped for name in package.outer.of_type("AWS::Lambda::LayerVersion")
    )
    for name in package.outer.of_type("AWS::Lambda::Function"):
        size = package.archives[name].unzipped + layers
        if size > UNZIPPED_LIMIT:
            yield f"{name} has {size} bytes with its layer; Lambda takes {UNZIPPED_LIMIT}"
    for file in package.files:
        if file.stat().st_size > TEMPLATE_LIMIT:
            yield f"{file.name} has {file.stat().st_size} bytes; CloudFormation takes {TEMPLATE_LIMIT}"
