"""No log line of a library goes unheard while a document is made."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import pytest

from briefs.press.session import Session
from briefs.problems import Problems
from tests import small

SPOKEN: Mapping[str, Callable[[], None]] = {
    "weasyprint says “no room”": lambda: logging.getLogger("weasyprint").warning("no room."),
    "fontTools.subset says “a glyph is missing”": lambda: logging.getLogger("fontTools.subset").error("a glyph is missing"),
    "PIL.Image says “cut off”": lambda: logging.getLogger("PIL.Image").warning("cut %s", "off"),
    "UserWarning: a picture is damaged": lambda: warnings.warn("a picture is damaged", stacklevel=1),
}
PLACES = {  # where it is said: while a document is composed, laid out, written, finished
    "composing": "briefs.press.composer.Composer.drawn",
    "laying out": "briefs.typeset.page.layout.Typesetter.lay_out",
    "writing": "briefs.engine.render.RenderedDocument.write_pdf",
    "finishing": "briefs.typeset.page.pdfa.save",
}


@pytest.mark.parametrize("said", SPOKEN)
@pytest.mark.parametrize("place", PLACES)
def test_what_a_library_says_fails_the_document(said: str, place: str, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, _, name = PLACES[place].rpartition(".")
    holder = _resolve(owner)
    original = getattr(holder, name)

    def speaking(*args: Any, **kwargs: Any) -> Any:
        SPOKEN[said]()
        return original(*args, **kwargs)

    monkeypatch.setattr(holder, name, speaking)
    with pytest.raises(Problems) as found:
        small.brief(session, small.edition(), "pdf")
    assert str(found.value).startswith("countries/be.yaml") and "the brief of Belgium can’t be set: " in str(found.value)
    assert said.partition(" says ")[2].strip("“”") in str(found.value)


def _resolve(path: str) -> Any:
    try:
        return import_module(path)
    except ModuleNotFoundError:
        module, _, name = path.rpartition(".")
        return getattr(import_module(module), name)


def test_our_own_log_lines_and_those_of_the_machine_fail_nothing(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    original = session.typesetter.lay_out

    def speaking(*args: Any, **kwargs: Any) -> Any:
        logging.getLogger("briefs.press").warning("ours")
        logging.getLogger("fontTools.ttLib").warning("'created' timestamp seems very low; regarding as unix timestamp")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        return original(*args, **kwargs)

    monkeypatch.setattr(session.typesetter, "lay_out", speaking)
    assert small.brief(session, small.edition(), "pdf").pages == 1
