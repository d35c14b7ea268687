"""Signs that pandoc pairs or changes, though nobody means them so, are refused with what to write."""

from __future__ import annotations

import pytest

from briefs.compose import tree
from briefs.compose.slots import TemplateFiller
from briefs.edition.model import Text
from briefs.press.session import Session
from briefs.problems import Place, Problem

FIELD = "countries/be.yaml"


def problems(session: Session, markdown: str) -> list[Problem]:
    found: list[Problem] = []
    TemplateFiller(session.templates, session.pandoc, found.extend).blocks([Text(markdown, Place(FIELD, "x", 5, 1))])
    return found


@pytest.mark.parametrize(
    ("markdown", "said", "write"),
    [
        ("The product 2*3*4 is 24.", "“*3*” is read as italics", "`\\*`"),
        ("Pattern A*B*C.", "“*B*” is read as italics", "`\\*`"),
        ("That is 2**3**2.", "“**3**” is read as bold", "`\\*\\*`"),
        ("Price*: 5 euros. Note*: without tax.", "“*: 5 euros. Note*” is read as italics", "`\\*`"),
        ("Signs (*) and (*) mark them.", "“*) and (*” is read as italics", "`\\*`"),
        ("Values 0.5*, 0.7* and more.", "“*, 0.7*” is read as italics", "`\\*`"),
        ("A range ~5–~6 here.", "“~5–~” is read as lowered letters", "`\\~`"),
        ("Costs ~6~7.", "“~6~” is read as lowered letters", "`\\~`"),
        ("About 10^6/10^9 of them.", "“^6/10^” is read as raised letters", "`\\^`"),
        ("So a^2+b^2 = c.", "“^2+b^” is read as raised letters", "`\\^`"),
        ("[Bob](https://example.org)'s 'stuff' too.", "' is read as the beginning of a quotation in “'s”", "Write ’"),
        ("The code `x`'s 'stuff' too.", "' is read as the beginning of a quotation in “'s”", "Write ’"),
        ("'Tis what the Smiths' dog did.", "' is read as the beginning of a quotation in “'Tis what", "Write ’"),
        ("Rock 'n' roll.", "' is read as the beginning of a quotation in “'n”", "Write ’"),
        ("The '90s and the Smiths' dog.", "' is read as the beginning of a quotation in “'90s and", "Write ’"),
        ("He said 'twas 'the end'.", "' is read as the beginning of a quotation in “'twas", "Write ’"),
        ("It is 5'10\" tall.", "“5'” is printed with a quotation mark", "Write ′"),
        ("At 48°51'24\"N.", "“1'” is printed with a quotation mark", "Write ′"),
        ('Er sagte „a" dazu.', "the quotation that „ begins ends with a straight mark", "Write “"),
        ('Signs ("_") and ("%") here.', '" is read as the beginning of a quotation in “") and (”', "Write ’"),
        ("The *nix way and 5*3=15.", "“*nix way and 5*” is read as italics", "`\\*`"),
        ("In __init__.py it is.", "“__init__” is read as bold", "backticks"),
        ("Run --help to see.", "“--help” is printed with a dash", "`--help`"),
        ("See https://example.org/a--b now.", "the address “https://example.org/a--b” isn’t", "between < and >"),
        ("See https://example.org/~user/~x.", "the address “https://example.org/~user/~x” isn’t", "between < and >"),
        ("See www.example.org/a...b?q='x'.", "the address “www.example.org/a...b?q='x” isn’t", "between < and >"),
        ("See https://example.org/*a*/x.", "the address “https://example.org/*a*/x” isn’t", "between < and >"),
    ],
)
def test_what_would_be_printed_otherwise_is_refused(session: Session, markdown: str, said: str, write: str) -> None:
    found = problems(session, markdown)
    assert found and found[0].message.startswith(said) and write in found[0].hint


@pytest.mark.parametrize(
    ("markdown", "printed"),
    [
        ("un*believ*able, *emph*asis, x^2^y, H~2~O, ^14^C, CO~2~-free.", "unbelievable, emphasis, x2y, H2O, 14C, CO2-free."),
        ("2\\*3\\*4 and 2 * 3 * 4, ~5 and ~6.", "2*3*4 and 2 * 3 * 4, ~5 and ~6."),
        ("The '90s, class of '68, O'Neil's.", "The ’90s, class of ’68, O’Neil’s."),
        ("He said 'it is'. \"In 2019\", he said.", "He said ‘it is’. “In 2019”, he said."),
        ('*Foo*\'s \'foo\', ("x") and *"y"*.', "Foo’s ‘foo’, (“x”) and “y”."),
        ("‘Twas’ is a word; ’tis too.", "‘Twas’ is a word; ’tis too."),
        ("The 1990's and the 1980s' end, 2019--2020---so.", "The 1990’s and the 1980s’ end, 2019–2020—so."),
        ("<https://example.org/a--b> and [words](https://example.org/a--b).", "https://example.org/a--b and words."),
        ("[words][x].\n\n[x]: https://example.org/a--b", "words."),
        ('He said "in 2015" and “in 2015”.', "He said “in 2015” and “in 2015”."),
        ("He said \"it is\"[@one] and 'it was'[@two].", "He said “it is”[@one] and ‘it was’[@two]."),
        ("On https://example.org/a_b?c=1&d=2, (www.example.org).", "On https://example.org/a_b?c=1&d=2, (www.example.org)."),
    ],
)
def test_what_is_meant_is_printed(session: Session, markdown: str, printed: str) -> None:
    filler = TemplateFiller(session.templates, session.pandoc)
    assert tree.text_of(filler.blocks([Text(markdown, Place(FIELD, "x", 5, 1))])) == printed


def test_a_backslash_in_the_code_of_a_table_is_refused(session: Session) -> None:
    found: list[Problem] = []
    table = "| A | B |\n|---|---|\n| x | `a {} b` |\n"
    filler = TemplateFiller(session.templates, session.pandoc, found.extend)
    filler.cut([Text(table.format("|"), Place("report/01-a.md", "x", 5, 1))])
    assert not found
    filler.cut([Text(table.format("\\|"), Place("report/01-a.md", "x", 5, 1))])
    assert [(p.line, p.message) for p in found] == [(7, "the backslash in “a \\| b” is printed: code has no escapes")]


def test_quotations_in_a_note_within_a_quotation_have_curly_marks_or_are_refused(session: Session) -> None:
    found: list[Problem] = []
    filler = TemplateFiller(session.templates, session.pandoc, found.extend)
    refused = "A \"quotation^[In \"quotes, as said\".]\" ends.\n\nA 'word^[In ('quotes').]' ends."
    filler.cut([Text(refused, Place("report/01-a.md", "", 5, 1))])
    assert [(p.line, p.column, p.message.split(" in ")[0]) for p in found] == [(5, 18, "“quotes, as said”"), (7, 14, "“quotes”")]
    assert [p.hint for p in found] == ["Write “quotes, as said” with curly marks.", "Write “quotes” with curly marks."]
    found.clear()
    printed = 'A "word^[It’s \'so\' in the \'90s, for “us”.]", \'x^[\'Tis "y" o\'er.]\', "z[^1]".\n\n[^1]: For "us".'
    filler.cut([Text(printed, Place("report/01-a.md", "", 5, 1))])
    assert found == []
