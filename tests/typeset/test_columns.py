"""The sources of a brief: three columns of similar height, estimated before the layout, and one list."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefs.compose.kinds import KINDS
from briefs.compose.slots import TemplateFiller
from briefs.engine.boxes import LayoutBox
from briefs.press.documents import FinishedDocument
from briefs.press.session import Session
from briefs.typeset.page import html
from briefs.typeset.page.columns import starts
from tests.conftest import PAPERS

COLUMNS = 3


def tallest(heights: list[int], firsts: list[int]) -> int:
    ends = [0, *firsts, len(heights)]
    return max(sum(heights[a:b]) for a, b in pairwise(ends))


@given(st.lists(st.integers(1, 5), max_size=12))
def test_columns_are_as_low_as_they_can_be(heights: list[int]) -> None:
    firsts = starts(heights, COLUMNS)
    assert firsts == sorted(set(firsts) - {0}) and len(firsts) < COLUMNS
    ways = (list(way) for n in range(COLUMNS) for way in combinations(range(1, len(heights)), n))
    assert tallest(heights, firsts) == min(tallest(heights, way) for way in ways)


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("code", ["be", "si", "lv", "de"])
def test_the_estimated_columns_are_nearly_as_low_as_possible(code: str, paper: str, session: Session) -> None:
    """At every step the tallest column is at most one line too tall, because the widths of letters are only estimates."""
    manuscript = KINDS["brief"].compose(session.edition, TemplateFiller(session.templates, session.pandoc), code, 0)
    content, figures = html.body(manuscript, session.pandoc), session.drawn(manuscript)
    for step in session.theme.look.ladder["brief"]:
        layout = session.typesetter.lay_out(("brief",), html.page(manuscript, content, session.theme, paper, step), figures)
        boxes = [box for page in layout.document.pages for box in page.box.descendants() if box.is_column]
        columns = [heights for box in boxes if (heights := [lines(entry) for entry in box.children])]
        heights = [height for column in columns for height in column]
        if layout.pages == 1:  # otherwise the columns continue on the next page
            assert len(columns) == min(COLUMNS, len(heights))
            assert max(map(sum, columns)) <= tallest(heights, starts(heights, COLUMNS)) + 1, columns


def lines(box: LayoutBox) -> int:
    return len({line.top for line in box.lines()})


def test_the_sources_are_one_list(built: Mapping[tuple[str, str], FinishedDocument]) -> None:
    for (code, _), made in built.items():
        with pikepdf.open(io.BytesIO(made.files["pdf"])) as pdf:
            lists = [e for e in elements(pdf.Root.StructTreeRoot) if e.get("/S") == "/L"]
            cited = {str(link.Dest) for link in pdf.pages[0].Annots if str(link.get("/Dest", "")).startswith("source-")}
            assert {str(kid.S) for found in lists for kid in found.K} == {"/LI"}, code
            assert len(lists[-1].K) == len(cited), code


def elements(parent: Any) -> Iterator[Any]:
    """Structure elements below, outermost first."""
    inner = parent.get("/K")
    for kid in inner if isinstance(inner, pikepdf.Array) else [inner]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)
