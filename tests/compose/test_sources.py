"""What is printed of a source, whichever program exported it: notes, bibliography, numbered lists, attached data.

`exports/` has records in the shapes that Zotero, Better BibTeX, Crossref, JabRef, Mendeley, EndNote and Citavi write. What each
must come to stands in `printed.yaml`: the first note, the second, the entry in the bibliography, and the short source.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

import pypdfium2
import pytest
import yaml
from docx import Document

from briefs.compose import csljson, data, references, richtext, sources, tree
from briefs.compose.kinds import KINDS
from briefs.compose.labels import Labels
from briefs.compose.slots import TemplateFiller
from briefs.edition import bib, csl, terms, yamls
from briefs.edition.bibfields import entry_fields
from briefs.edition.csldates import CslDate
from briefs.edition.model import Edition
from briefs.edition.read import read_files
from briefs.press.session import Session
from briefs.tools.pandoc import Pandoc, PandocError
from tests import small

ROOT = Path(__file__).parents[2]
EXPORTS = Path(__file__).parent / "exports"
PRINTED = yaml.safe_load(EXPORTS.with_name("printed.yaml").read_text(encoding="utf-8"))
STYLE = "chicago-notes-bibliography"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def pandoc() -> Iterator[Pandoc]:
    with Pandoc() as opened:
        yield opened


def edition(name: str, content: bytes | str, language: str = "en-GB") -> Edition:
    """An edition with one file of sources and no facts."""
    more = {"sources.yaml": None, f"sources{Path(name).suffix}": content, f"labels/{language}.yaml": small.LABELS.read_bytes()}
    files = small.files(facts=[], about={"language": language}, more=more)
    reading = read_files(files)
    assert reading.edition, [str(p) for p in reading.errors]
    return reading.edition


def record(language: str = "en-GB", **fields: Any) -> Edition:
    return edition("sources.json", json.dumps([{"id": "one", "type": "book", "title": "T", **fields}]), language)


def cited(made: Edition, pandoc: Pandoc) -> references.Cited:
    """Each source cited twice, and a bibliography."""
    paragraphs = [tree.para([cite(key)]) for key in made.sources for _ in (1, 2)]
    return references.cite(made, [*paragraphs, tree.div([], "refs")], STYLE, pandoc)


def cite(key: str) -> tree.Node:
    citation = {"citationId": key, "citationPrefix": [], "citationSuffix": [], "citationMode": {"t": "NormalCitation"}}
    return {"t": "Cite", "c": [[{**citation, "citationNoteNum": 1, "citationHash": 0}], []]}


def notes(blocks: Sequence[tree.Node]) -> list[str]:
    return ["".join(map(tree.text_of, tree.blocks(node))) for node in tree.walk(list(blocks)) if node["t"] == "Note"]


def printed(made: Edition, pandoc: Pandoc) -> dict[str, list[str]]:
    """What is printed of each source: two notes, the entry of the bibliography, the short source."""
    found = cited(made, pandoc)
    told = notes(found.blocks)
    entries = {tree.identifier(entry).removeprefix("ref-"): tree.text_of(entry) for entry in tree.blocks(found.blocks[-1])}
    short = {key: tree.text_of(sources.short(source, made.about)) for key, source in made.sources.items()}
    return {key: [told[2 * n], told[2 * n + 1], entries.get(key, ""), short[key]] for n, key in enumerate(made.sources)}


@pytest.mark.parametrize("name", sorted(path.name for path in EXPORTS.iterdir()))
def test_exports_are_printed(name: str, pandoc: Pandoc) -> None:
    assert printed(edition(name, (EXPORTS / name).read_bytes()), pandoc) == PRINTED[name]


# Texts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Trump's 'trade war' isn't \"over\"", "Trump’s “trade war” isn’t “over”"),
        ("\"He said 'no'\", 'yes'", "“He said ‘no’”, “yes”"),
        ("‘Trade war’: the “champion”", "“Trade war”: the “champion”"),
        ("“a ‘b “c” d’ e”", "“a ‘b “c” d’ e”"),
        ("Rock 'n' roll in the '90s, 5' 6\" tall", "Rock ’n’ roll in the ’90s, 5′ 6″ tall"),
        ('the Joneses\' "house" of 1968"', "the Joneses’ “house” of 1968″"),
        ("Der „kleine“ Riese, « bien », ”så”", "Der „kleine“ Riese, « bien », ”så”"),
        ('The "<i>Titanic</i>" and <i>"Y"</i>', "The “Titanic” and “Y”"),
        ("A < B &amp; C, a_b, 2*3*4, $5, [x](y), \\emph{z}", "A < B & C, a_b, 2*3*4, $5, [x](y), \\emph{z}"),
        ("<i>open, <x>y</x>, </b> and <span>s</span>", "<i>open, <x>y</x>, </b> and s"),
    ],
)
def test_quotes_and_signs(text: str, said: str) -> None:
    assert richtext.plain(text) == said


def test_rich_text_is_set_as_such() -> None:
    text = '<i>a</i> <b>b</b> <sub>c</sub> <sup>d</sup> <sc>e</sc> <span style="font-variant: small-caps">f</span>'
    assert [n["t"] for n in richtext.inlines(text) if n["t"] != "Space"] == [
        "Emph", "Strong", "Subscript", "Superscript", "SmallCaps", "SmallCaps",
    ]  # fmt: skip
    assert tree.classes(richtext.inlines('<span class="nocase">iPhone</span>')[0]) == ["nocase"]


def test_a_text_of_any_length_is_read_in_a_time_that_grows_with_it() -> None:
    text = "'\"<i>\"'" * 4_000
    assert len(richtext.plain(text)) > 4_000
    assert richtext.plain("<i>" * 4_000 + "x" + "</i>" * 4_000).count("x") == 1


@pytest.mark.parametrize(
    ("language", "said"),
    [("en-GB", "“a ‘b’”"), ("de", "„a ‚b‘“"), ("fr", "«\xa0a “b”\xa0»"), ("pl", "„a «b»”"), ("ja", "「a『b』」")],
)
def test_quotations_have_the_marks_of_the_language(language: str, said: str, pandoc: Pandoc) -> None:
    made = record(language, title="\"a 'b'\"", publisher="P", issued="2019")
    note, _, _, short = printed(made, pandoc)["one"]
    for words in (note, short):
        assert said.replace(" ", "") in words.replace(" ", "").replace("\u202f", "").replace("\u2060", "").lower(), words


def test_the_marks_and_seasons_are_those_of_citeproc(pandoc: Pandoc) -> None:
    for language in ("de", "en", "fr"):
        made = record(language, type="article-magazine", title='"x"', issued="2019-21", **{"container-title": "M"})
        note = printed(made, pandoc)["one"][0]
        assert terms.season(0, 2019, language).lower() in note.lower()


def test_italics_in_an_italic_title_are_roman() -> None:
    short = sources.short((made := record(title="On the <i>Titanic</i> again", issued="2019")).sources["one"], made.about)
    assert [(n["t"], tree.text_of(n)) for n in short][:3] == [("Emph", "On the "), ("Str", "Titanic"), ("Emph", " again")]


@pytest.mark.parametrize(
    ("kind", "fields", "note", "warned"),
    [
        ("book", "type={Book Section}, publisher={P}", "T (P, 2020).", "the type “Book Section” isn’t printed"),
        ("article", "type={Journal Article}, journal={J}", "“T”, J, 2020.", ""),
        ("article", "type={Sidebar}, journal={J}", "“T”, J, 2020.", "the type “Sidebar” isn’t printed"),
        ("techreport", "type={White paper}, institution={I}", "T, White paper (I, 2020).", ""),
        (
            "spaceship",
            "publisher={P}",
            "“T”, P, 2020.",
            "“@spaceship” is no type of BibLaTeX that is set; the source is set as @misc",
        ),
    ],
)
def test_only_entries_with_a_type_print_one(kind: str, fields: str, note: str, warned: str, pandoc: Pandoc) -> None:
    bibtex = f"@{kind}{{one, title={{T}}, year={{2020}}, {fields}}}"
    reading = read_files(small.files(facts=[], more={"sources.yaml": None, "sources.bib": bibtex}))
    assert reading.edition and printed(reading.edition, pandoc)["one"][0] == note
    told = [problem.message for problem in reading.problems if "never cited" not in problem.message]
    assert told == ([warned] if warned else [])


_SECOND_ADDRESS = ["“https://b.org/y” isn’t printed: it follows another address"]


@pytest.mark.parametrize(
    ("entry", "address", "told"),
    [
        (
            "url={https://a.org/x https://b.org/y}",
            "https://a.org/x",
            _SECOND_ADDRESS,
        ),
        (
            "url={https://a.org/x,\n  https://b.org/y}",
            "https://a.org/x",
            _SECOND_ADDRESS,
        ),
        ("url={https://a.org/x;https://b.org/y}", "https://a.org/x", _SECOND_ADDRESS),
        ("url={https://a.org/x,https://b.org/y}", "https://a.org/x", _SECOND_ADDRESS),
        ("url={https://a.org/x ; https://b.org/y}", "https://a.org/x", _SECOND_ADDRESS),
        ("url={https://a.org/x;y=1,2}", "https://a.org/x;y=1,2", []),
        ("url={https://a.org/x y}", "https://a.org/x%20y", []),
        ("url={https://a.org/https://b.org}", "https://a.org/https://b.org", []),
        ("url={https://a.org/}, ids={two, three}", "https://a.org/", ["the other keys in `ids` can’t be cited"]),
    ],
)
def test_a_source_has_one_address_and_one_key(entry: str, address: str, told: list[str]) -> None:
    reading = read_files(small.files(facts=[], more={"sources.yaml": None, "sources.bib": f"@misc{{one, title={{T}}, {entry}}}"}))
    assert reading.edition and address == reading.edition.sources["one"].URL
    assert [p.message for p in reading.problems if "never cited" not in p.message] == told


@pytest.mark.parametrize("pointer", ["crossref", "xref"])
def test_the_book_of_a_cited_chapter_is_used(pointer: str) -> None:
    book = "@book{two, title={B}, editor={C, D}, year=2020}\n@book{three, title={E}, year=2021}"
    bibtex = f"@incollection{{one, title={{T}}, author={{A, B}}, booktitle={{B}}, {pointer}={{two}}, year=2020}}\n{book}"
    reading = read_files(small.files(facts=[small.fact("Words.")], more={"sources.yaml": None, "sources.bib": bibtex}))
    assert [problem.message for problem in reading.problems] == ["the source “three” is never cited"]


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("March 12, 2020", []),
        ("n.d.", []),
        ("in 2020 or so", ["the date “in 2020 or so” can’t be read, so it is printed as it stands"]),
    ],
)
def test_a_date_in_words_with_digits_is_read_or_told(raw: str, told: list[str]) -> None:
    records = [{"id": "one", "type": "book", "title": "T", "issued": {"raw": raw}}]
    reading = read_files(small.files(facts=[], more={"sources.yaml": None, "sources.json": json.dumps(records)}))
    assert [p.message for p in reading.problems if "never cited" not in p.message] == told


@pytest.mark.parametrize(
    ("entry", "note"),
    [
        ("@phdthesis{one, author={Doe}, title={T}, school={S}, year={11.05.2018}}", "Doe, “T” (PhD thesis, S, 2018)."),
        ("@book{one, title={T}, publisher={{A Body}}, institution={{A Body}}, year={2018}}", "T (A Body, 2018)."),
        ("@book{one, title={T}, publisher={Sage}, institution={A Body}, year={2018}}", "T (A Body; Sage, 2018)."),
        ("@software{one, title={T}, version={v3}, year={2018}}", "T, v. 3, released 2018."),
    ],
)
def test_what_programs_write_in_their_own_way_is_printed_as_others_have_it(entry: str, note: str, pandoc: Pandoc) -> None:
    assert printed(edition("sources.bib", entry), pandoc)["one"][0] == note


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ("type=legislation, number=Pub. L. No. 104-104", "T, Pub. L. No. 104-104 (2020)."),
        ("type=legislation, number=104-104", "T, Pub. L. No. 104-104 (2020)."),
        ("type=legislation, number=L 151/15, container-title=OJ", "T, L 151/15, OJ (2020)."),
        ("type=legislation, number=2018-1021", "T, No. 2018-1021 (2020)."),
        ("type=legislation, number=25, genre=Royal Decree", "T, Royal Decree No. 25 (2020)."),
        ("type=regulation, number=2019-12", "T, No. 2019-12 (2020)."),
        ("type=regulation, number=L 151/15", "T, L 151/15 (2020)."),
        ("type=legal_case, number=12-345", "T, No. 12-345 (2020)."),
        ("type=webpage, publisher=Reuters, issued=2020~", "“T”, Reuters, [2020?]."),
        ("type=webpage, container-title=Reuters, issued=2020~", "“T”, Reuters, [2020?]."),
        ("type=webpage, issued=2020~", "“T” [2020?]."),
        ("type=broadcast, issued=2020~", "T, aired [2020?]."),
        (
            "type=broadcast, issued=2020~, original-title=Press, original-date=1960",
            "T, aired [2020?]; originally published as Press (1960).",
        ),
        ("type=broadcast, publisher=BBC", "T, aired 2020, on BBC."),
        ("type=dataset, version=2024-03", "“T”, version 2024-03, 2020."),
        ("type=software, version=1.0-2", "T, v. 1.0-2, released 2020."),
        ("title=Apple vs. google: from vs. to", "Apple vs. Google: From vs. To (2020)."),
        ("title=Conférence de presse", "Conférence de presse (2020)."),
        ("title=Kritische netze von morgen", "Kritische netze von morgen (2020)."),
        ("title=Nota over de veiligheid", "Nota over de veiligheid (2020)."),
        ("title=Growing pains near Rio de Janeiro", "Growing Pains Near Rio de Janeiro (2020)."),
        ("title=Ursula von der Leyen speech", "Ursula von der Leyen Speech (2020)."),
        ("title=Jan van den Berg: the minister of growth", "Jan van den Berg: The Minister of Growth (2020)."),
        ("title=Kritik von der opposition", "Kritik von der opposition (2020)."),
        ("title=Trucks en route", "Trucks En Route (2020)."),
        ("title=The crème de la crème", "The Crème de La Crème (2020)."),
    ],
)
def test_laws_uncertain_dates_broadcasts_and_capitals(fields: str, note: str, pandoc: Pandoc) -> None:
    given = dict(field.split("=") for field in fields.split(", "))
    assert printed(record(**{"issued": "2020", **given}), pandoc)["one"][0] == note


def test_a_style_leaves_the_letters_of_a_formula_in_a_title(pandoc: Pandoc) -> None:
    bibtex = r"@article{one, title={A case: $\alpha$ and $x$ tests}, journal={J}, year={2020}}"
    reading = read_files(small.files(facts=[], more={"sources.yaml": None, "sources.bib": bibtex}))
    assert reading.edition and printed(reading.edition, pandoc)["one"][0] == "“A Case: α and x Tests”, J, 2020."


@pytest.mark.parametrize(
    ("title", "note"),
    [
        (r"The \textit{E. coli} genome and \emph{the origin} story", "The E. coli Genome and the origin Story"),
        (r"A new {\emph{E. coli}}: \textit{E. coli} and \textbf{in vivo} tests", "A New E. coli: E. coli and in vivo Tests"),
        (r"\emph{Homo} and {the \textsc{eid} law} of ``fake news''", "Homo and the eid law of ‘Fake News’"),
    ],
)
def test_a_style_leaves_the_capitals_of_a_command_in_a_title(title: str, note: str, pandoc: Pandoc) -> None:
    made = edition("sources.bib", f"@article{{one, title={{{title}}}, journal={{J}}, year={{2020}}}}")
    assert printed(made, pandoc)["one"][0] == f"“{note}”, J, 2020."


@pytest.mark.parametrize(
    ("fields", "entry", "warned"),
    [
        (r"howpublished={\href{https://example.org/a\_b}{The Site}}", "“T”. The Site, 2020. https://example.org/a_b.", ""),
        (r"howpublished={\url{https://example.org/a}}", "“T”. 2020. https://example.org/a.", ""),
        (r"note={At \url{https://example.org/a}}", "“T”. 2020. https://example.org/a.", ""),
        (
            r"url={https://example.org/a}, note={\href{https://example.org/b}{Here}}",
            "“T”. 2020. https://example.org/a.",
            "example.org/b",
        ),
    ],
)
def test_an_address_in_a_text_of_bibtex_is_the_address_of_the_source(fields: str, entry: str, warned: str, pandoc: Pandoc) -> None:
    files = small.files(facts=[], more={"sources.yaml": None, "sources.bib": f"@misc{{one, title={{T}}, year={{2020}}, {fields}}}"})
    reading = read_files(files)
    assert reading.edition and printed(reading.edition, pandoc)["one"][2] == entry
    told = [str(problem) for problem in reading.problems if "never cited" not in problem.message]
    assert (warned in told[0]) if warned else not told


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Some \"quotes\", 'single' ones, isn't", "Some ‘Quotes’, ‘Single’ Ones, Isn’t"),
        ("Rock 'n' roll in the '90s", "Rock ’n’ Roll in the ’90s"),
        ("100% of R&D_x, #1 of $5", "100% of R&D_x, #1 of $5"),
        ("5\\% of $\\alpha$\n more, \\$5", "5% of α More, $5"),
    ],
)
def test_straight_quotation_marks_in_bibtex_open_and_close(title: str, said: str, pandoc: Pandoc) -> None:
    made = edition("sources.bib", f"@article{{one, title={{{title}}}, journal={{J}}, year={{2020}}}}")
    assert printed(made, pandoc)["one"][0] == f"“{said}”, J, 2020."


@pytest.mark.parametrize(
    ("authors", "wrong"),
    [
        ("Doe, A. & Roe, B.", "Doe, A. & Roe, B."),
        ("Doe, A. and Roe, B.; Poe, C.", "Roe, B.; Poe, C."),
        ("Ann Doe, Bob Roe, Cy Poe, Di Moe", "Ann Doe, Bob Roe, Cy Poe, Di Moe"),
        ("Doe, A. et al.", "Doe, A. et al."),
        ("{Johnson \\& Johnson} and King, Jr., Martin Luther and {Doe; Roe} and others", ""),
        ("family=Graaf, given=Willem, prefix=de, suffix=III", ""),
    ],
)
def test_several_names_that_would_be_read_as_one_are_refused(authors: str, wrong: str) -> None:
    bibtex = f"@book{{one, title={{T}}, author={{{authors}}}, year={{2020}}}}"
    found = read_files(small.files(facts=[], more={"sources.yaml": None, "sources.bib": bibtex})).errors
    assert [problem.message for problem in found] == ([f"“{wrong}” is read as one name"] if wrong else [])


def test_the_court_of_a_case_in_biblatex_is_printed(pandoc: Pandoc) -> None:
    fields = "title={One v Other}, date={2004-12-14}, institution={Court of Justice}, number={C-463/01}"
    assert "Court of Justice" in printed(edition("sources.bib", f"@jurisdiction{{one, {fields}}}"), pandoc)["one"][0]


@pytest.mark.parametrize(("written", "said"), [("Second", "2nd edn"), ("2nd", "2nd edn"), ("2", "2nd edn"), ("Revised", "Revised")])
def test_the_edition_of_bibtex_may_be_a_word(written: str, said: str, pandoc: Pandoc) -> None:
    made = edition("sources.bib", f"@book{{one, title={{T}}, publisher={{P}}, year={{2020}}, edition={{{written}}}}}")
    assert printed(made, pandoc)["one"][0] == f"T, {said} (P, 2020)."


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": "word " * 5_000}, "“title” has 25,000 letters; 20,000 is the most"),
        ({"author": [{"family": "F"}] * 6_000}, "“author” has 6,000 names; 5,000 is the most"),
    ],
)
def test_a_record_of_more_than_citeproc_can_set_is_refused_at_its_place(fields: dict[str, Any], said: str) -> None:
    content = json.dumps([{"id": "one", "type": "book", "title": "T", "issued": "2020", **fields}], indent=1)
    (problem,) = read_files(small.files(facts=[], more={"sources.yaml": None, "sources.json": content})).errors
    assert said in problem.message and (problem.path, problem.line) == ("sources.json", 5 if "title" in fields else 7)


def test_entries_of_bibtex_that_inherit_from_themselves_are_refused() -> None:
    whole = "@book{c, title={T}, year={2020}, crossref={d}}\n@book{d, title={U}}"
    content = f"@book{{a, title={{T}}, crossref={{b}}}}\n@book{{b, xdata={{c, a}}}}\n{whole}"
    reading = read_files(small.files(facts=[], more={"sources.yaml": None, "sources.bib": content}))
    assert [(p.line, "inherits from itself" in p.message) for p in reading.errors] == [(1, True), (2, True)]


def bibtex_errors(content: str) -> list[str]:
    reading = read_files(small.files(facts=[], more={"sources.yaml": None, "sources.bib": content}))
    return [f"{p.path}:{p.line}: {p.message}" for p in reading.errors]


def test_abbreviations_of_bibtex_that_double_are_refused_before_they_are_put_in() -> None:
    doubled = "".join(f"@string{{s{n} = s{n - 1} # s{n - 1} # s{n - 1} # s{n - 1}}}\n" for n in range(1, 13))
    content = f'@string{{s0 = "a, title"}}\n{doubled}@book{{a, title = s12, year = 2020}}\n'
    assert bibtex_errors(content) == ["sources.bib:7: the abbreviation “s6” stands for over 20,000 letters"]


def test_entries_of_bibtex_that_repeat_an_abbreviation_are_refused_where_they_are_too_long() -> None:
    entries = "".join(f"@book{{b{n}, title = {{T}}, note = {' # '.join(['S'] * 100)}}}\n" for n in range(9))
    content = f"@string{{s = {{{'word ' * 2000}}}}}\n{entries}"
    (found,) = bibtex_errors(content)
    assert found == "sources.bib:5: the entries up to this one have over 4,000,000 letters with their abbreviations"


@pytest.mark.parametrize("line", ["a" + " " * 500_000, "a: b" + " " * 500_000 + "c", "{:a" + " " * 500_000, "a b " * 100_000])
def test_a_long_line_of_a_note_is_read_at_once(line: str) -> None:
    """With a pattern that tries each space twice this takes an hour."""
    content = json.dumps([{"id": "one", "type": "book", "title": "T", "issued": "2020", "note": f"{line}\nPMID: 12"}])
    made = read_files(small.files(facts=[], more={"sources.yaml": None, "sources.json": content})).edition
    assert made and made.sources["one"].PMID == "12"


@pytest.mark.parametrize(
    "field", ["month = {" + " " * 100_000 + "}", "month = {jan" + " " * 100_000 + "x}", " " * 100_000 + "? = 1"]
)
def test_spaces_in_an_entry_of_bibtex_are_read_at_once(field: str) -> None:
    entry = f"title = {{T}}, year = 2020, {field}"
    names = [found.name for found in entry_fields(entry)]
    assert names[:2] == ["title", "year"]
    assert bib._MONTH.fullmatch(field.removeprefix("month = ")) is None
    assert bib._DAY_AND_MONTH.fullmatch(field.removeprefix("month = ")) is None


def test_records_that_are_too_large_as_json_are_no_loss_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry has more values as JSON than are counted before pandoc reads it."""
    monkeypatch.setattr(yamls, "MAX_VALUES", 15)
    found = bib.load("sources.bib", b"@book{a, title={T}, year=2020}\n").problems
    assert [(p.line, p.message) for p in found] == [(1, "as CSL’s JSON, the file has over 15 values")]
    found = bib.load("sources.bib", b"@book{a, title={T}, year=2020}\n@book{b, title={T}, year=2020}\n").problems
    assert [(p.line, p.message) for p in found] == [(2, "the entries up to this one hold over 15 values")]


# Notes beside each other


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("A claim[@one][@one].", "A claim.*, *"),
        ("A claim [@one] [@one]^[Own.]!", "A claim!*, *, *"),
        ("A claim^[Own.]^[Own.].", "A claim*, *."),
        ("“So” [@one]; and [@one].", "“So”;* and.*"),
        ("As @one says [@one][@one], so.", "As Ann Uno* says,*, * so."),
        ("| Verse [@one][@one].\n| More.", "Verse.*, *More."),
    ],
)
def test_a_mark_stands_once_before_the_notes_that_it_follows(markdown: str, said: str, pandoc: Pandoc) -> None:
    made = record(author=[{"family": "Uno", "given": "Ann"}], issued="2019")
    [blocks] = pandoc.parse([markdown])
    found = references.cite(made, [*blocks, tree.div([], "refs")], STYLE, pandoc).blocks[:-1]
    assert tree.text_of(tree.transform(found, lambda note: [tree.string("*")], "Note")) == said


def test_a_comma_parts_the_numbers_of_sources_beside_each_other(pandoc: Pandoc) -> None:
    made = small.edition(sources=[small.source("one"), small.source("two")], facts=[])
    for markdown, said in (
        ("A claim[@one][@two], more [@two; @one].", "A claim1,2, more1,2."),
        ("A *claim[@one]*[@two] and **more[@two]**[@one].", "A claim1,2 and more2,1."),
        ("Twice[@one][@one; @two][@two].", "Twice1,2."),
        ("| Verse[@one][@two]", "Verse1,2"),
        ("Apart [@one] [@two] [@one], so", "Apart1,2,1, so"),
        ("Of *two [@one]* words\n[@two].", "Of two1 words2."),
        ("[@one] first", "1 first"),
    ):
        [blocks] = pandoc.parse([markdown])
        assert tree.text_of(sources.Numbered(made).cited(blocks)).replace("\u2060", "") == said


def test_a_source_that_stands_above_in_full_has_only_its_publisher() -> None:
    """And a link to the full entry. Not if the edition has another source of that publisher."""
    listed = [small.source("one", publisher="The Centre"), small.source("two"), small.source("three")]
    made = small.edition(sources=listed)
    known: dict[str, str] = {}
    shown = []
    for prefix in ("first", "second"):
        numbered = sources.Numbered(made, prefix)
        numbered.add(["one", "two"])
        shown.append(numbered.entries(known))
    words = [[tree.text_of(entry) for entry in one["c"][1]] for one in shown]
    assert words[0] == ["The Centre, About one, 4 May 2020", "The Paper, About two, 4 May 2020"]
    assert words[1] == ["The Centre", "The Paper, About two, 4 May 2020"]
    assert "#first-1" in {tree.target(node) for node in tree.walk([shown[1]]) if node["t"] == "Link"}


def test_the_sources_of_a_fact_follow_those_in_its_text(session: Session) -> None:
    facts = [small.fact("A claim.[@two]", sources=["one"]), small.fact("A *second[@one]*[@two]", "policy", sources=["two"])]
    made = small.edition(facts=facts, sources=[small.source("one"), small.source("two")])
    filler = TemplateFiller(ROOT / "templates", session.pandoc)
    numbers = {
        "brief": ("1,2", "2,1"),
        "report": ("1,2", "2,1"),
        "handout": ("1,2", "2,1"),
    }
    for kind, (first, second) in numbers.items():
        blocks = KINDS[kind].compose(made, filler, "" if kind == "report" else "be", 0).blocks
        texts = {tree.text_of(node).replace("\u2060", "") for node in tree.walk(list(blocks)) if node["t"] in {"Plain", "Para"}}
        assert {f"A claim.{first}", f"A second{second}"} <= texts, kind


def test_a_source_without_title_and_date_is_listed_with_its_address(session: Session) -> None:
    sources = [small.source("one", title=None, issued=None), small.source("two")]
    made = small.edition(facts=[small.fact("A claim.", sources=["one", "two"])], sources=sources)
    filler = TemplateFiller(ROOT / "templates", session.pandoc)
    for kind, subject, first, second in [
        ("report", "", "example.org/one", "4 May 2020"),
        ("brief", "be", "The Paper, example.org", "4 May 2020, example.org"),
    ]:
        blocks = KINDS[kind].compose(made, filler, subject, 0).blocks
        entries = [tree.text_of(node) for node in tree.walk(list(blocks)) if node["t"] == "Plain"]
        listed = [entry for entry in entries if entry.startswith("The Paper")]
        assert len(listed) == 2 and listed[0].endswith(first) and listed[1].endswith(second), kind


# Numbers and types


ARTICLE = {"type": "article-journal", "title": "Words", "container-title": "Journal", "volume": "3", "issued": "2019"}


def note_of(pandoc: Pandoc, **fields: Any) -> str:
    return notes(cited(record(**{**ARTICLE, **fields}), pandoc).blocks)[0]


@pytest.mark.parametrize(
    ("issue", "said"),
    [
        ("4", "3, no. 4 (2019)"),
        ("3-4", "3, nos 3–4 (2019)"),
        ("3/4", "3, no. 3/4 (2019)"),
        ("S1", "3, no. S1 (2019)"),
        ("II", "3, no. II (2019)"),
        ("No. 5", "3, no. 5 (2019)"),
        ("Heft 3", "3, no. 3 (2019)"),
        ("Spring", "3 (Spring 2019)"),
        ("April", "3 (April 2019)"),
        ("Spring 2019", "3 (Spring 2019)"),
        ("Fall/Winter", "3 (Autumn–Winter 2019)"),
        ("Summer 2018", "3, Summer 2018 (2019)"),
        ("Special Issue", "3, Special Issue (2019)"),
        ("Suppl. 2", "3, Suppl. 2 (2019)"),
        ("12, Spring", "3, no. 12, Spring (2019)"),
        ("4 Pt 2", "3, no. 4 Pt 2 (2019)"),
        ("12 S1", "3, no. 12 S1 (2019)"),
        ("4 and 5", "3, nos 4 and 5 (2019)"),
        ("3 et 4", "3, nos 3 et 4 (2019)"),
        ("XII-XIII", "3, nos XII-XIII (2019)"),
    ],
)
def test_an_issue_that_is_no_number_has_no_label(issue: str, said: str, pandoc: Pandoc) -> None:
    assert note_of(pandoc, issue=issue) == f"“Words”, Journal {said}."


def test_quotation_marks_that_keep_a_name_together_are_no_part_of_it(pandoc: Pandoc) -> None:
    made = record(author=[{"family": '"de Man"', "given": "Al"}, {"literal": '"Band"'}], issued="2020")
    assert printed(made, pandoc)["one"][0] == "Al de Man and “Band”, T (2020)."


@pytest.mark.parametrize("month", ['mar # "~12"', '"12~" # mar', "{12 March}", "{Mar. 12}"])
def test_a_day_beside_the_month_of_bibtex_is_printed(month: str, pandoc: Pandoc) -> None:
    made = edition("sources.bib", f"@article{{one, title = {{T}}, journal = {{J}}, year = 2020, month = {month}}}")
    assert printed(made, pandoc)["one"][0] == "“T”, J, 12 March 2020."


def test_a_season_stays_beside_a_month(pandoc: Pandoc) -> None:
    assert note_of(pandoc, issue="Spring", issued="2019-03") == "“Words”, Journal 3, Spring (2019)."
    assert note_of(pandoc, issue="Spring", issued="2019-21") == "“Words”, Journal 3 (Spring 2019)."


def test_a_volume_says_once_what_it_is(pandoc: Pandoc) -> None:
    assert note_of(pandoc, volume="Vol. 3") == "“Words”, Journal 3 (2019)."
    assert note_of(pandoc, type="chapter", volume="vol. 2") == "“Words”, in Journal, vol. 2 (2019)."


@pytest.mark.parametrize(
    ("volume", "said"),
    [
        ("4", ", vol. 4 ("), ("4–5", ", vols 4–5 ("), ("IV", ", vol. IV ("), ("iv", ", vol. iv ("),
        ("Vol. IV", ", vol. IV ("), ("IV/2", ", vol. IV/2 ("),
        ("12 bis", ", vol. 12 bis ("), ("II: The War", ", vol. II: The War ("),
        ("A", ", vol. A ("),
        ("Special", ", Special ("), ("Civil Law", ", Civil Law ("),
    ],
)  # fmt: skip
def test_a_volume_that_begins_with_a_number_in_any_numerals_has_its_label(volume: str, said: str, pandoc: Pandoc) -> None:
    for type in ("book", "chapter"):
        assert said in note_of(pandoc, type=type, volume=volume, publisher="House")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("issue = {Spring}", "Journal 3 (Spring 2019)"),
        ("number = {Spring}", "Journal 3 (Spring 2019)"),
        ("number = 12, issue = {Special Issue}", "Journal 3, no. 12, Special Issue (2019)"),
        ("number = 2, issue = 2", "Journal 3, no. 2 (2019)"),
    ],
)
def test_the_issue_of_bibtex_is_its_number_or_its_name(fields: str, said: str, pandoc: Pandoc) -> None:
    made = edition("sources.bib", f"@article{{a, title={{Words}}, journal={{Journal}}, volume=3, year=2019, {fields}}}")
    assert notes(cited(made, pandoc).blocks)[0] == f"“Words”, {said}."


NAMED = {
    "compiler": "A. Adams, comp., T (House, 2019).", "performer": "A. Adams, perf., A Song, House, 2019.",
    "host": "B. Bo, “E. Coli & H2O of ‘X’ de Gaulle”, The Show, hosted by A. Adams, aired 2019.",
    "producer": "T, produced by A. Adams (House, 2019).", "narrator": "B. Bo, T, read by A. Adams (House, 2019).",
}  # fmt: skip
BO = [{"family": "Bo", "given": "B."}]
TITLE = '<i>E. coli</i> & H<sub>2</sub>O of “X” <span class="nocase">de Gaulle</span>'


@pytest.mark.parametrize(
    ("role", "fields"),
    [
        ("compiler", {}),
        ("performer", {"type": "song", "title": "A Song"}),
        ("host", {"type": "broadcast", "title": TITLE, "container-title": "The Show", "author": BO, "publisher": None}),
        ("producer", {"type": "motion_picture"}),
        ("narrator", {"author": BO}),
    ],
)
def test_names_that_pandoc_reads_only_in_a_bibliography_are_printed(role: str, fields: dict[str, Any], pandoc: Pandoc) -> None:
    given = {"publisher": "House", "issued": "2019", role: [{"family": "Adams", "given": "A."}], **fields}
    made = record(**{name: value for name, value in given.items() if value})
    assert notes(cited(made, pandoc).blocks)[0] == NAMED[role]


@pytest.mark.parametrize(
    ("entry", "note", "told"),
    [
        ("@collection{a, editor={Adams, A.}, editortype={compiler}, title={T}, year=2019}", "A. Adams, comp., T (2019).", 0),
        ("@collection{a, editor={Adams, A.}, editortype={redactor}, title={T}, year=2019}", "A. Adams, ed., T (2019).", 1),
        (
            "@misc{a, author={Bo, B.}, title={T}, year=2017, eprint={1706.1}, archivePrefix={arXiv}, primaryClass={cs.CL}}",
            "B. Bo, “T”, arXiv:1706.1 [cs.CL], preprint, arXiv, 2017.",
            0,
        ),
        (
            "@incollection{a, author={Bo, B.}, title={De l'esprit des lois}, booktitle={Œuvres complètes}, year=1951}",
            "B. Bo, “De l’esprit des lois”, in Œuvres complètes (1951).",
            0,
        ),
        (
            "@book{a, author={Kant, I.}, bookauthor={Kant, I.}, maintitle={Set}, title={T}, volume=3, year=1904}",
            "I. Kant, Set, vol. 3, T (1904).",
            0,
        ),
    ],
)
def test_roles_preprints_and_titles_of_bibtex(entry: str, note: str, told: int, pandoc: Pandoc) -> None:
    made = edition("sources.bib", entry)
    assert notes(cited(made, pandoc).blocks)[0] == note
    warned = small.reading(facts=[], more={"sources.yaml": None, "sources.bib": entry}).problems
    assert sum("is printed as editor" in problem.message for problem in warned) == told


@pytest.mark.parametrize(
    ("fields", "printed"),
    [
        ("howpublished={Oil transfer}, location={Jerusalem}", "1920, Oil transfer, Jerusalem."),
        ("howpublished={Oil; ink}, institution={The Museum}, address={Rome}", "1920, Oil; ink, The Museum, Rome."),
        ("institution={The Museum}, location={Rome}", "1920, The Museum, Rome."),
        ("location={Rome}", "Rome, 1920."),
    ],
)
def test_a_work_of_art_in_biblatex_has_its_material_and_its_place(fields: str, printed: str, pandoc: Pandoc) -> None:
    entry = f"@artwork{{a, author={{Klee, P.}}, title={{Angelus}}, date={{1920}}, {fields}}}"
    assert notes(cited(edition("sources.bib", entry), pandoc).blocks)[0] == f"P. Klee, Angelus, {printed}"
    read = small.reading(facts=[], more={"sources.yaml": None, "sources.bib": entry})
    assert not [problem for problem in read.problems if "printed" in problem.message]


def test_the_address_that_endnote_writes_for_the_web_of_science_is_left_out() -> None:
    entry = "@book{a, title={T}, publisher={P}, year=2017, url={<Go to ISI>://WOS:000123456700001}}"
    made = small.reading(facts=[], more={"sources.yaml": None, "sources.bib": entry})
    assert made.edition and not made.edition.sources["a"].URL
    assert [p.hint for p in made.problems if "Go to ISI" in p.message] == ["Delete the field `url`."]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("journal-article", "article-journal"),
        ("journalArticle", "article-journal"),
        ("Newspaper Article", "article-newspaper"),
        ("book-chapter", "chapter"),
        ("posted-content", "article"),
        ("Legal Rule or Regulation", "regulation"),
        ("legal-case", "legal_case"),
        ("techreport", "report"),
    ],
)
def test_types_have_the_names_that_programs_give_them(written: str, kind: str) -> None:
    assert record(type=written, issued="2019").sources["one"].type == kind


def test_a_preprint_with_a_volume_is_probably_an_article_in_a_journal() -> None:
    said = small.reading(facts=[], sources=[{"id": "one", **ARTICLE, "type": "article", "publisher": "P"}]).problems
    assert ["article-journal" in p.hint for p in said if "preprint" in p.message] == [True]


@pytest.mark.parametrize(
    ("entry", "note"),
    [
        ("@misc{a, type={Web Page}, url={https://example.org}, ", "“Words”, 2019."),
        ("@article{a, type={Newspaper Article}, journal={The Day}, ", "“Words”, The Day, 2019."),
        ("@phdthesis{a, type={Thesis}, school={KU}, ", "“Words” (PhD thesis, KU, 2019)."),
        ("@techreport{a, type={Government Document}, institution={MoD}, ", "Words, Government Document (MoD, 2019)."),
        ("@misc{a, type={Press Release}, publisher={MoD}, ", "“Words”, MoD, 2019."),
    ],
)
def test_the_types_of_endnote_are_types_and_not_printed(entry: str, note: str, pandoc: Pandoc) -> None:
    made = edition("sources.bib", entry + "title={Words}, year=2019}")
    assert notes(cited(made, pandoc).blocks)[0] == note


# Dates


@pytest.mark.parametrize(
    ("written", "text", "words"),
    [
        ("2019-04-12", "2019-04-12", "12 Apr 2019"),
        ("2019-04-12T10:00:00Z", "2019-04-12", "12 Apr 2019"),
        ("1950~", "1950~", "[1950?]"),
        ("1950-04?", "1950-04~", "[Apr 1950?]"),
        ("2019-21", "2019-21", "Spring 2019"),
        ("2019-23/2019-24", "2019-23/2019-24", "Autumn 2019–Winter 2019"),
        ("2019/..", "2019/..", "2019–"),
        ("2019/", "2019/..", "2019–"),
        ("-0043", "-0043", "44 BC"),
        ({"date-parts": [["2019", "4"]]}, "2019-04", "Apr 2019"),
        ({"date-parts": [[2019]], "season": "1"}, "2019-21", "Spring 2019"),
        ({"date-parts": [[2019, 14]]}, "2019-22", "Summer 2019"),
        ({"date-parts": [[2019], [0]]}, "2019/..", "2019–"),
        ({"date-parts": [[-44]]}, "-0043", "44 BC"),
        ({"date-parts": [[1950]], "circa": True}, "1950~", "[1950?]"),
        ({"literal": "n.d."}, "n.d.", "n.d."),
        ({"raw": "12 May 2019"}, "2019-05-12", "12 May 2019"),
        ({"raw": "March 12, 2020"}, "2020-03-12", "12 Mar 2020"),
        ({"raw": "2020, Sept. 3"}, "2020-09-03", "3 Sept 2020"),
        ({"raw": "Spring 2020"}, "2020-21", "Spring 2020"),
        ({"raw": "11.05.2018"}, "2018-05-11", "11 May 2018"),
        ({"raw": "31.02.2018"}, "31.02.2018", "31.02.2018"),
        ({"raw": "3 5 2018"}, "3 5 2018", "3 5 2018"),
        ({"literal": "March 12, 2020"}, "March 12, 2020", "March 12, 2020"),
        ([{"year": 2017, "season": 3}], "2017-23", "Autumn 2017"),
        ([2019, 4], "2019-04", "Apr 2019"),
    ],
)
def test_dates(written: object, text: str, words: str) -> None:
    date = CslDate.parse(written)
    assert date and (date.text, date.words("en-GB", short=True)) == (text, words)


def test_a_date_that_holds_nothing() -> None:
    assert CslDate.parse({"date-parts": [[None]]}) is None and CslDate.parse([]) is None


@pytest.mark.parametrize(
    "written", ["soon", "201X", "2019-13", "2019-02-30", "2020/2019", "../..", {"date-parts": [["x"]]}, [[[2019]]]]
)
def test_no_date(written: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        CslDate.parse(written)


def test_a_season_is_a_word_where_months_are_numbers(pandoc: Pandoc) -> None:
    note = printed(record("ja", type="article-magazine", issued="2019-21", **{"container-title": "M"}), pandoc)["one"][0]
    assert "2019年春" in note and "21" not in note


# What citeproc can't list


def test_a_source_that_the_style_does_not_list_is_a_warning_at_its_record(pandoc: Pandoc) -> None:
    made = record(type="interview", author=[{"family": "Doe", "given": "Ann"}], issued="2020-05-05")
    found = cited(made, pandoc)
    (problem,) = found.warnings
    assert (problem.severity, problem.path, problem.line) == ("warning", "sources.json", 1)
    assert "leaves “one” (interview) out of the bibliography" in problem.message
    assert notes(found.blocks)[0].startswith("Ann Doe")
    assert tree.blocks(found.blocks[-1]) == [], "no empty line in the bibliography"


def test_a_key_without_a_record_fails(pandoc: Pandoc) -> None:
    made = record(author=[{"family": "Doe"}])
    with pytest.raises((PandocError, KeyError)):
        references.cite(made, [tree.para([cite("two")])], STYLE, pandoc)


# Documents


def test_small_capitals_are_smaller_capitals_on_the_page_and_small_capitals_in_word(session: Session) -> None:
    one = small.source("one", publisher="The <sc>House</sc> of <span style='font-variant: small-caps'>Ωmega ß</span>")
    document = small.brief(session, small.edition(facts=[small.fact("A fact.")], sources=[one]), "pdf", "docx")
    page = pypdfium2.PdfDocument(document.files["pdf"])[0].get_textpage()
    text = page.get_text_range()
    assert "The HOUSE of ΩMEGA SS" in " ".join(text.split())
    letters = [page.get_charbox(text.index("HOUSE") + n) for n in (0, 2)]
    heights = [top - bottom for _, bottom, _, top in letters]
    assert 0.7 < heights[1] / heights[0] < 0.9
    word = Document(io.BytesIO(document.files["docx"])).element.body
    small_capitals = [run for run in word.iter(f"{W}r") if run.find(f"{W}rPr/{W}smallCaps") is not None]
    assert {"".join(text.text for text in run.iter(f"{W}t")) for run in small_capitals} == {"House", "Ωmega ß"}


RICH = {
    "id": "Müller:2019a", "type": "report",
    "title": "H<sub>2</sub>O and <i>Homo</i> 'x' &amp; <span class=\"nocase\">eID</span>",
    "author": [{"family": "ბერიძე", "given": "გიორგი"}], "publisher": "The <b>Bold</b> House",
    "issued": {"date-parts": [[1950]], "circa": True}, "URL": "www.example.org/a",
}  # fmt: skip
SECTION = "---\ntitle: A section\nid: a\n---\n\nWords.[@Müller:2019a]\n"
DECK = "---\ntitle: A deck\n---\n\n## A slide\n\n- Words.[@Müller:2019a]\n"


def test_word_and_pdf_and_slides_print_the_same(session: Session) -> None:
    facts = [small.fact("A fact.", sources=["Müller:2019a"])]
    made = small.edition(facts=facts, sources=[RICH], more={"report/01-a.md": SECTION, "decks/d.md": DECK})
    warm = small.with_edition(session, made)
    short = "The Bold House, H2O and Homo “x” & eID, [1950?]"
    for kind, subject in (("report", ""), ("brief", "be"), ("handout", "d")):
        document = small.make(warm, kind, subject, ("pdf", "docx"))
        pages = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(document.files["pdf"]))
        word = "".join(
            text.text or "" for text in Document(io.BytesIO(document.files["docx"])).element.body.iter() if text.tag.endswith("}t")
        )
        assert "".join(short.split()) in "".join(pages.split()), kind
        assert "".join(short.split()) in "".join(word.split()), kind


def test_the_attached_data_has_every_variable() -> None:
    made = small.edition(facts=[small.fact("A fact.", sources=["Müller:2019a"])], sources=[{**RICH, "original-date": "1890"}])
    attached = json.loads(data.attached(made, Labels(made.labels, "en-GB"), ["be"]).content)
    source = attached["sources"]["Müller:2019a"]
    assert source["author"] == [{"family": "ბერიძე", "given": "გიორგი"}]
    assert (source["issued"], source["original-date"], source["URL"]) == ("1950~", "1890", "https://www.example.org/a")
    assert source["title"] == RICH["title"]


def test_the_address_of_an_archived_copy_is_printed(pandoc: Pandoc) -> None:
    copy, url = "https://web.archive.org/web/2020/https://example.org/a", "https://example.org/a"
    said = printed(record(type="webpage", **{"container-title": "The Paper", "URL": url, "archive": copy}), pandoc)["one"]
    assert copy in said[0] and any(copy in entry and entry.count(url) == 2 for entry in said[2:])


@pytest.mark.parametrize(
    ("written", "printed_"),
    [
        ("Late Edition (East Coast)", "The Times, 4 March 2005, Late Edition (East Coast)."),
        ("late ed.", "The Times, 4 March 2005, Late Ed."),
        ("national", "The Times, 4 March 2005, National Edition."),
        ("Ausgabe West", "The Times, 4 March 2005, Ausgabe West."),
    ],
)
def test_the_edition_of_a_newspaper_is_called_an_edition_once(written: str, printed_: str, pandoc: Pandoc) -> None:
    more = {"type": "article-newspaper", "container-title": "The Times", "edition": written, "issued": "2005-03-04"}
    assert printed(record(**more), pandoc)["one"][0] == f"“T”, {printed_}"


@pytest.mark.parametrize("kind", ["article-journal", "article-magazine", "article-newspaper", "review", "chapter"])
def test_an_article_in_an_archive_has_its_pages_once(kind: str, pandoc: Pandoc) -> None:
    made = record(title="T", type=kind, page="40-50", archive="Arch", archive_location="Box 5", issued="2020")
    note, _, entry, _ = printed(made, pandoc)["one"]
    assert (note.count("40–50"), entry.count("40–50")) == (1, 1)
    [blocks] = pandoc.parse(["It.[@one, p. 42]"])
    [note] = notes(references.cite(made, blocks, STYLE, pandoc).blocks)
    assert note.count("42") == 1 and "Box 5" in note


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Is it so? the question of it", "Is It So? The Question of It"),
        ("“What is it for”: in which we are in: so be it!", "“What Is It For”: In Which We Are In: So Be It!"),
        ("On so-called x-ray and e-books: a p-value", "On So-Called X-Ray and E-Books: A p-Value"),
        ("The up-to-date state-of-the-art at-risk n-gram", "The Up-to-Date State-of-the-Art At-Risk n-Gram"),
        ('The <span class="nocase">e-book in: x</span> of in-house', "The e-book in: x of In-House"),
    ],
)
def test_small_words_have_the_capitals_of_chicago(title: str, said: str, pandoc: Pandoc) -> None:
    made = record(title=title, type="book", issued="2020")
    assert notes(cited(made, pandoc).blocks)[0].startswith(f"{said} (2020)")


@pytest.mark.parametrize(
    ("title", "note"),
    [("EU vs. the world", "EU vs. the World"), ("EU vs the world", "EU vs the World"), ("A vs. an heir", "A vs. an Heir")],
)
def test_after_versus_no_sentence_begins(title: str, note: str, pandoc: Pandoc) -> None:
    assert printed(record(type="article-journal", title=title, issued="2001"), pandoc)["one"][1] == f"{note}."


def test_a_source_without_names_prints_its_title_where_the_author_is_suppressed(pandoc: Pandoc) -> None:
    made = record(type="report", publisher="P", issued="2001")
    suppressed = cite("one")
    suppressed["c"][0][0].update(citationMode={"t": "SuppressAuthor"}, citationSuffix=[tree.string(", p. 5")])
    blocks = [tree.para([cite("one")]), tree.para([suppressed])]
    assert notes(references.cite(made, blocks, STYLE, pandoc).blocks)[1] == "T, 5."


@pytest.mark.parametrize(
    ("entry", "note"),
    [
        ("@periodical{one, title={The Issue}, editor={Per, I.}, year=2001, volume=5}", "I. Per, ed., The Issue, 5 (2001)."),
        (
            "@article{one, title={T}, journal={J}, issuetitle={On Climate}, year=2001, volume=5}",
            "“T”, in “On Climate”, special issue, J 5 (2001).",
        ),
    ],
)
def test_an_issue_and_its_title_are_printed_once(entry: str, note: str, pandoc: Pandoc) -> None:
    assert printed(edition("sources.bib", entry), pandoc)["one"][0] == note


@pytest.mark.parametrize(
    ("locators", "said"),
    [
        ("pp. 101-2, 1012-1019", "101–2, 1012–19"),
        ("chap. 4, pp. 101-2, 1012-1019", "ch. 4, pp. 101–2, 1012–1019"),
        ("bk. 2, pp.\n10-12 and note 3-4, p. xi-xv", "bk 2, pp. 10–12 and note 3–4, p. xi–xv"),
        ("chap. 4, Doc. 10-12, nos. 20-21, pp. 2021-12-01", "ch. 4, Doc. 10-12, nos. 20-21, pp. 2021-12-01"),
        ("xx-xxi", "xx–xxi"),
        ("ix--xii, 3-5", "ix–xii, 3–5"),
        ("p. xx-xxi and 3-4", "xx–xxi and 3–4"),
        ("iv", "iv"),
        ("illus. 3-4", "illus. 3-4"),
    ],
)
def test_ranges_behind_a_second_label_have_dashes(locators: str, said: str, pandoc: Pandoc) -> None:
    made = record(title="T", container_title="J", issued="2020")
    [blocks] = pandoc.parse([f"It.[@one, {locators}]"])
    [note] = notes(references.cite(made, blocks, STYLE, pandoc).blocks)
    assert note.replace("\u00a0", " ").endswith(f", {said}."), note


@pytest.mark.parametrize(
    ("language", "locator", "said"),
    [
        ("en-GB", "vol. 3, p. 45", "Set (1904), 3:45."),
        ("en-GB", "vol. 3", "Set, vol. 3 (1904)."),
        ("en-GB", "vol. 4, p. 45", "Set, vol. 3 (1904), vol. 4, p. 45."),
        ("en-GB", "vol. 3, *at the end*", "Set, vol. 3 (1904), at the end."),
        ("en-GB", "paras 168 ff., cited above", "Set, vol. 3 (1904), paras 168 ff., cited above."),
        ("en-GB", "p. A-3", "Set, vol. 3 (1904), p. A\u20113."),
        ("en-GB", "A-3", "Set, vol. 3 (1904), A\u20113."),
        ("en-GB", "fig. A-1", "Set, vol. 3 (1904), fig. A\u20111."),
        ("en-GB", "p. A-3, A-5, on GPT-4", "Set, vol. 3 (1904), p. A\u20113, A\u20115, on GPT-4."),
        ("en-GB", "on GPT-4", "Set, vol. 3 (1904), on GPT-4."),
        ("en-GB", "pp. A1-A3", "Set (1904), 3:A1–3."),
        ("en-GB", "para. 168f.", "Set, vol. 3 (1904), paras 168 f."),
        ("en-GB", "chap. 4 ff.", "Set, vol. 3 (1904), ch. 4 ff."),
        ("en-GB", "line 3 f., quoted", "Set, vol. 3 (1904), line 3 f., quoted."),
        ("de", "Bd. 3, S. 45-46", "Set (1904), 3:45–46."),
        ("de", "Bd. 10, 33-35", "Set, Bd. 3 (1904), Bd. 10, 33–35."),
        ("de", "Kap. 4, S. 5-7", "Set, Bd. 3 (1904), Kap. 4, S. 5–7."),
        ("it", "cap. 4, 5", "Set, vol. 3 (1904), cap. 4, 5."),
        ("it", "cap. 4, pp. 5-7", "Set, vol. 3 (1904), cap. 4, pp. 5–7."),
        ("fr", "nᵒ 4, 5", "Set, vol. 3 (1904), nᵒ 4, 5."),
        ("es", "volumen 10, 33", "Set, vol. 3 (1904), vol. 10, 33."),
        ("nl", "hfst. 4, blz. 5-7", "Set, vol. 3 (1904), hfst. 4, blz. 5–7."),
        ("pl", "t. 10, s. 33-35", "Set, t. 3 (1904), t. 10, s. 33–35."),
        ("sv", "kap. 4, s. 5-7", "Set, vol. 3 (1904), kap. 4, s. 5–7."),
    ],
)
def test_locators_in_the_languages_are_printed_as_written(language: str, locator: str, said: str, pandoc: Pandoc) -> None:
    """A volume that the source has is printed once; a page behind another volume makes no “Bde.” of it."""
    entry = "- {id: one, type: book, title: Set, volume: 3, issued: 1904, language: fi}"
    made = edition("sources.yaml", f"references:\n{entry}\n", language)
    [blocks] = pandoc.parse([f"It.[@one, {locator}]"])
    [note] = notes(references.cite(made, blocks, STYLE, pandoc).blocks)
    assert note.replace("\u00a0", " ") == said


@pytest.mark.parametrize("locator", ["vol. 7, p. 45", "vol. 7"])
def test_a_volume_in_a_locator_is_printed_once(locator: str, pandoc: Pandoc) -> None:
    """Whichever type its source has. What laws have is the volume of a collection."""
    records = [{"id": kind, "type": kind, "title": "T", "volume": "7", "issued": "1904"} for kind in get_args(csl.CslType)]
    made = edition("sources.json", json.dumps(records))
    [blocks] = pandoc.parse([" ".join(f"It.[@{kind}, {locator}]" for kind in made.sources)])
    said = dict(zip(made.sources, notes(references.cite(made, blocks, STYLE, pandoc).blocks), strict=True))
    laws = {"bill", "legislation", "regulation", "treaty"}
    assert {kind: note for kind, note in said.items() if note.count("7") != 1 and kind not in laws} == {}
    assert {kind: note for kind, note in said.items() if note.count("45") != locator.count("45")} == {}


def test_zotero_gets_a_locator_without_the_signs_of_its_end() -> None:
    item = csljson.item({**tree.citations(cite("one"))[0], "citationSuffix": tree.words(", {para. 168 ff.}, cited above")})
    assert (item["label"], item["locator"], item["suffix"]) == ("paragraph", "168", " ff., cited above")


@pytest.mark.parametrize(("locator", "said"), [("iv", "12:iv"), ("i synnerhet kapitel 4", "i synnerhet kapitel 4")])
def test_a_word_that_looks_like_a_roman_numeral_is_no_page(locator: str, said: str, pandoc: Pandoc) -> None:
    """Behind a volume, where a page has a colon before it."""
    made = record(title="T", container_title="J", issued="2020", volume="12")
    [blocks] = pandoc.parse([f"It.[@one, {locator}]"])
    [note] = notes(references.cite(made, blocks, STYLE, pandoc).blocks)
    assert note.endswith(f", {said}."), note


def test_an_empty_value_is_none_and_an_address_has_plain_signs() -> None:
    made = record(**{"container-title": " ", "DOI": "doi: 10.5067/ABC ", "URL": "https://a.org/x?y=1&amp;z=2"})
    assert (made.sources["one"].container_title, made.sources["one"].DOI) == (None, "10.5067/ABC")
    assert made.sources["one"].URL == "https://a.org/x?y=1&z=2"


LETTERS = r"{\DH}{\^a}y, A. and {\DJ}uri{\'c}, B. and {\TH}{\'o}r, C. and \textcommabelow{S}tef, D. and {The \mbox{IJ} Inst}"


def test_letters_that_pandoc_leaves_out_of_names_are_printed() -> None:
    made = edition("sources.bib", f"@book{{one, title={{A {{\\dj}} for 5\\,\\texteuro{{}}}}, author={{{LETTERS}}}, year=2001}}")
    names = [name.family or name.literal for name in made.sources["one"].author]
    assert names == ["Ðây", "Đurić", "Þór", "Ștef", "The IJ Inst"]
    assert richtext.plain(made.sources["one"].title or "") == "A đ for 5 €"


@pytest.mark.parametrize(
    ("fields", "latex"),
    [
        ("title={T}, author={\\foo{x}Day, A. and Doe, B.}", "\\foo{x}"),
        ("title={T}, editor={{\\rune} Inst}", "\\rune"),
        ("title={Of \\foo{x}}", "\\foo{x}"),
        ("title={The root $\\sqrt{2}$ of it}", "$\\sqrt{2}$"),
    ],
)
def test_unknown_latex_is_refused_at_its_entry_and_hides_nothing(fields: str, latex: str) -> None:
    bibtex = f"@book{{zero, title={{Z}}}}\n\n@book{{one, {fields}, year=2001}}\n@book{{two, title={{Z}}, year={{x}}, date={{y}}}}"
    section = "---\ntitle: A\nid: a\n---\n\nAs @one says, and @nobody.\n"
    more = {"sources.yaml": None, "sources.bib": bibtex, "report/01-a.md": section}
    reading = read_files(small.files(facts=[], more=more))
    told = [f"{p.line}: {p.message}" for p in reading.errors if "a name has" not in p.message]
    assert told[0] == "6: there is no source “nobody”" and f"3: the LaTeX “{latex}” isn’t known" in told
    assert reading.valid and not any("\ue000" in str(source.title) for source in reading.valid.sources.values())


def test_entries_may_stand_in_round_brackets() -> None:
    made = edition("sources.bib", "@String(p = {Pub (the one)})\n@book(one, title={In (round) ones}, publisher=p, year=2000)")
    assert (made.sources["one"].title, made.sources["one"].publisher) == ("In (round) ones", "Pub (the one)")


@pytest.mark.parametrize(
    ("given", "listed"),
    [("Wei 伟", "Zhang, Wei 伟. T"), ("Wei", "Zhang, Wei. T"), ("Wei X", "Zhang, Wei X. T"), ("W", "Zhang, W. T")],
)
def test_a_name_of_one_chinese_letter_is_no_initial(given: str, listed: str, pandoc: Pandoc) -> None:
    made = record(author=[{"family": "Zhang", "given": given}], issued="2001")
    one, other = printed(made, pandoc)["one"][0], printed(made, pandoc)["one"][2]
    assert other.startswith(listed) and ("伟. Zhang" in one) is False


def test_two_particles_of_a_name_stand_together(pandoc: Pandoc) -> None:
    made = edition("sources.bib", "@book{one, title={T}, author={'Abd al-Rahman, B.}, year=2001}")
    assert printed(made, pandoc)["one"][0] == "B. ’Abd al-Rahman, T (2001)."
    made = record(
        author=[{"family": "Fontaine", "dropping-particle": "de", "non-dropping-particle": "La", "given": "J."}], issued="2001"
    )
    assert printed(made, pandoc)["one"][0] == "J. de La Fontaine, T (2001)."


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ("In press", ["the field “note” or “addendum” isn’t printed"]),
        ("Section: 3", []),
        ("\\url{https://example.org/x}", []),
        ("Available at: \\url{https://example.org/x}.", []),
        ("R package version 3.5.0, https://example.org/x", ["the field “note” or “addendum” isn’t printed"]),
    ],
)
def test_a_note_of_bibtex_that_is_not_printed_is_a_warning(note: str, told: list[str]) -> None:
    read = small.reading(
        more={"sources.yaml": None, "sources.bib": f"@book{{a, title={{A}}, author={{A, B}}, year={{2001}}, note={{{note}}}}}"}
    )
    assert [p.message for p in read.problems if "field “note”" in p.message] == told


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("B.[^b]\n\n[^b]: [@x, p. 6].", "A Report (The Body, 2001), 6."),
        ("B.[^b]\n\n[^b]: [@x]", "A Report (The Body, 2001)."),
        ("B.^[*See*: [@x].]", "See: (A Report (The Body, 2001))."),
        ("B.^[[@x], and more.]", "(A Report (The Body, 2001)), and more."),
    ],
)
def test_a_note_that_is_one_citation_has_no_brackets(session: Session, markdown: str, said: str) -> None:
    fields = {"type": "report", "title": "A Report", "publisher": "The Body", "issued": "2001", "URL": None}
    head = "---\ntitle: A section\nid: sec-one\n---\n\n"
    made = small.edition(
        sources=[small.source("one"), small.source("two"), small.source("x", **fields)], more={"report/01-a.md": head + markdown}
    )
    document = KINDS["report"].compose(made, TemplateFiller(ROOT / "templates", session.pandoc), "", 0)
    found = [tree.text_of(tree.blocks(node)) for node in tree.walk(list(document.blocks)) if node["t"] == "Note"]
    assert found == [said]


def test_a_comma_stands_between_the_author_of_a_letter_and_its_title(pandoc: Pandoc) -> None:
    made = record(
        type="personal_communication",
        title="Letter to you",
        author=[{"family": "Doe", "given": "Ann"}],
        recipient=[{"literal": "You"}],
    )
    assert printed(made, pandoc)["one"][0].startswith("Ann Doe, “Letter to You”, to You")


@pytest.mark.parametrize(("fields", "told"), [("", ["the chapter “12” of a whole book isn’t printed"]), (", booktitle = {B}", [])])
def test_the_chapter_of_a_whole_book_is_told(fields: str, told: list[str]) -> None:
    entry = f"@inbook{{a, author = {{Ann}}, title = {{T}}, chapter = {{12}}, year = {{1936}}, publisher = {{P}}{fields}}}"
    files = small.files(facts=[], more={"sources.yaml": None, "sources.bib": entry})
    assert [p.message for p in read_files(files).problems if "chapter" in p.message] == told


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("CO&lt;sub&gt;2&lt;/sub&gt; by &amp;lt;i&amp;gt;Pinus&amp;lt;/i&amp;gt;", "CO<sub>2</sub> by <i>Pinus</i>"),
        ("Law &amp;amp; Order &amp;#8212; 3 &lt; 4", "Law &amp; Order &#8212; 3 &lt; 4"),
        ("The &lt;i&gt; Element", "The &lt;i&gt; Element"),
    ],
)
def test_tags_that_are_escaped_once_too_often_are_tags(title: str, said: str) -> None:
    assert record(title=title, issued="2020").sources["one"].title == said


@pytest.mark.parametrize(
    ("entry", "note"),
    [
        ("@phdthesis{a, type = {Th{\\`e}se de {D}octorat}, school = {ETH}", "B. A, “T” (Thèse de Doctorat, ETH, 2001)."),
        (
            "@techreport{a, type = {{Policy} Paper}, institution = {P}, number = {2021-12}",
            "B. A, T, Policy Paper no. 2021-12 (P, 2001).",
        ),
        (
            "@article{a, journal = {J}, volume = 1, number = 3, pages = {1--9}, note = {Number: 3 Publisher: Nature}",
            "B. A, “T”, J 1, no. 3 (2001): 1–9.",
        ),
        ("@book{a, note = {ISBN: 978-0-12 Publisher: The Press Place: Berlin}", "B. A, T (The Press, 2001)."),
    ],
)
def test_types_and_notes_of_bibtex_are_printed_as_they_are_meant(entry: str, note: str, pandoc: Pandoc) -> None:
    made = edition("sources.bib", f"{entry}, title = {{T}}, author = {{A, B}}, year = 2001}}")
    assert printed(made, pandoc)["a"][0] == note


def test_the_number_of_an_issue_does_not_stand_for_the_pages(pandoc: Pandoc) -> None:
    fields = {"type": "article-journal", "container-title": "J", "volume": "3", "issue": "2", "number": "2", "page": "3-5"}
    assert printed(record(**fields, issued={"raw": "2020"}), pandoc)["one"][0] == "“T”, J 3, no. 2 (2020): 3–5."


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("77", ["the pages “3–9” aren’t printed: the article’s own number, “77”, is printed in their place"]),
        ("2", []),
        ("3–9", []),
    ],
)
def test_pages_that_an_own_number_displaces_are_told_at_the_number(number: str, told: list[str]) -> None:
    article = f"- id: one\n  type: article-journal\n  title: T\n  issue: 2\n  page: 3–9\n  number: {number}\n  issued: 2020\n"
    problems = read_files(small.files(facts=[], more={"sources.yaml": article})).problems
    found = [problem for problem in problems if "never cited" not in problem.message]
    assert [problem.message for problem in found] == told
    assert [(problem.path, problem.line) for problem in found] == [("sources.yaml", 6)] * len(told)


def test_a_type_that_is_a_list_is_told_and_stops_nothing() -> None:
    article = "- id: one\n  type: [null]\n  title: T\n  page: 3–9\n  number: 77\n  issued: 2020\n"
    problems = read_files(small.files(facts=[], more={"sources.yaml": article})).problems
    assert [(p.severity, p.line) for p in problems if p.severity == "error"] == [("error", 2)]


def test_the_braces_of_bibtex_round_a_name_in_json_are_not_printed(pandoc: Pandoc) -> None:
    assert note_of(pandoc, author=[{"literal": "{World Bank}"}]) == "World Bank, “Words”, Journal 3 (2019)."
    kept = [{"literal": "The {A} Body"}]
    assert note_of(pandoc, author=kept) == "The {A} Body, “Words”, Journal 3 (2019)."


def test_an_author_is_named_once_in_a_book_of_the_same_author(pandoc: Pandoc) -> None:
    kant = {"author": [{"family": "Kant", "given": "I."}], "container-author": [{"family": "Kant", "given": "I."}]}
    assert note_of(pandoc, type="chapter", **kant) == "I. Kant, “Words”, in Journal, vol. 3 (2019)."


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Journal, vol. 3 (2019), under “Words”."),
        ({"publisher": "House"}, "Journal, vol. 3 (House, 2019), under “Words”."),
        ({"author": BO}, "B. Bo, “Words”, in Journal, vol. 3 (2019)."),
    ],
)
def test_an_unsigned_entry_of_an_encyclopedia_has_its_year_once(fields: dict[str, Any], said: str, pandoc: Pandoc) -> None:
    assert note_of(pandoc, type="entry-encyclopedia", **fields) == said


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ('"Simon and Schuster"', "Simon and Schuster"),
        ("wiley", "Wiley and Sons"),
        ('wiley # " and Company"', "Wiley and Sons and Company"),
        ("{John Wiley\n and Sons}", "John Wiley and Sons"),
        ('"Smith, ""', None),
    ],
)
def test_an_and_in_the_name_of_a_publisher_is_a_word(field: str, said: str | None) -> None:
    strings = '@string{sons = {and Sons}}\n@string{wiley = "Wiley " # sons}\n'
    reading = small.reading(
        facts=[], more={"sources.yaml": None, "sources.bib": f"{strings}@book{{one, title={{T}}, year=2006, publisher={field}}}"}
    )
    if said is None:
        assert reading.errors
    else:
        assert reading.edition and reading.edition.sources["one"].publisher == said


@pytest.mark.parametrize(
    ("entry", "note"),
    [
        ("@inproceedings{one, booktitle={Proceedings}, publisher={ACM}, address={New York}, location={Anchorage}, pages={pp. 1--2}",
         "“T”, Proceedings (Anchorage), 2019, 1–2."),
        ("@inproceedings{one, booktitle={Proceedings}, publisher={ACM}, address={New York}, venue={Anchorage}",
         "“T”, Proceedings (Anchorage), 2019."),
        ("@inproceedings{one, booktitle={Proceedings}, eventtitle={KDD}, location={Anchorage}",
         "“T”, paper presented at KDD, Anchorage, Proceedings, 2019."),
        ("@inproceedings{one, booktitle={Proceedings}, eventdate={2019-07-03}, address={Anchorage}",
         "“T”, paper presented 3 July 2019, Anchorage, Proceedings, 2019."),
        ("@book{one, subtitle={A selection}, titleaddon={Facsimile}, maintitle={Works}, volume={2}, publisher={P}",
         "Works, vol. 2, T: A Selection. Facsimile (P, 2019)."),
    ],
)  # fmt: skip
def test_places_and_subtitles_of_bibtex_are_those_of_their_work(entry: str, note: str, pandoc: Pandoc) -> None:
    assert printed(edition("sources.bib", f"{entry}, title={{T}}, year={{2019}}}}"), pandoc)["one"][0] == note


@pytest.mark.parametrize("field", ["eventtitle={KDD}", "eventdate={2019-07-03}"])
def test_the_place_of_a_publisher_beside_a_conference_is_told(field: str) -> None:
    entry = f"@inproceedings{{one, title={{T}}, year=2019, booktitle={{P}}, publisher={{ACM}}, address={{New York}}, {field}"
    for more, told in (("}", ["the publisher’s place, “New York”, isn’t printed, as the conference is"]), (", venue={Rome}}", [])):
        reading = small.reading(facts=[], more={"sources.yaml": None, "sources.bib": entry + more})
        assert [problem.message for problem in reading.problems if "never cited" not in problem.message] == told


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({"type": "article-journal", "title": "A study <i>of mice.</i>", "container-title": "J. Foo", "page": "pp. 3-5"},
         "“A Study of Mice”, J. Foo, 2019, 3–5."),
        ({"title": "The letters of Monsanto Co."}, "The Letters of Monsanto Co. (2019)."),
        ({"title": "Life in the U.S."}, "Life in the U.S. (2019)."),
        ({"title": "Bread -- and butter, with --force"}, "Bread – and Butter, with --Force (2019)."),
        ({"type": "legal_case", "title": "A v B", "container-title": "UKSC", "number": "[2019] UKSC 5"},
         "A v B, [2019] UKSC 5 (2019)."),
    ],
)  # fmt: skip
def test_what_catalogues_add_is_not_printed_twice(fields: dict[str, str], note: str, pandoc: Pandoc) -> None:
    assert printed(record(**fields, issued="2019"), pandoc)["one"][0] == note


def test_a_reporter_without_volume_and_page_is_told() -> None:
    case = {
        "id": "one",
        "type": "legal_case",
        "title": "A v B",
        "container-title": "F. Supp.",
        "number": "12-345",
        "issued": "2019",
    }
    reading = small.reading(facts=[], more={"sources.yaml": None, "sources.json": json.dumps([case])})
    assert any(p.message.startswith("the reporter “F. Supp.” isn’t printed") for p in reading.problems)


@pytest.mark.parametrize("key", ["URL", "url"])
def test_signs_of_markdown_stay_in_addresses(key: str) -> None:
    address = "https://www.example.edu/~smith/~v2.pdf?a=*b*"
    made = edition("sources.yaml", f"references:\n- {{id: one, type: webpage, title: A *title*, {key}: '{address}'}}\n")
    assert (made.sources["one"].URL, made.sources["one"].title) == (address, "A <i>title</i>")


def test_bodies_without_braces_and_empty_months_in_bibtex() -> None:
    author = "Department of Energy and Climate Change and Ann Doe"
    bibtex = f"@book{{one, title={{T}}, year=2019, month={{}}, author={{{author}}}, collaboration={{ATLAS}}}}"
    reading = small.reading(facts=[], more={"sources.yaml": None, "sources.bib": bibtex})
    told = [f"{p.message} {p.hint}" for p in reading.problems if p.path == "sources.bib" and "never cited" not in p.message]
    assert len(told) == 2 and "another author" in told[0]
    assert told[1].startswith("“Department of Energy” is read as the name of a person")
