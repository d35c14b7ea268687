"""The data that a document carries: values by column, what the columns mean, and the sources of both."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from briefs.compose import data, shares
from briefs.compose.labels import Labels
from briefs.edition.model import Edition
from tests import small

COLUMNS: list[dict[str, Any]] = [
    {"id": "rule", "label": "Supplier rule", "kind": "category", "note": "How far it has come.",
     "values": [{"id": "in-force", "label": "in force"}, {"id": "none", "label": "none"}]},
    {"id": "internet", "label": "Internet users", "kind": "share", "unit": "per cent", "source": "three", "headings": ["IT.NET"]},
    {"id": "signed", "label": "Signed", "kind": "date"},
    {"id": "member", "label": "Member", "kind": "yes-no"},
    {"id": "gdp", "label": "GDP", "source": "five"},
]  # fmt: skip
TABLE = "code,year,internet,gdp\nbe,2018,..\nbe,2019,88.25 e\nnl,2019,90,7\n"
CELLS = {
    "member": {"value": "no", "sources": ["four"]},
    "signed": {"value": "2020-05", "facts": ["be-01"]},
    "rule": {"value": "in force", "facts": ["be-01", "be-02"]},
}


def attached() -> Mapping[str, Any]:
    """What the brief of Belgium carries, in an edition that knows of the Netherlands too."""
    files = {"columns.yaml": yaml.safe_dump({"columns": COLUMNS}), "data/t.csv": TABLE}
    sources = [small.source(id) for id in ("one", "two", "three", "four", "five")]
    about = {"subjects": [{"code": "nl", "covered": "no"}]}
    return _of(small.edition(about=about, country={"data": CELLS}, sources=sources, more=files), ["be"])


def _of(edition: Edition, codes: Sequence[str]) -> Mapping[str, Any]:
    share = shares.of_country(edition, codes[0])
    found: Mapping[str, Any] = json.loads(data.attached(share, Labels(share.labels, "en-GB"), codes).content)
    return found


def test_values_have_their_columns_label_and_what_they_rest_on() -> None:
    assert attached()["countries"]["be"]["data"] == {
        "rule": {"label": "Supplier rule", "values": [{"value": "in force", "facts": ["be-01", "be-02"]}]},
        "internet": {
            "label": "Internet users",
            "values": [{"value": None, "period": "2018"}, {"value": 88.25, "period": "2019", "status": ["estimated"]}],
        },
        "signed": {"label": "Signed", "values": [{"value": "2020-05", "facts": ["be-01"]}]},
        "member": {"label": "Member", "values": [{"value": False, "sources": ["four"]}]},
    }


def test_the_meaning_of_each_column_that_has_values_stands_beside_them() -> None:
    columns = attached()["columns"]
    assert [column["id"] for column in columns] == ["rule", "internet", "signed", "member"]
    assert columns[0] == {
        "id": "rule",
        "label": "Supplier rule",
        "kind": "category",
        "values": [{"id": "in-force", "label": "in force"}, {"id": "none", "label": "none"}],
        "note": "How far it has come.",
    }
    assert columns[1] == {"id": "internet", "label": "Internet users", "kind": "share", "unit": "per cent", "source": "three"}


def test_sources_of_values_and_columns_are_carried_and_no_others() -> None:
    assert set(attached()["sources"]) == {"one", "two", "three", "four"}


def test_an_edition_without_values_carries_no_columns() -> None:
    plain = _of(small.edition(), ["be"])
    assert "columns" not in plain and "data" not in plain["countries"]["be"]


def test_the_file_is_made_when_it_is_asked_for_and_pickled_as_bytes() -> None:
    """A check composes every document and attaches nothing; a worker gets the file, and not the edition."""
    made = small.edition()
    file = data.attached(made, Labels(made.labels, "en-GB"), ["be"])
    assert "content" not in vars(file)
    kept = pickle.dumps(file)
    assert pickle.loads(kept).content == file.content and len(kept) < len(file.content) + 500
