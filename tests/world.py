"""An edition of the size of the world, made up from a seed: 195 countries, numeric columns over years, with gaps, flags, odd names.

write(folder)                       195 countries, 40 columns, 20 years
files(countries=12, columns=4)      a smaller one, as bytes by path
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pycountry
import yaml

from tests import small

# The members of the United Nations, the Holy See and Palestine.
CODES = """
    af al dz ad ao ag ar am au at az bs bh bd bb by be bz bj bt bo ba bw br bn bg bf bi cv kh cm ca cf td cl cn co km cg
    cd cr ci hr cu cy cz dk dj dm do ec eg sv gq er ee sz et fj fi fr ga gm ge de gh gr gd gt gn gw gy ht hn hu is in id
    ir iq ie il it jm jp jo kz ke ki kp kr kw kg la lv lb ls lr ly li lt lu mg mw my mv ml mt mh mr mu mx fm md mc mn me
    ma mz mm na nr np nl nz ni ne ng mk no om pk pw pa pg py pe ph pl pt qa ro ru rw kn lc vc ws sm st sa sn rs sc sl sg
    sk si sb so za ss es lk sd sr se ch sy tj tz th tl tg to tt tn tr tm tv ug ua ae gb us uy uz vu ve vn ye zm zw va ps
""".split()  # noqa: SIM905
FIRST_YEAR = 2001
ODD = {"cd": "Congo, Dem. Rep.", "ci": "Côte d’Ivoire", "kp": "Korea, Dem. People’s Rep.", "mm": "Burma", "sz": "Swaziland"}
NAMES = {"st": "São Tomé and Príncipe", "vc": "Saint Vincent and the Grenadines", "fm": "Micronesia, Federated States of"}
FLAGS = ("", "", "", "", "", "", " e", " p", " b")
GAP = 0.08  # of the values
FIGURES: Sequence[Mapping[str, Any]] = (
    {"data": "strips", "columns": ["c01", "c02", "c03"]},
    {"data": "map", "column": "c01"},
)


def column(number: int) -> dict[str, Any]:
    """A column: every fourth is a share, some are better low, some run below zero."""
    kinds = {0: {"kind": "share", "unit": "per cent"}, 1: {"unit": "US dollars"}, 2: {"unit": "for 100,000 people"}, 3: {}}
    more = {"better": "lower"} if number % 5 == 2 else {"better": "higher"} if number % 5 == 0 else {}
    named = {"id": f"c{number + 1:02}", "label": f"Measure {number + 1}", "source": "statistics", "decimals": number % 3}
    return {**named, **kinds[number % 4], **more}


def table(codes: Sequence[str], columns: int, years: int, seed: int = 1) -> str:
    """A row for each country and year, a heading for each column. Countries are written as codes, numbers or names, in turn."""
    random = Random(seed)
    made = io.StringIO()
    rows = csv.writer(made, lineterminator="\n")
    rows.writerow(["Country", "Year", *(f"c{number + 1:02}" for number in range(columns))])
    for place, code in enumerate(codes):
        levels = [random.lognormvariate(2.5, 0.8) for _ in range(columns)]
        for year in range(FIRST_YEAR, FIRST_YEAR + years):
            levels = [level * random.uniform(0.97, 1.06) for level in levels]
            rows.writerow([_written(code, place), year, *(_cell(random, n, level) for n, level in enumerate(levels))])
    return made.getvalue()


def _cell(random: Random, number: int, level: float) -> str:
    if random.random() < GAP:
        return ".."
    signed = min(level, 99.9) if number % 4 == 0 else level * 400 if number % 4 == 1 else level - 8 if number % 4 == 3 else level
    return f"{signed:.3f}{random.choice(FLAGS)}"


def _written(code: str, place: int) -> str:
    known = pycountry.countries.get(alpha_2=code.upper())
    assert known
    return ODD.get(code) or (code.upper(), known.alpha_3, known.numeric)[place % 3]


def country(code: str, place: int) -> dict[str, Any]:
    """A country's file, with two to seven facts."""
    random = Random(place)
    facts = [
        small.fact(
            f"In {2010 + n} **decision {n + 1}** was taken on the measures that this made-up edition counts for the country.",
            ("market", "policy")[n % 2], id=f"{code}-{n + 1:02}", date=f"{2010 + n}", sources=[("one", "two")[n % 2]],
        )
        for n in range(random.randint(2, 7))
    ]  # fmt: skip
    summary = f"A made-up country of the test, number {place + 1}. What is said of it says nothing about the world."
    return {"code": code, "stance": ("open", "wary", "closed")[place % 3], "summary": summary, "facts": facts}


def files(
    countries: int = len(CODES), columns: int = 40, years: int = 20, report: str = "", **about: Any
) -> dict[str, bytes]:  # fmt: skip
    """The files of the edition. `report`: the body of its only section. `about`: more keys of `edition.yaml`."""
    codes = CODES[:countries]
    subjects = [{"code": code, "name": name} for code, name in NAMES.items() if code in codes]
    about = {"subjects": subjects, "figures": list(FIGURES), **about}
    sources = [*map(small.source, ("one", "two")), small.source("statistics", title="Made-up statistics", publisher="The Bureau")]
    more: dict[str, str | bytes | None] = {
        "countries/be.yaml": None,
        "columns.yaml": yaml.safe_dump({"columns": [column(number) for number in range(columns)]}),
        "data/measures.csv": table(codes, columns, years),
        **{f"countries/{code}.yaml": yaml.safe_dump(country(code, n), allow_unicode=True) for n, code in enumerate(codes)},
    }
    if report:
        more["report/01-world.md"] = f"---\ntitle: The world\nid: sec-world\n---\n\n{report}"
    return small.files(about=about, sources=sources, more=more)


def write(folder: Path, **changes: Any) -> Path:
    """The edition as a content folder."""
    for path, data in files(**changes).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder
