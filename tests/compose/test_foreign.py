"""What Quarto, bookdown, MkDocs, Obsidian, GitHub and their kin read, and we don't, is refused at its place with what to write."""

from __future__ import annotations

import pytest

from briefs.compose import tree
from briefs.compose.foreign import brackets_as_signs
from briefs.compose.slots import TemplateFiller
from briefs.edition.model import Text
from briefs.press.session import Session
from briefs.problems import Place, Problem
from tests import small


def problems(session: Session, markdown: str, path: str = "report/01-a.md") -> list[Problem]:
    """What is found in a section whose text begins at line 10."""
    found: list[Problem] = []
    filler = TemplateFiller(session.templates, session.pandoc, found.extend)
    texts = [Text(markdown, Place(path, "", 10, 1))]
    filler.cut(texts) if path.endswith(".md") else filler.blocks(texts)
    return found


@pytest.mark.parametrize(
    ("markdown", "line", "column", "said", "write"),
    [
        ("So \\(x^2\\) is.", 10, 4, "“\\(x^2\\)” is not read as a formula", "`$x^2$`"),
        ("So \\(x\\) is.", 10, 4, "“\\(x\\)” is not read as a formula", "`$x$`"),
        ("Words.\n\n\\[\nE = mc^2\n\\]", 12, 1, "“\\[ E = mc^2 \\]” is not read as a formula", "`$E = mc^2$`"),
        ("It has 5\\,kg.", 10, 9, "“\\,” is printed as “,”", "`10\\ kg`"),
        ("A dis\\-con\\-nec\\-tion.", 10, 6, "“\\-” is printed as “-”", "by themselves"),
        ('M\\"uller came.', 10, 2, '“\\"” is printed as “"”', "themselves"),
        ("As Mr.~Smith says.", 10, 7, "“~” makes no space here", "`\\ `"),
        ("Das ist z.~B.~hier.", 10, 11, "“~” makes no space here", "`\\ `"),
        ("It is 20~km far.", 10, 9, "“~” makes no space here", "`\\ `"),
        ("See Figure~3.", 10, 11, "“~” makes no space here", "`\\ `"),
        ("A\n:   One\nB *b*\n:   Two", 12, 1, "“B *b*” is read as part of the meaning above it", "empty line"),
        ("> A\n> :   One\n> B\n> :   Two", 12, 3, "“B” is read as part of the meaning above it", "empty line"),
        ("A.[^1]\n\n[^1]: One\ntwo.\n\n  Three.", 15, 3, "this paragraph stands in the text", "four spaces"),
        ("[TOC]", 10, 1, "“[TOC]” makes no contents", "by itself"),
        ("[[toc]]", 10, 1, "“[[toc]]” makes no contents", "by itself"),
        ("A :smile: here.", 10, 3, "“:smile:” is left as text", "`\\:`"),
        ("As \\@ref(fig:x) shows.", 10, 4, "“\\@ref(fig:x)” is printed as it stands", "[](#fig-map)"),
        ("A picture (\\#fig:x) here.", 10, 11, "“(\\#fig:x)” is printed as it stands", "[](#fig-map)"),
        ("(ref:cap) Words.", 10, 1, "“(ref:cap)” is left as text", "Write the words"),
        ("# (PART) One {-}", 10, 3, "“(PART” is left as text", "Write the words"),
        ("A {{< var x >}} here.", 10, 3, "“{{< var x >}}” is left as text", "Write the words"),
        ("The {{ name }} of it.", 10, 5, "“{{ name }}” is left as text", "Write the words"),
        ("{% include x.md %}", 10, 1, "“{% include x.md %}” is left as text", "Write the words"),
        ("A ++word++ here.", 10, 3, "“++” is left as signs", "`\\+\\+`"),
        ("A {++word++} here.", 10, 3, "“{++” is left as text", "Accept or reject"),
        ("A {--word--} here.", 10, 3, "“{–” is left as text", "Accept or reject"),
        ("A {>>word<<} here.", 10, 3, "“{>>” is left as text", "Accept or reject"),
        ("<<<<<<< HEAD\none\n=======\ntwo\n>>>>>>> other", 10, 1, "“<<<<<<<” is left as signs", "Keep the words"),
        ("Words.\n\n<<< insert >>>", 12, 1, "“<<<” is left as signs", "Keep the words"),
        ("!!! note\n    Words.", 10, 1, "“!!! note” begins no box here", "**Note:**"),
        ("??? note\n    Words.", 10, 1, "“??? note” begins no box here", "**Note:**"),
        ("> [!NOTE]\n> Words.", 10, 3, "“[!NOTE]” begins no box here", "**Note:**"),
        ("A [[wiki]] link.", 10, 3, "“[[wiki]]” is left as text", "[words](#name)"),
        ("A ![[wiki.png]] link.", 10, 3, "“![[wiki.png]]” is left as text", "[words](#name)"),
        ("Words %%hidden%% here.", 10, 7, "“%%” is left as signs", "<!-- words -->"),
        ("A block. ^abc123", 10, 10, "“^abc123” is left as text", "Delete it"),
        ("See {ref}`label` here.", 10, 5, "“{ref}” is left as text", "Write the words"),
        ("--8<-- 'file.md'", 10, 1, "“–8<” is left as text", "into this file"),
        ("Words.\n\n. . .\n\nMore.", 12, 1, "“. . .” is printed", "Delete it"),
        ("Words {: .big}", 10, 7, "attributes in braces are left as text", "“{: .big}”"),
        ("Words.\n\n```{r}\nplot(1)\n```", 12, 4, "the code “{r} plot(1)” isn’t run here", "braces"),
        ("It is `r mean(x)` here.", 10, 8, "the code “r mean(x)” isn’t run here", "the result as words"),
        ("```mermaid\ngraph TD;\n```", 10, 4, "code for “mermaid” isn’t drawn here", "figures/"),
        ("Words.\n\n---\ntitle: x\n---\n\nMore.", 12, 1, "front matter is only read at the beginning", "there"),
        ("% A title\n\nWords.", 10, 1, "“%” begins no title here", "`title:`"),
        ("All is said.\n---", 10, 1, "this line is read as a heading", "empty line"),
        ("Words.\n\n[Speaker]: It is so.", 12, 1, "“[Speaker]:” is read as the address of a link", "`\\[`"),
        ("The *word is open.", 10, 5, "“*” is left as a sign", "*words*"),
        ("Leser*innen und Autor*innen", 10, 6, "“*innen und Autor*” is read as italics", "`\\*`"),
        ("A<br>B", 10, 2, "“<br>” is read as HTML", "backslash"),
        ("An [empty link]() here.", 10, 4, "the link “empty link” has no address", "https://"),
        ("H<sub>2</sub>O", 10, 2, "“<sub>” is read as HTML", "H~2~O"),
        ("Figure \\ref{fig-a}", 10, 8, "“\\ref{fig-a}” is read as a command of TeX", "[](#fig-map)"),
    ],
)
def test_the_syntax_of_another_program_is_refused_at_its_place(
    session: Session, markdown: str, line: int, column: int, said: str, write: str
) -> None:
    found = problems(session, markdown)
    assert [(p.line, p.column) for p in found[:1]] == [(line, column)], found
    assert found[0].message.startswith(said) and write in found[0].hint


@pytest.mark.parametrize(
    "markdown",
    [
        "He wrote \\[sic\\], \\(see p. 3\\), \\(1\\), \\[p. 3\\] and \\[...\\]. “\\[T\\]he end.”",
        "\\(a\\) Words begin.",
        "A.[^1] B.[^2]\n\n[^1]: One.\n\n    More.\n\n [^2]: Two.\n\nWords.",
        "At 10:30:45 (UTC+1), 5:1:2, C++, g++ and A++/A+++; 100%; 5 > 3 < 7; {a, b}; [x] or [y]; [a] [b].",
        "Men:women is 1:2; see “Note: this”; Kolleg:innen, Leser*innen, Schüler_innen.",
        "It is un*believ*able.",
        "| A | % of GDP |\n|---|---|\n| — | [n/a] |\n| 5 * 3 | *see note |",
        "Prices rose 5% (!!) and ???; 1/2; (c) 2020, (R), w/o, #1, §5, x^2 and |x|; US${}.",
        "A picture {of it}, \\{{ name }}, `{{ name }}`, \\:smile:, \\[[wiki]], \\%%, and <!-- %% a comment {{ x }} -->.",
        "```python\n{{ name }} [[x]] :smile:\n```\n\n```\n{r} x\n```",
        "A line.\n\n---\n\nAnother.",
        "My heading\n----------\n\nWords.",
        "[//]: # (A comment)\n\nA [link] and [another][two].\n\n[link]: https://example.org\n[Two]: https://example.org/2",
        "See https://example.org/:x:/%%/[[a]]/{{b}} or <https://example.org/{{x}}>.",
        "A\n:   One\n    more\n:   Two\n\nB\n:   Three\n\n    Four\n\nC\n\n:   Five\n:   Six\nlazy\n\n> D\n>\n> :   Seven",
        "P~a\\ cat~ and P~a\\ b\\ c~.",
        "H~2~O, CO~2~eq, x~max~, ~~gone~~, ~20%, 5~10, 월~금, A\\~B, ~~a b~~c; <https://example.org/~a/b~c> and [x](https://a.org/b~c).",
        "He said \"it is\"[^1] and 'it was'^[There.].\n\n[^1]: Here.",
        "| A |\n|---|\n| [so]{.smallcaps} and [so]{.underline} |",
        "Words^[See https://example.org/a.] and words.[^1]\n\n[^1]: See https://example.org/b.",
    ],
)
def test_ordinary_prose_is_no_syntax_of_another_program(session: Session, markdown: str) -> None:
    assert problems(session, markdown) == []


def test_a_field_is_held_to_the_same(session: Session) -> None:
    found = problems(session, "The {{ name }} of it, with :smile:.", "countries/be.yaml")
    assert [(p.line, p.column) for p in found] == [(10, 5), (10, 28)]


def test_a_reference_of_quarto_is_no_unknown_source() -> None:
    text = "---\ntitle: A\nid: sec-a\n---\n\nSee @fig-map, [-@tbl-one] and [@sec:x].\n"
    found = small.reading(more={"report/01-a.md": text}).errors
    assert [(p.line, p.column, p.hint[:18]) for p in found] == [
        (6, 5, "Write [](#fig-map)"),
        (6, 17, "Write [](#tbl-one)"),
        (6, 32, "Write [](#sec:x) t"),
    ]


@pytest.mark.parametrize(
    ("markdown", "line", "column", "said"),
    [
        ("A.[^1]\n\nMore.\n\n[^1]: Some <b>words.", 14, 12, "“<b>” is read as HTML"),
        ("A.[^1]\n\n[^1]: One.\n\n    ## Two", 12, 1, "a heading can’t stand in a note"),
        ("A.[^1] B.[^two]\n\n[^two]: Fine.\n\n    Second <u>par.\n\n[^1]: Good.", 14, 12, "“<u>” is read as HTML"),
        ("A.[^1]\n\n[^1]: Good.\nNext 2*3*4.", 13, 7, "“*3*” is read as italics"),
        ("| A |\n|---|\n| x[^1] |\n\n: Cap[^2]\n\n[^1]: One [a](b).\n[^2]: Two.", 16, 15, "the link “b” leads nowhere"),
    ],
)
def test_what_is_wrong_with_a_note_is_told_where_it_is_defined(
    session: Session, markdown: str, line: int, column: int, said: str
) -> None:
    found = problems(session, markdown)
    assert [(p.line, p.column) for p in found] == [(line, column)] and found[0].message.startswith(said)


@pytest.mark.parametrize("table", ["  A     B\n  ----  ----\n  one   two\n", "  | A | B |\n  |---|---|\n  | 1 | 2 |\n"])
def test_a_table_after_a_note_is_no_paragraph_of_it(table: str, session: Session) -> None:
    assert problems(session, f"A.[^1]\n\n[^1]: One.\n\n{table}") == []


@pytest.mark.parametrize("markdown", ["A note \\[\\*\\] here.", "A sign \\(\\+\\) here.", "A sign \\[\\^\\=\\] here."])
def test_signs_in_brackets_are_no_formula(session: Session, markdown: str) -> None:
    assert problems(session, markdown) == []


@pytest.mark.parametrize("words", ["[y]", "[x = y]", "[a_b] and [c]"])
def test_brackets_that_pandoc_escapes_can_be_written_so_that_they_are_no_formula(session: Session, words: str) -> None:
    """As they are when they come back from Word."""
    escaped = session.pandoc.markdown(tree.document([tree.para(tree.words(f"So {words} is."))])).strip()
    assert "\\[" in escaped and problems(session, escaped)
    plain = brackets_as_signs(escaped)
    assert problems(session, plain) == []
    assert session.pandoc.parse([plain]) == session.pandoc.parse([escaped])
    assert brackets_as_signs(f"Code: `{escaped}`") == f"Code: `{escaped}`"
