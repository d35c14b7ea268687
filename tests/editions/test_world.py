"""An edition of the size of the world: what is read, that each brief has one page, and its maps. The whole of it with `--long`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from briefs.compose.figures.atlas import world as outlines
from briefs.compose.kinds import KINDS
from briefs.compose.slots import TemplateFiller
from briefs.compose.values import ValuePrinter
from briefs.edition.model import Edition
from briefs.edition.read import read_files
from briefs.press import build
from briefs.press.documents import Target
from briefs.press.session import Session
from briefs.theme import Theme
from briefs.tools import libreoffice
from tests import small, world
from tests.standards import held

MAPS = "\n".join(
    f"::: {{#fig-{number} .figure data=map {keys}}}\nA map.\n:::\n"
    for number, keys in enumerate(("column=c01 country=be", "column=c05 by=quantiles", "column=c04 middle=0"))
)


def read(files: Mapping[str, bytes]) -> Edition:
    found = read_files(dict(files))
    assert found.edition and not found.errors, [str(problem) for problem in found.errors][:5]
    return found.edition


@pytest.fixture(scope="module")
def few() -> Edition:
    return read(world.files(countries=20, columns=6, years=4))


def test_gaps_flags_and_odd_names_are_read(few: Edition) -> None:
    values = [value for _, _, _, value in few.data]
    assert len(values) == 20 * 6 * 4
    assert 0 < sum(value.content is None for value in values) < 0.2 * len(values)
    assert {status for value in values for status in value.status} == {"estimated", "provisional", "break"}
    assert all(len(few.data.values[id]) == 20 for id in few.columns)
    assert {world._written(code, place) for place, code in enumerate(world.CODES[:3])} == {"AF", "ALB", "012"}


def test_each_odd_name_is_a_country() -> None:
    files = world.files(countries=1, columns=1, years=1)
    subjects = [{"code": code, "covered": "no"} for code in world.ODD]
    about = small.ABOUT | {"subjects": subjects, "figures": []}
    rows = "".join(f'"{name}",2010,1\n' for name in world.ODD.values())
    made = read({**files, "edition.yaml": small._yaml(about).encode(), "data/measures.csv": f"Country,Year,c01\n{rows}".encode()})
    assert set(made.data.values["c01"]) == set(world.ODD)


@pytest.mark.parametrize("code", ["af", "ad", "bs"])
def test_a_brief_with_strips_and_a_world_map_has_one_page(session: Session, few: Edition, code: str, cache: Path) -> None:
    made = small.brief(session, few, "pdf", "docx", code=code)
    assert made.pages == 1
    assert libreoffice.pages(libreoffice.pdfs({code: made.files["docx"]}, cache)[code]) == 1


@pytest.mark.parametrize(("kind", "subject"), [("glance", ""), ("compare", "af+ad+bs")])
def test_tables_with_bars_and_figures_are_accessible_archival_and_whole(
    session: Session, few: Edition, kind: str, subject: str, tmp_path: Path, cache: Path
) -> None:
    made = small.make(small.with_edition(session, few), kind, subject, ("pdf", "docx"))
    held.hold(made.files, tmp_path)
    assert libreoffice.pages(libreoffice.pdfs({kind: made.files["docx"]}, cache)[kind]) == made.pages


def test_the_outlines_have_all_countries_of_the_world() -> None:
    assert len(set(world.CODES)) == 195 and set(world.CODES) <= outlines("un", tuple(world.CODES), "h").countries.keys()


@pytest.fixture(scope="module")
def everywhere() -> Edition:
    """All countries, two columns of one year, and a report with maps; no facts but one country's."""
    files = world.files(columns=5, years=1, report=MAPS, figures=[])
    subjects = [{"code": code, "covered": "no"} for code in world.CODES if code != "be"]
    about = small.ABOUT | {"subjects": subjects}
    kept = {path: data for path, data in files.items() if not path.startswith("countries/") or path == "countries/be.yaml"}
    return read({**kept, "edition.yaml": small._yaml(about).encode()})


def test_world_maps_show_every_country(session: Session, everywhere: Edition) -> None:
    report = KINDS["report"]
    filler = TemplateFiller(session.templates, session.pandoc, values=ValuePrinter(everywhere, lambda found: None))
    figures = report.compose(report.share(everywhere, ""), filler, "").figures
    maps = [figure for name, figure in figures.items() if name.startswith("map-")]
    assert len(maps) == 3
    for figure in maps:
        drawn = {row["name"].removeprefix("dot ") for row in figure.shapes if "name" in row}
        assert set(world.CODES) <= drawn
        assert not [row for row in figure.texts if row["text"].startswith("Not on this map")]


@pytest.mark.long
def test_all_briefs_of_the_world_have_one_page(theme: Theme, tmp_path: Path, cache: Path) -> None:
    made = read(world.files())
    assert sum(len(series) for countries in made.data.values.values() for series in countries.values()) == 195 * 40 * 20
    targets = [Target("brief", code, made.names[code], ("pdf", "docx"), "a4") for code in made.countries]
    outcomes = build.build(made, theme, build.BuildRequest(tuple(targets), tmp_path, 2), lambda outcome: None)
    assert [outcome.problems for outcome in outcomes if outcome.problems] == [] and len(outcomes) == 195
    assert {outcome.pages for outcome in outcomes} == {1}
    files = {path.stem: path.read_bytes() for path in sorted(tmp_path.rglob("*.docx"))}
    assert len(files) == 195
    assert {name for name, pdf in libreoffice.pdfs(files, cache).items() if libreoffice.pages(pdf) != 1} == set()
