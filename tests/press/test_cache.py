"""What is made again and what isn't, by the hashes of its inputs."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any

import pytest

from briefs.compose import shares
from briefs.compose.kinds import KINDS
from briefs.edition.model import Edition
from briefs.edition.read import Seen, read
from briefs.press import manifest
from briefs.press.build import BuildRequest, build
from briefs.press.cache import TOOLS, Cache, Inputs, packages, versions
from briefs.press.documents import Outcome, Target
from briefs.press.fingerprints import Fingerprinter
from briefs.press.makers import report
from briefs.press.output import Output
from briefs.press.plan import plan
from briefs.press.request import Request
from briefs.press.session import Session
from briefs.problems import Problems
from briefs.theme import Theme
from tests import small
from tests.conftest import ROOT
from tests.press.test_build import country, tree

DECK = "---\ntitle: T\n---\n\n## Facts\n\n::: {.facts country=fr}\n:::\n\n## Who\n\n::: {.countries step=open}\n:::\n"
SECTION = "---\nid: a\ntitle: A\n---\n\nWords.[@one]\n"
OTHER = "---\nid: b\ntitle: B\n---\n\nMore words,[@two] as in [](#a).\n\n::: {#fig-map .figure data=map}\nWhere they stand.\n:::\n"


class Shop:
    """A small edition on the disk, a cache, and a build of everything in one process."""

    def __init__(self, folder: Path, session: Session, theme: Theme):
        self.content = folder / "content"
        self.out = folder / "dist"
        self.cache = Cache(folder / "cache")
        self.session, self.theme = session, theme

    def build(self, cache: Cache | None = None) -> dict[str, bool]:
        """Whether each document was fresh, by kind and subject."""
        found = read(self.content)
        assert found.edition, found.problems
        wanted = plan(found.edition, Request()).targets
        warm = small.with_edition(self.session, found.edition)
        request = BuildRequest(wanted, self.out, cache=cache or self.cache)
        done = build(found.edition, self.theme, request, lambda outcome: None, warm)
        assert not [o.problems for o in done if o.problems]
        return {f"{o.target.kind} {o.target.subject}".strip(): o.fresh for o in done}

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.content / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    @property
    def kept(self) -> set[str]:
        """The keys in the cache."""
        return {path.stem for path in self.cache.folder.glob("*.entry")}

    @property
    def manifest(self) -> Mapping[str, Any]:
        known: Mapping[str, Any] = json.loads((self.out / "manifest.json").read_text())["files"]
        return known


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, session: Session, theme: Theme) -> Path:
    """Content, cache and output of a first build."""
    folder = tmp_path_factory.mktemp("first")
    more = {**dict([country("fr"), country("it")]), "decks/t.md": DECK, "report/01-a.md": SECTION, "report/02-b.md": OTHER}
    small.write(folder / "content", more=more)
    assert set(Shop(folder, session, theme).build().values()) == {False}
    return folder


@pytest.fixture
def shop(first: Path, tmp_path: Path, session: Session, theme: Theme) -> Shop:
    shutil.copytree(first, tmp_path / "shop")
    return Shop(tmp_path / "shop", session, theme)


def test_nothing_is_made_when_nothing_was_edited(shop: Shop) -> None:
    before = tree(shop.out)
    for path in shop.content.rglob("*"):
        os.utime(path)
    assert set(shop.build().values()) == {True}
    assert tree(shop.out) == before


EDITS: list[tuple[str, str, str, set[str]]] = [
    ("countries/it.yaml", "first thing", "last thing", {"brief it", "glance", "report"}),
    ("countries/fr.yaml", "first thing", "last thing", {"brief fr", "glance", "report", "handout t"}),
    ("countries/it.yaml", "stance: open", "stance: wary", {"brief it", "brief fr", "brief be", "glance", "report", "handout t"}),
    ("countries/it.yaml", "facts:", "# a remark\n\nfacts:", set()),
    ("report/01-a.md", "Words.", "Other words.", {"report"}),
    ("decks/t.md", "## Who", "## Who else", {"handout t"}),
    ("labels/en.yaml", "sources:", "sources :", set()),
]


@pytest.mark.parametrize(("name", "old", "new", "made"), EDITS)
def test_an_edit_makes_again_the_documents_that_show_it(shop: Shop, name: str, old: str, new: str, made: set[str]) -> None:
    before = shop.manifest
    shop.edit(name, old, new)
    built = shop.build()
    assert {what for what, fresh in built.items() if not fresh} == made
    changed = {f"{e['kind']} {e['subject']}".strip() for file, e in shop.manifest.items() if e["inputs"] != before[file]["inputs"]}
    assert changed == made, "in the manifest"


PIECES: list[tuple[str, str, str, set[str]]] = [
    ("countries/it.yaml", "first thing", "last thing", {"appendix"}),
    ("countries/it.yaml", "stance: open", "stance: wary", {"a", "appendix-glance", "appendix"}),
    ("report/02-b.md", "More", "Some more", {"a"}),  # the chapters run on in one piece
    ("report/01-a.md", "Words.[@one]", "Words.[@one] Again.[@two]", {"a"}),
    ("report/01-a.md", "title: A", "title: Another", {"a"}),
    ("edition.yaml", "title: Small", "title: Little", {"a", "appendix-glance", "appendix", "bibliography"}),
]


@pytest.mark.parametrize(("name", "old", "new", "made"), PIECES)
def test_an_edit_typesets_again_the_pieces_of_the_report_that_show_it(
    shop: Shop, name: str, old: str, new: str, made: set[str]
) -> None:
    before, kept = shop.manifest["report.pdf"]["pieces"], shop.kept
    shop.edit(name, old, new)
    shop.build()
    after = shop.manifest["report.pdf"]["pieces"]
    assert {piece for piece in after if after[piece] != before.get(piece)} == made, "in the manifest"
    assert {after[piece] for piece in after} & (shop.kept - kept) == {after[piece] for piece in made}, "in the cache"


def test_everything_that_a_piece_of_the_report_is_made_of_counts(first: Path, session: Session) -> None:
    found = read(first / "content")
    assert found.edition
    used = small.with_edition(session, found.edition)
    target = Target("report", "", "", ("pdf",), "a4")
    pieces = [piece.content for piece in report.MAKER.open(used, target).pieces]
    piece = next(p for p in pieces if p.figures)
    inputs = Inputs("content", "templates", "request", "fonts", "program")

    def key(piece: report.LayoutRequest, target: Target = target, inputs: Inputs = inputs) -> str:
        return inputs.piece_key(report.key(used, target, piece))

    others = [
        key(replace(piece, figures={name: f"{figure} " for name, figure in piece.figures.items()})),
        key(piece, replace(target, paper="letter")),
        key(piece, replace(target, printed=True)),
        key(replace(piece, chunk=replace(piece.chunk, notes_before=7))),
        key(replace(piece, chunk=replace(piece.chunk, external_anchors=("there",)))),
        key(replace(piece, about=replace(piece.about, title="Other"))),
        *(key(piece, inputs=replace(inputs, **{name: "other"})) for name in ("templates", "fonts", "program")),
    ]
    assert len({key(piece), *others}) == 1 + len(others)
    same = key(piece, inputs=replace(inputs, content="other", request="other"))
    assert same == key(piece), "the rest of the report doesn’t matter to this piece"
    assert key(piece, replace(target, formats=("docx",), check_word=True)) == same


def test_a_report_with_cached_pieces_has_the_same_bytes(shop: Shop) -> None:
    shop.edit("report/01-a.md", "Words.", "Other words.")
    shop.build()
    joined = tree(shop.out)
    shutil.rmtree(shop.cache.folder)
    assert set(shop.build().values()) == {False}
    assert tree(shop.out) == joined


def test_a_changed_or_missing_file_is_restored(shop: Shop) -> None:
    before = tree(shop.out)
    (shop.out / "report.pdf").unlink()
    (shop.out / "briefs/belgium.docx").write_bytes(b"mine")
    assert set(shop.build().values()) == {True}
    assert tree(shop.out) == before


def test_a_damaged_entry_counts_as_missing_and_the_cache_may_be_deleted(shop: Shop) -> None:
    before = tree(shop.out)
    for path in shop.cache.folder.glob("*.entry"):
        path.write_bytes(path.read_bytes()[:40])
    assert set(shop.build().values()) == {False}
    shutil.rmtree(shop.cache.folder)
    assert set(shop.build().values()) == {False}
    assert tree(shop.out) == before


def test_a_file_with_another_hash_than_its_entry_says_isnt_used(shop: Shop) -> None:
    for path in shop.cache.folder.glob("*.entry"):
        facts, _, files = path.read_bytes().partition(b"\n")
        path.write_bytes(facts + b"\n" + bytes(len(files)))
    shutil.rmtree(shop.out)
    assert set(shop.build().values()) == {False}


def flipped(data: bytes, bit: int) -> bytes:
    """The bytes with one bit the other way."""
    byte, place = divmod(bit, 8)
    return data[:byte] + bytes([data[byte] ^ 1 << place]) + data[byte + 1 :]


def test_an_entry_with_any_bit_flipped_counts_as_missing(tmp_path: Path) -> None:
    cache, files = Cache(tmp_path), {"pdf": b"%PDF", "docx": b"PK\n\0"}
    cache.put("key", files, {"stem": "briefs/é", "pages": 1})
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    assert cache.files("key") == files
    for bit in range(8 * len(whole)):
        path.write_bytes(flipped(whole, bit))
        assert cache.files("key") is None, f"bit {bit}"
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert cache.files("key") is None, f"{length} bytes"


def test_an_entry_under_another_key_counts_as_missing(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("one", {"pdf": b"%PDF"})
    (tmp_path / "one.entry").rename(tmp_path / "two.entry")
    assert cache.entry("two") is None


@pytest.mark.parametrize("stem", ["../../elsewhere", "/tmp/elsewhere", "briefs/../../elsewhere", ".hidden", ""])
def test_an_entry_that_would_be_written_outside_the_output_folder_isnt_used(shop: Shop, stem: str) -> None:
    target = Target("brief", "be", "Belgium", ("pdf",), "a4")
    inputs = Inputs("content", "templates", "request", "fonts", "program")
    facts = {"stem": stem, "pages": 1, "step": "", "dropped_facts": [], "pieces": {}, "warnings": []}
    shop.cache.put(inputs.key, {"pdf": b"%PDF"}, facts)
    before = tree(shop.out.parent)
    assert Output(shop.out, shop.cache).restore(target, inputs) is None
    assert tree(shop.out.parent) == before
    shop.cache.put(inputs.key, {"pdf": b"%PDF"}, {**facts, "stem": "sound"})
    assert Output(shop.out, shop.cache).restore(replace(target, paper="../.."), inputs) is None
    assert Output(shop.out, shop.cache).restore(target, inputs) is not None


def test_the_cache_has_a_limit_and_keeps_what_was_used_last(shop: Shop) -> None:
    entries = sorted(shop.cache.folder.glob("*.entry"), key=lambda p: p.stat().st_size)
    for number, path in enumerate(entries):
        os.utime(path, (number, number))
    room = sum(p.stat().st_blocks * 512 for p in entries[-2:])
    Cache(shop.cache.folder, limit=room).prune()
    assert sorted(shop.cache.folder.glob("*.entry")) == sorted(entries[-2:])


def test_an_entry_is_kept_without_a_look_at_the_others(tmp_path: Path, monkeypatch: Any) -> None:
    cache = Cache(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", lambda path: pytest.fail("the folder may have thousands of files"))
        cache.put("a", {"pdf": b"words"})
    assert cache.files("a") == {"pdf": b"words"}


def test_what_a_killed_process_left_goes_with_the_oldest_entries(tmp_path: Path) -> None:
    left = tmp_path / ".a.entry.0123abcd"
    left.write_bytes(b"half a file")
    os.utime(left, (1, 1))
    cache = Cache(tmp_path)
    cache.put("b", {"pdf": b"words"})
    Cache(tmp_path, limit=cache._path("b").stat().st_blocks * 512).prune()
    assert [path.name for path in tmp_path.iterdir()] == ["b.entry"]


def test_packages_are_those_that_python_would_import() -> None:
    assert {tool: version(tool) for tool in TOOLS}.items() <= versions().items()
    assert packages() == {re.sub("[-_.]+", "-", d.name).lower(): d.version for d in reversed(list(distributions()))}


@pytest.mark.parametrize("what", ["templates", "fonts", "program", "request"])
def test_everything_else_that_a_document_is_made_of_counts(
    what: str, edition: Edition, theme: Theme, tmp_path: Path, monkeypatch: Any
) -> None:
    (target,) = plan(edition, Request(("be",), ("brief",))).targets
    before = Fingerprinter(edition, theme).inputs(target)
    if what == "templates":
        shutil.copytree(ROOT / "templates", tmp_path / "templates")
        with (tmp_path / "templates/theme/brief.css").open("a") as sheet:
            sheet.write("/* */")
        from briefs import theme as themes

        theme = themes.read(tmp_path / "templates")
    elif what == "fonts":
        monkeypatch.setattr("briefs.press.cache.fonts.find", lambda files: {"a": ROOT / "README.md"})
    elif what == "program":
        monkeypatch.setattr("briefs.press.cache.versions", lambda: {"weasyprint": "0"})
    else:
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    after = Fingerprinter(edition, theme).inputs(target)
    assert [name for name in vars(before) if name != "key" and vars(before)[name] != vars(after)[name]] == [what]
    assert before.key != after.key


def test_a_later_fingerprinter_gives_the_same_hashes_as_a_new_one(shop: Shop) -> None:
    """`watch` reads the edition again and doesn't hash again what is the same object."""
    seen: Seen = {}
    press = None
    for name, old, new, _ in [*EDITS, ("countries/fr.yaml", "last thing", "third thing", set())]:
        shop.edit(name, old, new)
        edition = read(shop.content, seen).edition
        assert edition
        press, anew = Fingerprinter(edition, shop.theme, press), Fingerprinter(edition, shop.theme)
        for target in plan(edition, Request()).targets:
            assert press.inputs(target) == anew.inputs(target)


def test_a_share_holds_no_more_than_its_document_shows(edition: Edition) -> None:
    share = shares.of_country(edition, "lu")
    assert [c for c, country in share.countries.items() if country.facts or country.summary] == ["lu"]
    assert len(share.sources) < 10 < len(edition.sources) and not (share.sections or share.decks or share.pictures)
    assert KINDS["report"].share(edition, "").countries == edition.countries


def test_a_failed_document_isnt_cached(tmp_path: Path, session: Session, theme: Theme) -> None:
    edition = small.edition(country={"summary": "\U00013080"})
    wanted = plan(edition, Request(kinds=("brief",))).targets
    cache, out = Cache(tmp_path / "cache"), tmp_path / "out"

    def once() -> list[Outcome]:
        request = BuildRequest(wanted, out, cache=cache)
        return build(edition, theme, request, lambda outcome: None, small.with_edition(session, edition))

    assert once()[0].problems and once()[0].problems
    assert not list(tmp_path.glob("cache/*")) and not out.exists()


def test_verify_finds_missing_changed_and_unknown_files(shop: Shop) -> None:
    assert manifest.verify(shop.out) == []
    (shop.out / "report.pdf").unlink()
    (shop.out / "briefs/belgium.docx").write_bytes(b"mine")
    (shop.out / "notes.txt").write_text("mine")
    said = [f"{Path(p.path).name} {p.message}" for p in manifest.verify(shop.out)]
    assert sorted(said) == ["belgium.docx isn’t what was made", "notes.txt isn’t in the manifest", "report.pdf is missing"]


DAMAGED = {
    "half": b"{",
    "not UTF-8": b'{"files": {"\xff": {}}}',
    "nested deeply": b"[" * 100_000,
    "no files": b'{"files": []}',
    "no entry": b'{"files": {"a": 1}}',
    "other inputs": b'{"files": {"a": {"inputs": 1}}}',
    "outside": b'{"files": {"../a": {}}}',
    "absolute": b'{"files": {"/etc/passwd": {}}}',
    "a NUL": b'{"files": {"a\\u0000": {}}}',
}


@pytest.mark.parametrize("what", DAMAGED)
def test_a_damaged_manifest_is_told_and_the_next_build_writes_a_new_one(shop: Shop, what: str) -> None:
    before = (shop.out / "manifest.json").read_bytes()
    (shop.out / "manifest.json").write_bytes(DAMAGED[what])
    (problem,) = manifest.verify(shop.out)
    assert problem.message == "there is no manifest that can be read"
    assert set(shop.build().values()) == {True}
    assert (shop.out / "manifest.json").read_bytes() == before


def test_a_manifest_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "manifest.json")
    assert manifest.read(tmp_path) == {}
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    target, inputs = Target("brief", "be", "Belgium", ("pdf",), "a4"), Inputs("c", "t", "r", "f", "p")
    manifest.write(tmp_path, [Outcome(target, (tmp_path / "a.pdf",), inputs=inputs)], {})
    assert manifest.read(tmp_path)["files"].keys() == {"a.pdf"}


def test_verify_names_each_file_that_cant_be_read(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def refused(path: Path, *words: Any, **more: Any) -> Any:
        if path.suffix == ".docx":
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *words, **more)

    monkeypatch.setattr(Path, "open", refused)
    said = {(Path(p.path).suffix, p.message) for p in manifest.verify(shop.out)}
    assert said == {(".docx", "can’t be read: Permission denied")}


def test_the_manifest_of_the_same_documents_has_the_same_bytes(shop: Shop) -> None:
    before = (shop.out / "manifest.json").read_bytes()
    shutil.rmtree(shop.out)
    shop.build(Cache(shop.cache.folder.parent / "another"))
    assert (shop.out / "manifest.json").read_bytes() == before


def test_a_manifest_that_cant_be_written_is_a_problem(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device", "manifest.json")

    monkeypatch.setattr("briefs.press.manifest.write", refuse)
    shop.edit("countries/it.yaml", "first thing", "last thing")
    with pytest.raises(Problems, match=r"manifest\.json"):
        shop.build()


def test_an_entry_that_is_a_pipe_or_a_device_counts_as_absent(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("a", {})
    cache.put("b", {})
    assert cache.entry("a") and cache.entry("b")
    for key, make in (("a", lambda path: os.mkfifo(path)), ("b", lambda path: path.symlink_to("/dev/zero"))):
        path = cache._path(key)
        path.unlink()
        make(path)
        assert cache.entry(key) is None
