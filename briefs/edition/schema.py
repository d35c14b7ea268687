"""JSON Schemas of the content files, generated from the models, so that text editors complete and check while people type.

In: the models. Out: `docs/schema/*.schema.json` (draft 2020-12). Our reader reads every value as text, but the YAML parser of a
text editor turns some values into numbers and booleans, so the schemas allow these too. `python -m briefs.edition.schema` writes
them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from briefs.edition import records
from briefs.edition.csl import Source
from briefs.edition.faults import HINTS, hints_of
from briefs.edition.model import (
    About,
    AuditRules,
    Brand,
    Columns,
    Corrections,
    Country,
    Journey,
    Rewordings,
    SectionHead,
    SignOff,
    StyleSheet,
    Translation,
)

FOLDER = Path(__file__).parents[2] / "docs" / "schema"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def schemas() -> dict[str, Schema]:
    """Every schema by the name of its file."""
    words = {"type": "object", "additionalProperties": {"type": ["string", "number"], "minLength": 1}}
    found = {
        "edition": _of(About),
        "country": _of(Country),
        "journey": _of(Journey),
        "translation": _of(Translation),
        "section": _of(SectionHead),
        "sources": _sources(),
        "style": _of(StyleSheet),
        "signoff": _of(SignOff),
        "audit": _of(AuditRules),
        "corrections": _of(Corrections),
        "rewordings": _of(Rewordings),
        "brand": _of(Brand),
        "columns": _of(Columns),
        "glossary": {**words, "description": "Abbreviations and their meanings."},
        "originals": {**words, "description": "The texts that translations were made from, by their hashes."},
        "labels": {**words, "description": "The words that templates print."},
    }
    return {f"{name}.schema.json": {"$schema": DRAFT, **schema} for name, schema in found.items()}


def _of(model: type[BaseModel]) -> Schema:
    loose = _loose(model.model_json_schema(by_alias=True))
    assert isinstance(loose, dict)
    return loose


def _sources() -> Schema:
    """The schema of sources: a list of records, or a mapping with the list under `references`."""
    record = _of(Source)
    shared = record.pop("$defs")
    record["properties"] |= dict.fromkeys(sorted(records.OTHER_KEYS), True)
    record["properties"]["id"]["description"] = hints_of(Source)["id"]
    listed = {"type": "array", "items": {"$ref": "#/$defs/Source"}}
    under = {"type": "object", "properties": {"references": listed}, "required": ["references"], "additionalProperties": False}
    return {"$defs": {**shared, "Source": record}, "anyOf": [under, listed]}


def _loose(schema: Any) -> Any:
    """A schema that also allows the types of a text editor's YAML parser: `2019` and `5` are numbers, `yes` is a word. Titles are
    left out."""
    if isinstance(schema, list):
        return [_loose(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {
        k: {n: _described(n, _loose(s)) for n, s in v.items()} if k in {"properties", "$defs"} else _loose(v)
        for k, v in schema.items()
        if not (k == "title" and isinstance(v, str)) and (k, v) != ("default", None)
    }
    kind = plain.get("type")
    if kind == "string" and "enum" not in plain:
        plain["type"] = ["string", "number"]
    elif kind == "boolean":
        plain = {k: v for k, v in plain.items() if k != "type"} | {"enum": [True, False, "yes", "no"]}
    elif kind in ("integer", "number"):
        plain |= {"type": [kind, "string"], "pattern": r"^[0-9.]+$"}
    return plain


def _described(key: str, schema: Schema) -> Schema:
    """The schema of a key, with the key's hint as its description, which text editors show."""
    return {"description": HINTS[key], **schema} if key in HINTS else schema


def write(folder: Path = FOLDER) -> None:
    """Write every schema into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas().items():
        (folder / name).write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
