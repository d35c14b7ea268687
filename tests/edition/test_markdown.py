"""What a text points at, held against pandoc's own reading."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from briefs.compose import tree
from briefs.edition import markdown
from briefs.edition.blocks import cut, parts_of
from briefs.edition.model import Text
from briefs.problems import Place
from briefs.tools.pandoc import Pandoc
from tests import small

TEXTS = [
    "a (@k)", "[@a; see @b-1, p. 3; -@c]", "`@k`", "``a ` @k``", "x@k", "me@example.org", "[a](http://x/@k)", r"\@k", "@müller",
    "@a--b", "@a.", "@a:b/c", "“@k”", "@k's", "_@k", "*@k*", "<!-- @k -->", "[x]{data=@k}", "@doe_1", "<https://x.org/@k>",
    "```\n@k\n```\n@l", "~~~~\n@k\n~~~~\n\n@l", "Text.[@k]\n\n::: {#fig-x .figure}\n@l\n:::", "a `b\n\n@k` c", "https://x.org/a?b=@k",
]  # fmt: skip


@pytest.fixture(scope="module")
def pandoc() -> Iterator[Pandoc]:
    with Pandoc() as opened:
        yield opened


def cited(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("t") == "Cite":
            yield from (c["citationId"] for c in node["c"][0])
            return
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            yield from cited(inner)


@pytest.mark.parametrize("text", TEXTS)
def test_citations_are_those_that_pandoc_sees(text: str, pandoc: Pandoc) -> None:
    found = list(markdown.citations(text))
    assert [key for _, key in found] == list(cited(pandoc.parse([text])[0]))
    assert all(text[at] == "@" and text[at + 1 :].startswith(key) for at, key in found)


@pytest.mark.parametrize(
    ("phrase", "printed"),
    [
        ("the *Kurier* story", "the Kurier story"), ("_all_ of snake_case", "all of snake_case"), ("***both***", "both"),
        ("Denmark's ban", "Denmark’s ban"), ("2019--2020 ...", "2019–2020 …"), ("AT&T, 3 * 4, US$5", "AT&T, 3 * 4, US$5"),
    ],
)  # fmt: skip
def test_a_key_phrase_is_what_pandoc_prints_without_its_looks(phrase: str, printed: str, pandoc: Pandoc) -> None:
    [[block]] = pandoc.parse([f"A **{phrase.strip('*')}** x."])
    text = Text(f"A **{phrase.strip('*')}** x.", Place("x"))
    assert text.key_phrase == printed == tree.text_of(block).removeprefix("A ").removesuffix(" x.") and not markdown.markup(printed)


@pytest.mark.parametrize(
    "phrase", ["a `b`", "[a](b)", "[@one]", "H~2~O", "x^2^", "a \\* b", '"so"', "a &amp; b", "<b>", "a *b", "{x}"]
)
def test_what_else_a_key_phrase_may_not_hold(phrase: str) -> None:
    assert markdown.markup(Text(f"A **{phrase}**.", Place("x")).key_phrase)


def test_names_and_pictures() -> None:
    text = (
        "# A {#sec-a}\n[](#sec-a) [b](#fig-b) `[](#c)` \\[](#d)\n![x](figures/a.svg){#fig-b}\n"
        "::: {#e .figure data=map}\n:::\n## B {.unnumbered #f}"
    )
    assert [n for _, n in markdown.targets(text)] == ["sec-a", "fig-b", "e", "f"]
    assert [n for _, n in markdown.references(text)][:2] == ["sec-a", "fig-b"]
    assert [n for _, n in markdown.pictures(text)] == ["figures/a.svg"]


def test_places_within_a_text() -> None:
    text = Text("one\ntwo @k", Place("a.md", "", 5, 1))
    at = text.place_at(text.markdown.index("@"))
    assert (at.line, at.column) == (6, 5)


def test_blocks_know_their_lines(pandoc: Pandoc) -> None:
    text = Text("One\nline.\n\n::: {#fig-x}\na\n\nb\n:::\n\n- x\n\n- y\n\nEnd.", Place("a.md", "", 7, 1))
    assert [(b.text.place.line, b.text.place.anchor, b.text.markdown[:5]) for b in cut([text], pandoc)[0]] == [
        (7, "1", "One\nl"),
        (10, "2", "::: {"),
        (16, "3", "- x\n\n"),
        (20, "4", "End."),
    ]


CUTS = [  # each line of the text that begins a block, and what pandoc calls its nodes
    ("A[^1] [b][c].\n\n[^1]: x\n\n    y\n\nEnd.\n\n[c]: http://x.org", [(0, "Para"), (6, "Para"), (8, "")]),
    ("- a\n\n- b\n\n    c\n\n1. x\n\n2. y\n\nz", [(0, "BulletList"), (6, "OrderedList"), (10, "Para")]),
    ("Table: c\n\n|a|b|\n|-|-|\n|1|2|\n\nx\n\n|a|b|\n|-|-|\n|1|2|\n\n: c", [(0, "Table"), (6, "Para"), (8, "Table")]),
    ("```\na\n\nb\n```\n\n::: x\n\na\n\n- b\n\n- c\n\n:::\n\nZ", [(0, "CodeBlock"), (6, "Div"), (16, "Para")]),
    ("T\n\n:   d\n\n    e\n\nU\n\n:   f\n\n:   g\n\nEnd", [(0, "DefinitionList"), (12, "Para")]),
    ("(@a) x\n\nSee (@c).\n\n(@) y\n\nz\n\n(@c) w", [(n, "Para" if n in {2, 6} else "OrderedList") for n in range(0, 9, 2)]),
    ("a\n\n---\n\n> b\n\n> c\n\n| d", [(0, "Para"), (2, "HorizontalRule"), *((n, "BlockQuote") for n in (4, 6)), (8, "LineBlock")]),
    ("---- ----\na    b\n\nc    d\n---- ----\n\nEnd", [(0, "Table"), (6, "Para")]),
]  # fmt: skip


@pytest.mark.parametrize(("markdown", "wanted"), CUTS)
def test_blocks_are_cut_where_pandoc_ends_them(markdown: str, wanted: list[tuple[int, str]], pandoc: Pandoc) -> None:
    (parts,) = parts_of([markdown], pandoc)
    assert [(part.span[0], " ".join(node["t"] for node in part.nodes)) for part in parts] == wanted
    assert [node for part in parts for node in part.nodes] == pandoc.parse([markdown])[0]


def test_citations_side_by_side_are_both_read(pandoc: Pandoc) -> None:
    first, second, third = pandoc.parse(["x[@a][@b]", "`[@a][@b]`", "[@a] [@b]"])
    assert [n["t"] for n in first[0]["c"]] == ["Str", "Cite", "Cite"]
    assert second[0]["c"][0]["c"][1] == "[@a][@b]"
    assert [n["t"] for n in third[0]["c"]] == ["Cite", "Space", "Cite"]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (":::: {.x}\n" * 500 + "Words.\n" + "::::\n" * 500, 36, "over 30 divisions “:::”, one in another"),
        ("".join("  " * n + "- x\n" for n in range(400)), 87, "this item is in too many lists, one in another"),
        ("- " * 400 + "x\n", 6, "this item is in too many lists, one in another"),
        ("<div>\n" * 3_000 + "x\n", 36, "over 30 tags of HTML, one in another"),
        ("[](a" * 2_000 + "\n", 6, "over 50 addresses of links begin from here on and aren’t closed"),
    ],
)  # fmt: skip
def test_what_is_nested_too_deeply_is_told_at_its_line(text: str, line: int, said: str) -> None:
    found = small.reading(more={"report/01-a.md": f"---\ntitle: A\nid: a\n---\n\n{text}"}).errors
    assert (found[0].path, found[0].line, found[0].message) == ("report/01-a.md", line, said)


def test_what_is_not_nested_deeply_is_left_alone() -> None:
    links = '[a](https://a.example/A_(b)) [b](c "(d)") [e](https://a.example/?f[]=1) [g](h "i (j [k])")'
    rows = f"::: {{.x}}\nWords {links} <b>x</b><br>\n:::\n\n" * 200
    searches = (markdown.deep_divisions, markdown.deep_lists, markdown.deep_tags, markdown.open_links)
    assert [list(search(f"{rows}- - - -\n" + "* " * 40 + "\n")) for search in searches] == [[], [], [], []]


def test_what_is_closed_too_often_hides_nothing_that_is_nested_deeply() -> None:
    divisions, tags = ":::\n" * 50 + "::: {.x}\n" * 31, "</b>" * 50 + "<b>" * 31
    assert [len(list(found)) for found in (markdown.deep_divisions(divisions), markdown.deep_tags(tags))] == [1, 1]
