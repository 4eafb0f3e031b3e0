"""The rules of docs/architecture.md that only the source itself can break, read from its syntax trees."""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STAGES = ("functions.fetch", "functions.extract", "functions.publish")
OWN = {"newswire", "functions", "local"}
HANDLER_LINES = 70

# Every module that touches something outside of itself, with what it may touch and why. All others are
# pure: what they answer follows from what they are given. A module belongs here only if it is the one
# place for that contact.
BOUNDARIES: dict[str, tuple[set[str], str]] = {
    "newswire.aws": ({"botocore"}, "makes the clients"),
    "newswire.bucket": ({"botocore"}, "S3: its error codes mean absent or changed"),
    "newswire.clock": ({"clock"}, "reads the clock for everyone"),
    "newswire.domains": ({"publicsuffixlist"}, "registrable domains"),
    "newswire.fetch_failure": ({"network"}, "tells the errors of sockets and TLS apart"),
    "newswire.host_turns": ({"clock"}, "keeps the gap between two requests to one host"),
    "newswire.http_exchange": ({"urllib3", "network"}, "requests and answers on guarded connections"),
    "newswire.http_proxies": ({"network"}, "the proxies that the environment names"),
    "newswire.idle_connections": ({"clock"}, "keeps connections for the next request, not for long"),
    "newswire.name_resolution": ({"network"}, "the system's resolver, by threads that may be left waiting"),
    "newswire.observability": ({"aws_lambda_powertools"}, "logs and metrics"),
    "newswire.queue": ({"botocore"}, "SQS: a call that fails has sent nothing for sure"),
    "newswire.sanitise": ({"nh3"}, "the last step before HTML is stored or rendered"),
    "newswire.tables": ({"botocore", "clock"}, "DynamoDB: its error codes and its pauses"),
    "newswire.timed_sockets": (
        {"network", "clock", "environment"},
        "sockets and TLS with one deadline by the monotonic clock, and the authorities of SSL_CERT_FILE",
    ),
    "newswire.worker": (
        {"process", "clock", "environment"},
        "starts, times and ends the process that parses untrusted bytes",
    ),
    "newswire.worker_process": ({"process"}, "limits its own CPU time by a signal"),
    "newswire.yaml_nodes": ({"yaml"}, "YAML with line numbers"),
    "functions.fetch.app": ({"environment"}, "handler and wiring"),
    "functions.fetch.fast_feeds": ({"fastfeedparser"}, "well-formed feeds"),
    "functions.fetch.tolerant_feeds": ({"feedparser"}, "feeds that are not well-formed"),
    "functions.fetch.xml_trees": ({"lxml"}, "XML and HTML as trees"),
    "functions.extract.app": ({"environment"}, "handler and wiring"),
    "functions.extract.article_body": ({"trafilatura"}, "the main text"),
    "functions.extract.image_encoding": ({"PIL"}, "pictures"),
    "functions.extract.deadline": ({"clock"}, "the end of the time that one message may take"),
    "functions.extract.page_requests": ({"clock"}, "one deadline for all requests of a message"),
    "functions.extract.page_tree": ({"lxml"}, "pages as trees"),
    "functions.publish.app": ({"environment"}, "handler and wiring"),
    "functions.publish.calendar_words": ({"babel"}, "names of days and months"),
    "functions.publish.markdown": ({"markdown_it"}, "CommonMark"),
    "functions.publish.told_once": ({"aws_lambda_powertools"}, "records of what was told to whom"),
    "functions.publish.templating": ({"jinja2", "markupsafe"}, "templates, escaped"),
}

# Libraries that several modules of one package may import. Using a library's types in annotations is free.
SHARED_LIBRARIES = {
    "botocore": "one module per service tells that service's errors apart",
}

NETWORK = {"socket", "ssl", "http.client", "urllib.request", "smtplib", "ftplib"}
PROCESS = {"subprocess", "multiprocessing", "signal", "select"}
CLOCK = re.compile(
    r"(datetime\.)?(datetime|date)\.(now|utcnow|today)|time\.(time|monotonic|perf_counter|sleep|gmtime|localtime)(_ns)?"
)
ENVIRONMENT = re.compile(r"os\.(environb?|getenv|putenv)")


@dataclass(frozen=True)
class Module:
    """One source file: what it imports, and what outside of itself it touches."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def package(self) -> str:
        """The stage, the layer or the local run."""
        parts = self.name.split(".")
        return ".".join(parts[:2]) if parts[0] == "functions" else parts[0]

    @cached_property
    def imports(self) -> frozenset[str]:
        """Every dotted name that is imported for more than annotations, module-level or not."""
        return frozenset(self._imported())

    def libraries(self) -> set[str]:
        """Return the foreign libraries imported."""
        roots = {name.partition(".")[0] for name in self.imports}
        return roots - OWN - sys.stdlib_module_names

    def touches(self) -> set[str]:
        """Return its libraries, and ``network``, ``process``, ``clock``, ``environment`` where touched."""
        found = {
            kind
            for kind, modules in (("network", NETWORK), ("process", PROCESS))
            if any(
                name == module or name.startswith(f"{module}.") for name in self.imports for module in modules
            )
        }
        names = self.imports | {
            ast.unparse(node) for node in _at_run_time(self.tree) if isinstance(node, ast.Attribute)
        }
        found |= {
            kind
            for kind, pattern in (("clock", CLOCK), ("environment", ENVIRONMENT))
            if any(pattern.fullmatch(name) for name in names)
        }
        return found | self.libraries()

    def _imported(self) -> Iterator[str]:
        nodes = list(_at_run_time(self.tree))
        annotating = _names(_annotations(self.tree)) - _names(nodes)
        for node in nodes:
            if isinstance(node, ast.Import | ast.ImportFrom):
                base = f"{self._base(node)}." if isinstance(node, ast.ImportFrom) else ""
                for alias in node.names:
                    if (alias.asname or alias.name.partition(".")[0]) not in annotating:
                        yield base + alias.name

    def _base(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        above = parts[: len(parts) - node.level + (self.path.name == "__init__.py")]
        return ".".join([*above, *([node.module] if node.module else [])])


def _at_run_time(node: ast.AST) -> Iterator[ast.AST]:
    """Walk everything but annotations and what stands under ``if TYPE_CHECKING``."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                yield from (inner for branch in child.orelse for inner in _at_run_time(branch))
            elif isinstance(child, ast.AST):
                yield child
                yield from _at_run_time(child)


def _annotations(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        for field in ("annotation", "returns"):
            annotation = getattr(node, field, None)
            if annotation is not None:
                yield from ast.walk(annotation)


def _names(nodes: Iterable[ast.AST]) -> set[str]:
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def _modules(base: Path, folder: Path) -> Iterator[Module]:
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(base).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield Module(name, path, ast.parse(path.read_text(encoding="utf-8"), path))


LAYER = list(_modules(ROOT / "shared", ROOT / "shared" / "newswire"))
FUNCTIONS = list(_modules(ROOT, ROOT / "functions"))
PRODUCT = LAYER + FUNCTIONS
LOCAL = list(_modules(ROOT, ROOT / "local"))


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


@pytest.mark.parametrize("module", FUNCTIONS, ids=lambda module: module.name)
def test_no_stage_imports_another(module: Module) -> None:
    others = [stage for stage in STAGES if stage != module.package]
    named = {
        node.value
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ":" in node.value
    }
    found = [name for name in {*module.imports, *named} for stage in others if _within(name, stage)]
    assert not found, (
        f"{module.name} imports {found}: stages meet only in the queue, the tables and the buckets; "
        "what two of them need belongs into shared/newswire"
    )


@pytest.mark.parametrize("module", LAYER, ids=lambda module: module.name)
def test_the_layer_imports_no_stage(module: Module) -> None:
    found = [name for name in module.imports if _within(name, "functions")]
    assert not found, f"{module.name} imports {found}: hand it in as an argument instead"


def test_product_code_does_not_know_the_local_run() -> None:
    found = {module.name for module in PRODUCT for name in module.imports if _within(name, "local")}
    assert not found, f"{found} import from local/: local/ calls product code, never the other way round"


@pytest.mark.parametrize("module", PRODUCT, ids=lambda module: module.name)
def test_only_boundaries_touch_the_outside(module: Module) -> None:
    allowed, _ = BOUNDARIES.get(module.name, (set(), ""))
    found = module.touches() - allowed
    assert not found, (
        f"{module.name} touches {sorted(found)}. Pass in what it needs (now, settings, a client), "
        "or, if it is the one place for that contact, name it with its reason in BOUNDARIES of this file"
    )


def test_every_boundary_is_still_one() -> None:
    touched = {module.name: module.touches() for module in PRODUCT}
    stale = {
        name: sorted(declared - touched.get(name, set()))
        for name, (declared, _) in BOUNDARIES.items()
        if declared - touched.get(name, set())
    }
    assert not stale, f"no longer touched, so take it out of BOUNDARIES: {stale}"


def test_each_library_has_one_module_per_package() -> None:
    users: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for module in PRODUCT:
        for library in module.libraries() - SHARED_LIBRARIES.keys():
            users[module.package, library].add(module.name)
    spread = {key: sorted(names) for key, names in users.items() if len(names) > 1}
    assert not spread, (
        f"{spread}: let one module per package know a library and its quirks, and import that module; "
        "if it has several sides that belong apart, say so in SHARED_LIBRARIES"
    )


def test_imports_form_no_circle() -> None:
    known = {module.name for module in PRODUCT + LOCAL}
    graph = {
        module.name: {
            name if name in known else name.rpartition(".")[0]
            for name in module.imports
            if name in known or name.rpartition(".")[0] in known
        }
        - {module.name}
        for module in PRODUCT + LOCAL
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"imports go round: {' → '.join(error.args[1])}; move what both need into a third module")


@pytest.mark.parametrize("stage", STAGES)
def test_a_handler_is_short(stage: str) -> None:
    lines = (ROOT / stage.replace(".", "/") / "app.py").read_text(encoding="utf-8").count("\n")
    assert lines < HANDLER_LINES, (
        f"{stage}.app has {lines} lines: it holds handler and wiring, nothing that decides"
    )
