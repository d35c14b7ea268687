"""Content reaches no class, name or attribute that the theme or the program uses for itself."""

from __future__ import annotations

import re

import pytest

from briefs.compose import attributes, tree
from briefs.compose.slots import TemplateFiller
from briefs.edition.model import Text
from briefs.press.session import Session
from briefs.problems import Place, Problems
from tests import small
from tests.conftest import ROOT

SHEETS = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "templates/theme").glob("*.css"))]
SELECTORS = [rule for sheet in SHEETS for rule in re.findall(r"([^{}]*)\{", re.sub(r"/\*.*?\*/", "", sheet, flags=re.S))]
STYLED = {name for rule in SELECTORS for name in re.findall(r"\.([a-z][\w-]*)", rule)}
WRITERS = [path for folder in ("compose", "engine", "typeset") for path in (ROOT / "briefs" / folder).rglob("*.py")]
TEMPLATES = list((ROOT / "templates").glob("*.j2"))
QUOTED = re.compile(r"""\.([a-z]+(?:-[a-z]+)*)|["']([a-z]+(?:-[a-z]+)*)["']""")
CODED = {
    word for path in (*WRITERS, *TEMPLATES) for pair in QUOTED.findall(path.read_text(encoding="utf-8")) for word in pair if word
}
LISTED = {"report/01-a.md": attributes.REPORT, "decks/t.md": attributes.DECK, "countries/be.yaml": {}}
OWN = {"a heading": {"unnumbered"}, "a link": {"uri", "email"}, "a span": set(attributes.VALUES)}
WRITTEN = {
    "a span": "Words [here]{{.{0}}}.",
    "a div": "::: {{.{0}}}\nWords.\n:::",
    "a div within a quotation": "> ::: {0}\n> Words.\n> :::",
    "a second class": "::: {{.notes .{0}}}\nWords.\n:::",
    "a heading": "## Words {{.{0}}}",
    "a link": "See [this](https://example.org){{.{0}}}.",
    "a picture": "![Words](figures/p.png){{.{0}}}",
    "a table": "| A | B |\n|---|---|\n| c | d |\n\n: Words {{.{0}}}",
}


def said(session: Session, path: str, markdown: str) -> str:
    """What is said of a text of a file."""
    try:
        TemplateFiller(session.templates, session.pandoc).blocks([Text(markdown, Place(path, "1", 5, 1))])
    except Problems as found:
        return str(found)
    return ""


def test_the_classes_of_the_theme_and_the_code_are_found() -> None:
    assert {"running-foot", "contents", "lists", "body", "notes-list", "footnote", "band"} <= STYLED
    assert {"group", "float", "label", "small-head", "draft", "scale-note"} <= STYLED | CODED


@pytest.mark.parametrize("path", LISTED)
@pytest.mark.parametrize("written", WRITTEN)
def test_no_class_of_theirs_is_reached(session: Session, path: str, written: str) -> None:
    names = sorted(STYLED | CODED)
    trees = session.pandoc.parse([WRITTEN[written].format(name) for name in names])
    for name, blocks in zip(names, trees, strict=True):
        has_it = any(name in tree.classes(node) for node in tree.walk(blocks))
        is_listed = name in LISTED[path] if "div" in written else name in OWN.get(written, ())
        assert is_listed or not has_it or list(attributes.faults(path, blocks)), name


def test_a_direction_is_one_of_two_and_a_passages_own(session: Session) -> None:
    assert "“x” is no direction of text. Write `dir=rtl` or `dir=ltr`." in said(session, "report/01-a.md", "[here]{dir=x}")
    for written in ("## Words {dir=rtl}", "`x`{dir=rtl}"):
        assert "the attribute “dir” isn’t allowed" in said(session, "report/01-a.md", written)


@pytest.mark.parametrize("key", ["custom-style", "style", "short", "number", "page", "startFrom", "data-short", "role"])
@pytest.mark.parametrize("written", ["[here]{{{0}=x}}", "::: {{{0}=x}}\nWords.\n:::", "## Words {{{0}=x}}", "`x`{{{0}=x}}"])
def test_no_attribute_of_the_writers_is_reached(session: Session, key: str, written: str) -> None:
    assert f"the attribute “{key}” isn’t allowed" in said(session, "report/01-a.md", written.format(key))


@pytest.mark.parametrize(
    ("path", "markdown", "wanted"),
    [
        ("report/01-a.md", "> ::: {.¦figure data=map}\n> Words.\n> :::", "a `.figure` can’t stand here. Put it outside every list"),
        (
            "report/01-a.md",
            "::: {.figure data=map ¦height=10cm}\nWords.\n:::",
            "the attribute “height” isn’t allowed. Here there are `alt`, `breaks`",
        ),
        ("report/01-a.md", "::: ¦figure\nWords.\n:::", "a `.figure` names its `data`. Write {.figure data=…}."),
        (
            "report/01-a.md",
            "[x]{¦data=map}",
            "the attribute “data” isn’t allowed. Here there are `dir`, `lang`; how",
        ),
        (
            "report/01-a.md",
            "[x]{¦#here}",
            "“#here” names nothing that can be pointed at. Name a heading, a figure",
        ),
        ("report/01-a.md", "::: ¦columns\nWords.\n:::", "the class “columns” isn’t allowed. Fenced divs may be `.figure`."),
        ("decks/t.md", "::: ¦large\n- A list.\n:::", "a `.large` holds paragraphs of words only. Put lists, tables and pictures"),
        ("decks/t.md", "::: ¦large\nA ![](p.png){alt=x} picture.\n:::", "a `.large` holds paragraphs of words only"),
        ("decks/t.md", "::: ¦column\nWords.\n:::", "a `.column` can’t stand here. Put it directly into `:::: columns`."),
        ("decks/t.md", ":::: columns\n::: ¦notes\nWords.\n:::\n::::", "a `.notes` can’t stand here. Put it outside every list"),
        ("countries/be.yaml", "[x]{¦lang=klingon}", "“klingon” is no language. Write a BCP 47 tag such as"),
        ("countries/be.yaml", '[x]{¦lang="zh<script>"}', "“zh<script>” is no language"),
        ("countries/be.yaml", "[x]{¦lang=}", "“” is no language"),
        ("countries/be.yaml", "[x]{¦lang=zz}", "“zz” is no language"),
        ("report/01-a.md", "## Words {¦lang=de-ZZ}", "“de-ZZ” is no language"),
        ("decks/t.md", "::: {¦lang=deu}\nWorte.\n:::", "“deu” is no language"),
        ("countries/be.yaml", "[x]{¦.lead}", "the class “lead” isn’t allowed. Take it out."),
    ],
)
def test_what_is_wrong_is_said_with_what_to_write(session: Session, path: str, markdown: str, wanted: str) -> None:
    """`¦` stands before the words that the message is about."""
    before, _, after = markdown.partition("¦")
    line, column = 5 + before.count("\n"), len(before.rpartition("\n")[2]) + 1
    assert f"{path}:{line}:{column}: error: {wanted}" in said(session, path, before + after)


@pytest.mark.parametrize(
    "markdown",
    [
        "[华为]{lang=zh}",
        "::: {lang=de}\nWorte.\n:::",
        "[x]{lang=grc} [x]{lang=zh-Hant-TW} [x]{lang=sq-XK} [x]{lang=es-419} [x]{lang=de-1996}",
        "## Words {.unnumbered #sec-here}",
        "## Words {-}",
        "<https://example.org>",
        "a [x]{.smallcaps}",
    ],
)
def test_what_is_documented_is_taken(session: Session, markdown: str) -> None:
    assert said(session, "report/01-a.md", markdown) == ""


def test_a_language_of_code_is_dropped(session: Session) -> None:
    blocks = TemplateFiller(session.templates, session.pandoc).blocks(
        [Text("``` {.python .body}\nx\n```\n\n`y`{.contents}", Place("report/01-a.md", "1", 5, 1))]
    )
    assert not [name for node in tree.walk(blocks) for name in tree.classes(node)]


def test_a_name_of_the_programs_own_is_refused() -> None:
    body = "---\ntitle: T\nid: refs\n---\n## A {#appendix}\n\nWords.\n\n## B {#sec-one}\n\n## C {#sec_one}\n"
    found = [str(problem) for problem in small.reading(more={"report/01-a.md": body}).errors]
    own = "is the program’s own. Choose another, such as one that begins with sec- or fig-."
    assert found == [
        f"report/01-a.md:3:5: error: the name “refs” {own}",
        f"report/01-a.md:5:7: error: the name “appendix” {own}",
        "report/01-a.md:11:7: error: to Word the names “sec_one” and “sec-one” are the same. Change one of the two.",
    ]
