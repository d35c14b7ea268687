"""The structure of the program: imports go one way, and the documentation matches the code."""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from briefs.cli import parser as cli
from briefs.exitcodes import ExitCode

ROOT = Path(__file__).parents[1]
ORDER = [
    "edition",
    "pictures",
    "typefaces",
    "spreadsheets",
    "projections",
    "workbook",
    "translate",
    "compose",
    "engine",
    "typeset",
    "wordfile",
    "press",
    "lint",
    "delivery",
    "redline",
    "roundtrip",
    "ledger",
    "desk",
    "cli",
]  # each may import from those before it
BESIDE = {
    "problems": set(), "colours": set(), "clock": set(), "interrupt": set(), "atomic": set(), "logs": set(), "exitcodes": set(),
    "plainfile": set(), "standard": set(), "temporary": set(), "limits": set(), "sequences": set(),
    "templates": {"problems", "plainfile"},
    "tools": {"problems", "clock", "atomic", "plainfile", "temporary"},
    "sandbox": {"problems", "plainfile", "templates"}, "theme": {"problems", "colours", "templates", "tools"},
    "__init__": set(), "__main__": {"cli", "exitcodes", "interrupt", "standard"},
}  # what these may import, besides themselves  # fmt: skip
OPEN = {
    "problems", "colours", "clock", "interrupt", "atomic", "logs", "exitcodes", "plainfile", "sandbox", "standard",
    "temporary", "tools", "limits", "sequences", "templates", "__init__",
}  # to all  # fmt: skip
MODULES = sorted((ROOT / "briefs").rglob("*.py"))


def room(module: str) -> str:
    """The room of a module, which is its package or itself: `edition` for `briefs.edition.read`, `clock` for `briefs.clock`."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Every module of `briefs` that a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from (name for name in names if name.split(".")[0] == "briefs")


def allowed(own: str) -> set[str]:
    if own in BESIDE:
        return {own, *BESIDE[own]}
    return {*ORDER[: ORDER.index(own) + 1], *OPEN, *({"theme"} if own != "edition" else ())}


@pytest.mark.parametrize("path", MODULES, ids=module)
def test_imports_go_one_way(path: Path) -> None:
    own = room(module(path))
    wrong = {name for name in imports(path) if room(name) not in allowed(own) and name != "briefs.__version__"}
    assert not wrong, f"{own} may not import {wrong}"


@pytest.mark.parametrize(
    "path", [*MODULES, ROOT / "build.py", *sorted((ROOT / "tools").glob("*.py"))], ids=lambda p: p.relative_to(ROOT).as_posix()
)
def test_every_module_has_a_docstring_that_says_what_it_is_for(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert (said and said.splitlines()[0].endswith((".", "…", ";", ":", ","))) or (said and len(said.splitlines()) > 1)


def test_no_two_classes_have_one_name() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in MODULES]
    names = Counter(node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    assert [name for name, count in names.items() if count > 1] == []


def test_the_tour_names_every_package_and_no_other() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    packages = {path.name for path in (ROOT / "briefs").iterdir() if (path / "__init__.py").exists()}
    assert set(re.findall(r"^\| `briefs/(\w+)/` \|", text, re.M)) == packages


@pytest.mark.parametrize("page", ["architecture.md", "internals.md", "decisions.md", "theming.md", "../CONTRIBUTING.md"])
def test_every_file_that_a_page_for_developers_names_exists(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w-]+(?:/[\w-]+)*(?:/|/[\w-]+\.\w+))`", text))
    places = (".", "briefs", "briefs/typeset", "briefs/press", "templates")
    missing = {name for name in named - {"dist/"} if not any((ROOT / place / name).exists() for place in places)}
    assert missing == set()


def test_the_index_of_modules_is_what_the_modules_say() -> None:
    assert subprocess.run([sys.executable, ROOT / "tools/module_index.py", "--check"]).returncode == 0


def parsers() -> dict[str, argparse.ArgumentParser]:
    action = next(a for a in cli.make_parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(action.choices)


def options() -> set[str]:
    every = [cli.make_parser(), *parsers().values()]
    found = [option for parser in every for action in parser._actions for option in action.option_strings]
    return {option for option in found if option.startswith("--")} - {"--help", "--version"}


def test_the_readme_names_every_command_and_no_other() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z]+)", text, re.M)
    assert sorted(rows) == sorted(parsers())
    assert set(re.findall(r"build\.py ([a-z]+)", text)) <= set(parsers())


def test_the_readme_names_every_option_and_no_other() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) - {"--help"} == options()


def test_the_readme_gives_each_exit_code_with_its_meaning() -> None:
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"Exit codes: {'; '.join(f'{code} {code.meaning}' for code in ExitCode)}. " in text


def test_build_py_ends_with_the_same_exit_codes() -> None:
    """It runs before anything is installed, so it can't import them."""
    text = (ROOT / "build.py").read_text(encoding="utf-8")
    found = dict(re.findall(r"^([A-Z_]+) = (\d+)\b", text, re.M))
    assert found == {"NEEDS_A_PERSON": str(int(ExitCode.SETUP)), "INTERRUPTED": str(int(ExitCode.INTERRUPTED))}


def test_no_other_module_names_an_exit_code_by_its_number() -> None:
    for path in (ROOT / "briefs/cli").glob("*.py"):
        assert not re.search(r"return [1-9]|sys\.exit\(\d", path.read_text(encoding="utf-8")), path


def test_an_option_has_the_same_help_in_every_command() -> None:
    for parser in parsers().values():
        for action in parser._actions:
            for option in action.option_strings:
                if option in cli.OPTIONS:
                    assert action.help == cli.OPTIONS[option]["help"]
