"""The tool that makes a first reference.pptx for a new theme works with the theme's colours."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pptx

TOOL = Path(__file__).parents[2] / "tools/make_reference_pptx.py"


def test_it_makes_the_layouts_that_pandoc_needs(tmp_path: Path) -> None:
    subprocess.run([sys.executable, TOOL, tmp_path / "a.pptx"], check=True, capture_output=True)
    made, ours = (
        pptx.Presentation(str(path)) for path in (tmp_path / "a.pptx", TOOL.parents[1] / "templates/theme/reference.pptx")
    )
    assert [layout.name for layout in made.slide_layouts] == [layout.name for layout in ours.slide_layouts]
