"""One edition in several languages, by the commands: folders, cache, manifest, what goes out and comes back."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from pathlib import Path

import docx
import pikepdf
import pptx
import pypdfium2
import pytest
import yaml

from briefs.cli import main
from briefs.edition.read import read
from briefs.exitcodes import ExitCode
from briefs.lint import documents
from briefs.press.session import Session
from tests import small, translated
from tests.translated import in_french

SECTION = "---\ntitle: The start\nid: sec-start\n---\n\nFirst paragraph.\n\n- One item.\n\n- Another item.\n\nLast paragraph.\n"
MORE = {"report/01-start.md": SECTION}
ABOUT = {"languages": ["en-GB", "fr", "ar"]}


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small edition in English, with all but one text of the country and one item of the report in French."""
    source = small.files(about=ABOUT, more=MORE)
    untranslated = {"- Another item.", "Policy is a second thing."}
    made = translated.files_of(source, lambda one: None if one.source.markdown in untranslated else in_french(one))
    small.write(tmp_path / "content", about=ABOUT, more={**MORE, **{path: data.decode() for path, data in made.items()}})
    monkeypatch.chdir(tmp_path)
    return tmp_path / "content"


def text_of_pdf(path: Path) -> str:
    pdf = pypdfium2.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def test_each_language_has_its_folder_and_documents(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All languages are built, remembered, verified; what one language no longer has is removed, and nothing of the others."""
    words = ["all", "--language", "all", "--kinds", "brief", "--format", "pdf", "--jobs", "1"]
    assert main(words) == 0
    made = sorted(path.relative_to("dist").as_posix() for path in Path("dist").rglob("*.pdf"))
    assert made == ["ar/briefs/be.pdf", "briefs/belgium.pdf", "fr/briefs/belgique.pdf"]
    entries = json.loads(Path("dist/manifest.json").read_text())["files"]
    assert {name: entry.get("language", "") for name, entry in entries.items()} == dict(zip(made, ("ar", "", "fr"), strict=True))
    assert main(["verify"]) == 0
    before = {path: path.stat().st_mtime_ns for path in Path("dist").rglob("*.pdf")}
    assert main(words) == 0 and main(["all", "--language", "fr", "--kinds", "brief", "--format", "pdf"]) == 0
    assert {path: path.stat().st_mtime_ns for path in Path("dist").rglob("*.pdf")} == before
    printed = text_of_pdf(Path("dist/fr/briefs/belgique.pdf"))
    assert (
        "fr:A summary" in printed and "Policy is a second thing." in printed and "A first thing" not in printed.replace("fr:A", "")
    )
    with pikepdf.open("dist/fr/briefs/belgique.pdf") as pdf:
        assert str(pdf.Root.Lang) == "fr"
        languages = {str(part.Lang) for part in pdf.objects if isinstance(part, pikepdf.Dictionary) and "/Lang" in part}
    assert "en-GB" in languages
    capsys.readouterr()
    assert main(["list", "--language", "fr", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["name"], row["stance"]) == ("Belgique", "fr:Wary")


def test_what_is_not_translated_is_set_apart_on_slides(content: Path) -> None:
    """In grey, and in its own language, on the slide and in the handout."""
    assert main(["handout", "Belgique", "--language", "fr", "--format", "pptx,docx", "--jobs", "1"]) == 0
    deck = pptx.Presentation("dist/fr/handouts/belgique.pptx")
    frames = [shape.text_frame for slide in deck.slides for shape in slide.shapes if shape.has_text_frame]
    runs = [run for frame in frames for paragraph in frame.paragraphs for run in paragraph.runs]
    found = {run.text: (run._r.rPr.get("lang"), run._r.rPr.find(".//{*}srgbClr")) for run in runs}
    language, colour = found["Policy is a second thing."]
    assert language == "en-GB" and colour.get("val") == "595959"
    assert not [run.text for run in runs if "fr:A" in run.text and run._r.rPr.find(".//{*}srgbClr") is not None]
    assert not [run.text for run in runs if {"\ue001", "\ue002"} & set(run.text)]
    with zipfile.ZipFile("dist/fr/handouts/belgique.docx") as archive:
        assert b'w:rStyle w:val="untranslated"' in archive.read("word/document.xml")


def test_an_untranslated_note_on_a_stance_has_one_fill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PowerPoint offers to repair a file in which a run has two."""
    more = {"decks/talk.md": "---\ntitle: Talk\n---\n\n## Wary\n\n::: {.countries step=wary}\n:::\n"}
    changes = {"about": {"languages": ["en-GB", "de"]}, "country": {"stance_note": "but undecided"}}
    source = small.files(**changes, more=more)
    made = translated.files_of(source, lambda one: None if one.source.markdown == "but undecided" else in_french(one), "de")
    small.write(tmp_path / "content", **changes, more={**more, **{path: data.decode() for path, data in made.items()}})
    monkeypatch.chdir(tmp_path)
    assert main(["handout", "talk", "--language", "de", "--format", "pptx", "--jobs", "1"]) == 0
    (path,) = Path("dist/de/handouts").iterdir()
    runs = [run for slide in pptx.Presentation(str(path)).slides for run in slide.element.xpath("//a:r[a:rPr/a:solidFill]")]
    (noted,) = (run for run in runs if run.xpath("string(a:t)") == "but undecided")
    assert noted.xpath("string(a:rPr/@lang)") == "en-GB"
    assert [len(run.xpath("a:rPr/a:solidFill")) for run in runs] == [1] * len(runs)


def test_one_language_less(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Building everything in one language removes documents of a language that the edition no longer has, and keeps the others."""
    assert main(["all", "--language", "all", "--kinds", "glance", "--format", "pdf", "--jobs", "1"]) == 0
    head = yaml.safe_load((content / "edition.yaml").read_text())
    (content / "edition.yaml").write_text(yaml.safe_dump({**head, "languages": ["en-GB", "fr"]}, sort_keys=False))
    assert main(["verify"]) == ExitCode.FAILED and "ar" in capsys.readouterr().err
    assert main(["all", "--language", "fr", "--jobs", "1", "--dry-run"]) == 0
    assert "ar/glance.pdf: would be removed" in (told := capsys.readouterr().err) and "dist/glance.pdf" not in told


def test_a_language_that_there_is_not(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["brief", "--language", "frr"]) == ExitCode.USAGE
    assert "this edition has no language “frr”. Did you mean “fr”?" in capsys.readouterr().err
    assert main(["brief", "--language", "en-gb", "--dry-run"]) == 0 and "dist/briefs/belgium.pdf" in capsys.readouterr().out


def test_a_translation_stops_no_draft_of_another_language(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A document of a draft that is asked for by name is made while a translation is wrong. All documents, the wrong language and
    a final edition wait until it is mended."""
    alone = ["brief", "Belgium", "--format", "pdf", "--jobs", "1"]
    translation = content / "translations/fr/countries/be.yaml"
    sound = translation.read_text()
    translation.write_text("texts: [")
    assert main(alone) == 0
    assert main([*alone, "--language", "fr"]) == main(["all", "--format", "pdf"]) == ExitCode.CONTENT
    assert "translations/fr/countries/be.yaml:1" in capsys.readouterr().err
    translation.write_text(sound)
    head = content / "edition.yaml"
    head.write_text(head.read_text() + "status: final\n")
    assert main(alone) == ExitCode.CONTENT and "translations/fr/countries/be.yaml" in capsys.readouterr().err


def test_a_french_word_file_changes_the_french_translation(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Translated and untranslated texts, of a country and of a list in a section; the source stays as it is."""
    source = {path: path.read_bytes() for path in content.rglob("*") if path.is_file() and "translations" not in path.parts}
    assert main(["export", "out", "Belgique", "report", "--language", "fr", "--jobs", "1"]) == 0
    changes = {
        "fr:A summary of two sentences.": "Un résumé en deux phrases.",
        "Policy is a second thing.": "La politique est une deuxième chose.",
        "fr:One item.": "Un point.",
        "Another item.": "Un autre point.",
    }
    for path in Path("out").rglob("*.docx"):
        edited = docx.Document(str(path))
        for paragraph in edited.paragraphs:
            first, *rest = [run for run in paragraph.runs if run.text.strip() and not run.text.isdigit()] or [None]
            said = "".join(run.text for run in (first, *rest) if run)
            for before in (before for before in changes if first and before in said):
                first.text = said.replace(before, changes[before])
                for run in rest:
                    run.text = ""
        data = io.BytesIO()
        edited.save(data)
        path.write_bytes(data.getvalue())
        assert main(["merge", str(path), "--apply"]) == 0, capsys.readouterr()
    assert {path: path.read_bytes() for path in source} == source
    reading = read(content)
    assert reading.edition
    french = reading.edition.translations["fr"]
    country = french.countries["be"]
    assert country.summary and country.summary.markdown.startswith("Un résumé en deux phrases.")
    assert country.facts[1].text.markdown == "La politique est une deuxième chose." and not country.facts[1].text.language
    assert "- Un point.\n\n- Un autre point." in french.sections[0].body.markdown
    assert not any("“fr”" in str(p) or "translations/fr" in str(p) for p in reading.problems)


def test_a_redline_in_a_language(content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Since an older output folder, and since a git revision, which is compared in the same language."""
    subprocess.run(
        "git init -q && git add . && git -c user.name=a -c user.email=a@b.example commit -qm One", shell=True, cwd=content
    )
    assert main(["brief", "--language", "fr", "--format", "docx", "--jobs", "1", "--out", "then"]) == 0
    path = content / "translations/fr/countries/be.yaml"
    path.write_text(path.read_text().replace("fr:A summary", "fr:Un résumé"))
    made = Path("dist/redline/fr/briefs/belgique.docx")
    for since in ("then", "HEAD"):
        assert main(["redline", "briefs", "--language", "fr", "--since", since]) == 0, capsys.readouterr()
        told = capsys.readouterr().out
        assert made.is_file() and "2 tracked changes" in told, told
        made.unlink()


def test_no_line_of_the_german_table_of_all_countries_has_a_page_of_its_own(session: Session) -> None:
    made = small.make(session.in_language("de"), "glance", "", ("pdf",))
    assert (made.pages, made.step) == (2, "close")
    assert not list(documents.findings("glance.pdf", made.files["pdf"]))
