"""An edition of the world’s size, made up from a seed: 260 countries, 2,700 facts, numbers of 20 years, a long report.

In: an empty folder. Out: a content folder of the shape that the World Factbook has as an edition: no stances, six topics, numbers
with units, world maps in the report and in each brief. `python -m benchmarks.world FOLDER` writes one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pycountry
import yaml

COUNTRIES, FACTS, SECTIONS = 260, 2700, 12
TOPICS = ("geography", "people", "government", "economy", "energy", "security")
COLUMNS = {"people": "people in millions", "income": "US dollars a person", "internet": "per cent of people", "coast": "kilometres"}
YEARS = range(2001, 2021)
WORDS = """
    about after agency agreement airport area border capital central coast council court decision district electricity export
    farm federal fishing forest government growth harbour highway import income industry island lake language law local market
    minister mountain network northern office parliament pipeline plain population port power province public railway region
    report river road rural sector service source southern state survey telephone tourism town trade valley village water western
""".split()  # noqa: SIM905


def codes(number: int) -> list[str]:
    """So many codes: those of ISO 3166-1, then those that it keeps for users (8.1.3)."""
    own = sorted(country.alpha_2.lower() for country in pycountry.countries)
    return [*own, *(f"x{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")][:number]


def sentence(random: Random, words: int) -> str:
    """A sentence of words that mean nothing together."""
    chosen = random.choices(WORDS, k=words)
    return f"{chosen[0].capitalize()} {' '.join(chosen[1:])}."


def country(code: str, facts: int, random: Random) -> dict[str, Any]:
    """A country's file."""
    made = [
        {
            "id": f"{code}-{n:02}", "topic": TOPICS[n % len(TOPICS)], "priority": 1 + n % 3, "date": str(random.choice(YEARS)),
            "text": f"**{sentence(random, 3)[:-1]}**: {sentence(random, 14)}", "sources": [f"source-{random.randint(1, 40)}"],
        }
        for n in range(1, facts + 1)
    ]  # fmt: skip
    return {"code": code, "summary": f"{sentence(random, 14)} {sentence(random, 16)}", "facts": made}


def section(number: int, random: Random) -> str:
    """A section of the report, with a world map."""
    column = list(COLUMNS)[number % len(COLUMNS)]
    paragraphs = [
        " ".join(sentence(random, random.randint(12, 24)) for _ in range(6)) + f" [@source-{random.randint(1, 40)}]"
        for _ in range(9)
    ]
    figure = f"::: {{#fig-{number} .figure data=map column={column}}}\nPart {number} of the world\n:::"
    return "\n\n".join([f"---\ntitle: Part {number}\nid: sec-{number}\n---", *paragraphs[:4], figure, *paragraphs[4:], ""])


def table(listed: Sequence[str], random: Random) -> str:
    """The values of all columns, a row for each country and year."""
    rows = (f"{code},{year},{','.join(f'{random.uniform(1, 99):.1f}' for _ in COLUMNS)}" for code in listed for year in YEARS)
    return "\n".join([f"Country,Year,{','.join(COLUMNS)}", *rows, ""])


def files(countries: int = COUNTRIES, facts: int = FACTS, sections: int = SECTIONS) -> Iterator[tuple[str, str]]:
    """The path and the text of each file."""
    random, listed = Random(1), codes(countries)
    declared = [{"code": code, "name": f"Territory {code[1].upper()}"} for code in listed if code.startswith("x")]
    about = {
        "title": "The world in figures", "date": "2021-01", "as_of": {"countries": "2020-12"}, "language": "en-GB",
        "topics": [{"id": topic, "label": topic.capitalize()} for topic in TOPICS], "subjects": declared,
        "figures": [{"data": "map", "column": "internet"}], "key_facts": list(COLUMNS)[:3],
    }  # fmt: skip
    columns = [
        {"id": id, "label": id.capitalize(), "unit": unit, "decimals": 1, "source": "source-1"} for id, unit in COLUMNS.items()
    ]
    sources = [
        {
            "id": f"source-{n}",
            "type": "webpage",
            "title": f"Record {n}",
            "publisher": "The Bureau",
            "issued": "2020-05-04",
            "URL": f"https://example.org/{n}",
        }
        for n in range(1, 41)
    ]
    for name, data in {"edition": about, "columns": {"columns": columns}, "sources": {"references": sources}}.items():
        yield f"{name}.yaml", yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    yield "data/numbers.csv", table(listed, random)
    for n, code in enumerate(listed):
        own = facts * (n + 1) // countries - facts * n // countries
        yield f"countries/{code}.yaml", yaml.safe_dump(country(code, own, random), allow_unicode=True, sort_keys=False)
    for number in range(1, sections + 1):
        yield f"report/{number:02}-part.md", section(number, random)


def write(folder: Path, **sizes: int) -> None:
    """The edition as a content folder. `sizes`: as `files` takes them."""
    for name, text in files(**sizes):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
