"""Pydantic's errors as problems in our words and at their places, and the valid part of faulty data.

In: a model, a document, and pydantic's errors. Out: problems that an editor understands. Also a model of the valid part, so that
one error in a file doesn't hide the others.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from briefs.edition.yamls import Data, YamlDocument
from briefs.problems import Problem, did_you_mean, error, nearest

M = TypeVar("M", bound=BaseModel)
Keys = tuple[str | int, ...]
Faults = Sequence[Mapping[str, Any]]  # pydantic's ErrorDetails

_SAID = {
    "missing": "“{key}” is missing",
    "extra_forbidden": "the key “{key}” isn’t known here",
    "list_type": "“{key}” should be a list",
    "string_type": "“{key}” should be a text",
    "dict_type": "“{key}” should hold keys and values",
    "model_type": "“{key}” should hold keys and values",
    "int_parsing": "“{key}” should be a whole number, not “{input}”",
    "int_parsing_size": "“{key}” is too large: “{input}”",
    "int_type": "“{key}” should be a whole number",
    "float_parsing": "“{key}” should be a number, not “{input}”",
    "float_type": "“{key}” should be a number",
    "greater_than": "“{key}” is too small: “{input}”",
    "greater_than_equal": "“{key}” is too small: “{input}”",
    "less_than": "“{key}” is too large: “{input}”",
    "less_than_equal": "“{key}” is too large: “{input}”",
    "literal_error": "“{key}” can’t be “{input}”",
    "string_pattern_mismatch": "“{key}” can’t be “{input}”",
    "string_too_long": "“{key}” is too long: “{input}”",
    "too_short": "“{key}” needs at least {min_length}",
    "too_long": "“{key}” can’t have more than {max_length}",
    "bool_parsing": "“{key}” is yes or no, not “{input}”",
    "bool_type": "“{key}” is yes or no",
    "text": "“{key}”: {msg}",
    "date": "“{key}”: {msg}",
    "whole": "{msg}",
}
_SLUG = "Use lower-case letters, digits and hyphens."
HINTS = {  # what to write under a key; text editors show it too, through the JSON Schemas
    "format": "Leave it as the program writes it: `new DIR` and `upgrade DIR` do.",
    "id": _SLUG,
    "topic": "Write the `id` of a topic in edition.yaml.",
    "origin": _SLUG,
    "stance": "Write the `id` of a step of the scale in edition.yaml.",
    "code": "Use an ISO 3166 code such as be, or one that edition.yaml declares under `subjects`.",
    "colour": 'Write it as "#rrggbb", in quotes: without them # begins a comment.',
    "language": "Write a BCP 47 tag such as en, de or zh.",
    "URL": "Write the whole address, from http:// or https:// on, without spaces.",
    "DOI": "Write it as 10.1000/182, or as https://doi.org/10.1000/182.",
    "address": "Write the whole address, from http:// or https:// on, without spaces.",
    "contact": "Write a mail address, or a whole address from https:// on.",
    "priority": "1 stays whatever happens, 2 is usual, 3 gives way first.",
    "sources": "Name at least one key of the sources file.",
    "text": "Write one or two sentences.",
    "words": "List the words or phrases to avoid. Without capitals, they are found at the head of a sentence too.",
    "write": "Write what should be there instead.",
    "form": "Write the one form to use.",
    "variants": "List the other forms of the word.",
    "files": "List patterns of paths, such as report/*.md; leave it out for all files.",
}


def hints_of(kind: type[BaseModel]) -> Mapping[str, str]:
    """What to write under a model's keys. A model may have hints of its own."""
    return {**HINTS, **getattr(kind, "hints", {})}


def problem(kind: type[BaseModel], document: YamlDocument, keys: Keys, fault: Mapping[str, Any]) -> Problem:
    """An error in the part of a document at `keys`, as a problem. The error's `loc` leads to its place."""
    loc = fault["loc"]
    key = next((k for k in reversed((*keys, *loc)) if isinstance(k, str)), "")
    text = fault.get("input") if isinstance(fault.get("input"), str) else None
    name = "string_type" if fault["type"] == "literal_error" and text is None else fault["type"]
    form = _SAID.get(name, "“{key}”: {msg}")
    message = form.format(**{**fault.get("ctx", {}), "key": key, "input": (text or "")[:60], "msg": fault["msg"]})
    hint = hints_of(kind).get(key, "")
    if name == "extra_forbidden":
        hint = did_you_mean(key, _keys_at(kind, loc), "See docs/content.md for the keys.")
    elif name == "literal_error":
        words = re.findall(r"'([^']+)'", fault["ctx"]["expected"])
        hint = did_you_mean(text or "", words, f"Write one of {', '.join(words[:12])}.")
    elif name == "missing" and (comment := document.comments.get((*keys, *loc))):
        message = f"“{key}” has nothing behind it: “{comment[:40]}” is read as a comment"
        hint = hint or "Put quotes round a text that begins with #: '…'."
    elif name == "missing" and (*keys, *loc) in document.places:
        message, hint = f"“{key}” has nothing behind it", hint or "Write it."
    elif name == "list_type" and text:
        message, hint = f"“{key}” should be a list, and is a text", f"Write `{key}: [{text[:60]}]`. {hint}".strip()
    elif name == "string_type" and isinstance(fault.get("input"), list | dict):
        message += ", and is a list" if isinstance(fault["input"], list) else ", and holds keys and values"
        hint = f"{hint} Write no dashes or brackets, and put quotes round a text that holds “: ”.".strip()
    elif name == "missing":
        hint = f"Add `{key}:` here. {hint}".strip()
    place = document.keys.get((*keys, *loc)) if name == "extra_forbidden" else None
    return error(place or document.place((*keys, *loc)), message, hint)


def valid_part(kind: type[M], data: Mapping[str, Data], faults: Faults, stand_in: Mapping[str, object]) -> M:
    """A model of the valid part: without the faulty items of lists, and with the values of `stand_in` for other faulty keys.

    A misspelt key counts as the one that was meant, so that one isn't reported as missing too.
    """
    items: dict[str, set[int]] = {}
    keys: set[str] = set()
    for fault in faults:
        loc = fault["loc"]
        if fault["type"] == "extra_forbidden" and len(loc) == 1:
            keys.update(nearest(loc[0], _keys_at(kind, loc)))
        if len(loc) > 1 and isinstance(loc[1], int):
            items.setdefault(loc[0], set()).add(loc[1])
        else:
            keys.update(loc[:1])
    rest = {k: v for k, v in data.items() if k not in keys}
    for key, bad in items.items():
        if isinstance(found := rest.get(key), list):
            rest[key] = [v for i, v in enumerate(found) if i not in bad]
    try:
        return kind.model_validate(rest | {k: v for k, v in stand_in.items() if k in keys})
    except ValidationError:  # too few items of a list are left
        return kind.model_validate(stand_in)


def readable(kind: type[M], data: object, faults: Faults) -> M | None:
    """A model of the data without the faulty values and unknown keys. None if it can't do without one of them."""
    rest = copy.deepcopy(data)
    for loc in sorted((fault["loc"] for fault in faults), key=str, reverse=True):  # the last item of a list first
        _drop(rest, loc)
    try:
        return kind.model_validate(rest)
    except ValidationError:
        return None


def _drop(data: Any, loc: Sequence[Any]) -> None:
    """Take out the innermost value that a location leads to: pydantic's locations have more than keys, such as names of types."""
    holder: Any = None
    last: Any = None
    for key in loc:
        if (isinstance(data, dict) and key in data) or (isinstance(data, list) and isinstance(key, int) and key < len(data)):
            holder, last, data = data, key, data[key]
    if holder is not None:
        del holder[last]


def _keys_at(kind: type[BaseModel], loc: Keys) -> list[str]:
    """The keys that the model has at the end of `loc`."""
    for key in loc[:-1]:
        if isinstance(key, int):
            continue
        named = next((f for n, f in kind.model_fields.items() if key in {n, f.alias}), None)
        inner = model_in(named.annotation) if named else None
        if inner is None:
            return []
        kind = inner
    return [f.alias or n for n, f in kind.model_fields.items()]


def model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for a in getattr(annotation, "__args__", ()) if (m := model_in(a))), None)
