"""Tables that are kept as they were read: they come back with every value and place, and only for the same bytes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from briefs.edition.data import grids, kept
from briefs.edition.model import Edition
from briefs.edition.read import read_files
from briefs.press.cache import Cache, TableCache
from tests import small

COLUMNS = [
    {"id": "users", "label": "Users", "kind": "share", "source": "one"},
    {"id": "rule", "label": "Rule", "kind": "category", "source": "one", "values": [{"id": "in-force", "label": "in force"}]},
    {"id": "joint", "label": "Joint", "kind": "date", "source": "one"},
    {"id": "member", "label": "Member", "kind": "yes-no"},
]
HEADS = ("Country", "Column", "Year", "Value", "Flag", "Source")
ROWS = [
    ("be", "users", "2018", "88.1", "EP", ""),
    ("be", "users", "2019", "..", "", ""),
    ("fr", "users", "2018", "0.125", "", "two"),
    ("be", "rule", "", "in force", "", ""),
    ("be", "joint", "", "2019-06", "", ""),
    ("fr", "member", "2018", "yes", "B", "one; two"),
]


class Store:
    """Keeps tables in memory, and counts what it gave."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.found = 0

    def get(self, key: str) -> bytes | None:
        self.found += key in self.kept
        return self.kept.get(key)

    def put(self, key: str, data: bytes) -> None:
        self.kept[key] = data


@pytest.fixture(autouse=True)
def _small_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "LEAST", 1)


def table() -> str:
    return "\n".join(",".join(f'"{cell}"' for cell in row) for row in (HEADS, *ROWS)) + "\n"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheets = [book.active, book.create_sheet("Second")]
    for sheet, rows in zip(sheets, (ROWS[:3], ROWS[3:]), strict=True):
        for row in (HEADS, *rows):
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def files(name: str = "t.csv", data: str | bytes = "", *, columns: Any = COLUMNS, **changes: Any) -> dict[str, bytes]:
    head = yaml.safe_dump({"columns": columns})
    more = {"columns.yaml": head, f"data/{name}": data or table(), "countries/fr.yaml": "code: fr\nstance: open\nsummary: Words.\n"}
    return small.files(sources=[small.source("one"), small.source("two")], more={**more, **changes.pop("more", {})}, **changes)


def read(found: dict[str, bytes], store: Any) -> Edition:
    made = read_files(found, store=store)
    assert made.edition, [str(problem) for problem in made.errors]
    return made.edition


@pytest.mark.parametrize(("name", "data"), [("t.csv", table()), ("t.xlsx", workbook())])
def test_a_kept_table_has_the_same_values_at_the_same_places(name: str, data: str | bytes) -> None:
    store = Store()
    first, second = (read(files(name, data), store) for _ in range(2))
    assert store.found == 1 and len(store.kept) == 1
    assert list(first.data) == list(second.data) and len(list(first.data)) == len(ROWS)
    assert [value.place for *_, value in first.data] == [value.place for *_, value in second.data]


@pytest.mark.parametrize(
    "changed",
    [
        {"data": table().replace("88.1", "88.2")},
        {"columns": [{**COLUMNS[0], "decimals": 1}, *COLUMNS[1:]]},
        {"about": {"as_of": {"countries": "2020-07"}}},
        {"about": {"subjects": [{"code": "de", "name": "Germania", "covered": "no"}]}},
    ],
)
def test_it_counts_for_the_same_bytes_and_the_same_meaning_only(changed: dict[str, Any]) -> None:
    store = Store()
    read(files(), store)
    read(files(**changed), store)
    assert store.found == 0 and len(store.kept) == 2


def test_a_table_with_a_fault_is_not_kept() -> None:
    store = Store()
    for _ in range(2):
        (fault,) = read_files(files(data=table().replace("88.1", "many")), store=store).errors
        assert "cell D2" in fault.message
    assert not store.kept


def test_two_kept_tables_that_contradict_each_other_are_told() -> None:
    store = Store()
    read(files(), store)
    other = {"data/u.csv": table().replace("88.1", "88.2")}
    (fault,) = read_files(files(more=other), store=store).errors
    assert fault.path == "data/u.csv" and "another value at data/t.csv, cell D2" in fault.message and store.found == 1


CUT = b'{"cells":1,"flags":[],"sources":[],"places":[],"values":{"users":{"be":[[]]}}}'


@pytest.mark.parametrize("damaged", [b"", b"{}", b"[]", b"\xff", CUT])
def test_what_is_not_as_it_was_written_is_read_anew(damaged: bytes) -> None:
    store = Store()
    whole = list(read(files(), store).data)
    store.kept = dict.fromkeys(store.kept, damaged)
    assert list(read(files(), store).data) == whole


def test_the_cache_gives_a_table_only_as_it_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = TableCache(Cache(tmp_path))
    whole = list(read(files(), store).data)
    with monkeypatch.context() as patched:
        patched.setattr(grids, "read", lambda path, data: pytest.fail("read again"))
        assert list(read(files(), store).data) == whole
    (entry,) = tmp_path.iterdir()
    entry.write_bytes(entry.read_bytes().replace(b"88.1", b"99.9"))
    assert list(read(files(), store).data) == whole
