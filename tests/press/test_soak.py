"""Long use: `watch` through many saves holds no more memory and descriptors at the end, and a cache keeps to its bound."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from briefs.edition.read import read
from briefs.press.build import BuildRequest, build
from briefs.press.cache import Cache
from briefs.press.plan import plan
from briefs.press.request import Request
from briefs.press.session import Session
from briefs.press.trial import compose_all
from briefs.theme import Theme
from tests import small
from tests.conftest import ROOT
from tests.press.test_build import country
from tests.press.test_watch import Watch, child, ended

GROWTH = 40_000_000  # bytes between the end of the first third of the saves and the end
DESCRIPTORS = 4
LIMIT = 1_000_000  # bytes of a cache: about ten briefs
DOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="{}"/></svg>'


@contextmanager
def watching(folder: Path, kinds: str) -> Iterator[Watch]:
    """`watch` on a small edition with a theme of its own."""
    shutil.copytree(ROOT / "templates", folder / "templates")
    more = dict([country("fr"), country("it"), ("report/a.md", section(0)), ("figures/dot.svg", DOT.format(1))])
    running = Watch(folder, kinds, more, "--templates", folder / "templates")
    with ended(running):
        yield running


def section(number: int) -> str:
    figure = '![A dot](figures/dot.svg){#fig-dot alt="A dot."}'
    return f"---\nid: a\ntitle: A\n---\n\nWords {number}.[@one]\n\n{figure}\n"


class Saves:
    """Random saves, each of which is answered before the next: mostly words; at times a broken file, one that goes, the theme."""

    def __init__(self, watch: Watch):
        self.watch, self.random, self.count = watch, random.Random(1), 0
        self.ways: list[tuple[Callable[[], None], int]] = [
            (self.words, 12), (self.section, 3), (self.picture, 3), (self.broken, 2), (self.away, 2), (self.theme, 1),
        ]  # fmt: skip

    def one(self) -> None:
        self.count += 1
        ways, weights = zip(*self.ways, strict=True)
        self.random.choices(ways, weights)[0]()

    def save(self, name: str, text: str, answer: str = "watching") -> None:
        """Save a file as editors do, by renaming, and wait for the answer."""
        beside = self.watch.content.parent / "save"
        beside.write_text(text)
        os.replace(beside, self.watch.content / name)
        self.watch.until(answer)

    def words(self) -> None:
        self.save(*country(self.random.choice(["fr", "it"]), f"A **first thing** happened {self.count} times."))

    def section(self) -> None:
        self.save("report/a.md", section(self.count))

    def picture(self) -> None:
        self.save("figures/dot.svg", DOT.format(self.count % 4 + 1))

    def broken(self) -> None:
        self.save("countries/fr.yaml", "code: fr\nfacts: [\n", "warnings")
        self.save(*country("fr"))

    def away(self) -> None:
        (self.watch.content / "countries/it.yaml").unlink()
        self.watch.until("watching")
        self.save(*country("it"))

    def theme(self) -> None:
        sheet = self.watch.content.parent / "templates/theme/brief.css"
        self.save("../templates/theme/brief.css", f"{sheet.read_text()}/* {self.count} */\n")


def held(watch: Watch) -> tuple[int, int]:
    """The bytes that the processes at work have for themselves, and how many descriptors are open in them."""
    work = psutil.Process(child(watch.process))
    family = [work, *work.children(recursive=True)]
    return sum(p.memory_full_info().uss for p in family), sum(p.num_fds() for p in family)


def soak(watch: Watch, goes_on: Callable[[int], bool], warm: int) -> None:
    """Save again and again, and compare what is held after the first saves with what is held at the end."""
    watch.until("watching")
    saves = Saves(watch)
    for _ in range(warm):
        saves.one()
    before = held(watch)
    while goes_on(saves.count):
        saves.one()
        if saves.count % 100 == 0:
            print(f"{saves.count} saves: {held(watch)[0]:,} bytes, {held(watch)[1]} descriptors")
    after = held(watch)
    print(f"{warm} saves: {before}; {saves.count} saves: {after}")
    assert after[0] - before[0] < GROWTH, (before, after)
    assert after[1] - before[1] <= DESCRIPTORS, (before, after)


def test_watch_holds_no_more_after_many_saves(tmp_path: Path) -> None:
    with watching(tmp_path, "brief") as watch:
        soak(watch, lambda count: count < 30, 10)


@pytest.mark.long
def test_watch_holds_no_more_after_hours_of_saves(tmp_path: Path, minutes: float) -> None:
    end = time.monotonic() + minutes * 60
    with watching(tmp_path, "brief,report") as watch:
        soak(watch, lambda count: time.monotonic() < end, 60)


def used(cache: Cache) -> int:
    """The bytes that a cache takes of the disk (stat(2), st_blocks)."""
    return sum(path.stat().st_blocks * 512 for path in cache.folder.iterdir())


def many_builds(session: Session, theme: Theme, folder: Path, count: int) -> None:
    """Build again and again with other words in one cache. The documents made last are fresh as long as they are in it."""
    content, cache = small.write(folder / "content", more=dict([country("fr")])), Cache(folder / "cache", LIMIT)
    for number in range(count):
        name, text = country("fr", f"A **first thing** happened {number} times.")
        (content / name).write_text(text)
        edition = read(content).edition
        assert edition
        wanted = plan(edition, Request(kinds=("brief",), formats=("docx",))).targets
        request = BuildRequest(wanted, folder / "dist", cache=cache)
        warm = small.with_edition(session, edition)
        for is_fresh in (False, True):
            made = build(edition, theme, request, lambda outcome: None, warm)
            assert [o.fresh for o in made if o.target.subject == "fr"] == [is_fresh]
        assert used(cache) <= LIMIT
        if number % 50 == 49:
            print(f"{number + 1} builds: {psutil.Process().memory_full_info().uss:,} bytes, {used(cache):,} in the cache")
    assert len(list(cache.folder.iterdir())) > 3


def test_a_cache_keeps_to_its_bound(session: Session, theme: Theme, tmp_path: Path) -> None:
    many_builds(session, theme, tmp_path, 24)


@pytest.mark.long
def test_a_cache_keeps_to_its_bound_in_a_thousand_builds(session: Session, theme: Theme, tmp_path: Path) -> None:
    before = psutil.Process().num_fds()
    many_builds(session, theme, tmp_path, 1000)
    assert psutil.Process().num_fds() - before <= DESCRIPTORS


def test_checks_keep_to_the_bound_of_the_cache_too(theme: Theme, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", 20_000)
    for number in range(4):
        compose_all(small.edition(country={"summary": f"Other words, {number}."}), theme, cache, lambda target: None)
        assert 0 < used(cache) <= 20_000
