"""What all makers have in common: steps that can be done in different processes, with one result."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from typing import Any, get_args

import pytest

from briefs.clock import clock
from briefs.compose import several
from briefs.compose.kinds import KINDS, Layout
from briefs.edition.changed import Change, Changed
from briefs.edition.model import Edition
from briefs.press import worker
from briefs.press.documents import FinishedDocument, Opened, Target
from briefs.press.makers import MAKERS, make, maker_of
from briefs.press.makers.base import Maker
from briefs.press.session import Session
from briefs.press.tasks import Close, Failed, Open, TypesetPiece
from briefs.problems import Problems, ToolError
from briefs.theme import Theme
from tests import small
from tests.conftest import ROOT
from tests.press.test_build import country

DECK = "---\ntitle: T\n---\n\n## Facts\n\n::: {.facts country=be}\n:::\n"
MORE = {**dict([country("fr")]), "decks/t.md": DECK, "report/01-a.md": "---\nid: a\ntitle: A\n---\n\nWords.[@one]\n"}
MORE["journeys/two.yaml"] = "title: Two\ncountries: [be, fr]\n"
MORE["corrections.yaml"] = "corrections:\n- {id: be-01, country: be, fact: be-01, date: 2020-11-02, wrong: [A last thing.]}\n"
CHANGED = Changed("2019-10", (Change("fact", "new", "fr", "fr-01", after="A thing."),))
BOTH = several.subject(["be", "fr"])
SUBJECTS = {
    "country": "be", "deck": "t", "edition": "", "countries": BOTH, "all countries": "", "journey": "two", "changes": "",
    "correction": "be-01", "country in two languages": "be+en-GB+fr",
}  # fmt: skip


@pytest.fixture(scope="module")
def used(session: Session) -> Session:
    return small.with_edition(session, replace(small.edition(about={"languages": ["en-GB", "fr"]}, more=MORE), changes=CHANGED))


@pytest.fixture(params=KINDS)
def target(request: pytest.FixtureRequest) -> Target:
    """A document of each kind."""
    kind = KINDS[request.param]
    return Target(kind.name, SUBJECTS[kind.subjects], "It", kind.formats, "a4")


def test_each_layout_has_a_maker() -> None:
    assert set(MAKERS) == set(get_args(Layout))
    for module in MAKERS.values():
        assert isinstance(import_module(f"briefs.press.makers.{module}").MAKER, Maker)


def test_steps_that_are_pickled_between_processes_give_the_same_document(target: Target, used: Session) -> None:
    def sent(thing: Any) -> Any:
        return pickle.loads(pickle.dumps(thing))

    maker = sent(maker_of(target))
    opened = sent(maker.open(used, target))
    pieces = [sent(maker.piece(used, target, piece.content)) for piece in opened.pieces]
    document = maker.close(used, target, opened.state, pieces)
    assert document == make(used, target)
    assert set(document.files) == set(target.formats) and document.pages > 0 and document.step
    assert all(isinstance(data, bytes) for files in [document.files, *pieces] for data in files.values())


def test_pieces_have_names_and_keys_of_their_own(target: Target, used: Session) -> None:
    opened, again = (maker_of(target).open(used, target) for _ in range(2))
    assert [(p.name, p.key, p.size) for p in opened.pieces] == [(p.name, p.key, p.size) for p in again.pieces]
    assert len({p.name for p in opened.pieces}) == len({p.key for p in opened.pieces}) == len(opened.pieces)
    if not opened.pieces:
        with pytest.raises(NotImplementedError):
            maker_of(target).piece(used, target, None)


def test_a_worker_does_the_same_with_messages(target: Target, used: Session) -> None:
    """A document without pieces is finished in its first task, unless it is only opened."""
    first = worker.run(used, Open(0, target)).value
    opened = first if isinstance(first, Opened) else worker.open_document(used, Open(0, target)).value
    assert isinstance(opened, Opened) and isinstance(first, Opened) == bool(opened.pieces)
    pieces = []
    for index, piece in enumerate(opened.pieces):
        files = worker.run(used, TypesetPiece(0, target, index, piece.content)).value
        assert not isinstance(files, Opened | FinishedDocument | Failed)
        pieces.append(files)
    document = worker.run(used, Close(0, target, opened.state, tuple(pieces))).value
    assert document == make(used, target)
    assert isinstance(first, Opened) or first == document


def test_what_goes_wrong_is_a_problem_of_the_content(target: Target, session: Session) -> None:
    strange = {path: f"{text}\nEye \U00013080 of Horus.\n" if path.endswith(".md") else text for path, text in MORE.items()}
    strange["corrections.yaml"] = strange["corrections.yaml"].replace("A last thing", "A last \U00013080")
    words = {"summary": "\U00013080", "stance_note": "\U00013080"}
    changed = Changed("2019-10", (Change("fact", "new", "fr", "fr-01", after="A \U00013080."),))
    bad = small.with_edition(session, replace(small.edition(country=words, more=strange), changes=changed))
    with pytest.raises(Problems) as raised:
        make(bad, target)
    failed = worker.run(bad, Open(0, target))
    assert failed.value == Failed(tuple(raised.value.problems)) and failed.seconds > 0


OPEN = """
import sys
from dataclasses import replace
from pathlib import Path
from briefs import theme
from briefs.edition.changed import Change, Changed
from briefs.edition.read import read
from briefs.press import worker
from briefs.press.composer import Composer
from briefs.press.documents import Opened, Target
from briefs.press.tasks import Open
reading = read(Path(sys.argv[1]))
changed = Changed("2019-10", (Change("fact", "new", "fr", "fr-01", after="A thing."),))
composer = Composer(replace(reading.edition, changes=changed), theme.read(Path(sys.argv[2])))
opened = worker.open_document(composer, Open(0, Target(*sys.argv[3:], ("pdf",), "a4")))
composer.close()
print(isinstance(opened.value, Opened), "weasyprint" in sys.modules)
"""


def test_composing_doesnt_load_the_typesetter(target: Target, tmp_path_factory: pytest.TempPathFactory) -> None:
    content = small.write(tmp_path_factory.mktemp("content"), more=MORE)
    command = [sys.executable, "-P", "-c", OPEN, content, ROOT / "templates", target.kind, target.subject, target.name]
    ran = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True)
    assert ran.stdout == "True False\n"


def test_a_worker_s_setup_can_be_pickled_and_starts_a_session(edition: Edition, theme: Theme) -> None:
    targets = [Target("brief", code, code, ("pdf",), "a4") for code in ("be", "fr")]
    setup = worker.WorkerSetup.of(edition, theme, targets)
    assert setup.shared and not worker.WorkerSetup.of(edition, theme, targets[:1]).shared
    clock.taken()
    session = pickle.loads(pickle.dumps(setup)).start()
    try:
        result = worker.run(session, Open(0, targets[0]))
        assert isinstance(result.value, FinishedDocument) and result.stages["start"] > 0
    finally:
        session.close()


def test_a_build_goes_on_without_the_map_that_its_documents_would_share(used: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each document that needs the map then says so."""

    def fails(*_: object) -> None:
        raise ToolError("the map can’t be projected")

    monkeypatch.setattr("briefs.compose.charts.shared", fails)
    targets = [Target("brief", code, code, ("pdf",), "a4") for code in ("be", "fr")]
    assert worker.WorkerSetup.of(used.edition, used.theme, targets).shared is None
