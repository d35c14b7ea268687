"""Briefs for an audience: what isn't for it is in none of their bytes, and edits of them come back."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pypdfium2
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from briefs.cli import main
from briefs.compose.kinds import KINDS
from briefs.delivery import people
from briefs.edition import audiences
from briefs.edition.model import Audience, BriefBlock, Edition
from briefs.press import manifest
from briefs.press.documents import Target
from briefs.press.fingerprints import Fingerprinter
from briefs.press.session import Session
from briefs.problems import NotUnderstood
from briefs.theme import Theme
from tests import small

BLOCKS = BriefBlock.__args__  # type: ignore[attr-defined]
PRESS = {
    "id": "press", "label": "Qz90x", "blocks": ["position", "map", "facts", "sources", "data", "key-facts"],
    "topics": ["market"], "priority": 2, "columns": ["use"],
}  # fmt: skip
# Which word stands in which piece: a block, a topic, a priority, a column. A fact has several reasons to be left out.
MARKS = {
    "stance": ["Qz01x", "Qz02x", "Qz03x", "Qz04x"],
    "summary": ["Qz05x"],
    "position": ["Qz06x"],
    "matters": ["Qz07x"],
    "next": ["Qz08x"],
    "ask": ["Qz09x"],
    "sources": ["Qz20x", "Qz21x", "Qz22x"],
}
FACTS = {"Qz10x": ("market", 1), "Qz11x": ("market", 3), "Qz12x": ("policy", 1), "Qz13x": ("policy", 2)}
COLUMNS = {"use": ["Qz30x", "Qz31x"], "rule": ["Qz32x", "Qz33x"]}


def changes(audience: Mapping[str, Any], **country: Any) -> dict[str, Any]:
    """The small edition with a word of its own in every piece."""
    steps = [
        {"id": "open", "label": "Open Qz01x", "colour": "#01665e", "meaning": "No limits Qz02x."},
        {"id": "shut", "label": "Shut", "colour": "#543005", "meaning": "Shut."},
    ]
    columns = [
        {"id": "use", "label": "Use Qz30x", "kind": "text", "source": "three"},
        {"id": "rule", "label": "Rule Qz32x", "kind": "text", "source": "two", "note": "A note."},
    ]
    facts = [
        small.fact(f"A **fact {mark}** of it [@one].", topic, priority=priority, date="2019-03", sources=["two"])
        for mark, (topic, priority) in FACTS.items()
    ]
    texts = {key: f"Words {words[0]}." for key, words in MARKS.items() if key not in {"stance", "sources"}}
    about = {"scale": steps, "audiences": [audience], "scale_note": "Whose Qz03x.", "key_facts": ["use", "rule"]}
    return {
        "about": about,
        "country": {"stance": "open", "stance_note": "note Qz04x", **texts, **country},
        "facts": facts,
        "sources": [small.source(key, title=f"Title Qz2{n}x") for n, key in enumerate(("one", "two", "three"))],
        "more": {
            "columns.yaml": yaml.safe_dump({"columns": columns}),
            "data/all.csv": "Country,Year,use,rule\nbe,2019,Qz31x,Qz33x\n",
        },
    }


def hidden(audience: Audience) -> set[str]:
    """The words that mustn't be in a file for an audience."""
    found = {word for block, words in MARKS.items() if block not in audience.blocks for word in words}
    for mark, (topic, priority) in FACTS.items():
        is_there = "facts" in audience.blocks and priority <= audience.priority
        if not is_there or (audience.topics and topic not in audience.topics):
            found.add(mark)
    shows_values = {"key-facts", "data"} & {*audience.blocks}
    for column, words in COLUMNS.items():
        if not shows_values or (audience.columns and column not in audience.columns):
            found |= {*words}
    return {*found, "Qz90x"}


def words_in_pdf(data: bytes) -> str:
    """All that is in a PDF: the words of its pages, its strings, its streams without their compression, its attachments."""
    pages = (page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(data))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        streams = [bytes(o.read_bytes()).decode("latin-1") for o in pdf.objects if isinstance(o, pikepdf.Stream) and _is_text(o)]
        strings = [str(value) for o in pdf.objects for value in _strings(o)]
        return " ".join([*pages, *streams, *strings, data.decode("latin-1")])


def _is_text(stream: pikepdf.Stream) -> bool:
    return stream.get("/Subtype") != "/Image"


def _strings(value: Any) -> Iterator[Any]:
    if isinstance(value, pikepdf.String):
        yield value
    elif isinstance(value, pikepdf.Dictionary):
        for key in value.keys():  # noqa: SIM118
            if not value[key].is_indirect if isinstance(value[key], pikepdf.Object) else False:
                yield from _strings(value[key])
    elif isinstance(value, pikepdf.Array):
        for item in value:
            if isinstance(item, pikepdf.Object) and not item.is_indirect:
                yield from _strings(item)


def words_in_docx(data: bytes) -> str:
    """All that is in a Word file: its parts, and the words of each part joined, as they may stand in several runs."""
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            content = parts.read(name)
            found += [name, content.decode("latin-1"), content.decode("utf-8", "ignore")]
            if name.endswith((".xml", ".rels")):
                found.append("".join(etree.fromstring(content).itertext()))
    return " ".join(found)


def files_for(session: Session, made: Edition, id: str = "press") -> Mapping[str, bytes]:
    return small.make(small.with_edition(session, made), "brief", "be", ("pdf", "docx"), audience=id).files


def leaked(files: Mapping[str, bytes], words: set[str]) -> set[str]:
    everything = words_in_pdf(files["pdf"]) + words_in_docx(files["docx"])
    return {word for word in words if word in everything}


def test_every_word_is_in_the_whole_brief(session: Session) -> None:
    """The words of the test are found where they are; the summary only stands in the attached data."""
    made = small.edition(**changes(PRESS))
    every = {word for words in (*MARKS.values(), *COLUMNS.values()) for word in words} | {*FACTS}
    assert leaked(small.brief(session, made, "pdf", "docx").files, every) == every


AUDIENCES = [
    PRESS,
    {**PRESS, "blocks": ["summary"], "topics": [], "priority": 3, "columns": []},
    {**PRESS, "blocks": ["stance", "counts", "position", "next", "ask", "facts", "timeline"], "priority": 1},
    {**PRESS, "blocks": list(BLOCKS), "topics": ["policy"], "columns": ["rule"]},
]


@pytest.mark.parametrize("audience", AUDIENCES, ids=["press", "summary", "minister", "analyst"])
def test_what_is_not_for_an_audience_is_in_none_of_its_bytes(session: Session, audience: Mapping[str, Any]) -> None:
    made = small.edition(**changes(audience))
    files = files_for(session, made)
    assert not leaked(files, hidden(made.about.audiences[0]))
    shown = {word for block in ("position", "next") for word in MARKS[block] if block in audience["blocks"]}
    assert all(word in words_in_pdf(files["pdf"]) and word in words_in_docx(files["docx"]) for word in shown)
    numbers = [int(n) for n in re.findall(r'w:anchor="source_(\d+)"', words_in_docx(files["docx"]))]
    assert {*numbers} == set(range(1, len({*numbers}) + 1))


def test_a_word_file_for_an_audience_has_no_ids_of_facts(session: Session) -> None:
    """`be-03` without `be-02` would tell that there is another fact."""
    files = files_for(session, small.edition(**changes(PRESS)))
    assert not re.search(r"be[-_]0\d", words_in_docx(files["docx"]) + words_in_pdf(files["pdf"]))


subsets = st.lists(st.sampled_from(BLOCKS), min_size=1, unique=True)
audience = st.fixed_dictionaries(
    {
        "id": st.just("press"), "label": st.just("Press"), "blocks": subsets, "priority": st.integers(1, 3),
        "topics": st.lists(st.sampled_from(["market", "policy"]), unique=True),
        "columns": st.lists(st.sampled_from(["use", "rule"]), unique=True),
    }
)  # fmt: skip


@given(audience)
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_document_for_an_audience_depends_on_nothing_else(theme: Theme, chosen: dict[str, Any]) -> None:
    """Other words in all that isn't for the audience, or nothing there at all, give a document of the same inputs."""
    before = changes(chosen)
    if small.reading(**before).errors:  # blocks that need others
        return
    made = small.edition(**before)
    out = hidden(made.about.audiences[0])

    def without(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: without(item) for key, item in value.items()}
        if isinstance(value, list):
            return [without(item) for item in value if not (isinstance(item, dict) and _mark(item) in out & FACTS.keys())]
        if not isinstance(value, str):
            return value
        return re.sub("Qz..x", lambda word: "else" if word[0] in out - FACTS.keys() else word[0], value)

    kept = small.edition(**{**without(before), "facts": _with_ids(before["facts"], out)})
    target = Target("brief", "be", "Belgium", ("pdf", "docx"), "a4", audience="press")
    assert Fingerprinter(kept, theme).inputs(target) == Fingerprinter(made, theme).inputs(target)


def _mark(fact: Mapping[str, Any]) -> str:
    found = re.search("Qz..x", str(fact.get("text", "")))
    return found[0] if found else ""


def _with_ids(facts: list[dict[str, Any]], out: set[str]) -> list[dict[str, Any]]:
    return [{**fact, "id": f"be-{n:02}"} for n, fact in enumerate(facts, 1) if _mark(fact) not in out]


def test_a_value_for_an_audience_keeps_the_sources_of_its_facts() -> None:
    """The ids of the facts are gone, also of facts that the audience doesn't get."""
    made = small.edition(**changes({**PRESS, "priority": 1}, data={"use": {"value": "much", "facts": ["be-02"]}}))
    value = audiences.of_audience(made, "press").data.series("use", "be")[""]
    assert (value.facts, value.sources) == ((), ("two",))


# Which documents there are, and where they go.


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    small.write(tmp_path / "content", **changes(PRESS))
    return tmp_path


def made_files(folder: Path) -> set[str]:
    return {path.relative_to(folder / "dist").as_posix() for path in (folder / "dist").rglob("[!.]*.*")}


def test_files_for_an_audience_have_a_folder_of_their_own(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["brief", "Belgium", "--for", "press", "--jobs", "1"]) == 0
    assert made_files(folder) == {"manifest.json", "press/briefs/belgium.pdf", "press/briefs/belgium.docx"}
    assert "brief Belgium for press: 1 page" in capsys.readouterr().out
    entry = json.loads((folder / "dist/manifest.json").read_bytes())["files"]["press/briefs/belgium.pdf"]
    assert entry["audience"] == "press" and main(["verify"]) == 0


def test_everything_includes_each_audience_and_removes_what_is_of_none(folder: Path) -> None:
    assert main(["all", "--format", "pdf", "--for", "press", "--jobs", "1"]) == 0
    (folder / "dist/press/briefs/belgium.pdf").unlink()
    assert main(["all", "--jobs", "1"]) == 0
    assert {"briefs/belgium.pdf", "press/briefs/belgium.pdf"} <= made_files(folder)
    small.write(folder / "content", **{**changes(PRESS), "about": {**changes(PRESS)["about"], "audiences": []}})
    assert main(["verify", "--quiet"]) == 3
    assert main(["all", "--jobs", "1"]) == 0
    assert not any(name.startswith("press/") for name in made_files(folder)) and manifest.verify(folder / "dist", []) == []


ONLY_BRIEFS = "--for goes with `brief`: other documents aren’t made for an audience."
FOR_EVERYONE = "Other documents are for everyone, and hold what isn’t for an audience."
REFUSING = ["report", "glance", "compare be fr", "handout be", "pack", "dataset d", "sheet s"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["brief", "--for", "pres"], "there is no audience “pres” in this edition. Did you mean “press”?"),
        (["all", "--kinds", "glance", "--for", "press"], ONLY_BRIEFS),
        (["send", "glance", "--for", "press", "--to", "desk"], ONLY_BRIEFS),
        *(([*words.split(), "--for", "press"], FOR_EVERYONE) for words in REFUSING),
    ],
)
def test_what_there_is_not_for_an_audience_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    people = {"sender": "desk@example.org", "lists": {"desk": ["one@example.org"]}, "audiences": {"desk": "press"}}
    (folder / "people.yaml").write_text(yaml.safe_dump(people))
    assert main(words) == 2
    assert said in capsys.readouterr().err and not (folder / "dist").exists()


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"id": "briefs"}, "“briefs” is a folder of its own already"),
    ({"topics": ["markt"]}, "there is no topic “markt”"),
    ({"columns": ["us"]}, "there is no column “us”"),
    ({"blocks": ["timeline"]}, "the audience “press” has timeline without facts"),
    ({"blocks": ["counts"]}, "the audience “press” has counts without stance"),
    ({"blocks": ["figures"]}, "the audience “press” has figures without sources"),
    ({"blocks": ["key-facts"]}, "the audience “press” has key-facts without sources"),
    ({"blocks": ["positon"]}, "“blocks” can’t be “positon”"),
]


@pytest.mark.parametrize(("fault", "said"), FAULTS)
def test_a_faulty_audience_is_refused(fault: dict[str, Any], said: str) -> None:
    assert said in [problem.message for problem in small.reading(**changes({**PRESS, **fault})).errors]


def test_a_text_with_a_value_that_is_not_for_an_audience_is_refused() -> None:
    reading = small.reading(**changes(PRESS, position="It has []{.value column=rule}."))
    assert [p.message for p in reading.errors] == ["this text prints the column “rule”, which isn’t for the audience “press”"]


def test_an_empty_brief_is_told() -> None:
    reading = small.reading(**changes({**PRESS, "blocks": ["map"]}))
    assert [p.message for p in reading.problems] == ["nothing of Belgium is for the audience “press”: its brief is empty"]


def test_no_folder_of_the_output_can_be_an_audience() -> None:
    folders = {kind.folder.rstrip("/") for kind in KINDS.values() if kind.folder}
    assert folders <= audiences.TAKEN
    assert audiences.audience_of("press/briefs/belgium") == "press"
    assert [audiences.audience_of(path) for path in ("briefs/belgium", "print/briefs/belgium", "6-per-page/handouts/a")] == [""] * 3


# Who gets them.

PEOPLE = """sender: desk@example.org
lists:
  staff: [ann@example.org]
  journalists: [bob@example.org, ann@example.org]
audiences:
  journalists: press
"""


@pytest.mark.parametrize(
    ("to", "audience", "is_allowed"),
    [
        ("journalists", "press", True),
        ("journalists", "", False),
        ("journalists", "minister", False),
        ("staff", "", True),
        ("staff", "press", True),
        ("staff,journalists", "", False),
        ("bob@example.org", "", False),
        ("ann@example.org", "", True),
    ],
)
def test_a_list_gets_only_what_is_for_its_audience(tmp_path: Path, to: str, audience: str, is_allowed: bool) -> None:
    (tmp_path / "people.yaml").write_text(PEOPLE)
    known = people.read(tmp_path / "people.yaml", tmp_path / "content")
    if is_allowed:
        known.check(to.split(","), audience)
    else:
        with pytest.raises(NotUnderstood, match="gets only files for the audience “press”"):
            known.check(to.split(","), audience)


def test_send_refuses_and_builds_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "people.yaml").write_text(PEOPLE)
    assert main(["send", "Belgium", "--to", "journalists"]) == 2
    assert "Write --for press." in capsys.readouterr().err and not (folder / "dist").exists()
    assert main(["send", "all", "--to", "journalists", "--for", "press", "--dry-run"]) == 0
    assert "press/briefs/belgium.docx" in capsys.readouterr().out


def test_a_people_file_names_only_lists_that_it_has(tmp_path: Path) -> None:
    (tmp_path / "people.yaml").write_text(PEOPLE.replace("  journalists: press", "  jornalists: press"))
    with pytest.raises(Exception, match="jornalists"):
        people.read(tmp_path / "people.yaml", tmp_path / "content")


# How they come back.


def edited(data: bytes, old: str, new: str, *, keep_origin: bool = True) -> bytes:
    document = docx.Document(io.BytesIO(data))
    for run in (run for paragraph in document.paragraphs for run in paragraph.runs if old in run.text):
        run.text = run.text.replace(old, new)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue() if keep_origin else _without_origin(out.getvalue())


def _without_origin(data: bytes) -> bytes:
    """As a program writes a file that keeps neither custom parts nor properties."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name in {"customXml/item1.xml", "docProps/custom.xml"}:
                content = re.sub(rb"(<[^?][^>]*>).*(</[^>]*>)", rb"\1\2", content, flags=re.S)
            new.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("is_sent", [True, False], ids=["sent", "not in the store"])
def test_an_edit_comes_back_and_nothing_that_was_left_out_is_deleted(folder: Path, is_sent: bool) -> None:
    (folder / "people.yaml").write_text(PEOPLE)
    if is_sent:
        assert main(["send", "Belgium", "--to", "journalists", "--for", "press", "--jobs", "1"]) == 0
    else:
        assert main(["brief", "Belgium", "--for", "press", "--jobs", "1"]) == 0
    sent = (folder / "dist/press/briefs/belgium.docx").read_bytes()
    (folder / "belgium.docx").write_bytes(edited(sent, "Qz06x", "Qz66x"))
    before = (folder / "content/countries/be.yaml").read_text()
    assert main(["merge", "belgium.docx", "--apply"]) == 0
    assert (folder / "content/countries/be.yaml").read_text() == before.replace("Qz06x", "Qz66x")


def test_a_file_that_lost_its_origin_asks_for_whom_it_was_made(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["brief", "Belgium", "--for", "press", "--jobs", "1"]) == 0
    sent = (folder / "dist/press/briefs/belgium.docx").read_bytes()
    (folder / "belgium.docx").write_bytes(edited(sent, "Qz06x", "Qz66x", keep_origin=False))
    before = (folder / "content/countries/be.yaml").read_text()
    assert main(["merge", "belgium.docx", "--apply", "--no-base"]) == 1
    assert "Say it with --for: press, all." in capsys.readouterr().err
    assert main(["merge", "belgium.docx", "--apply", "--no-base", "--for", "press"]) in {0, 5}
    assert (folder / "content/countries/be.yaml").read_text() in {before, before.replace("Qz06x", "Qz66x")}
