"""Files for translators, as Weblate's reader has them: the translate-toolkit, run in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from briefs.translate import po, tmx, xliff
from briefs.translate.units import Unit
from tests.test_translate import done, language

# Prints [source, target] of each text. https://docs.translatehouse.org/projects/translate-toolkit/en/latest/api/storage.html
READ = """
import json, sys
from translate.storage import factory, xliff2
path = sys.argv[1]
store = xliff2.Xliff2File.parsefile(path) if sys.argv[2] else factory.getobject(path)
print(json.dumps([[str(u.source), str(u.target or "")] for u in store.units if u.istranslatable()]))
"""
FILES: dict[str, Callable[[list[Unit]], bytes]] = {
    "a.xlf": lambda units: xliff.write(units, "en-GB", "fr"),
    "b.xlf": lambda units: xliff.write(units, "en-GB", "fr", version="2.0"),
    "c.po": lambda units: po.write(units, "fr"),
    "d.tmx": lambda units: tmx.write(units, "en-GB", "fr"),
}


@pytest.mark.parametrize("name", FILES)
def test_the_translate_toolkit_reads_every_text(name: str, tmp_path: Path) -> None:
    units = [unit for unit in language(done()).units if unit.target]
    (tmp_path / name).write_bytes(FILES[name](units))
    command = [sys.executable, "-c", READ, str(tmp_path / name), "2" if name == "b.xlf" else ""]
    read = subprocess.run(command, capture_output=True, text=True, check=True)
    found = sorted(map(tuple, json.loads(read.stdout)))
    assert len(units) > 20 and found == sorted((unit.source, unit.target) for unit in units)


@pytest.mark.parametrize("name", ["a.xlf", "c.po", "d.tmx"])
def test_its_program_counts_them_all_as_translated(name: str, tmp_path: Path) -> None:
    units = [unit for unit in language(done()).units if unit.target]
    (tmp_path / name).write_bytes(FILES[name](units))
    program = Path(sys.executable).with_name("pocount")
    counted = subprocess.run([program, "--csv", tmp_path / name], capture_output=True, text=True, check=True).stdout
    names, numbers = (line.split(",") for line in counted.strip().splitlines()[-2:])
    row = dict(zip(names, numbers, strict=True))
    assert int(row["Translated Messages"]) == int(row["Total Message"]) == len(units)
