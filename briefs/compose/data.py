"""The facts, values and sources of a document as JSON, to be attached to it as a file.

In: the edition, and the codes of the countries that the document is about. Out: a `DataAttachment`, always the same for the same
edition.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from json.encoder import encode_basestring
from typing import Any

from briefs.compose.labels import Labels
from briefs.compose.manuscript import DataAttachment
from briefs.edition.data.table import Series, Value
from briefs.edition.data.values import plain
from briefs.edition.model import Column, Edition

_FOR_READING = {"headings", "scale", "compare"}  # fields of a column about its tables and its printing, not about its values


def attached(edition: Edition, labels: Labels, codes: Sequence[str]) -> DataAttachment:
    """All facts of these countries, also those that gave way on the page; their values; what the columns of the values mean; and
    all sources that the facts, values and columns name."""
    return DataAttachment("data.json", partial(_written, edition, codes), "application/json", labels("attached_data"))


def _written(edition: Edition, codes: Sequence[str]) -> bytes:
    countries = {code: _country(edition, code) for code in sorted(codes)}
    data = edition.data.of(codes)
    columns = [column for id, column in edition.columns.items() if id in data.values]
    cited = {key for code in codes for fact in edition.countries[code].facts for key in fact.sources}
    cited |= {key for _, _, _, value in data for key in value.sources} | {column.source for column in columns if column.source}
    about = edition.about
    content = {
        "edition": {
            "title": about.title.words,
            "date": about.date.text,
            "as_of": about.as_of.countries.text,
            "status": about.status,
        },
        **_scale(edition),
        "topics": [{"id": t.id, "label": t.label.words} for t in about.topics],
        **({"columns": [_column(column) for column in columns]} if columns else {}),
        "countries": countries,
        "sources": {key: _plain(edition.sources[key]) for key in sorted(cited)},
    }
    return f"{_json(content)}\n".encode()


def _scale(edition: Edition) -> dict[str, object]:
    """The steps of the scale, and the columns from which stances are computed. Empty if the edition has no scale."""
    about = edition.about
    if not about.scale:
        return {}
    steps = [{"id": s.id, "label": s.label.words, "meaning": str(s.meaning)} for s in about.scale]
    from briefs.edition.data import stances  # here, because it is rarely needed

    return {"scale": steps, **({"computed_from": stances.columns(edition)} if about.computed_stance else {})}


def _json(value: object, margin: str = "\n") -> str:
    """What `json.dumps(value, ensure_ascii=False, indent=1)` gives, in half the time. The keys of objects are texts."""
    if isinstance(value, str):
        return encode_basestring(value)
    inner = f"{margin} "
    if value and isinstance(value, dict):
        items = f",{inner}".join([f"{encode_basestring(key)}: {_json(item, inner)}" for key, item in value.items()])
        return f"{{{inner}{items}{margin}}}"
    if value and isinstance(value, list | tuple):
        return f"[{inner}{f',{inner}'.join([_json(item, inner) for item in value])}{margin}]"
    return float.__repr__(value) if type(value) is float else json.dumps(value)


def _country(edition: Edition, code: str) -> dict[str, object]:
    own = {k: v for k, v in _plain(edition.countries[code]).items() if k not in {"code", "data"}}
    if edition.audience and "facts" in own:  # a gap between ids would tell that there are other facts
        own["facts"] = [{key: value for key, value in fact.items() if key != "id"} for fact in own["facts"]]
    data = {id: _series(column, edition.data.series(id, code)) for id, column in edition.columns.items()}
    data = {id: series for id, series in data.items() if series["values"]}
    return {"name": edition.names[code], **own, **({"data": data} if data else {})}


def _column(column: Column) -> dict[str, object]:
    """What a column means."""
    return {key: value for key, value in _plain(column).items() if key not in _FOR_READING}


def _series(column: Column, series: Series) -> dict[str, object]:
    """A country's values in a column, the earliest first, with the column's label."""
    return {"label": column.label.words, "values": [_value(column, period, value) for period, value in series.items()]}


def _value(column: Column, period: str, value: Value) -> dict[str, object]:
    """A value: a number, a text, true, false, a date as ISO 8601 writes it, the label of a category, or null if there is none."""
    beside = {"period": period, "status": value.status, "facts": value.facts, "sources": value.sources}
    return {"value": plain(column, value.content), **{key: said for key, said in beside.items() if said}}


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
