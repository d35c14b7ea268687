"""What is fuzzed: for each reader a function that takes any bytes.

A target raises nothing if the reader gave a value, or the error that it documents. Everything else is a finding: another exception,
a place outside the file, something lost. `test_fuzz.py` runs the corpus; `guided.py` looks for more.
"""

from __future__ import annotations

import contextlib
import json
import pickle
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import yaml

from briefs import limits
from briefs.delivery import smtp
from briefs.delivery.replies import MAX_LINE, Client
from briefs.edition import bib, blocks, files, markdown, texts, yamls
from briefs.edition.csldates import CslDate
from briefs.edition.dates import Date
from briefs.edition.model import Edition, Text
from briefs.edition.read import Seen, read_files
from briefs.press import manifest
from briefs.press.cache import Cache, Inputs
from briefs.press.documents import Outcome, Target
from briefs.problems import Problem, Problems, ToolError
from briefs.roundtrip import decks, workbooks
from briefs.spreadsheets import __main__ as workbook_reader
from briefs.tools import spreadsheets
from briefs.tools.pandoc import Pandoc, PandocError
from briefs.translate import po, sheets, xliff
from briefs.translate.bring import bring
from briefs.translate.units import Language, UnreadableTranslation
from briefs.typeset.word.package import forbidden_links
from briefs.wordfile import alignment, paragraphs, slides
from briefs.wordfile.docx import open_docx, open_pptx
from tests import small
from tests.fuzz.packages import packed

SECONDS = 5.0  # for pandoc
_DECK = """---
title: A talk
subtitle: Of two slides
---

## What it is

A **market** of things.

- One thing
- Another thing.[@one]

::: notes
Say it slowly.
:::

## What it costs

Very little.
"""
_CONTENT = small.files(about={"languages": ["en-GB", "fr"]}, more={"decks/talk.md": _DECK})  # into which files are merged


@cache
def _pandoc() -> Pandoc:
    """One pandoc for all inputs."""
    return Pandoc(SECONDS)


@cache
def _folder() -> Path:
    """A folder for all inputs."""
    return Path(tempfile.mkdtemp())


def close() -> None:
    """End what the targets have started."""
    _pandoc().close()
    shutil.rmtree(_folder(), ignore_errors=True)
    _pandoc.cache_clear()
    _folder.cache_clear()


def _has_places_inside(problems: list[Problem], path: str, data: bytes) -> None:
    """Each problem of the file names a line and a column that an editor shows."""
    text, _ = yamls.decode(path, data)
    lines = (text or data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    for problem in problems:
        if problem.path == path:
            assert 0 <= problem.line <= len(lines), problem
            assert problem.column <= len(lines[max(0, problem.line - 1)]) + 1, problem


# YAML.


def read_yaml(data: bytes) -> None:
    """Without problems, it is what PyYAML reads, and written as JSON it is read as the same."""
    document = yamls.load("x.yaml", data)
    _has_places_inside(document.problems, "x.yaml", data)
    text, _ = yamls.decode("x.yaml", data)
    lines = text.split("\n")
    for place in [*document.places.values(), *document.keys.values()]:
        assert 1 <= place.line <= len(lines) and 1 <= place.column <= len(lines[place.line - 1]) + 1, place
    if not document.problems:
        assert _same(document.data, yaml.load(text, Loader=yaml.CBaseLoader))
        again = yamls.load("x.json", json.dumps(document.data).encode())
        assert again.problems == [] and again.data == document.data


def _same(ours: yamls.Data, theirs: Any) -> bool:
    if ours is None:
        return theirs in ("", "~", "null", "Null", "NULL")
    if isinstance(ours, dict):
        return isinstance(theirs, dict) and list(ours) == list(theirs) and all(_same(ours[k], theirs[k]) for k in ours)
    if isinstance(ours, list):
        return isinstance(theirs, list) and len(ours) == len(theirs) and all(map(_same, ours, theirs))
    return ours == theirs


# Editions: the first line names the file.

_FILES = small.files()
_SEEN: Seen = {}


def _read(path: str, data: bytes) -> list[Problem]:
    """The problems of a small edition in which a file holds the data. A sound edition goes to workers as it is."""
    _SEEN.pop(path, None)
    others = {name: own for name, own in _FILES.items() if not (files.is_sources(path) and files.is_sources(name))}
    reading = read_files({**others, path: data}, seen=_SEEN)
    _has_places_inside(list(reading.problems), path, data)
    assert reading.edition or reading.errors
    assert all(problem.message and "\n" not in problem.message + problem.hint for problem in reading.problems)
    if reading.edition:
        assert pickle.loads(pickle.dumps(reading.edition)) == reading.edition
    return reading.errors


def read_edition(data: bytes) -> None:
    """Any file of an edition."""
    name, _, text = data.partition(b"\n")
    path = name.decode("ascii", "replace")
    if re.fullmatch(r"(countries|report|decks|labels|sources)/[a-z0-9-]{1,9}\.(yaml|md|json)|[a-z]{1,9}\.(yaml|json|md)", path):
        _read(path, text)


def read_csl(data: bytes) -> None:
    """CSL's JSON."""
    _read("sources.json", data)


def read_bibtex(data: bytes) -> None:
    """BibTeX. Each entry is a record, or there is an error."""
    with mock.patch.object(bib, "Pandoc", lambda seconds: contextlib.nullcontext(_pandoc())):
        document = bib.load("sources.bib", data)
        _has_places_inside(document.problems, "sources.bib", data)
        if not document.problems:
            errors = _read("sources.bib", data)
            text, _ = yamls.decode("sources.bib", data)
            listed = document.mapping.get("references", document.data)
            ids = {record.get("id") for record in listed if isinstance(record, dict)} if isinstance(listed, list) else set()
            assert errors or {entry.place.anchor for entry in bib._entries("sources.bib", text)} <= ids


# Sections.


def read_section(data: bytes) -> None:
    """The blocks hold the whole text, in order, each line once. References stand where they are said to."""
    text = files.CONTROL.sub("", data.decode("utf-8", "replace").replace("\r", "\n"))
    for find in (
        markdown.citations,
        markdown.references,
        markdown.targets,
        markdown.pictures,
        markdown.markup_runs,
        markdown.deep_brackets,
    ):
        for offset, _ in find(text):
            assert 0 <= offset < len(text)
    if any(markdown.markup_runs(text)) or any(markdown.deep_brackets(text)):
        return  # `check` refuses it
    lines = text.split("\n")
    try:
        (whole,) = _pandoc().parse_quietly([text])
        (parts,) = blocks.parts_of([text], _pandoc())
    except PandocError:
        return
    assert [node for part in parts for node in part.nodes] == whole
    spans = [number for part in parts for number in range(*part.span)]
    assert spans == sorted(set(spans)) and {n for n, line in enumerate(lines) if line.strip()} <= set(spans) <= set(
        range(len(lines))
    )


# Dates.


def read_date(data: bytes) -> None:
    """A date, alone or as CSL's JSON. What is read is read again as the same, and has words in any language."""
    text = data.decode("utf-8", "replace")
    with contextlib.suppress(ValueError):
        date = Date.parse(text)
        assert date.first <= date.last and Date.parse(date.text) == date and date.end.last == date.last
        assert all(date.words(language, short=short) for language in ("en-GB", "de", "zh", "ar") for short in (False, True))
    for value in (text, *_json(text)):
        with contextlib.suppress(ValueError):
            found = CslDate.parse(value)
            if found:
                assert CslDate.parse({"raw": found.text}) == found
                assert all(found.words(language).strip() for language in ("en-GB", "de", "zh"))


def _json(text: str) -> list[Any]:
    data = yamls.load("x.json", text.encode())
    return [] if data.problems else [data.data]


# Word files.


def read_docx(data: bytes) -> None:
    """A whole file, if it begins as one. Else the texts of its parts, each after a line `--- word/document.xml`."""
    try:
        package = open_docx(packed(data), "x.docx")
    except Problems as fault:
        assert all("internal error" not in p.message for p in fault.problems)
        return
    found = paragraphs.read(package)
    for paragraph in found.paragraphs:
        assert paragraph.pieces
        assert all(0 <= start <= end <= len(paragraph.pieces) for start, end in paragraph.bookmarks.values())
    assert all(0 <= comment.paragraph < max(1, len(found.paragraphs)) for comment in found.comments)
    if len(found.paragraphs) < 50:
        pairs = alignment.pair(found.paragraphs, found.paragraphs)
        every = list(range(len(found.paragraphs)))
        assert sorted(n for pair in pairs for n in pair.sent) == sorted(n for pair in pairs for n in pair.edited) == every
    list(forbidden_links(package))


# Presentations.


@cache
def _edition() -> Edition:
    edition = read_files(_CONTENT).edition
    assert edition
    return edition


@cache
def _texts() -> Mapping[str, Text]:
    return texts.of(_edition(), _pandoc())


def read_pptx(data: bytes) -> None:
    """A presentation, as a file or as its parts. It is compared with itself and with the texts of a deck."""
    try:
        package = open_pptx(packed(data), "x.pptx")
    except Problems as fault:
        assert all("internal error" not in p.message for p in fault.problems)
        return
    found = slides.read(package)
    assert all(paragraph.pieces and paragraph.page for paragraph in found.paragraphs)
    assert all(0 <= comment.paragraph < max(1, len(found.paragraphs)) for comment in found.comments)
    if len(found.paragraphs) < 50:
        marked, blocks = decks.marked(found, _texts(), "decks/talk.md", ["be"], _pandoc())
        assert [p.pieces for p in marked.paragraphs] == [p.pieces for p in found.paragraphs]
        assert {name for p in marked.paragraphs for name in p.bookmarks} == set(blocks)
        assert all(0 <= start <= end <= len(p.pieces) for p in marked.paragraphs for start, end in p.bookmarks.values())
        pairs = alignment.pair(marked.paragraphs, found.paragraphs)
        assert sorted(n for pair in pairs for n in pair.edited) == list(range(len(found.paragraphs)))
    list(forbidden_links(package))


# Workbooks: what the process that reads them does is done here.


class _NothingKept:
    def answer(self, data: bytes, ask: object) -> tuple[dict[str, Any], bytes]:
        line, _, rest = limits._answered(workbook_reader._answer, {}, data).partition(b"\n")
        return json.loads(line), rest


def _unlimited() -> Any:
    return mock.patch.object(spreadsheets, "_KEPT", _NothingKept())


def read_workbook(data: bytes) -> None:
    """A workbook as a file or as parts, or else a CSV file, merged into an edition. What is merged is an edition again."""
    is_package = data.startswith((b"PK", b"--- "))
    with _unlimited(), mock.patch.object(workbooks, "edition_of", lambda files: _edition()):
        try:
            made = workbooks.merge(packed(data) if is_package else data, "x.xlsx" if is_package else "x.csv", _CONTENT, _pandoc())
        except Problems as fault:
            assert all(p.message and "internal error" not in p.message for p in fault.problems)
            return
    assert bool(made.files) == bool(made.written)
    assert read_files({**_CONTENT, **made.files}, is_unfinished=True).edition


# Files of translators.


def read_returned(data: bytes) -> None:
    """XLIFF or PO. What is taken has words, and was made from a text with a hash."""
    for read in (xliff.read, po.read):
        with contextlib.suppress(UnreadableTranslation):
            found = read(data)
            assert found.tag and all(text.target == text.target.strip() for text in found.texts)
            assert all(re.fullmatch("[0-9a-f]{16}|", text.of) for text in found.texts)


@cache
def _french() -> Language:
    return Language(_edition(), "fr", _CONTENT)


def read_translation(data: bytes) -> None:
    """A workbook, XLIFF or PO, brought into an edition, which has no errors afterwards."""
    readers = (sheets.read,) if data.startswith((b"PK", b"--- ")) else (xliff.read, po.read)
    for read in readers:
        with _unlimited(), contextlib.suppress(UnreadableTranslation):
            found = read(packed(data) if read is sheets.read else data)
            made = bring(found.texts, _french(), "x")
            assert set(made.taken) <= {text.name for text in found.texts} and bool(made.files) == bool(made.taken)
            assert not made.files or read_files({**_CONTENT, **made.files}, is_unfinished=True).edition


# Replies of a mail server.


class _Replies:
    """A socket that a server's replies come from, one after each command, in pieces of a size."""

    def __init__(self, data: bytes, size: int):
        self.data, *self.rest = data.split(b"~")
        self.size, self.sent = size, b""

    def recv(self, most: int) -> bytes:
        piece, self.data = self.data[: min(most, self.size)], self.data[min(most, self.size) :]
        return piece

    def sendall(self, data: bytes) -> None:
        self.sent += data
        self.data += self.rest.pop(0) if self.rest else b""

    def gettimeout(self) -> float:
        return 1.0

    def settimeout(self, seconds: float | None) -> None:
        pass

    def close(self) -> None:
        pass


def read_replies(data: bytes) -> None:
    """Each connection has its text after a line `---`, with `~` between replies. Only a message that was handed over is sent."""
    for size in (MAX_LINE, 7):
        _deliver(data, size)


def _deliver(data: bytes, size: int) -> None:
    texts = iter(re.split(rb"^---\n", data, flags=re.M))
    opened: list[_Replies] = []

    class Offline(Client):
        def __init__(self, host: str, port: int, timeout: float, context: object):
            super().__init__(host, port, timeout=timeout)

        def _get_socket(self, host: str, port: int, timeout: float) -> Any:  # smtplib
            opened.append(_Replies(next(texts, b""), size))
            return opened[-1]

    called: list[int] = []
    user = "ann" if data.startswith(b"220 login") else ""
    server = smtp.Server("mail.example.org", 465, "tls", user, "secret")
    patched = mock.patch.multiple(smtp, TlsClient=Offline, time=SimpleNamespace(sleep=lambda _: None, monotonic=lambda: 0.0))
    with patched, mock.patch.object(smtp.Connection, "_context"), smtp.Connection(server) as connection:
        try:
            reply = connection.deliver("desk@example.org", "bob@example.org", b"Subject: x\r\n\r\n.x\r\n", lambda: called.append(1))
        except (ToolError, smtp.Unreachable) as fault:
            assert "\n" not in str(fault) and len(str(fault)) < 1000
            return
        handed = any(b"\r\n.\r\n" in it.sent for it in opened)
        assert len(called) <= 1 and (not handed or called == [1])
        if reply.outcome == "sent":
            assert handed and reply.text[:3] == "250" and b"rcpt to:<bob@example.org>" in opened[-1].sent.lower()
        assert handed or reply.outcome in {"failed", "refused"}
        assert not files.CONTROL.search(reply.text) and len(reply.text) < 300


# Files that a build has left.


def read_entry(data: bytes) -> None:
    """An entry of the cache that isn't as it was written counts as missing."""
    kept, made = Cache(_folder() / "cache"), {"pdf": b"%PDF", "docx": b"PK\n"}
    kept.put("key", made, {"stem": "briefs/belgium"})
    path = kept._path("key")
    whole = path.read_bytes()
    path.write_bytes(data.replace(b"WHOLE", whole))
    entry, found = kept.entry("key"), kept.files("key")
    assert entry is None or entry["stem"] == "briefs/belgium"
    assert found in (None, made)


def read_manifest(data: bytes) -> None:
    """A manifest that can't be read is told or written anew. No name in one leads elsewhere."""
    out = _folder() / "out"
    (out / "a").mkdir(parents=True, exist_ok=True)
    for name in ("b.pdf", "a/b.pdf", "c.pdf"):
        (out / name).write_bytes(b"%PDF")
    (out / manifest.NAME).write_bytes(data)
    for name, entry in manifest.read(out).get("files", {}).items():
        assert (out / name).resolve().is_relative_to(out.resolve()) and entry.get("inputs", {}) is not None
    assert all(str(problem) for problem in manifest.verify(out))
    inputs = Inputs(*"abcde")
    manifest.write(out, [Outcome(Target("brief", "be", "Belgium", ("pdf",), "a4"), (out / "c.pdf",), inputs=inputs)], {})
    assert manifest.read(out)["files"]["c.pdf"]["size"] == 4


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "yaml": read_yaml,
    "edition": read_edition,
    "csl": read_csl,
    "bibtex": read_bibtex,
    "section": read_section,
    "date": read_date,
    "docx": read_docx,
    "pptx": read_pptx,
    "workbook": read_workbook,
    "returned": read_returned,
    "translation": read_translation,
    "replies": read_replies,
    "entry": read_entry,
    "manifest": read_manifest,
}
