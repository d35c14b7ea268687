"""A formula is printed in letters in every format, or refused at its place; a price never becomes one."""

from __future__ import annotations

import pytest

from briefs.compose import tree
from briefs.compose.slots import TemplateFiller
from briefs.edition.model import Text
from briefs.press.session import Session
from briefs.problems import Place, Problem


def composed(session: Session, markdown: str) -> tuple[list[tree.Node], list[Problem]]:
    """The blocks of a section whose text begins at line 10, and what is wrong with it."""
    found: list[Problem] = []
    filler = TemplateFiller(session.templates, session.pandoc, found.extend)
    [cut] = filler.cut([Text(markdown, Place("report/01-a.md", "", 10, 1))])
    return [node for _, nodes in cut for node in nodes], found


@pytest.mark.parametrize(
    ("markdown", "printed"),
    [
        ("So $E = mc^2$ holds.", "So E\u00a0=\u00a0mc2 holds."),
        ("CO$_2$ and $\\alpha \\le \\beta$", "CO2 and α\u00a0≤\u00a0β"),
        ("$$a/b$$", "a/b"),
        ("So:\n\n$$ x = 1 $$\n\nIt is.", "So:x = 1It is."),
        ("About $10^{-6}$ and $\\text{net gain}$.", "About 10−6 and net gain."),
        ("$1{,}234{,}567$ of $10{,}5\\%$", "1,234,567 of 10,5%"),
        ("$\\log_{10} x$, $2\\max_i x_i$, $\\log_2(x)$", "log10\u00a0x, 2maxi\u00a0xi, log2(x)"),
        ("$\\ln(2)$, $\\log x$, $x\\sin 2$, or $\\sim 5$", "ln(2), log\u00a0x, xsin\u00a02, or ∼\u00a05"),
        ("$10^{6{,}1}$, $\\text{1{,}000 t}$, $12{:}30$, $f(x{;}y)$", "106,1, 1,000 t, 12:30, f(x;y)"),
    ],
)
def test_a_formula_is_printed_in_letters(session: Session, markdown: str, printed: str) -> None:
    blocks, found = composed(session, markdown)
    assert found == [] and tree.text_of(blocks) == printed
    assert not any(node["t"] == "Math" for node in tree.walk(blocks))


def test_raised_and_lowered_letters_stay_so(session: Session) -> None:
    blocks, _ = composed(session, "$x_1^2$")
    assert [node["t"] for node in tree.walk(blocks) if node["t"].endswith("script")] == ["Subscript", "Superscript"]


@pytest.mark.parametrize("formula", ["\\frac{a}{b}", "\\sqrt{2}", "\\sum_{i=1}^n i", "\\unknown", "a \\\\ b"])
def test_a_formula_that_letters_cant_show_is_refused_at_its_place(session: Session, formula: str) -> None:
    _, [found] = composed(session, f"First.\n\nThen ${formula}$ here.")
    assert (found.line, found.column) == (12, 6) and "can’t be printed" in found.message


def test_a_formula_that_is_to_stand_apart_is_a_paragraph(session: Session) -> None:
    _, [found] = composed(session, "First.\n\nThen $$a^2$$ here.")
    assert (found.line, found.column) == (12, 6) and "isn’t set apart" in found.message and "single dollars" in found.hint


@pytest.mark.parametrize(
    "markdown", ["It cost $5 and US$ more.", "From $5 to C$.", "It is 5$-6$ now.", "Pay $20, or 30$.", "Of $5 – 6$ each."]
)
def test_prices_that_pandoc_takes_for_a_formula_are_refused(session: Session, markdown: str) -> None:
    _, [found] = composed(session, markdown)
    assert "is read as a formula" in found.message and "`\\$`" in found.hint


@pytest.mark.parametrize("markdown", ["Between $5 and $6.", "At \\$5 and US\\$ more.", "$5–$6 and $20,000 or $30,000"])
def test_prices_are_printed(session: Session, markdown: str) -> None:
    blocks, found = composed(session, markdown)
    assert found == [] and tree.text_of(blocks) == markdown.replace("\\", "")


def test_a_word_with_lowered_letters_is_no_function(session: Session) -> None:
    blocks, _ = composed(session, "$\\text{net}_2 x$")
    assert tree.text_of(blocks) == "net2x"
