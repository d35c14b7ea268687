"""What the tests share: the real edition, the three chosen countries built once, `--long` and `--minutes`.

Everything goes to temporary folders, the caches too. LibreOffice is started once for all files of a session's first need.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from briefs import theme as themes
from briefs.edition.model import Edition
from briefs.edition.read import read
from briefs.press.documents import FinishedDocument
from briefs.press.session import Session
from briefs.theme import Theme
from tests.kept import KeptDocuments

ROOT = Path(__file__).parents[1]
CHOSEN = ("us", "be", "lu")  # the longest, one with many links, the shortest
PAPERS = ("a4", "letter")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="the deep runs too (minutes)")
    parser.addoption("--minutes", type=float, default=10, help="of each deep run that could go on without end (default: 10)")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: a deep run of minutes; only with --long")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        for item in items:
            if item.get_closest_marker("long"):
                item.add_marker(pytest.mark.skip(reason="a deep run: --long"))


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder of the session’s own, and a folder for what the user keeps."""
    folder = tmp_path_factory.mktemp("cache")
    os.environ["XDG_CACHE_HOME"] = str(folder)
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    return folder / "briefs"


@pytest.fixture(scope="session", autouse=True)
def default_sigint() -> None:
    """Ctrl-C ends the programs that tests start, also where the tests run in the background.

    A shell may run programs in the background with SIGINT ignored, and their children inherit that. A signal that is handled
    instead has its default action in children (signal(7), Signal dispositions).
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def minutes(pytestconfig: pytest.Config) -> float:
    """How long a deep run goes on that has no end of its own: of each fuzz target, and of `watch`."""
    return float(pytestconfig.getoption("--minutes"))


@pytest.fixture(scope="session")
def edition() -> Edition:
    """The real edition."""
    reading = read(ROOT / "content")
    assert reading.edition, [str(p) for p in reading.errors]
    return reading.edition


@pytest.fixture(scope="session")
def theme() -> Theme:
    return themes.read(ROOT / "templates")


@pytest.fixture(scope="session")
def session(edition: Edition, theme: Theme, cache: Path) -> Iterator[Session]:
    """The slow things, warm. For another edition: `small.with_edition(session, edition)`."""
    opened = Session(edition, theme)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def first_edition(session: Session, tmp_path_factory: pytest.TempPathFactory) -> KeptDocuments:
    """The first edition's documents, each made once for all workers of a run."""
    own = tmp_path_factory.getbasetemp()  # with xdist, each worker has its own, in the folder of the run
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "kept"
    folder.mkdir(exist_ok=True)
    return KeptDocuments(session, folder)


@pytest.fixture(scope="session")
def built(first_edition: KeptDocuments) -> Mapping[tuple[str, str], FinishedDocument]:
    """The chosen countries' briefs in both formats, by code and paper."""
    return {(code, paper): first_edition.make("brief", code, paper=paper) for code in CHOSEN for paper in PAPERS}


@pytest.fixture(params=[(code, paper) for code in CHOSEN for paper in PAPERS], ids="-".join)
def brief(request: pytest.FixtureRequest, built: Mapping[tuple[str, str], FinishedDocument]) -> FinishedDocument:
    """Each of the built briefs in turn."""
    return built[request.param]
