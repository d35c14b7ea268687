"""The command `redline`: its Word files, as our own reader, LibreOffice and a validator see them."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from lxml import etree
from openxml_audit import OpenXmlValidator

from briefs import cli
from briefs.edition.model import Edition
from briefs.edition.read import read_files
from briefs.exitcodes import ExitCode
from briefs.press.session import Session
from briefs.redline import documents as redline
from briefs.tools import git, libreoffice
from briefs.typeset.word import package, zotero
from briefs.typeset.word.package import w
from briefs.wordfile import paragraphs
from tests import small
from tests.conftest import ROOT
from tests.redline.decided import decide, is_sound, said
from tests.small import fact

PYTHON = "/usr/bin/python3"  # the system's, which has UNO (python3-uno)

TEXT = """---
title: The first things
id: sec-first
numbered: true
---

It begins with a paragraph that stays as it is, with a note.[@two]

{early}

## A heading {{#sec-heading}}

{middle}

- An item of a list
{item}- A last item, *with emphasis*

| Name | What it did |
|------|-------------|
| Ann  | She came    |
{row}| Bob  | He went     |

: Who did what {{#tbl-who}}

{end}
"""
LAST = """---
title: The {last} things
id: sec-last
numbered: true
---

All of this is told in [](#sec-heading), and [](#fig-map) shows where.

::: {{#fig-map .figure data=map}}
Where they stand.
:::

{close}
"""
DECK = """---
title: Small slides
---

## One

- A {thing}
- Another
{points}
::: notes
What is said {told} of it.[@one]
:::
{slide}
## Three

- The end
"""
OLD = {
    "report/01-first.md": TEXT.format(
        early="A paragraph that is moved further down, and is long enough to be known again when it comes.",
        middle="These words are changed, **one is bold** and one [leads](https://example.org/old) somewhere; two notes "
        "follow.[The old words of a note, with @one] And one goes.[@two, p. 3]",
        item="- An item that goes\n", row="| Cid  | Gone by now |\n",
        end="A last paragraph of the section.\n\nIt goes, and its note too.[Gone, says @two]",
    ),
    "report/02-last.md": LAST.format(last="last", close="The close."),
    "decks/talk.md": DECK.format(thing="thing", points="- A point that goes\n", told="now", slide="\n## Two\n\n- It goes whole\n"),
}  # fmt: skip
NEW = {
    "report/01-first.md": TEXT.format(
        early="## A new heading {#sec-new}\n\nA new paragraph under it.[@one]",
        middle="These words have been changed, one is bold and one [leads](https://example.org/new) elsewhere; two notes "
        "follow.[The new words of a note, with @one] And one goes.\n\nA paragraph that is moved further down, and is long "
        "enough to be known again when it comes.",
        item="- A new item\n- And a second\n", row="| Dora | She is new  |\n", end="A last paragraph of the section.",
    ),
    "report/02-last.md": LAST.format(last="latest", close="The close, and a word.\n\nA new end of the section."),
    "decks/talk.md": DECK.format(
        thing="**new thing**", points="", told="today", slide="\n## In between\n\n- It is new\n\n::: notes\nSo are these.\n:::\n",
    ),
}  # fmt: skip
FACTS = {
    "old": [
        fact("A **first thing** happened in the market.", date="2019-03"), fact("A second thing, which goes.", sources=["two"]),
        fact("Policy is a third thing.", "policy"), fact("It has a **fourth**, dated thing.", "policy", date="2018"),
    ],
    "new": [
        fact("A *first* **thing happened** in the market.", date="2020-03"),
        fact("A new thing of policy.", "policy", sources=["two"]),
        fact("Policy is a third thing, reworded.", "policy"), fact("It has a **fourth**, dated thing.", "policy", date="2018"),
    ],
}  # fmt: skip
IDS = {"old": ["be-01", "be-02", "be-03", "be-04"], "new": ["be-01", "be-05", "be-03", "be-04"]}
SOURCES = [small.source("one"), small.source("two")]
DOCUMENTS = {"brief": "be", "report": "", "handout": "talk"}
FILES = {"brief": "briefs/belgium.docx", "report": "report.docx", "handout": "handouts/talk.docx"}


def content(which: str) -> dict[str, bytes]:
    facts = [{**f, "id": name} for f, name in zip(FACTS[which], IDS[which], strict=True)]
    country = {"stance": "wary" if which == "old" else "closed", "summary": f"A summary of {which} words. It says what matters."}
    country["stance_note"] = "for []{.value column=cans} of cans, []{.rank column=cans}"
    more = dict(OLD if which == "old" else NEW)
    more["columns.yaml"] = "columns:\n- {id: cans, label: Cans, kind: share, unit: per cent, decimals: 1, source: one}\n"
    more["data/cans.csv"] = f"code,year,cans\nbe,2019,{'83.4' if which == 'old' else '85.1'}\n"
    fr = "code: fr\nstance: open\nsummary: Bien.\nfacts:\n- {id: fr-01, topic: market, text: Fine, sources: [one]}\n"
    return small.files(facts=facts, country=country, sources=SOURCES, more={**more, "countries/fr.yaml": fr})


def edition_of(files: Mapping[str, bytes]) -> Edition:
    reading = read_files(files)
    assert reading.edition, [str(p) for p in reading.errors]
    return reading.edition


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    for old in sorted(folder.rglob("*"), reverse=True):
        old.unlink() if old.is_file() else old.rmdir()
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def gitted(folder: Path, *words: str) -> None:
    who = {f"GIT_{role}_{what}": "x@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, env={**os.environ, **who})


@dataclass(frozen=True)
class Redlined:
    """The older and the newer document, and their redline."""

    old: bytes
    new: bytes
    data: bytes


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder under git. `v1` is the older content, `v2` the newer."""
    folder = tmp_path_factory.mktemp("repository")
    gitted(folder, "init", "-q")
    for which in ("old", "new"):
        put(folder / "content", content(which))
        gitted(folder, "add", "content")
        gitted(folder, "commit", "-q", "-m", which)
        gitted(folder, "tag", "v1" if which == "old" else "v2")
    return folder


@pytest.fixture(scope="module")
def redlined(repository: Path, session: Session) -> dict[str, Redlined]:
    """The redline of each kind of document, made by the command, with both documents."""
    words = [
        "Belgium",
        "report",
        "talk",
        "--since",
        "v1",
        "--content",
        str(repository / "content"),
        "--out",
        str(repository / "dist"),
    ]
    assert cli.main(["redline", *words, "--quiet"]) == ExitCode.DONE
    made = {}
    for kind, subject in DOCUMENTS.items():
        both = [
            small.make(session.for_edition(edition_of(content(which))), kind, subject, ("docx",), "a4").files["docx"]
            for which in ("old", "new")
        ]
        made[kind] = Redlined(*both, (repository / "dist/redline" / FILES[kind]).read_bytes())
    return made


def texts(data: bytes, change_filter: paragraphs.ChangeFilter) -> list[str]:
    return [p.text for p in paragraphs.read(package.read(data), change_filter).paragraphs]


KINDS_OF = pytest.mark.parametrize("kind", list(DOCUMENTS))


@KINDS_OF
def test_accepting_all_gives_todays_text_and_rejecting_all_the_older(redlined: dict[str, Redlined], kind: str) -> None:
    one = redlined[kind]
    assert texts(one.old, paragraphs.accept_all) != texts(one.new, paragraphs.accept_all)
    assert texts(one.data, lambda author, date: True) == texts(one.new, paragraphs.accept_all)
    assert texts(one.data, lambda author, date: False) == texts(one.old, paragraphs.accept_all)


@KINDS_OF
def test_accepting_and_rejecting_restores_formatting_styles_links_and_sections(redlined: dict[str, Redlined], kind: str) -> None:
    one = redlined[kind]
    is_sound(one.data)
    old, new = package.read(one.old), package.read(one.new)
    for made in (old, new):  # a redline has no fields of Zotero
        zotero.unwrap(made)
    assert said(decide(one.data, True)) == said(new)
    assert said(decide(one.data, False)) == said(old)


@KINDS_OF
def test_an_unchanged_paragraph_is_not_marked(redlined: dict[str, Redlined], kind: str) -> None:
    one = redlined[kind]
    same = {
        "brief": "dated thing.",
        "report": "It begins with a paragraph that stays as it is, with a note.",
        "handout": "The end",
    }[kind]
    body = package.read(one.data).xml("word/document.xml")
    found = next(p for p in body.iter(w("p")) if same in "".join(t.text for t in p.iter(w("t"))))
    assert next(found.iter(w("ins"), w("del"), w("pPrChange")), None) is None


@KINDS_OF
def test_openxml_audit_finds_no_error(redlined: dict[str, Redlined], kind: str, tmp_path: Path) -> None:
    path = tmp_path / "redline.docx"
    path.write_bytes(redlined[kind].data)
    assert [str(e) for e in OpenXmlValidator().validate(path).errors] == []


@pytest.fixture(scope="module")
def decided(redlined: dict[str, Redlined], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[str]]:
    """The texts of a file after LibreOffice has accepted or rejected everything; `x-old` and `x-new` have no changes."""
    folder, profile = tmp_path_factory.mktemp("decided"), tmp_path_factory.mktemp("profile")
    for kind, one in redlined.items():
        for name, data in ((kind, one.data), (f"{kind}-old", one.old), (f"{kind}-new", one.new)):
            (folder / f"{name}.docx").write_bytes(data)
    script = str(Path(__file__).parent / "uno_decide.py")
    subprocess.run([PYTHON, script, str(folder), str(profile), libreoffice.program()], check=True, timeout=300)

    def read(name: str) -> list[str]:
        found = package.read((folder / f"{name}.docx").read_bytes())
        assert not any(mark in found.parts["word/document.xml"] for mark in (b"<w:ins ", b"<w:del "))
        # LibreOffice recalculates the numbers of references, and leaves a character in an empty row that was tracked.
        told = [
            "".join(p.text for p in q.pieces if p.kind != "reference").replace("\u200d", "")
            for q in paragraphs.read(found).paragraphs
        ]
        return [text for text in told if text]

    return read


@KINDS_OF
def test_libreoffice_accepts_to_todays_text_and_rejects_to_the_older(decided: Callable[[str], list[str]], kind: str) -> None:
    assert decided(f"{kind}-accepted") == decided(f"{kind}-new-accepted")
    assert decided(f"{kind}-rejected") == decided(f"{kind}-old-rejected")


def test_inserted_deleted_and_changed_notes_are_marked(redlined: dict[str, Redlined]) -> None:
    """Changed words are marked within the note. An inserted or deleted note is marked at its number too."""
    made = package.read(redlined["report"].data)
    body, notes = made.xml("word/document.xml"), made.xml("word/footnotes.xml")
    calls = {
        e.get(w("id")): next((a.tag for a in e.iterancestors(w("ins"), w("del"))), "") for e in body.iter(w("footnoteReference"))
    }
    marked = {}
    for note in notes.iter(w("footnote")):
        text = "".join(t.text or "" for t in note.iter(w("t"), w("delText")))
        marked[text] = calls.get(note.get(w("id"))), {e.tag for e in note.iter(w("ins"), w("del"))}
    assert next(v for t, v in marked.items() if "Gone, says" in t) == (w("del"), {w("del")})
    assert next(v for t, v in marked.items() if "words of a note" in t) == ("", {w("ins"), w("del")})
    assert any(v == (w("ins"), {w("ins")}) for v in marked.values())
    assert list(calls) == sorted(calls, key=int)


def test_a_changed_picture_is_shown_beside_the_older_one(redlined: dict[str, Redlined]) -> None:
    """The map shows another stance. Both pictures are in the file, with their data, each under an id of its own."""
    made = package.read(redlined["brief"].data)
    body = made.xml("word/document.xml")
    maps = [d for d in body.iter(w("drawing")) if "Map" in next(d.iter("{*}docPr")).get("descr")]
    assert [next(m.iterancestors(w("ins"), w("del"))).tag for m in maps] == [w("del"), w("ins")]
    numbers = [p.get("id") for p in body.iter("{*}docPr")]
    assert len(set(numbers)) == len(numbers)
    targets = {e.get("Id"): e.get("Target") for e in made.xml("word/_rels/document.xml.rels")}
    dots = [
        made.parts[f"word/{targets[value]}"]
        for m in maps
        for e in m.iter()
        for k, value in e.attrib.items()
        if k.endswith("}embed")
    ]
    assert len(dots) == 4 and all(dots) and len(set(dots)) == 4


def test_changes_have_the_publisher_as_author_and_the_editions_date(
    monkeypatch: pytest.MonkeyPatch, redlined: dict[str, Redlined]
) -> None:
    body = package.read(redlined["brief"].data).xml("word/document.xml")
    assert {(e.get(w("author")), e.get(w("date"))) for e in body.iter(w("ins"), w("del"))} == {("briefs", "2020-10-01T00:00:00Z")}
    edition = small.edition(about={"publisher": "The Institute"})
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    data, _ = redline.compare(redlined["brief"].old, redlined["brief"].new, edition, "older")
    body = package.read(data).xml("word/document.xml")
    assert {(e.get(w("author")), e.get(w("date"))) for e in body.iter(w("ins"), w("del"))} == {
        ("The Institute", "1970-01-02T00:00:00Z")
    }


def test_a_redline_has_the_same_bytes_every_time(redlined: dict[str, Redlined]) -> None:
    one = redlined["report"]
    again, _ = redline.compare(one.old, one.new, edition_of(content("new")), "older")
    assert again == one.data


def test_a_table_with_other_columns_is_replaced_and_a_deleted_list_keeps_its_format(session: Session) -> None:
    """The old table is deleted whole. A deleted list keeps its format."""
    old = "1. One\n2. Two\n\n| A | B |\n|---|---|\n| c | d |\n\nBetween.\n\nThe end.\n"
    new = "Between.\n\n| A | B | C |\n|---|---|---|\n| c | d | e |\n\nThe end.\n"
    made = []
    for text in (old, new):
        edition = small.edition(more={"report/01-x.md": f"---\ntitle: T\nid: sec-t\n---\n\n{text}"})
        made.append(small.make(session.for_edition(edition), "report", "", ("docx",), "a4").files["docx"])
    data, _ = redline.compare(made[0], made[1], edition, "older")
    is_sound(data)
    assert said(decide(data, True)) == said(package.read(made[1])) and said(decide(data, False)) == said(package.read(made[0]))
    numbering = package.read(data).xml("word/numbering.xml")
    item = next(
        p
        for p in package.read(data).xml("word/document.xml").iter(w("p"))
        if "One" in "".join(t.text for t in p.iter(w("delText")))
    )
    number = item.find(f".//{w('numId')}").get(w("val"))
    kind = numbering.find(f"w:num[@w:numId='{number}']/w:abstractNumId", {"w": etree.QName(numbering).namespace}).get(w("val"))
    level = numbering.find(f"w:abstractNum[@w:abstractNumId='{kind}']/w:lvl/w:numFmt", {"w": etree.QName(numbering).namespace})
    assert level.get(w("val")) == "decimal"


# The command.


@pytest.fixture
def run(repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(["redline", *words, "--content", str(repository / "content"), "--out", str(tmp_path / "dist")])
        return code, *capsys.readouterr()

    return run


def test_an_unchanged_document_has_no_file(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    code, out, _ = run("Belgium", "--since", "v2")
    assert (code, out) == (ExitCode.DONE, "brief Belgium: unchanged since v2; nothing to approve, no file\n")
    code, out, _ = run("Belgium", "--since", "2099-01")
    assert (code, out) == (ExitCode.DONE, "brief Belgium: unchanged since 2099-01; nothing to approve, no file\n")
    code, _, error = run("Belgium", "--since", "1999-01")
    assert code == ExitCode.USAGE and "as old as 1999-01-31" in error
    code, out, _ = run("--kinds", "handout", "France", "--since", "v2", "--json")
    assert (code, json.loads(out)[0]["outcome"]) == (ExitCode.DONE, "unchanged")
    assert not (tmp_path / "dist").exists()


def test_a_new_document_has_no_file(repository: Path, run: Callable[..., tuple[int, str, str]]) -> None:
    gitted(repository, "checkout", "-q", "--orphan", "small")
    put(repository / "content", {k: v for k, v in content("old").items() if "fr.yaml" not in k and "decks" not in k})
    gitted(repository, "add", "-A", "content")
    gitted(repository, "commit", "-q", "-m", "small")
    gitted(repository, "checkout", "-q", "-f", "v2")
    code, out, _ = run("France", "talk", "--since", "small")
    assert code == ExitCode.DONE
    assert "brief France: did not exist in small; all of it is new" in out and "handout talk: did not exist" in out


def test_documents_are_compared_with_an_older_output_folder(
    run: Callable[..., tuple[int, str, str]], redlined: dict[str, Redlined], tmp_path: Path
) -> None:
    older = tmp_path / "older"
    (older / "briefs").mkdir(parents=True)
    (older / "briefs/belgium.docx").write_bytes(redlined["brief"].old)
    code, out, _ = run("Belgium", "France", "--since", str(older))
    path = tmp_path / "dist/redline/briefs/belgium.docx"
    assert code == ExitCode.DONE and f"tracked changes since {older}  {path}" in out and "France: did not exist in" in out
    assert path.read_bytes() == redlined["brief"].data
    code, _, error = run("report", "--since", str(older))
    assert code == ExitCode.USAGE and "has no such document" in error and "report.docx" in error
    (older / "briefs/belgium.docx").write_bytes(b"no Word file")
    code, _, error = run("Belgium", "--since", str(older))
    assert code == ExitCode.FAILED and "not a Word file" in error and path.exists()


def test_a_revision_that_does_not_exist_is_reported(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("v9", "--output=x", "-x", "v1:content", ""):
        code, _, error = run("Belgium", f"--since={name}")
        assert code == ExitCode.USAGE and (f"no revision “{name}”" in error or not name), error
    small.write(tmp_path / "content")
    assert cli.main(["redline", "--since", "v1", "--content", str(tmp_path / "content")]) == ExitCode.USAGE
    assert "is in no git repository" in capsys.readouterr().err


def test_errors_of_the_older_content_are_reported_with_the_revision(
    repository: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    put(repository / "content", {**content("old"), "countries/be.yaml": b"code: be\nstance: nowhere\n"})
    gitted(repository, "checkout", "-q", "--orphan", "broken")
    gitted(repository, "add", "-A", "content")
    gitted(repository, "commit", "-q", "-m", "broken")
    gitted(repository, "checkout", "-q", "-f", "v2")
    code, _, error = run("Belgium", "--since", "broken")
    assert code == ExitCode.CONTENT and "broken:countries/be.yaml:2" in error


def test_verify_ignores_redlines(repository: Path, redlined: dict[str, Redlined], tmp_path: Path) -> None:
    words = ["--content", str(repository / "content"), "--out", str(tmp_path / "dist"), "--quiet"]
    assert cli.main(["brief", "Belgium", *words, "--format", "docx", "--jobs", "1"]) == ExitCode.DONE
    (tmp_path / "dist/redline").mkdir()
    (tmp_path / "dist/redline/x.docx").write_bytes(redlined["brief"].data)
    assert cli.main(["verify", "--out", str(tmp_path / "dist"), "--quiet"]) == ExitCode.DONE


def test_a_redline_can_be_merged(
    repository: Path, redlined: dict[str, Redlined], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unedited it has no edits. With its changes rejected it has the older words."""
    path = tmp_path / "belgium.docx"
    words = ["merge", str(path), "--content", str(repository / "content"), "--store", str(tmp_path / "store")]
    path.write_bytes(redlined["brief"].data)
    assert cli.main(words) == ExitCode.DONE and "no edits" in capsys.readouterr().out
    path.write_bytes(package.write(decide(redlined["brief"].data, False), "2020"))
    cli.main(words)
    out = capsys.readouterr().out
    assert re.search(r"^-.*A summary of new words", out, re.M) and re.search(r"^\+.*A summary of old words", out, re.M)


# Git.


def test_files_are_read_as_they_were(repository: Path) -> None:
    found = git.read(repository / "content", "v1", 10**9)
    assert found.files == content("old") and len(found.commit) == 40


def test_links_are_followed_within_the_folder_only(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "plain.md").write_text("words")
    (folder / "link.md").symlink_to("plain.md")
    (folder / "circle.md").symlink_to("circle.md")
    (tmp_path / "secret").write_text("x")
    (folder / "out.md").symlink_to("../secret")
    gitted(tmp_path, "init", "-q")
    gitted(tmp_path, "add", "-A")
    gitted(tmp_path, "commit", "-q", "-m", "x")
    assert git.read(folder, "HEAD", 100).files == {"plain.md": b"words", "link.md": b"words"}
    with pytest.raises(git.NotThere, match="isn’t in the revision"):
        (tmp_path / "later").mkdir()
        git.read(tmp_path / "later", "HEAD", 100)
    with pytest.raises(git.ToolError, match="more than 4 bytes"):
        git.read(folder, "HEAD", 4)


def test_no_program_that_the_repository_names_is_run(tmp_path: Path) -> None:
    """Hooks, filters and programs that a repository's own settings name."""
    (tmp_path / "a.md").write_text("words")
    gitted(tmp_path, "init", "-q")
    (tmp_path / ".gitattributes").write_text("*.md filter=evil diff=evil\n")
    gitted(tmp_path, "add", "-A")
    gitted(tmp_path, "commit", "-q", "-m", "x")
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for key in ("filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv", "core.fsmonitor", "core.pager", "core.editor"):
        gitted(tmp_path, "config", key, str(trap))
    (tmp_path / "sprung").unlink(missing_ok=True)
    assert git.read(tmp_path, "HEAD", 10**6).files["a.md"] == b"words"
    assert not (tmp_path / "sprung").exists()


@pytest.mark.long
def test_the_real_edition_both_ways(edition: Edition, session: Session) -> None:
    """The report and a deck of the real edition compared with one that has edits all over."""
    files = {p.relative_to(ROOT / "content").as_posix(): p.read_bytes() for p in (ROOT / "content").rglob("*") if p.is_file()}
    for name in [n for n in files if n.endswith(".md") and n.startswith(("report/", "decks/"))]:
        # word by word, so that pull quotes still match their sections
        files[name] = re.sub(rb"\bWest\b", b"*West*", re.sub(rb"\b(says|argues|adds|cites)\b", b"writes, at length,", files[name]))
    older = edition_of(files)
    for kind, subject, least in (("report", "", 100), ("handout", "overview", 20)):
        old, new = (small.make(session.for_edition(e), kind, subject, ("docx",), "a4").files["docx"] for e in (older, edition))
        data, count = redline.compare(old, new, edition, "older")
        is_sound(data)
        assert count > least
        assert said(decide(data, True)) == said(package.read(new)) and said(decide(data, False)) == said(package.read(old))


def test_an_older_revision_needs_no_label_and_keeps_no_rule_that_is_younger(
    repository: Path, run: Callable[..., tuple[int, str, str]]
) -> None:
    """A label that didn't exist then is today's; a scale whose colours are too alike is no reason to refuse."""
    older = content("old")
    labels = b"\n".join(line for line in older["labels/en.yaml"].split(b"\n") if not line.startswith((b"sources:", b"as_of:")))
    about = older["edition.yaml"].replace(b"#01665e", b"#d8b366")
    assert about != older["edition.yaml"] and labels != older["labels/en.yaml"]
    put(repository / "content", {**older, "labels/en.yaml": labels, "edition.yaml": about})
    gitted(repository, "checkout", "-q", "--orphan", "aged")
    gitted(repository, "add", "-A", "content")
    gitted(repository, "commit", "-q", "-m", "aged")
    gitted(repository, "checkout", "-q", "-f", "v2")
    code, out, error = run("Belgium", "--since", "aged")
    assert (code, error) == (ExitCode.DONE, "") and "tracked change" in out


@pytest.mark.parametrize("name", ["x" * 5000, "a/" * 2500, "v1\n", "v1^{tree}"])
def test_a_long_or_odd_revision_is_no_traceback(name: str, run: Callable[..., tuple[int, str, str]]) -> None:
    code, _, error = run("Belgium", "--since", name)
    assert code == ExitCode.USAGE and "git knows no revision" in error and len(error) < 400


def test_an_older_revision_with_what_is_refused_today_can_be_read(
    repository: Path, run: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    """Links, classes, raw XML, unknown keys and addresses that were taken then. The words stay; the rest is told."""
    older = dict(content("old"))
    summary = yaml.safe_load(older["countries/be.yaml"])
    words = summary["summary"]
    links = "[share](file:///etc/passwd) and [site](ftp://example.org/a)"
    summary["summary"] = f"Older {links}, [marked]{{.lead custom-style=x lang=zz}} `<w:p/>`{{=openxml}} words. {words}"
    summary["mood"] = "grim"
    older["countries/be.yaml"] = yaml.safe_dump(summary, allow_unicode=True).encode()
    sources = yaml.safe_load(older["sources.yaml"])
    sources["references"][0]["URL"] = "ftp://example.org/old"
    older["sources.yaml"] = yaml.safe_dump(sources, allow_unicode=True).encode()
    about = yaml.safe_load(older["edition.yaml"])
    older["edition.yaml"] = yaml.safe_dump({**about, "contact": "file:///x#@a.bc"}, allow_unicode=True).encode()
    gitted(repository, "checkout", "-q", "--orphan", "refused")
    put(repository / "content", older)
    gitted(repository, "add", "-A", "content")
    gitted(repository, "commit", "-q", "-m", "refused")
    gitted(repository, "checkout", "-q", "-f", "v2")
    code, out, complaints = run("Belgium", "--since", "refused")
    assert code == ExitCode.DONE and "tracked changes since refused" in out, complaints
    for part in ("“contact”", "the key “mood”", "“URL”", "file:///etc/passwd", "ftp://example.org/a", "class “lead”", "“zz”"):
        assert part in complaints, complaints
    assert all(line.startswith("refused:") for line in complaints.splitlines()[:-1]) and complaints.count("error:") == 0
    data = (tmp_path / "dist/redline/briefs/belgium.docx").read_bytes()
    assert "Older share and site, marked words." in " ".join(str(said(decide(data, False))).split())
    assert not any(link in zipfile.ZipFile(io.BytesIO(data)).read("word/_rels/document.xml.rels") for link in (b"file:", b"ftp:"))
