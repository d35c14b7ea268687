"""A small edition with a document of every kind, the kind `profile` among the program's own, and all its documents built once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from briefs import theme as themes
from briefs.compose.kinds import KINDS
from briefs.edition.changed import Change, Changed, PastStances
from briefs.edition.model import Edition
from briefs.press import manifest, plan
from briefs.press.build import BuildRequest, build
from briefs.press.documents import Outcome, Target
from briefs.press.request import Request, words
from briefs.theme import Theme
from tests import small
from tests.kinds.profile import PROFILE

ROOT = Path(__file__).parents[2]
PAPERS = ("a4", "letter")
FRANCE = """code: fr
stance: open
summary: What matters.
facts:
- {id: fr-1, topic: market, text: A **thing** happened., sources: [one], date: 2019}
"""
SECTION = """---
title: Opening
id: sec-opening
numbered: true
---

Words of the report.[@one]

## A part {#sec-part}

More words.
"""
DECK = """---
title: A talk
---

## One

- A thing.[@one]

::: notes
Notes of it.
:::

## Two

- Another thing.
"""
JOURNEY = "title: A journey\ncountries: [fr, be]\n"
CORRECTIONS = """corrections:
- {id: be-01, country: be, fact: be-01, date: 2020-11-02, wrong: [A last thing happened.], right: A first thing happened.}
"""
CHANGED = Changed(
    "2019-10",
    (Change("stance", "changed", "be", before="open", after="wary"), Change("fact", "new", "fr", "fr-1", after="A thing.")),
    (PastStances("2019-10", {"be": "open", "fr": "open"}),),
)
MORE = {
    "countries/fr.yaml": FRANCE, "report/01-opening.md": SECTION, "decks/talk.md": DECK, "journeys/two.yaml": JOURNEY,
    "corrections.yaml": CORRECTIONS,
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def registered() -> Iterator[None]:
    """The table of kinds has the profile while these tests run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(KINDS, PROFILE.name, PROFILE)
        yield


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program's templates and that of the profile."""
    folder = tmp_path_factory.mktemp("kinds") / "templates"
    shutil.copytree(ROOT / "templates", folder)
    shutil.copy(Path(__file__).parent / "templates/profile.md.j2", folder)
    return folder


@pytest.fixture(scope="module")
def theme(templates: Path) -> Theme:
    return themes.read(templates)


@pytest.fixture(scope="module")
def edition() -> Edition:
    return replace(small.edition(about={"languages": ["en-GB", "fr"]}, more=MORE), changes=CHANGED)


def targets(edition: Edition, paper: str, formats: str | None = None, kinds: Sequence[str] | None = None) -> list[Target]:
    """Every document of an edition, or of some kinds; of a kind about several countries, the one about Belgium and France; in
    two languages, the one about Belgium."""
    named = tuple(kind for kind in kinds or KINDS if formats is None or formats in KINDS[kind].formats)
    requests = [((), tuple(kind for kind in named if KINDS[kind].subjects not in {"countries", "country in two languages"}))]
    requests += [(("be", "fr"), (kind,)) for kind in named if KINDS[kind].subjects == "countries"]
    requests += [(("be",), (kind,)) for kind in named if KINDS[kind].subjects == "country in two languages"]
    found = [Request(what, wanted, words(formats), paper) for what, wanted in requests if wanted]
    planned = [plan.plan(edition, request) for request in found]
    assert not any(one.left_out for one in planned)
    return [target for one in planned for target in one.targets]


def make(edition: Edition, theme: Theme, wanted: Sequence[Target], out: Path, jobs: int = 1) -> list[Outcome]:
    """Build documents; none may fail."""
    outcomes = build(edition, theme, BuildRequest(tuple(wanted), out, jobs), lambda outcome: None)
    assert [problem for outcome in outcomes for problem in outcome.problems] == []
    return outcomes


@pytest.fixture(scope="module")
def out(edition: Edition, theme: Theme, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a build of every document on every paper, in this process."""
    folder = tmp_path_factory.mktemp("built")
    make(edition, theme, [target for paper in PAPERS for target in targets(edition, paper)], folder)
    return folder


def files(folder: Path) -> Mapping[str, bytes]:
    """The documents in an output folder, by path."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in (manifest.NAME, manifest.LOCK)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
