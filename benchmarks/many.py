"""Editions made from the edition's own: one of many countries, one with data.

In: a content folder, perhaps a number. Out: a content folder of so many countries, each with the text of one of the edition's; or
one with columns of numbers, and a figure in each brief.
"""

from __future__ import annotations

import re
import shutil
from itertools import cycle
from pathlib import Path
from random import Random

import pycountry
import yaml


def write(folder: Path, content: Path, number: int) -> None:
    """Copy the edition, and add countries until there are `number`; the map shows the same part of the world."""
    shutil.copytree(content, folder)
    about = yaml.safe_load((folder / "edition.yaml").read_text(encoding="utf-8"))
    own = {path.stem: path.read_text(encoding="utf-8") for path in sorted((content / "countries").glob("*.yaml"))}
    away = {code for inset in about.get("map", {}).get("insets", []) for code in inset["countries"]}
    about.setdefault("map", {}).setdefault("countries", [code for code in own if code not in away])
    taken = {*own, *(subject["code"] for subject in about.get("subjects", []))}
    codes = [country.alpha_2.lower() for country in pycountry.countries if country.alpha_2.lower() not in taken]
    declared = [f"x{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]  # kept for users (ISO 3166-1, 8.1.3)
    for code, source in zip([*codes, *declared], cycle(own), strict=False):
        if len(list((folder / "countries").glob("*.yaml"))) == number:
            break
        text = re.sub(rf"\b{source}-", f"{code}-", own[source].replace(f"code: {source}", f"code: {code}", 1))
        (folder / "countries" / f"{code}.yaml").write_text(text, encoding="utf-8")
        if code in declared:
            about.setdefault("subjects", []).append({"code": code, "name": f"Country {code.upper()}"})
    (folder / "edition.yaml").write_text(yaml.safe_dump(about, allow_unicode=True, sort_keys=False), encoding="utf-8")


COLUMNS, YEARS = 40, range(2001, 2021)
FIGURES = [{"data": "strip", "column": "number-1"}]


def write_with_data(folder: Path, content: Path) -> None:
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
