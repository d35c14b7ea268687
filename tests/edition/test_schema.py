"""The schemas in docs/schema are true to the models, and take what the reader takes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from briefs.edition import schema

ROOT = Path(__file__).parents[2]


class EditorLoader(yaml.SafeLoader):
    """YAML 1.2's core schema, as editors read it: numbers, true and false, null; no dates, no `yes`."""


EditorLoader.yaml_implicit_resolvers = {}
for tag, form in {
    "bool": r"true|True|TRUE|false|False|FALSE",
    "null": r"~|null|Null|NULL|",
    "int": r"[-+]?[0-9]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?",
}.items():
    EditorLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{form})$"), None)


def contents() -> Iterator[Any]:
    """Each YAML text of the real edition, the starter and the tests' base, with the name of its schema."""
    for root in (ROOT / "content", ROOT / "templates/starter", ROOT / "tests/broken/base"):
        for path in sorted([*root.rglob("*.yaml"), *root.glob("report/*.md")]):
            text = path.read_text(encoding="utf-8")
            text = text.split("---\n")[1] if path.suffix == ".md" else text
            yield pytest.param(_schema_of(path), text, id=path.relative_to(ROOT).as_posix())


def _schema_of(path: Path) -> str:
    """The name of the schema of a content file."""
    own = {"countries": "country", "labels": "labels", "report": "section"}.get(path.parent.name, path.stem)
    return "translation" if "translations" in path.parts and own != "originals" else own


def faults(name: str, text: str) -> list[str]:
    validator = Draft202012Validator(schema.schemas()[f"{name}.schema.json"])
    return [f.message for f in validator.iter_errors(yaml.load(text, EditorLoader))]


def test_the_files_are_those_that_the_models_give() -> None:
    written = {p.name: json.loads(p.read_text(encoding="utf-8")) for p in schema.FOLDER.glob("*.json")}
    assert written == schema.schemas(), "write them anew: python -m briefs.edition.schema"


def test_an_editor_finds_the_schema_of_every_content_file() -> None:
    settings = json.loads((ROOT / ".vscode/settings.json").read_text(encoding="utf-8"))["yaml.schemas"]
    found = {path: name for name, pattern in settings.items() for path in ROOT.glob(pattern)}
    assert sorted(found) == sorted((ROOT / "content").rglob("*.yaml"))
    for path, name in found.items():
        assert ROOT / name == schema.FOLDER / f"{_schema_of(path)}.schema.json"


def test_the_line_that_the_docs_give_leads_to_the_schema() -> None:
    (line,) = re.findall(r"\$schema=(\S+)", (ROOT / "docs/content.md").read_text(encoding="utf-8"))
    assert (ROOT / "content/countries" / line).resolve() == schema.FOLDER / "country.schema.json"


def test_an_editor_shows_what_to_write() -> None:
    fact = schema.schemas()["country.schema.json"]["$defs"]["Fact"]["properties"]
    assert fact["priority"]["description"].startswith("1 stays whatever happens")


@pytest.mark.parametrize("name", sorted(schema.schemas()))
def test_a_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(schema.schemas()[name])


@pytest.mark.parametrize(("name", "text"), list(contents()))
def test_sound_content_is_valid(name: str, text: str) -> None:
    assert faults(name, text) == []


FACT = "code: be\nstance: open\nfacts:\n- {id: be-1, topic: a, text: x, sources: [a], "


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("country", FACT + "priority: 1, date: 2019}"),
        ("country", FACT + "priority: '2', date: 2019-09-12}"),
        ("country", FACT + "due: 2019-09/2020}"),
        ("country", "code: no\nstance: open\nstance_note: 5"),
        ("section", "title: 2020\nid: a\nnumbered: no"),
        ("section", "title: x\nid: a\nnumbered: false"),
        ("sources", "- {id: a, type: book, title: x, volume: 3, issued: {date-parts: [[2019, 1]]}, citation-key: a}"),
        ("sources", "references: [{id: a, type: book, title: x, issued: [{year: 2019}]}]"),
    ],
)
def test_values_as_editors_read_them(name: str, text: str) -> None:
    assert faults(name, text) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("country", "code: be\nstanse: open"),
        ("country", FACT + "priority: 4}"),
        ("country", FACT + "priority: high}"),
        ("country", FACT + "date: April}"),
        ("country", FACT + "date: 20190}"),
        ("section", "title: x\nid: a\nnumbered: maybe"),
        ("sources", "references: [{id: a, type: bok, title: x}]"),
        ("glossary", "EU: [x]"),
    ],
)
def test_faults_are_marked(name: str, text: str) -> None:
    assert faults(name, text)
