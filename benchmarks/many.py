"""An edition of many countries, made from the edition's own.

In: a content folder, a number. Out: a content folder of so many countries, each with the text of one of the edition's.
"""

from __future__ import annotations

import re
import shutil
from itertools import cycle
from pathlib import Path

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
