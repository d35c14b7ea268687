"""What a row names is there: a row or a templates folder that lacks something is reported before anything is built."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from briefs import cli
from briefs.compose import kinds
from briefs.compose.kinds import KINDS, Kind
from briefs.exitcodes import ExitCode
from briefs.problems import Problems
from briefs.theme import Theme
from tests import small
from tests.kinds.profile import PROFILE

BRIEF = KINDS["brief"]


def faults(theme: Theme, *rows: Kind) -> list[str]:
    with pytest.raises(Problems) as found:
        kinds.check(theme, {row.name: row for row in rows})
    return [str(problem) for problem in found.value.problems]


def test_the_programs_own_rows_are_right(theme: Theme) -> None:
    kinds.check(theme)


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        ({"module": "briefs.compose.leaflet"}, "briefs/compose/kinds.py", "there is no module briefs.compose.leaflet"),
        ({"module": "nowhere.leaflet"}, "briefs/compose/kinds.py", "there is no module nowhere.leaflet"),
        ({"formats": ("pdf", "pptx")}, "briefs/compose/kinds.py", "one page can’t be written as pptx"),
        ({"folder": "profiles"}, "briefs/compose/kinds.py", "“profiles” is no folder for its files"),
        ({"folder": "/profiles/"}, "briefs/compose/kinds.py", "“/profiles/” is no folder for its files"),
        ({"folder": "../profiles/"}, "briefs/compose/kinds.py", "“../profiles/” is no folder for its files"),
        ({"page": "leaflet"}, "theme/theme.yaml", "page.leaflet is missing"),
        ({"ladder": "leaflet"}, "theme/theme.yaml", "ladder.leaflet is missing"),
        ({"style": "leaflet"}, "theme/leaflet.css", "the file is missing"),
        ({"template": "leaflet.md.j2"}, "templates/leaflet.md.j2", "the file is missing"),
    ],
)
def test_what_is_missing_is_reported_at_its_place(change: dict[str, object], place: str, message: str, theme: Theme) -> None:
    (fault,) = faults(theme, replace(PROFILE, **change))  # type: ignore[arg-type]
    assert fault.partition(": ")[0].endswith(place) and message in fault and "profile" in fault


def test_everything_that_is_missing_is_reported_at_once(theme: Theme) -> None:
    assert len(faults(theme, replace(PROFILE, page="leaflet", ladder="leaflet"), replace(BRIEF, style="leaflet"))) == 3


def test_two_kinds_about_the_same_subjects_have_folders_of_their_own(theme: Theme) -> None:
    (fault,) = faults(theme, BRIEF, replace(PROFILE, folder=BRIEF.folder))
    assert "its folder “briefs/” is that of the kind “brief”" in fault


def test_two_kinds_have_names_of_their_own() -> None:
    with pytest.raises(Problems, match="“brief”: another kind has the same name"):
        kinds.table(BRIEF, replace(PROFILE, name="brief"))


def test_a_module_without_compose_is_reported_when_it_is_loaded() -> None:
    with pytest.raises(Problems, match=r"briefs\.compose\.labels has no function `compose`"):
        replace(PROFILE, module="briefs.compose.labels").load()


@pytest.mark.parametrize("words", [["all"], ["brief", "be"], ["export", "gone"]])
def test_a_command_reports_what_a_templates_folder_lacks_and_builds_nothing(
    words: list[str], templates: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = shutil.copytree(templates, tmp_path / "templates")
    (own / "profile.md.j2").unlink()
    content, out = small.write(tmp_path / "content"), tmp_path / "out"
    code = cli.main([*words, "--content", str(content), "--templates", str(own), "--out", str(out), "--jobs", "1"])
    assert code == ExitCode.CONTENT and not out.exists()
    assert f"{own / 'profile.md.j2'}: error: the file is missing. The kind “profile” needs it." in capsys.readouterr().err
