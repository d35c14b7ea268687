"""The edition with made-up numbers.

In: a content folder. Out: another with columns of numbers, and a figure of one of them in each brief.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import yaml

COLUMNS, YEARS = 40, range(2001, 2021)
FIGURES = [{"data": "strip", "column": "number-1"}]


def write(folder: Path, content: Path) -> None:
    """Copy the edition, and add columns of made-up numbers with values of every year; a figure in each brief shows one of them."""
    shutil.copytree(content, folder)
    random, codes = Random(1), sorted(path.stem for path in (content / "countries").glob("*.yaml"))
    about = yaml.safe_load((folder / "edition.yaml").read_text(encoding="utf-8"))
    about["figures"] = FIGURES
    about["key_facts"] = ["number-1", "number-2", "number-3"]
    about["as_of"]["countries"] = "2020-12"
    (folder / "edition.yaml").write_text(yaml.safe_dump(about, allow_unicode=True, sort_keys=False), encoding="utf-8")
    columns = yaml.safe_load((folder / "columns.yaml").read_text(encoding="utf-8"))
    ids = [f"number-{n}" for n in range(1, COLUMNS + 1)]
    columns["columns"] += [{"id": id, "label": f"Number {id[7:]}", "decimals": 1, "source": about["retells"][0]} for id in ids]
    (folder / "columns.yaml").write_text(yaml.safe_dump(columns, allow_unicode=True, sort_keys=False), encoding="utf-8")
    rows = [f"{code},{year}," + ",".join(f"{random.uniform(1, 99):.2f}" for _ in ids) for code in codes for year in YEARS]
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "numbers.csv").write_text("\n".join([f"Country,Year,{','.join(ids)}", *rows, ""]), encoding="utf-8")
