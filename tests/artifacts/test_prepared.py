"""What ``make build`` leaves out is not missed, and what it compiles is used: under the runtime's Python."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from local.built_functions import LAYER, Build
from tests.support.pictures import picture_file

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / ".venv-runtime" / "bin" / "python"
ZIP_LIMIT = 22_000_000  # bytes
PROSE = {
    "id": "Kapal pustaka itu kembali berlayar ke tujuh pulau kecil setelah delapan bulan diperbaiki. ",
    "en": "The library ship has set out again for seven small islands after eight months of repairs. ",
}
DATES = {"id": "Jumat, 2 Januari 2026 10:04 WIB", "en": "Friday, January 2, 2026 10:04 AM"}
RUN = """
import json, sys
module, _, function = sys.argv[1].partition(":")
call = json.load(sys.stdin)
import importlib
answer = getattr(importlib.import_module(module), function)(bytes.fromhex(call["body"]), call["params"])
print(json.dumps(answer))
"""
CALENDAR = """
import json, sys
from datetime import datetime
from functions.publish.calendar_words import CalendarWords
from functions.publish.wording import Counted

moment = datetime.fromisoformat("2026-01-02T10:04:00+07:00")
for language in ("id", "en"):
    words = CalendarWords(language, "Asia/Jakarta")
    months = [words.month(f"2026-{number:02}") for number in range(1, 13)]
    counted = [words.counted(Counted("{count} berita", "{count} artikel"), number) for number in (1, 1200)]
    names = [words.language_name(code) for code in ("id", "en", "ja", "jv")]
    zones = [words.long(moment.replace(month=number)) for number in range(1, 13)]
    print(json.dumps([words.short(moment), words.weekdays(), months, counted, names, zones]))
"""
TEMPLATES = """
import jinja2
from functions.publish import templating

def compiled(*_, **__):
    raise AssertionError("a template is compiled anew")

jinja2.Environment.compile = compiled
environment = templating._environment()
names = [name for name in environment.list_templates() if not name.endswith(".compiled")]
for name in names:
    environment.get_template(name)
print(len(names))
"""
CLIENTS = """
import gzip
from newswire import aws

def unpacked(*_, **__):
    raise AssertionError("a packed model is read")

gzip.open = unpacked
for client in (aws.s3_client(), aws.dynamodb_client(), aws.sqs_client()):
    print(client.meta.service_model.api_version, len(client.meta.service_model.operation_names) > 20)
print(aws.s3_client().meta.endpoint_url)
"""
STALE = """
import importlib.util, pathlib, sys
for root in sys.argv[1:]:
    for module in pathlib.Path(root).rglob("*.py"):
        head = pathlib.Path(importlib.util.cache_from_source(str(module))).read_bytes()[:8]
        if head != importlib.util.MAGIC_NUMBER + bytes((1, 0, 0, 0)):
            print(module)
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def prepared(build: Build) -> Path:
    """Return the folder of the build, which has had the last step of ``make build``."""
    return build.folder


def python(prepared: Path, stage: str, program: str, *arguments: str | Path, given: str = "") -> str:
    """Run the runtime's Python on an artefact and its layer; return what it prints."""
    paths = [str(prepared / f"{stage.capitalize()}Function"), str(prepared / LAYER / "python")]
    done: subprocess.CompletedProcess[str] = subprocess.run(
        [RUNTIME, "-I", "-c", f"import sys; sys.path[:0] = {paths}\n{program}", *arguments],
        input=given,
        env={"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def worked(prepared: Path, body: bytes, **params: Any) -> dict[str, Any]:
    """Return what extract's worker makes of bytes."""
    call = {"body": body.hex(), "params": params}
    answer: dict[str, Any] = json.loads(
        python(prepared, "extract", RUN, "functions.extract.page_worker:run", given=json.dumps(call))
    )
    return answer


def test_every_module_comes_compiled_for_the_runtimes_python(prepared: Path) -> None:
    roots = [prepared / f"{stage}Function" for stage in ("Fetch", "Extract", "Publish")]
    assert python(prepared, "fetch", STALE, *roots, prepared / LAYER) == ""


def test_extract_is_small_enough_to_start_fast(prepared: Path) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted((prepared / "ExtractFunction").rglob("*")):
            archive.write(path, path.relative_to(prepared))
    assert packed.tell() <= ZIP_LIMIT


def test_publish_writes_dates_in_indonesian_and_english(prepared: Path) -> None:
    lines = python(prepared, "publish", CALENDAR)
    whole = subprocess.run(
        [sys.executable, "-c", CALENDAR],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'shared'}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert lines == whole.stdout, "as with all of CLDR"
    indonesian, english = map(json.loads, lines.splitlines())
    assert "Jumat, 2 Januari 2026, 10.04 WIB" in indonesian[-1]
    assert "Friday, 2 January 2026, 10:04 WIB" in english[-1]


def test_templates_come_compiled(prepared: Path) -> None:
    assert int(python(prepared, "publish", TEMPLATES)) > 20


def test_clients_are_made_of_the_models_in_the_layer(prepared: Path) -> None:
    program = "import os; os.environ['AWS_DEFAULT_REGION'] = 'ap-southeast-3'\n" + CLIENTS
    assert python(prepared, "fetch", program).splitlines() == [
        "2006-03-01 True",
        "2012-08-10 True",
        "2012-11-05 True",
        "https://s3.ap-southeast-3.amazonaws.com",
    ]


@pytest.mark.parametrize("language", PROSE)
def test_extract_reads_text_date_and_language_of_a_page(prepared: Path, language: str) -> None:
    paragraphs = "".join(f"<p>{PROSE[language] * 3}</p>" for _ in range(4))
    page = (
        "<html><head><title>Kapal</title></head><body><h1>Kapal</h1>"
        f"<span class=date>{DATES[language]}</span><article>{paragraphs}</article></body></html>"
    )
    found = worked(
        prepared,
        page.encode(),
        task="page",
        url="https://kabar.example/berita/1",
        content_type="text/html; charset=utf-8",
        timezone="Asia/Jakarta",
        portal_timezone="Asia/Jakarta",
        portal_language="id",
        fetched="2026-01-05T00:00:00.000Z",
        language=None,
        robots_tag=None,
        tdm=[None, None],
    )
    assert PROSE[language].strip() in found["text"]
    assert found["language"] == language
    assert found["published"].startswith("2026-01-02T10:04")


def test_extract_finds_text_by_all_heuristics(prepared: Path) -> None:
    """Short scattered blocks: jusText and its stop lists are asked."""
    blocks = "".join(f"<div><div>{PROSE['id']}</div><a href=/{n}>lain</a></div>" for n in range(3))
    found = python(
        prepared,
        "extract",
        "from lxml import html; from trafilatura import bare_extraction\n"
        f"print(bare_extraction(html.fromstring({blocks!r}), with_metadata=False).text)",
    )
    assert PROSE["id"].strip()[:60] in found


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_extract_copies_pictures_of_every_format(prepared: Path, kind: str) -> None:
    answer = worked(prepared, picture_file(kind=kind), task="image")
    assert answer["variants"], answer


def test_fetch_reads_feeds_with_either_parser(prepared: Path) -> None:
    item = "<item><title>Kapal</title><link>https://kabar.example/1</link></item>"
    feed = f"<?xml version='1.0'?><rss version='2.0'><channel><title>Kabar</title>{item}</channel></rss>"
    for text in (feed, feed.replace("</item>", "").replace("Kapal", "Kapal &nbsp; baru")):
        call = {
            "body": text.encode().hex(),
            "params": {
                "task": "parse",
                "url": "https://kabar.example/rss",
                "content_type": None,
                "timezone": "UTC",
            },
        }
        answer = json.loads(
            python(prepared, "fetch", RUN, "functions.fetch.feed_documents:run", given=json.dumps(call))
        )
        assert [entry["url"] for entry in answer["entries"]] == ["https://kabar.example/1"]
