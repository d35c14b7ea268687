"""The tool that makes a first reference.pptx for a new theme works with the theme's colours."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pptx

TOOL = Path(__file__).parents[2] / "tools/make_reference_pptx.py"


def test_it_makes_the_layouts_that_pandoc_needs(tmp_path: Path) -> None:
    subprocess.run([sys.executable, TOOL, tmp_path / "a.pptx"], check=True, capture_output=True)
    made, ours = (
        pptx.Presentation(str(path)) for path in (tmp_path / "a.pptx", TOOL.parents[1] / "templates/theme/reference.pptx")
    )
    assert [layout.name for layout in made.slide_layouts] == [layout.name for layout in ours.slide_layouts]


def test_its_parts_are_those_of_the_theme_s_file(tmp_path: Path) -> None:
    """Who begins a new theme gets the slides that this one has."""
    subprocess.run([sys.executable, TOOL, tmp_path / "a.pptx"], check=True, capture_output=True)
    with (
        zipfile.ZipFile(tmp_path / "a.pptx") as made,
        zipfile.ZipFile(TOOL.parents[1] / "templates/theme/reference.pptx") as ours,
    ):
        assert {name: made.read(name) for name in made.namelist()} == {name: ours.read(name) for name in ours.namelist()}
