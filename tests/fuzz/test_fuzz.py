"""Readers under any bytes: a corpus of inputs, and a search for more that is guided by coverage (atheris)."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from briefs.typeset.word.package import Package
from briefs.wordfile.paragraphs import WordText
from tests.conftest import ROOT
from tests.fuzz import targets
from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).with_name("corpus")
RUNS = 60  # of each target, after its corpus
guided = pytest.mark.skipif(not importlib.util.find_spec("atheris"), reason="atheris has no wheel for this system")


@pytest.fixture(scope="module", autouse=True)
def closed() -> Iterator[None]:
    yield
    targets.close()


@pytest.mark.parametrize("target", TARGETS)
def test_each_input_of_the_corpus_gives_a_value_or_the_documented_error(target: str) -> None:
    found = sorted((CORPUS / target).iterdir())
    assert found
    for path in found:
        try:
            TARGETS[target](path.read_bytes())
        except Exception as fault:
            fault.add_note(f"the input: {path}")
            raise


@pytest.mark.parametrize("name", ["least", "parts", "zip"])
def test_word_files_of_the_corpus_are_read_to_their_end(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A corpus whose files are all refused at the first look would lead a search nowhere."""
    read = targets.paragraphs.read
    found: list[int] = []

    def counted(package: Package) -> WordText:
        text = read(package)
        found.append(len(text.paragraphs))
        return text

    monkeypatch.setattr(targets.paragraphs, "read", counted)
    TARGETS["docx"]((CORPUS / "docx" / name).read_bytes())
    assert found and found[0] > 0


def test_every_corpus_has_a_target() -> None:
    assert {path.name for path in CORPUS.iterdir()} == set(TARGETS)


def search(names: str, folder: Path, runs: int, seconds: float) -> None:
    """Look for inputs that fail, for so many inputs or seconds. What fails is kept in the folder."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", "FUZZ": str(folder)}
    words = [sys.executable, "-P", "-m", "tests.fuzz.guided", names, str(runs), str(seconds), "-seed=1"]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stdout or done.stderr[-6000:]


@guided
def test_a_short_search_finds_nothing(tmp_path: Path) -> None:
    inputs = max(len(list(path.iterdir())) for path in CORPUS.iterdir())
    search(",".join(TARGETS), tmp_path, inputs + RUNS, 1e6)


@guided
@pytest.mark.long
@pytest.mark.parametrize("target", TARGETS)
def test_a_long_search_finds_nothing(target: str, tmp_path: Path, minutes: float) -> None:
    search(target, tmp_path, 0, minutes * 60)
