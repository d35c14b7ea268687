"""What is made again, and what isn't: known by hashes of inputs, read from the manifest."""

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
from briefs.press import manifest, report
from briefs.press.build import build
from briefs.press.cache import TOOLS, Cache, Inputs, packages, versions
from briefs.press.fingerprints import Fingerprinter
from briefs.press.job import Outcome
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
        done = build(found.edition, self.theme, wanted, self.out, 1, lambda outcome: None, cache or self.cache, warm)
        assert not [o.problems for o in done if o.problems]
        return {f"{o.target.kind} {o.target.subject}".strip(): o.fresh for o in done}

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.content / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    @property
    def kept(self) -> set[str]:
        """The keys of what is in the cache."""
        return {path.stem for path in self.cache.folder.glob("*.zip")}

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


def test_with_nothing_edited_nothing_is_made(shop: Shop) -> None:
    before = tree(shop.out)
    for path in shop.content.rglob("*"):
        os.utime(path)
    assert set(shop.build().values()) == {True}
    assert tree(shop.out) == before


EDITS: list[tuple[str, str, str, set[str]]] = [
    ("countries/it.yaml", "first thing", "last thing", {"brief it", "report"}),
    ("countries/fr.yaml", "first thing", "last thing", {"brief fr", "report", "handout t"}),
    ("countries/it.yaml", "stance: open", "stance: wary", {"brief it", "brief fr", "brief be", "report", "handout t"}),
    ("countries/it.yaml", "facts:", "# a remark\n\nfacts:", set()),
    ("report/01-a.md", "Words.", "Other words.", {"report"}),
    ("decks/t.md", "## Who", "## Who else", {"handout t"}),
    ("labels/en.yaml", "sources:", "sources :", set()),
]


@pytest.mark.parametrize(("name", "old", "new", "made"), EDITS)
def test_one_edit_makes_again_what_shows_it(shop: Shop, name: str, old: str, new: str, made: set[str]) -> None:
    before = shop.manifest
    shop.edit(name, old, new)
    built = shop.build()
    assert {what for what, fresh in built.items() if not fresh} == made
    changed = {f"{e['kind']} {e['subject']}".strip() for file, e in shop.manifest.items() if e["inputs"] != before[file]["inputs"]}
    assert changed == made, "the manifest tells it too"


PIECES: list[tuple[str, str, str, set[str]]] = [
    ("countries/it.yaml", "first thing", "last thing", {"appendix"}),
    ("countries/it.yaml", "stance: open", "stance: wary", {"b", "appendix", "step-wary"}),
    ("report/02-b.md", "More", "Some more", {"b"}),
    ("report/01-a.md", "Words.[@one]", "Words.[@one] Again.[@two]", {"a", "b"}),  # whose notes count on
    ("report/01-a.md", "title: A", "title: Another", {"a", "b"}),
    ("edition.yaml", "title: Small", "title: Little", {"a", "b", "appendix", "step-wary", "appendix-sources", "bibliography"}),
]


@pytest.mark.parametrize(("name", "old", "new", "made"), PIECES)
def test_one_edit_typesets_again_those_parts_of_the_report_that_show_it(
    shop: Shop, name: str, old: str, new: str, made: set[str]
) -> None:
    before, kept = shop.manifest["report.pdf"]["pieces"], shop.kept
    shop.edit(name, old, new)
    shop.build()
    after = shop.manifest["report.pdf"]["pieces"]
    assert {piece for piece in after if after[piece] != before.get(piece)} == made, "so says the manifest"
    assert {after[piece] for piece in after} & (shop.kept - kept) == {after[piece] for piece in made}, "and so does the cache"


def test_all_that_goes_into_a_part_of_the_report_counts(first: Path, session: Session) -> None:
    found = read(first / "content")
    assert found.edition
    warm = small.with_edition(session, found.edition)
    piece = next(p for p in report.opened(warm, KINDS["report"], "", "a4", False).pieces if p.figures)
    inputs = Inputs("content", "templates", "request", "fonts", "program")
    others = [
        (replace(piece, figures={name: f"{figure} " for name, figure in piece.figures.items()}), inputs),
        (replace(piece, paper="letter"), inputs),
        (replace(piece, printed=True), inputs),
        (replace(piece, part=replace(piece.part, notes=7)), inputs),
        (replace(piece, part=replace(piece.part, elsewhere=("there",))), inputs),
        (replace(piece, about=replace(piece.about, title="Other")), inputs),
        *((piece, replace(inputs, **{name: "other"})) for name in ("templates", "fonts", "program")),
    ]
    keys = {report.key(warm, *other) for other in [(piece, inputs), *others]}
    assert len(keys) == 1 + len(others)
    same = replace(inputs, content="other", request="other")
    assert report.key(warm, piece, same) in keys, "what the rest of the report says is no matter of this part"


def test_a_report_of_kept_parts_is_the_one_that_is_made_whole(shop: Shop) -> None:
    shop.edit("report/01-a.md", "Words.", "Other words.")
    shop.build()
    joined = tree(shop.out)
    shutil.rmtree(shop.cache.folder)
    assert set(shop.build().values()) == {False}
    assert tree(shop.out) == joined


def test_a_file_that_was_changed_or_lost_is_put_back(shop: Shop) -> None:
    before = tree(shop.out)
    (shop.out / "report.pdf").unlink()
    (shop.out / "briefs/belgium.docx").write_bytes(b"mine")
    assert set(shop.build().values()) == {True}
    assert tree(shop.out) == before


def test_a_damaged_entry_is_a_miss_and_the_cache_may_go(shop: Shop) -> None:
    before = tree(shop.out)
    for path in shop.cache.folder.glob("*.zip"):
        path.write_bytes(path.read_bytes()[:-40])
    assert set(shop.build().values()) == {False}
    shutil.rmtree(shop.cache.folder)
    assert set(shop.build().values()) == {False}
    assert tree(shop.out) == before


def test_a_cache_that_lies_is_not_believed(shop: Shop) -> None:
    """An entry whose file isn't the one it tells of."""
    import zipfile

    for path in shop.cache.folder.glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in parts.items():
                archive.writestr(name, data if name == "made.json" else b"other")
    shutil.rmtree(shop.out)
    assert set(shop.build().values()) == {False}


def test_the_cache_is_bounded_and_keeps_what_was_used_last(shop: Shop) -> None:
    entries = sorted(shop.cache.folder.glob("*.zip"), key=lambda p: p.stat().st_size)
    for number, path in enumerate(entries):
        os.utime(path, (number, number))
    room = sum(p.stat().st_size for p in entries[-2:])
    Cache(shop.cache.folder, most=room).prune()
    assert sorted(shop.cache.folder.glob("*.zip")) == sorted(entries[-2:])


def test_packages_are_those_that_python_would_import() -> None:
    assert {tool: version(tool) for tool in TOOLS}.items() <= versions().items()
    assert packages() == {re.sub("[-_.]+", "-", d.name).lower(): d.version for d in reversed(list(distributions()))}


@pytest.mark.parametrize("what", ["templates", "fonts", "program", "request"])
def test_everything_else_that_goes_in_counts(what: str, edition: Edition, theme: Theme, tmp_path: Path, monkeypatch: Any) -> None:
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


def test_what_was_hashed_before_is_hashed_as_it_is_now(shop: Shop) -> None:
    """As `watch` does: an edition is read anew, and what of it is the same isn't hashed again."""
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


def test_a_failed_document_is_not_kept(tmp_path: Path, session: Session, theme: Theme) -> None:
    edition = small.edition(country={"summary": "\U00013080"})
    wanted = plan(edition, Request(kinds=("brief",))).targets
    cache, out = Cache(tmp_path / "cache"), tmp_path / "out"

    def once() -> list[Outcome]:
        return build(edition, theme, wanted, out, 1, lambda outcome: None, cache, small.with_edition(session, edition))

    assert once()[0].problems and once()[0].problems
    assert not list(tmp_path.glob("cache/*")) and not out.exists()


def test_verify_tells_what_is_missing_changed_and_unknown(shop: Shop) -> None:
    assert manifest.verify(shop.out) == []
    (shop.out / "report.pdf").unlink()
    (shop.out / "briefs/belgium.docx").write_bytes(b"mine")
    (shop.out / "notes.txt").write_text("mine")
    said = [f"{Path(p.path).name} {p.message}" for p in manifest.verify(shop.out)]
    assert sorted(said) == ["belgium.docx isn’t what was made", "notes.txt isn’t in the manifest", "report.pdf is missing"]
    (shop.out / "manifest.json").write_text("{")
    assert len(manifest.verify(shop.out)) == 1


def test_two_manifests_of_the_same_documents_are_the_same_bytes(shop: Shop) -> None:
    before = (shop.out / "manifest.json").read_bytes()
    shutil.rmtree(shop.out)
    shop.build(Cache(shop.cache.folder.parent / "another"))
    assert (shop.out / "manifest.json").read_bytes() == before


def test_a_folder_that_can_t_hold_a_manifest_is_told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device", "manifest.json")

    monkeypatch.setattr("briefs.press.manifest.write", refuse)
    shop.edit("countries/it.yaml", "first thing", "last thing")
    with pytest.raises(Problems, match=r"manifest\.json"):
        shop.build()
