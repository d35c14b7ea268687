"""No field, template or Word file of a theme puts a link to a file or a script into a document."""

from __future__ import annotations

import copy
import io
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pikepdf
import pytest
import yaml
from lxml import etree
from pydantic import BaseModel

from briefs import theme as themes
from briefs.edition.changed import Change, Changed
from briefs.edition.csl import NAMES, Source
from briefs.edition.faults import model_in
from briefs.edition.model import About, Correction, Country, DeckHead, Journey, SectionHead
from briefs.edition.read import Seen, read_files
from briefs.press.documents import FinishedDocument
from briefs.press.session import Session
from briefs.problems import Problems
from tests import small

ADDRESS = "file:///etc/passwd"
VALUES = (
    ADDRESS,
    "javascript:alert(1)",
    f"[words]({ADDRESS})",
    f"<{ADDRESS}>",
    f"[words][x]\n\n[x]: {ADDRESS}",
    "[words](ms-word:ofe|u|x)",
)
REL = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
KINDS = (
    ("brief", "be", ("pdf", "docx")), ("report", "", ("pdf", "docx")), ("handout", "d", ("pdf", "docx", "pptx")),
    ("pack", "j", ("pdf", "docx")), ("correction", "a", ("pdf", "docx")), ("correction", "b", ("pdf", "docx")),
)  # fmt: skip
FILLED: dict[str, Any] = {  # a valid value for every field whose own isn't a text of any kind
    "date": "2019-03", "issued": "2019-03", "accessed": "2019-04", "available-date": "2019-04", "event-date": "2019-04",
    "original-date": "1890", "submitted": "2019-04", "comma-suffix": "no", "static-ordering": "no",
    "report": "yes", "embargo": "2026-12-01T10:00+01:00", "format": "2",
    "language": "en-GB", "languages": ["en-GB"], "digits": {"en-GB": "latn"}, "status": "final",
    "address": "https://example.org", "contact": "desk@example.org",
    "sources_url": "https://example.org/sources",
    "type": "article-journal", "URL": "https://example.org/one", "DOI": "10.1000/182", "code": "be", "stance": "wary",
    "topic": "market", "priority": "1",
    "origin": "be-00", "covered": "yes", "numbered": "yes", "colour": "#01665e", "retells": ["one"], "sources": ["one"],
    "map": {"countries": ["be"]}, "country": "be", "fact": "be-01", "computed_stance": None, "due": None, "pull_quote": None,
    "as_of": {"countries": "2020-08", "report": "2020-07"},
}  # fmt: skip


def filled(kind: type[BaseModel]) -> dict[str, Any]:
    """A value for every field of a model, so that a field that is added later is tried too."""
    made: dict[str, Any] = {}
    for name, info in kind.model_fields.items():
        key = info.alias or name
        inner = model_in(info.annotation)
        is_list = "list" in str(info.annotation)
        if key in FILLED:
            made |= {key: FILLED[key]} if FILLED[key] is not None else {}
        elif inner:
            made[key] = [filled(inner)] if is_list else filled(inner)
        else:
            made[key] = [f"a {key}"] if is_list else f"a {key}" if key != "id" else "a"
    return made


def content() -> dict[str, Any]:
    """The files of an edition that has every field, as data. A section and a deck are their head and their text."""
    about = filled(About) | {
        "scale": small.ABOUT["scale"],
        "topics": small.ABOUT["topics"],
        "subjects": [{"code": "be", "name": "Belgium", "aliases": ["b"]}],
        "key_points": ["ask"],
        "figures": [{"data": "table", "column": "count", "title": "a title", "alt": "a description"}],
        "key_facts": ["rule"],
        "groups": [{"id": "g", "label": "a group", "members": ["be"]}],
        "roles": [{"id": "lawyer", "label": "a lawyer", "required": "no"}],
        "audiences": [{"id": "few", "label": "a few", "blocks": ["summary"], "topics": ["market"], "columns": ["rule"]}],
    }
    value = {"value": "a value", "facts": ["be-01"], "sources": ["one"], "period": "2019"}
    column = {"id": "rule", "label": "a rule", "kind": "text", "unit": "a unit", "note": "a note", "headings": ["a heading"]}
    facts = [
        filled(model_in(Country.model_fields["facts"].annotation) or Country) | {"id": f"be-0{n}", "text": f"A **fact {n}**."}
        for n in (1, 2)
    ]
    correction = filled(Correction) | {"text": "countries/be.yaml#summary"}  # of a fact or of a text, never of both
    of_text = correction | {"id": "b"}
    del correction["text"], of_text["fact"], correction["value"], of_text["value"]
    record = filled(Source) | {"id": "one"}
    record |= {key: [{"literal": f"a {key}"}] for key in NAMES - {"author"}}  # one name has every part
    data = {
        "edition.yaml": about,
        "countries/be.yaml": filled(Country) | {"facts": facts, "data": {"rule": value, "count": value | {"value": "5"}}},
        "columns.yaml": {"columns": [column, {"id": "count", "label": "a count", "kind": "number"}]},
        "sources.yaml": {"references": [record, small.source("two")]},
        "glossary.yaml": {"EU": "European Union"},
        "journeys/j.yaml": filled(Journey) | {"countries": ["be"]},
        "corrections.yaml": {"corrections": [correction, of_text]},
        "labels/en.yaml": yaml.safe_load(small.LABELS.read_text(encoding="utf-8")),
        "report/01-a.md": {"head": filled(SectionHead) | {"id": "a"}, "text": "Words of a section.[@one; @two]"},
        "decks/d.md": {"head": filled(DeckHead), "text": "## A slide\n\n- Words.[@one]"},
    }
    return copy.deepcopy(data)  # what tests share is not changed


class Plain(yaml.CSafeDumper):
    """YAML without anchors, which content may not have."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def written(data: dict[str, Any]) -> dict[str, bytes]:
    files = {}
    for path, value in data.items():
        text = yaml.dump(value.get("head", value), Dumper=Plain, allow_unicode=True, sort_keys=False)
        files[path] = (f"---\n{text}---\n\n{value['text']}\n" if path.endswith(".md") else text).encode()
    return files


def leaves(value: Any, keys: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every text of the data."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from leaves(inner, (*keys, key))
    if not isinstance(value, dict | list):
        yield keys


def put(data: dict[str, Any], keys: tuple[Any, ...], value: str) -> None:
    for key in keys[:-1]:
        data = data[key]
    data[keys[-1]] = value


def targets(document: FinishedDocument) -> Iterator[str]:
    """Every address to which a finished document leads."""
    for format, data in document.files.items():
        if format == "pdf":
            with pikepdf.open(io.BytesIO(data)) as pdf:
                found = [a.A for page in pdf.pages for a in page.get("/Annots", []) if "/A" in a]
                assert {str(action.S) for action in found} <= {"/URI", "/GoTo"}
                found_uris = [str(action.URI) for action in found if "/URI" in action]
            yield from found_uris
        else:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                rels = [r for n in archive.namelist() if n.endswith(".rels") for r in etree.fromstring(archive.read(n)).iter(REL)]
            yield from (r.get("Target") for r in rels if r.get("TargetMode") == "External")


def made(session: Session, files: dict[str, bytes]) -> list[FinishedDocument]:
    reading = read_files(files)
    assert reading.edition, [str(p) for p in reading.errors]
    warm = small.with_edition(session, reading.edition)
    return [small.make(warm, kind, subject, formats) for kind, subject, formats in KINDS]


def test_every_field_is_tried() -> None:
    reading = read_files(written(content()))
    assert reading.edition, [str(p) for p in reading.errors]
    source = reading.edition.sources["one"]
    assert [n for n, f in Source.model_fields.items() if not getattr(source, n)] == []
    assert len(list(leaves(content()))) > 150 and get_args(Source.model_fields["DOI"].annotation)


@pytest.mark.parametrize("value", VALUES)
def test_no_way_of_computing_stances_takes_a_link(value: str) -> None:
    """An edition that computes its stances writes none down, so that these fields are tried by themselves."""
    computed = content()
    del computed["countries/be.yaml"]["stance"]
    computed["edition.yaml"]["computed_stance"] = {"rules": [{"stance": "wary", "where": ["rule=a value"]}]}
    assert read_files(written(computed)).edition
    for keys in leaves(computed["edition.yaml"]["computed_stance"], ("edition.yaml", "computed_stance")):
        tried = copy.deepcopy(computed)
        put(tried, keys, value)
        assert any(p.path == "edition.yaml" and p.line for p in read_files(written(tried)).errors), keys


@pytest.mark.parametrize("value", VALUES)
def test_no_field_becomes_a_link_to_a_file(session: Session, value: str) -> None:
    """A field refuses the value at its line, or prints it as words."""
    taken, sound = content(), content()
    seen: Seen = {}
    files = written(sound)
    for keys in leaves(sound):
        tried = {keys[0]: copy.deepcopy(sound[keys[0]])}
        put(tried, keys, value)
        reading = read_files(files | written(tried), seen=seen)
        if reading.edition:
            put(taken, keys, value)
        elif (keys[0], keys[-1]) != ("sources.yaml", "id"):  # a valid key, which nothing cites then
            assert any(p.path == keys[0] and p.line for p in reading.errors), (keys, [str(p) for p in reading.errors])
    for kind, subject, formats in KINDS:
        reading = read_files(written(taken))
        assert reading.edition, [str(p) for p in reading.errors]
        try:
            document = small.make(small.with_edition(session, reading.edition), kind, subject, formats)
        except Problems as refused:
            said = ("leads nowhere", "is read as", "room for words", "stands on no slide")
            assert all(any(words in p.message for words in said) for p in refused.problems), refused
            continue
        assert [t for t in targets(document) if not t.startswith(("https://", "mailto:desk@"))] == []


@pytest.mark.parametrize("value", VALUES)
def test_no_text_of_an_older_edition_becomes_a_link_to_a_file(session: Session, value: str) -> None:
    fact = Change("fact", "reworded", "be", "be-01", before=value, after=f"Other words. {value}")
    changes = Changed("2019-10", (fact, Change("point", "dropped", "be", "summary", before=value)))
    warm = small.with_edition(session, replace(small.edition(), changes=changes))
    assert list(targets(small.make(warm, "changes", "", ("pdf", "docx")))) == []


@pytest.mark.parametrize(
    "value", ["file:///etc/passwd#@a.bc", "javascript:alert(1)//@a.bc", "smb://a@b.c", "a@b.c?attach=/etc/passwd"]
)
def test_a_contact_that_looks_like_mail(value: str) -> None:
    found = small.reading(about={"contact": value}).errors
    assert [(p.path, p.message) for p in found] == [("edition.yaml", f"“contact” can’t be “{value}”")] and found[0].line


@pytest.mark.parametrize("value", ["file:///etc/passwd", "javascript:alert(1)", " smb://host/x", "ms-word:ofe|u|x", "\\tfile:x"])
def test_a_doi_that_is_an_address_of_another_kind_is_an_error(value: str) -> None:
    record = {"id": "one", "type": "article-journal", "title": "T", "author": [{"family": "F"}], "DOI": value}
    found = small.reading(facts=[small.fact("A fact.")], sources=[record]).errors
    assert [p.path for p in found] == ["sources.yaml"] and found[0].line and "“DOI”" in found[0].message


@pytest.mark.parametrize("value", ["10.1000/182", "doi:10.1000/182", "https://doi.org/10.1000/182"])
def test_a_doi_is_printed_once_and_leads_to_its_resolver(session: Session, value: str) -> None:
    record = {"id": "one", "type": "article-journal", "title": "T", "author": [{"family": "F"}], "issued": "2020", "DOI": value}
    section = "---\nid: a\ntitle: A section\n---\n\nWords.[@one] See [this](doi:10.1000/183).\n"
    made = small.edition(facts=[small.fact("A fact.")], sources=[record], more={"report/01-a.md": section})
    report = small.make(small.with_edition(session, made), "report", "", ("pdf", "docx"))
    led = [t for t in targets(report) if "doi" in t]
    assert set(led) == {"https://doi.org/10.1000/182", "https://doi.org/10.1000/183"}


def changed_theme(tmp_path: Path, **files: str | bytes) -> Session:
    templates = tmp_path / "templates"
    shutil.copytree(themes.read(Path(__file__).parents[2] / "templates").folder.parent, templates)
    for name, text in files.items():
        path = templates / name.replace("__", "/").replace("_", ".")
        path.write_bytes(text if isinstance(text, bytes) else path.read_bytes() + text.encode())
    return Session(small.edition(), themes.read(templates))


def refused(session: Session, *formats: str) -> str:
    try:
        with pytest.raises(Problems) as caught:
            small.make(session, "brief", "be", formats)
    finally:
        session.close()
    return str(caught.value)


def test_a_template_links_to_no_file(tmp_path: Path) -> None:
    found = refused(changed_theme(tmp_path, brief_md_j2="\n\n[x](file:///etc/passwd)\n"), "pdf")
    assert found.startswith("brief.md.j2: error: the link “file:///etc/passwd” leads nowhere")


def test_a_template_makes_no_link_of_a_value(tmp_path: Path) -> None:
    found = refused(changed_theme(tmp_path, brief_md_j2='\n\n{{ link("x", "javascript:alert(1)") }}\n'), "pdf")
    assert "the link “mailto:javascript:alert(1)” leads nowhere" in found


@pytest.mark.parametrize("kind", ["attachedTemplate", "hyperlink", "image"])
def test_the_themes_word_file_leads_to_no_file(tmp_path: Path, kind: str) -> None:
    """Word would open a template that is elsewhere as soon as the document is opened."""
    reference = (themes.read(Path(__file__).parents[2] / "templates")).reference_docx.read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(reference)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/_rels/document.xml.rels":
                type_ = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
                bad = f'<Relationship Id="rIdX" Type="{type_}" Target="file:///etc/x.dotm" TargetMode="External"/></Relationships>'
                data = data.replace(b"</Relationships>", bad.encode())
            new.writestr(name, data)
    session = changed_theme(tmp_path, theme__reference_docx=out.getvalue())
    try:
        document = small.make(session, "brief", "be", ("docx",))
    except Problems as found:
        assert "“file:///etc/x.dotm” is nothing that a document may link to" in str(found)
    else:
        assert "file:///etc/x.dotm" not in list(targets(document))
    finally:
        session.close()
