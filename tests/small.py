"""A tiny valid edition, to be changed by a test: one country, two facts, two sources.

edition(country={"summary": "Other words."})        keys of a file set anew; None takes one away
edition(facts=[fact("Some text.", date="2019")])     other facts
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from briefs.edition.model import Edition
from briefs.edition.read import Reading, read_files
from briefs.press import makers
from briefs.press.documents import FinishedDocument, Target
from briefs.press.session import Session

LABELS = Path(__file__).parents[1] / "briefs/labels/en.yaml"
ABOUT = {
    "title": "Small things", "date": "2020-10", "as_of": {"countries": "2020-08"}, "language": "en-GB",
    "scale": [
        {"id": "open", "label": "Open", "colour": "#01665e", "meaning": "No limits."},
        {"id": "wary", "label": "Wary", "colour": "#d8b365", "meaning": "Some limits."},
        {"id": "closed", "label": "Closed", "colour": "#543005", "meaning": "Shut."},
    ],
    "topics": [{"id": "market", "label": "The market"}, {"id": "policy", "label": "Policy"}],
}  # fmt: skip


def fact(text: str, topic: str = "market", *, id: str = "", sources: Sequence[str] = ("one",), **more: Any) -> dict[str, Any]:
    """A fact as YAML has it; without an id it gets one when the edition is made."""
    return {"id": id, "topic": topic, "text": text, "sources": list(sources), **more}


def source(id: str, **more: Any) -> dict[str, Any]:
    record = {"id": id, "type": "webpage", "title": f"About {id}", "publisher": "The Paper", "issued": "2020-05-04"}
    return {**record, "URL": f"https://example.org/{id}", **more}


FACTS = [
    fact("A **first thing** happened in the market.", date="2019-03"),
    fact("Policy is a second thing.", "policy", sources=["two"]),
]
COUNTRY = {"code": "be", "stance": "wary", "summary": "A summary of two sentences. It says what matters."}


def files(
    *,
    about: Mapping[str, Any] | None = None,
    country: Mapping[str, Any] | None = None,
    facts: Sequence[Mapping[str, Any]] = FACTS,
    sources: Sequence[Mapping[str, Any]] | None = None,
    more: Mapping[str, str | bytes | None] | None = None,
) -> dict[str, bytes]:
    """The files of the edition. `more`: whole files by path, None to leave one out."""
    numbered = [{**f, "id": f["id"] or f"be-{n:02}"} for n, f in enumerate(facts, 1)]
    cited = dict.fromkeys(key for f in numbered for key in f["sources"])
    texts: dict[str, str | bytes | None] = {
        "edition.yaml": _yaml({**ABOUT, **(about or {})}),
        "countries/be.yaml": _yaml({**COUNTRY, "facts": numbered, **(country or {})}),
        "sources.yaml": _yaml({"references": [source(key) for key in cited] if sources is None else list(sources)}),
        "labels/en.yaml": LABELS.read_bytes(),
        **(more or {}),
    }
    return {path: text.encode() if isinstance(text, str) else text for path, text in texts.items() if text is not None}


def reading(**changes: Any) -> Reading:
    return read_files(files(**changes))


def edition(**changes: Any) -> Edition:
    """The edition; it must be free of errors."""
    made = reading(**changes)
    assert made.edition, [str(p) for p in made.errors]
    return made.edition


def write(folder: Path, **changes: Any) -> Path:
    """The edition as a content folder."""
    for path, data in files(**changes).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def with_edition(session: Session, edition: Edition) -> Session:
    """A warm session for another edition."""
    return session.for_edition(edition)


def make(session: Session, kind: str, subject: str, formats: Sequence[str], paper: str = "a4", **choice: Any) -> FinishedDocument:
    """A document of the session's edition."""
    name = session.edition.names.get(subject, subject)
    return makers.make(session, Target(kind, subject, name, tuple(formats), paper, **choice))


def brief(session: Session, made: Edition, *formats: str, code: str = "be", paper: str = "a4") -> FinishedDocument:
    """The brief of an edition's country."""
    return make(with_edition(session, made), "brief", code, formats, paper)


def _yaml(data: Mapping[str, Any]) -> str:
    return yaml.safe_dump({k: v for k, v in data.items() if v is not None}, allow_unicode=True, sort_keys=False)
