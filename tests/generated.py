"""Countries made up at random from a seed, to fill a page to its brim at a step of the ladder.

A shape says what is extreme; `amount` is how many words its facts have. One word more only lengthens the last fact, or begins
a new one, so that a page fills steadily.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from briefs.edition.model import Edition
from briefs.edition.read import read_files
from briefs.press.documents import FinishedDocument
from briefs.press.session import Session
from briefs.problems import Problems
from briefs.theme import Theme
from tests import small

CONTENT = Path(__file__).parents[1] / "content"
ABOUT = ("title", "date", "as_of", "language", "status", "scale_note", "scale", "topics", "subjects", "map")
FOOT = {
    "publisher": "The Institute for the Study of Long Names and Their Effects",
    "contact": "desk@institute.example",
    "address": "https://institute.example/reports/2020/long-address-of-the-report",
    "cite_as": "Institute for the Study of Long Names, The report of the year, with a subtitle that goes on, 2020",
}
LONG_WORDS = (
    "Telekommunikationsgesetzgebung",
    "interoperability",
    "internationalisation",
    "counterintelligence",
    "3400–3800",
    "MHz",
)


@dataclass(frozen=True)
class Shape:
    """What is extreme about a country: words in a fact, how many are dated, sources of a fact; keys of its files."""

    name: str
    words: tuple[int, int] = (12, 34)
    dated: int = 5
    sources: tuple[int, int] = (1, 2)
    long_words: bool = False
    summary: int = 45
    about: Mapping[str, Any] = field(default_factory=dict)
    country: Mapping[str, Any] = field(default_factory=dict)


SHAPES = [
    Shape("usual"),
    Shape("many short facts", words=(6, 12), dated=3),
    Shape("few long facts", words=(60, 110), dated=3, sources=(1, 1)),
    Shape("long words", long_words=True),
    Shape("many sources", words=(8, 16), sources=(2, 4)),
    Shape("no dated facts", dated=0),
    Shape("14 dated facts", dated=14, words=(8, 26)),
    Shape("long name", about={"subjects": [{"code": "be", "name": "The United Kingdom of Greater and Lesser Long Name"}]}),
    Shape("a note", country={"stance_note": "The government says that it has not decided, whatever the scale shows of it here."}),
    Shape("long foot", about=FOOT),
    Shape("long summary", summary=75),
]


@cache
def _real() -> tuple[dict[str, Any], dict[str, str], tuple[str, ...]]:
    """The real edition's data, its countries without their facts, and its vocabulary."""
    whole = yaml.load((CONTENT / "edition.yaml").read_bytes(), yaml.BaseLoader)
    about = {key: whole[key] for key in ABOUT}
    countries, words = {}, []
    for path in sorted((CONTENT / "countries").glob("*.yaml")):
        data = yaml.load(path.read_bytes(), yaml.BaseLoader)
        countries[f"countries/{path.name}"] = yaml.safe_dump({"code": data["code"], "stance": data["stance"]})
        words += [word for f in data.get("facts", ()) for word in f["text"].replace("*", "").split() if word.isalnum()]
    del countries["countries/be.yaml"]
    return about, countries, tuple(words)


def edition(shape: Shape, amount: int, seed: int = 0) -> Edition:
    """An edition whose country `be` has facts of `amount` words."""
    about, countries, vocabulary = _real()
    random = Random(f"{shape.name} {seed}")
    pool = vocabulary + LONG_WORDS * (len(vocabulary) // 12) if shape.long_words else vocabulary
    summary = _sentence(random, pool, shape.summary)
    facts: list[dict[str, Any]] = []
    left = amount
    while left > 0:
        length = random.randint(*shape.words)
        text = _sentence(random, pool, length).split()[: max(left, 4)]
        cites = [f"s{random.randint(1, 3 + 2 * len(facts))}" for _ in range(random.randint(*shape.sources))]
        topic = random.choice(["market", "policy"])
        more: dict[str, Any] = {"priority": 2}
        if len(facts) < shape.dated:
            text[:2] = [f"**{text[0][:18]}", f"{text[1][:18]}**"]
            more["date"] = f"20{random.randint(12, 19)}-{random.randint(1, 12):02}"
        facts.append(small.fact(" ".join(text).rstrip(".") + ".", topic, sources=list(dict.fromkeys(cites)), **more))
        left -= length
    titles = Random(seed)
    keys = dict.fromkeys(key for f in facts for key in f["sources"])
    sources = [small.source(key, title=_sentence(titles, vocabulary, titles.randint(2, 12))[:-1]) for key in keys]
    country = {"stance": "restrictions", "summary": summary, **shape.country}
    subjects = [*(s for s in about["subjects"] if s["code"] != "be"), *shape.about.get("subjects", ())]
    made = read_files(
        small.files(
            about={**about, **shape.about, "subjects": subjects}, country=country, facts=facts, sources=sources, more=countries
        )
    )
    assert made.edition, [str(p) for p in made.errors]
    return made.edition


def _sentence(random: Random, pool: tuple[str, ...], words: int) -> str:
    made = " ".join(random.choice(pool) for _ in range(words))
    return f"{made[0].upper()}{made[1:]}."


def at_rung(session: Session, edition: Edition, step: int) -> Session:
    """A session for the edition whose ladder has this step only."""
    look = session.theme.look
    other = small.with_edition(session, edition)
    other.theme = Theme(
        session.theme.folder, look.model_copy(update={"ladder": {**look.ladder, "brief": [look.ladder["brief"][step]]}})
    )
    return copy.copy(other)


def to_the_brim(
    session: Session, shape: Shape, step: int, paper: str, seed: int = 0, near: int = 300
) -> tuple[int, FinishedDocument]:
    """The most words, in steps of 5, that the PDF page holds at the step, and the brief with them. Searched from `near` on."""

    def fits(steps: int, *formats: str) -> FinishedDocument | None:
        try:
            return small.make(at_rung(session, edition(shape, steps * 5, seed), step), "brief", "be", formats, paper)
        except Problems:
            return None

    low, high, at, stride = 0, 0, near // 5, 2
    while not (low and high):
        if fits(at):
            low, at = at, at + stride
        else:
            high, at = at, max(at - stride, 1)
        stride *= 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    made = fits(low, "pdf", "docx")
    assert made
    return low * 5, made
