"""docs/theming.md lists exactly the names that each template gets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from briefs.compose.kinds import KINDS
from briefs.compose.slots import TemplateFiller
from briefs.press.session import Session
from tests import small

ROOT = Path(__file__).parents[2]
NETHERLANDS = "{code: nl, stance: open, summary: Another summary., facts: []}\n"
SUBJECTS = {"brief": "be", "handout": "be", "report": "", "glance": "", "compare": "be+nl"}
THEMING = (ROOT / "docs" / "theming.md").read_text("utf-8")


class _Filled(Exception):
    """What a template would have got."""


def listed(template: str) -> Iterator[str]:
    """The names in a row of the table, without those in brackets, which are parts of a name before them."""
    (row,) = re.findall(rf"^\| `{re.escape(template)}` \| (.*) \|$", THEMING, re.MULTILINE)
    depth = 0
    for code, bracket in re.findall(r"`(\w+)[^`]*`|([()])", row):
        depth += {"(": 1, ")": -1}.get(bracket, 0)
        if code and not depth:
            yield code


@pytest.mark.parametrize("name", SUBJECTS)
def test_the_documentation_lists_the_names_that_a_template_gets(
    name: str, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(_: TemplateFiller, template: str, context: Mapping[str, Any]) -> None:
        raise _Filled(template, context.keys())

    monkeypatch.setattr(TemplateFiller, "fill", fill)
    with pytest.raises(_Filled) as made:
        share = KINDS[name].share(small.edition(more={"countries/nl.yaml": NETHERLANDS}), SUBJECTS[name])
        KINDS[name].compose(share, TemplateFiller(ROOT / "templates", session.pandoc), SUBJECTS[name])
    template, names = made.value.args
    assert sorted(listed(template)) == sorted(names)
