"""The benchmark can be run: its editions have no faults, its peers make files, and a measure that fails loses no other."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from benchmarks import bench, layouts, numbers, peers, world
from briefs.edition.model import Edition
from briefs.edition.read import read, read_files
from briefs.press.session import Session
from briefs.theme import Theme
from tests import small
from tests.conftest import ROOT


def built(session: Session, edition: Edition, code: str) -> int:
    """The pages of a country's brief as PDF; an error if it doesn't fit."""
    made = small.make(small.with_edition(session, edition), "brief", code, ("pdf",))
    assert made.pages
    return made.pages


def test_a_brief_with_made_up_numbers_has_one_page(session: Session, tmp_path: Path) -> None:
    numbers.write(tmp_path / "numbers", ROOT / "content")
    made = read(tmp_path / "numbers")
    assert made.edition and not made.errors and made.edition.about.key_facts == ["number-1", "number-2", "number-3"]
    assert built(session, made.edition, bench.COUNTRY) == 1


def test_a_brief_of_the_world_has_one_page_also_after_an_edit(session: Session) -> None:
    files = {path: text.encode() for path, text in world.files(countries=24, facts=250, sections=1)}
    before = files[f"countries/{bench.COUNTRY}.yaml"].decode()
    after = bench.edited(bench.edited(before, 1), 2)
    assert (
        "(1)" not in after and len(yaml.safe_load(after)["facts"][0]["text"]) == len(yaml.safe_load(before)["facts"][0]["text"]) + 4
    )
    made = read_files({**files, f"countries/{bench.COUNTRY}.yaml": after.encode()})
    assert made.edition and not made.errors
    assert built(session, made.edition, bench.COUNTRY) == 1


@pytest.mark.parametrize("peer", peers.PEERS)
def test_a_peer_makes_a_pdf_and_a_word_file(theme: Theme, tmp_path: Path, peer: str) -> None:
    content = small.write(tmp_path / "content")
    assert peers.write(tmp_path / "peers", content, small.edition(), theme) == ["report", "be"]
    peers.run(tmp_path / "peers", peer, theme, ["be"], 1)
    assert (tmp_path / "peers/be.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "peers/be.docx").read_bytes().startswith(b"PK")


def test_a_measure_that_fails_is_named_and_the_others_are_kept() -> None:
    said: list[str] = []
    row = bench.Row("a good one", [2.0, 4.0], {"typst": [4.0, 4.0]})
    asked = bench.Bench(1, 1, [], said.append)

    def good() -> Iterator[bench.Row]:
        yield row

    def bad() -> Iterator[bench.Row]:
        yield dataclasses.replace(row, name="begun")
        raise RuntimeError("a brief was too long")

    asked.take("bad", bad)
    asked.take("good", good)
    assert asked.failed == ["bad"] and said[1] == "bad: failed\na brief was too long"
    assert said[2] == "| a good one | 3.00 s | pandoc + Typst: 4.00 s | 0.75 |"
    assert "| begun |" in bench.table(asked) and "| a good one |" in bench.table(asked)


def test_a_measured_function_does_the_same_and_tells_how_long_it_took() -> None:
    noted: list[tuple[object, ...]] = []
    measured = layouts.timed(divmod, lambda took, *rest: noted.append((took >= 0, *rest)))
    assert measured(7, 3) == (2, 1) and noted == [(True, (2, 1), 7, 3)]
