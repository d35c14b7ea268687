"""Words that leave their place on a page, and words that are on none, fail the document with a number and their place."""

from __future__ import annotations

import re

import pytest

from briefs.engine.render import RenderedDocument, Renderer
from briefs.press.session import Session
from briefs.problems import Problems
from briefs.typeset.page import faults
from tests import small

WIDE = "| " + " | ".join(f"Responsibilities{n}" for n in range(14)) + " |\n|" + "---|" * 14 + "\n| " + " | ".join("x" * 14) + " |"
BODY = f"""---
title: A section
id: sec-a
---

Words of a first paragraph.

```
{"argument " * 60}
```

{"> " * 30}deep

{WIDE}
"""


def said(session: Session, kind: str, subject: str = "", **changes: object) -> list[str]:
    """What is said of a document of a small edition."""
    try:
        small.make(small.with_edition(session, small.edition(**changes)), kind, subject, ("pdf",))
    except Problems as found:
        return [str(problem) for problem in found.problems]
    return []


def test_what_runs_off_the_reports_page_is_told_with_its_line(session: Session) -> None:
    quoted, table = said(session, "report", more={"report/01-a.md": BODY})
    number = r"\d+\.\d mm"
    assert re.match(rf"report/01-a.md:12:1: error: the words “deep” reach {number} over the right edge", quoted)
    assert re.match(rf"report/01-a.md:14:1: error: the table is {number} too wide for its page\. Take out columns", table)


def test_a_long_word_of_code_is_parted(session: Session) -> None:
    assert said(session, "brief", "be", facts=[small.fact(f"A **fact** with `{'code' * 60}`.")]) == []


@pytest.mark.parametrize("kind", ["brief", "handout", "report"])
def test_nothing_is_wrong_with_a_sound_document(session: Session, kind: str) -> None:
    assert said(session, kind, "" if kind == "report" else "be") == []


def laid_out(body: str) -> RenderedDocument:
    return Renderer().render(f"<html lang='en'><body>{body}</body></html>", [], {}, "figure:")


def test_a_word_that_is_on_no_page_is_told() -> None:
    body = "<p><span id='a_1'></span>Here <b style='display: {}'>it isn’t</b>.</p>"
    assert faults.faults(laid_out(body.format("inline"))) == []
    (fault,) = faults.faults(laid_out(body.format("none")))
    assert (fault.names, fault.what) == (("a_1",), "there is no room on any page for the words “it isn’t”")


def test_each_text_of_a_page_is_missed() -> None:
    """Each text in turn is longer than what is on the page."""
    page = laid_out("".join(f"<p>Words {n} <i>more</i> tail</p><table><thead><tr><th>A<td>b{n}</table>" for n in range(9)))
    assert faults.faults(page) == []
    texts = [element for element in page.root.iter() if (element.text or "").strip()]
    assert len(texts) == 36
    for element in texts:
        element.text += " unprinted"
        (fault,) = faults.faults(page)
        assert "unprinted" in fault.what
        element.text = element.text.removesuffix(" unprinted")
