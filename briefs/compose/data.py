"""The facts and sources of a document as JSON, to be attached to it as a file.

In: the edition, and the codes of the countries that the document is about. Out: a `DataAttachment`, always the same for the same
edition.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from briefs.compose.labels import Labels
from briefs.compose.manuscript import DataAttachment
from briefs.edition.model import Edition


def attached(edition: Edition, labels: Labels, codes: Sequence[str]) -> DataAttachment:
    """All facts of these countries, also those that gave way on the page, and all sources that they cite."""
    countries = {code: _country(edition, code) for code in sorted(codes)}
    cited = {key for code in codes for fact in edition.countries[code].facts for key in fact.sources}
    about = edition.about
    content = {
        "edition": {
            "title": str(about.title),
            "date": about.date.text,
            "as_of": about.as_of.countries.text,
            "status": about.status,
        },
        "scale": [{"id": s.id, "label": str(s.label), "meaning": str(s.meaning)} for s in about.scale],
        "topics": [{"id": t.id, "label": str(t.label)} for t in about.topics],
        "countries": countries,
        "sources": {key: _plain(edition.sources[key]) for key in sorted(cited)},
    }
    text = json.dumps(content, ensure_ascii=False, indent=1)
    return DataAttachment("data.json", f"{text}\n".encode(), "application/json", labels("attached_data"))


def _country(edition: Edition, code: str) -> dict[str, object]:
    country = edition.countries[code]
    return {"name": edition.names[code], **{k: v for k, v in _plain(country).items() if k != "code"}}


def _plain(value: Any) -> Any:
    """A model as a dictionary of texts, without empty fields. Markdown is not converted."""
    if hasattr(type(value), "model_fields"):
        fields = type(value).model_fields
        found = {info.alias or name: _plain(getattr(value, name)) for name, info in fields.items()}
        return {k: v for k, v in found.items() if v not in (None, [], {}, "")}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, int | float | type(None)):
        return value
    return value.text if hasattr(value, "text") else str(value)
