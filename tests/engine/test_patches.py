"""Every replaced name of WeasyPrint and pydyf is in one table, is guarded by version, and changes only what it should change."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from briefs.engine import load, patches
from briefs.engine.patches import PATCHES, TESTED
from briefs.press.progress import timings
from briefs.problems import ToolError
from briefs.theme import Theme
from tests.conftest import ROOT
from tests.engine.pages import BOXES, LINES, python

SPEED = [name for name, patch in PATCHES.items() if patch.purpose == "speed"]
OUTPUT = [name for name, patch in PATCHES.items() if patch.purpose == "output"]
OTHER = {"weasyprint": "71.0", "pydyf": "0.14.0"}
MODULES = sorted((ROOT / "briefs").rglob("*.py"))
PACKAGES = {"weasyprint", "pydyf"}


# The wall around WeasyPrint.


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)


def test_only_the_engine_imports_weasyprint() -> None:
    users = {path.relative_to(ROOT / "briefs").parts[0] for path in MODULES if {n.split(".")[0] for n in imported(path)} & PACKAGES}
    assert users == {"engine"}


def test_only_the_engine_reads_weasyprints_private_names() -> None:
    for path in MODULES:
        if "engine" not in path.parts:
            assert not {"_page_box", "LineBox", "FontConfiguration"} & set(ast_names(path)), path


def ast_names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_the_engine_imports_nothing_of_ours_but_problems_clock_logs_and_tools() -> None:
    for path in (ROOT / "briefs/engine").glob("*.py"):
        ours = {name.split(".")[1] for name in imported(path) if name.startswith("briefs.")}
        assert ours <= {"engine", "problems", "clock", "logs", "tools"}, path


# The table.


def test_the_table_names_every_replacement() -> None:
    """Names are replaced in two ways only: `load.NEW`, and `patches.replaced`."""
    replaced = set(load.NEW)
    for path in (ROOT / "briefs/engine").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "patches.replaced":
                replaced.add(ast.literal_eval(node.args[0]))
    assert replaced | {"weasyprint.HTML.__init__"} == set(PATCHES)  # which is not called for what is XML


def test_nothing_else_sets_a_name_of_weasyprint() -> None:
    for path in (ROOT / "briefs/engine").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        theirs = {"weasyprint", "pydyf"}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] in PACKAGES:
                theirs |= {alias.asname or alias.name for alias in node.names}
        for node in ast.walk(tree):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else []
            for target in targets:
                root = target
                while isinstance(root, ast.Attribute | ast.Subscript):
                    root = root.value
                assert root is target or ast.unparse(root) not in theirs, f"{path.name}: {ast.unparse(target)}"


def test_the_tested_versions_are_those_that_are_pinned() -> None:
    pinned = dict(line.split()[0].split("==") for line in (ROOT / "requirements/run.in").read_text().splitlines() if "==" in line)
    assert {package: pinned[package] for package in TESTED} == TESTED
    assert {package: metadata.version(package) for package in TESTED} == TESTED


# The guard.


@pytest.mark.parametrize("name", OUTPUT)
@pytest.mark.parametrize("package", TESTED)
def test_a_correction_refuses_another_version(name: str, package: str) -> None:
    versions = TESTED | {package: OTHER[package]}
    if package not in PATCHES[name].packages:
        patches.require(name, versions=versions)
        return
    with pytest.raises(ToolError) as caught:
        patches.require(name, versions=versions)
    wanted = f"{package}=={TESTED[package]}"
    assert f"{package} {OTHER[package]} is installed, but this needs {wanted}" in str(caught.value)
    assert str(caught.value).endswith(f"{sys.executable} -m pip install {wanted}")
    assert PATCHES[name].effect in str(caught.value)


def test_a_correction_names_both_versions() -> None:
    with pytest.raises(ToolError) as caught:
        patches.require("weasyprint.pdf.tags._build_box_tree", versions=OTHER)
    message = str(caught.value)
    assert message.startswith("weasyprint 71.0 and pydyf 0.14.0 are installed")
    assert message.endswith("pip install weasyprint==70.0 pydyf==0.13.0")


@pytest.mark.parametrize("package", TESTED)
def test_a_speed_up_stays_off_with_another_version_and_that_is_reported(package: str) -> None:
    script = """if True:
        import sys, weasyprint
        from briefs.engine import load, patches
        originals = {name: patches._resolve(name) for name in load.NEW}
        patches.install(load.NEW, patches.TESTED | {sys.argv[1]: sys.argv[2]})
        print(*[name for name in load.NEW if patches._resolve(name) is originals[name]])
    """
    off = [name for name in load.NEW if package in PATCHES[name].packages]
    assert python(script, package, OTHER[package]).split() == off
    (line,) = patches.switched_off(TESTED | {package: OTHER[package]})
    assert line.startswith(f"{sum(package in PATCHES[name].packages for name in SPEED)} speed-ups are off")
    assert f"{package} {TESTED[package]}" in line and line.endswith(f"{OTHER[package]} is installed")


def test_nothing_is_off_with_the_tested_versions() -> None:
    assert patches.switched_off(TESTED) == patches.switched_off() == []


def test_a_document_is_refused_with_another_version(theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard is asked where the corrections are used: for the layout, for the drawing of figures, for tags, for fonts."""
    from briefs.engine.render import Renderer

    renderer = Renderer()
    document = renderer.render("<p>x</p>", [], {}, "figure:")
    monkeypatch.setattr(patches, "installed", lambda: TESTED | {"weasyprint": "71.0"})
    with pytest.raises(ToolError, match="a footnote begins on the page that calls it"):
        renderer.render("<p>x</p>", [], {}, "figure:")
    with pytest.raises(ToolError, match="each glyph has its own text"):
        document.write_pdf(tagged=False)
    monkeypatch.setattr(patches, "installed", lambda: TESTED | {"pydyf": "0.14.0"})
    with pytest.raises(ToolError, match="structure tree"):
        document.write_pdf(tagged=True)
    with pytest.raises(ToolError, match="has no fonts"):
        document.write_pdf(tagged=False, embed_fonts=False)
    assert document.write_pdf(tagged=False).startswith(b"%PDF-1.6")


# Each speed-up alone against the original.

COMPARED = """if True:
    import contextlib, hashlib, json, logging, sys
    logging.disable()
    import weasyprint
    from briefs.engine import load, patches

    def results():
        lines, boxes = sys.argv[1:3]
        yield hashlib.sha256(weasyprint.HTML(string=lines).write_pdf(pdf_variant="pdf/ua-1", uncompressed_pdf=True)).hexdigest()
        sheet = weasyprint.CSS(string=boxes[len("<style>"):boxes.index("</style>")])
        names = ["position_x", "position_y", "width", "height", "baseline"]
        names += [f"{box}_{side}" for box in ("margin", "padding") for side in ("left", "right", "top", "bottom")]
        names += [f"border_{side}_width" for side in ("left", "right", "top", "bottom")]
        names += ["min_width", "max_width", "min_height", "max_height"]
        for turn in range(2):  # the second time much is cached
            document = weasyprint.HTML(string=boxes).render(stylesheets=[sheet])
            for page in document.pages:
                for box in page._page_box.descendants():
                    style = [str(box.style[name]) for name in ("color", "font_size", "margin_left", "line_height")]
                    values = [getattr(box, name, None) for name in names]
                    yield " ".join(map(str, [type(box).__name__, box.element_tag, style, *values]))
            yield hashlib.sha256(document.write_pdf(pdf_variant="pdf/ua-1", uncompressed_pdf=True)).hexdigest()

    def counted(function, name):
        def called(*args, **named):
            calls.add(name)
            return function(*args, **named)
        return called

    found, calls = {"": list(results())}, set()
    for names in [*([name] for name in sys.argv[3:]), sys.argv[3:]]:
        with contextlib.ExitStack() as stack:
            for name in names:
                new = load.NEW[name](patches._resolve(name))
                if name.endswith(".ffi"):
                    new.new = counted(new.new, name)
                else:
                    new = counted(new, name)
                stack.enter_context(patches.replaced(name, new))
            found[" ".join(names)] = list(results())
            assert calls >= set(names), "every replacement was called"
            calls.clear()
    print(json.dumps(found))
"""
EXACT = [name for name in load.NEW if not name.startswith(("weasyprint.svg", "weasyprint.layout"))]  # tested apart


@pytest.fixture(scope="module")
def results() -> dict[str, list[str]]:
    """What WeasyPrint makes of the pages, unpatched and then with replacements: the hash of each PDF, and every box."""
    found: dict[str, list[str]] = json.loads(python(COMPARED, LINES, BOXES, *EXACT))
    assert len(found[""]) > 400 and len({line.split()[0] for line in found[""]}) > 12
    return found


@pytest.mark.parametrize("names", [*EXACT, " ".join(EXACT)])
def test_a_speed_up_changes_no_box_and_no_byte(names: str, results: dict[str, list[str]]) -> None:
    """Each alone, and all together."""
    assert results[names] == results[""]


def test_timings_list_the_speed_ups_that_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not any("speed-ups" in row for row in timings([], {"read": 1.0}, 1.0))
    monkeypatch.setattr(patches, "installed", lambda: OTHER)
    assert timings([], {"read": 1.0}, 1.0)[-2:] == patches.switched_off(OTHER) and len(patches.switched_off(OTHER)) == 2
