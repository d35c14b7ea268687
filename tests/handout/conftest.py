"""Handouts made once in a session: the overview, three countries, and a small deck with everything that these lack."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from briefs.press.documents import FinishedDocument
from briefs.press.session import Session
from briefs.tools import libreoffice
from tests import small
from tests.kept import KeptDocuments

FORMATS = ("pdf", "docx", "pptx")
CHOSEN = ("overview", "us", "be", "al")
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50"><rect width="100" height="50" fill="#543005"/></svg>'
TALK = """---
title: A talk
subtitle: Of a few slides
---

# A divider

::: notes
Notes of the divider.[@one]
:::

## A picture

![A mast on a hill](figures/mast.svg)

## Columns

:::: columns
::: column
Words above.[@two]

![](figures/mast.svg){alt="The mast again" width=50%}
:::
::: column
1. first
2. second
   - inner

The *end*, and [a link](https://example.org/a).
:::
::::

## One country

::: {.facts country=be}
:::

## Who is wary

::: {.countries step=wary}
:::

::: {.figure data=map width=40%}
:::
"""

Make = Callable[..., FinishedDocument]


@pytest.fixture(scope="session")
def handouts(first_edition: KeptDocuments) -> Mapping[str, FinishedDocument]:
    """The chosen handouts in all three formats, with three slides on a page."""
    return {name: first_edition.make("handout", name, FORMATS) for name in CHOSEN}


@pytest.fixture(params=CHOSEN)
def handout(request: pytest.FixtureRequest, handouts: Mapping[str, FinishedDocument]) -> FinishedDocument:
    """Each of the chosen handouts."""
    return handouts[request.param]


@pytest.fixture(scope="session")
def make(session: Session) -> Make:
    """A function that makes a handout in the small edition from the text of a deck, by default from `TALK`."""

    def made(text: str = TALK, per_page: int = 3, formats: tuple[str, ...] = FORMATS, paper: str = "a4") -> FinishedDocument:
        edition = small.edition(more={"decks/talk.md": text, "figures/mast.svg": SVG})
        return small.make(small.with_edition(session, edition), "handout", "talk", formats, paper, per_page=per_page)

    return made


@pytest.fixture(scope="session")
def talk(make: Make) -> FinishedDocument:
    return make()


@pytest.fixture(scope="session")
def laid_out(handouts: Mapping[str, FinishedDocument], talk: FinishedDocument, make: Make, cache: object) -> Mapping[str, bytes]:
    """PDFs by `name.pptx` and `name.docx`: decks laid out by Impress, handouts by Writer. Each program is started once."""
    made = {**handouts, "talk": talk}
    others = {f"talk-{n}.docx": make(per_page=n, formats=("docx",)).files["docx"] for n in (1, 2, 4, 6)}
    shown = libreoffice.pdfs({f"{n}.pptx": m.files["pptx"] for n, m in made.items()}, cache)  # type: ignore[arg-type]
    printed = libreoffice.pdfs({**{f"{n}.docx": m.files["docx"] for n, m in made.items()}, **others}, cache)  # type: ignore[arg-type]
    return {**shown, **printed}
