"""Turns pydantic's errors into problems in our words, each at its place, and finds the valid part of faulty data.

In: a model, a document, and pydantic's errors. Out: problems that an editor understands. Also a model of the document's valid part,
so that one error in a file doesn't hide the others.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from briefs.edition.yamls import Data, YamlDocument
from briefs.problems import Problem, Said, did_you_mean, error, nearest, said

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
HINTS = {  # what to write under each key; text editors show these hints too, through the JSON Schemas
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
    """The hints for the keys of a model: what to write there. Hints of the model's own come before the common ones."""
    return {**HINTS, **getattr(kind, "hints", {})}


@dataclass(frozen=True)
class _Faulty:
    """An error of pydantic, with what it is about: the model, the document, and the keys that lead to the faulty value."""

    kind: type[BaseModel]
    document: YamlDocument
    keys: Keys
    fault: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The last of the keys that is a name and not a number."""
        return next((key for key in reversed(self.keys) if isinstance(key, str)), "")

    @property
    def text(self) -> str | None:
        """The faulty value if it is a text."""
        value = self.fault.get("input")
        return value if isinstance(value, str) else None


def problem(kind: type[BaseModel], document: YamlDocument, keys: Keys, fault: Mapping[str, Any]) -> Problem:
    """An error of pydantic as a problem. `keys`: where in the document the model's data is; the error's `loc` goes on from
    there."""
    found = _Faulty(kind, document, (*keys, *fault["loc"]), fault)
    name = "string_type" if fault["type"] == "literal_error" and found.text is None else fault["type"]
    context = fault.get("ctx", {})
    gaps = {**context, "key": found.key, "input": (found.text or "")[:60], "msg": context.get("why") or said(fault["msg"])}
    message: str = said(_SAID.get(name, "“{key}”: {msg}"), **gaps)
    hint: str = _hint(found)
    if name in _WORDED:
        message, hint = _WORDED[name](found, message, hint)
    place = document.keys.get(found.keys) if name == "extra_forbidden" else None
    return error(place or document.place(found.keys), message, hint)


def _hint(found: _Faulty) -> Said:
    """What to write under the faulty key. Hints of the innermost model come first."""
    hints = dict(HINTS)
    for kind in _models_at(found.kind, found.fault["loc"]):
        hints |= getattr(kind, "hints", {})
    return said(hints.get(found.key, ""))


def _unknown_key(found: _Faulty, message: str, hint: str) -> tuple[str, str]:
    return message, did_you_mean(found.key, _keys_at(found.kind, found.fault["loc"]), "See docs/content.md for the keys.")


def _unlisted_word(found: _Faulty, message: str, hint: str) -> tuple[str, str]:
    words = re.findall(r"'([^']+)'", found.fault["ctx"]["expected"])
    return message, did_you_mean(found.text or "", words, said("Write one of {words}.", words=", ".join(words[:12])))


def _missing_value(found: _Faulty, message: str, hint: str) -> tuple[str, str]:
    if comment := found.document.comments.get(found.keys):
        what = said("“{key}” has nothing behind it: “{comment}” is read as a comment", key=found.key, comment=comment[:40])
        return what, hint or "Put quotes round a text that begins with #: '…'."
    if found.keys in found.document.places:
        return said("“{key}” has nothing behind it", key=found.key), hint or "Write it."
    return message, _both(said("Add `{key}:` here.", key=found.key), hint)


def _no_list(found: _Faulty, message: str, hint: str) -> tuple[str, str]:
    if not found.text:
        return message, hint
    what = said("“{key}” should be a list, and is a text", key=found.key)
    return what, _both(said("Write `{key}: [{text}]`.", key=found.key, text=found.text[:60]), hint)


def _both(first: Said, second: str) -> Said:
    """Two hints as one. The second may be empty."""
    return said("{first} {second}", first=first, second=second) if second else first


def _no_text(found: _Faulty, message: str, hint: str) -> tuple[str, str]:
    value = found.fault.get("input")
    if not isinstance(value, list | dict):
        return message, hint
    what = ", and is a list" if isinstance(value, list) else ", and holds keys and values"
    return message + what, f"{hint} Write no dashes or brackets, and put quotes round a text that holds “: ”.".strip()


_WORDED: Mapping[str, Callable[[_Faulty, str, str], tuple[str, str]]] = {  # by pydantic's type of error; returns message and hint
    "extra_forbidden": _unknown_key,
    "literal_error": _unlisted_word,
    "missing": _missing_value,
    "list_type": _no_list,
    "string_type": _no_text,
}


def valid_part(kind: type[M], data: Mapping[str, Data], faults: Faults, stand_in: Mapping[str, object]) -> M:
    """A model of the valid part of the data. An item of a list loses faulty values that it may lack, gets stand-ins for those
    that its model has some for, and is left out for any other fault. Any other faulty key gets its value from `stand_in`.

    For a misspelt key, the key that was probably meant counts as faulty.
    """
    items: dict[str, dict[int, list[Keys]]] = {}
    keys: set[str] = set()
    for fault in faults:
        loc = fault["loc"]
        if fault["type"] == "extra_forbidden" and len(loc) == 1:
            keys.update(nearest(loc[0], _keys_at(kind, loc)))
        if len(loc) > 1 and isinstance(loc[1], int):
            items.setdefault(loc[0], {}).setdefault(loc[1], []).append(loc)
        else:
            keys.update(loc[:1])
    rest = {k: v for k, v in data.items() if k not in keys}
    for key, bad in items.items():
        if isinstance(found := rest.get(key), list):
            mended = (_mended(kind, v, bad[i]) if i in bad else v for i, v in enumerate(found))
            rest[key] = [v for v in mended if v is not None]
    try:
        return kind.model_validate(rest | {k: v for k, v in stand_in.items() if k in keys})
    except ValidationError:  # too few items of a list are left
        return kind.model_validate(stand_in)


def _mended(kind: type[BaseModel], item: Data, locs: Sequence[Keys]) -> Data:
    """An item of a list without faulty values that it may lack, and with the model's stand-ins for others. None if one of them has
    no stand-in. `locs`: where they are in the data of `kind`."""
    own = _models_at(kind, (*locs[0][:2], ""))[-1]
    fields = {f.alias or name: f for name, f in own.model_fields.items()}
    stand_ins: Mapping[str, Data] = getattr(own, "stand_ins", {})
    optional = {name for name, f in fields.items() if not f.is_required() and f.default is None}
    if any(len(loc) < 3 for loc in locs):  # the item as a whole is faulty
        return None
    for loc in locs:
        name, is_inner = loc[2], len(loc) > 3
        is_known = name in fields or not stand_ins
        meant = {name} if is_known else nearest(str(name), fields)  # an unknown key is one of these, misspelt
        if not (stand_ins.keys() >= set(meant) or (name in optional and not is_inner)):
            return None
    if own is kind or not isinstance(item, dict):
        return None
    bad = {loc[2] for loc in locs}
    rest = {key: value for key, value in item.items() if key not in bad} | {k: v for k, v in stand_ins.items() if k in bad}
    try:
        own.model_validate(rest)
    except ValidationError:
        return None
    return rest


def readable(kind: type[M], data: object, faults: Faults) -> M | None:
    """A model of the data without its faulty values and unknown keys. None if the model needs one of them."""
    rest = copy.deepcopy(data)
    for loc in sorted((fault["loc"] for fault in faults), key=_order, reverse=True):  # from the end, so that indices stay right
        _drop(rest, loc)
    try:
        return kind.model_validate(rest)
    except ValidationError:
        return None


def _order(loc: Sequence[Any]) -> list[tuple[int, str]]:
    """The key by which locations are sorted. Indices of lists are sorted as numbers, so 9 comes before 10; other keys as words."""
    return [(part, "") if isinstance(part, int) else (-1, str(part)) for part in loc]


def _drop(data: Any, loc: Sequence[Any]) -> None:
    """Delete the innermost value that a location leads to. Parts that are no keys are skipped: pydantic's locations also have names
    of types, for example."""
    holder: Any = None
    last: Any = None
    for key in loc:
        if (isinstance(data, dict) and key in data) or (isinstance(data, list) and isinstance(key, int) and key < len(data)):
            holder, last, data = data, key, data[key]
    if holder is not None:
        del holder[last]


def _keys_at(kind: type[BaseModel], loc: Keys) -> list[str]:
    """The keys that the model knows where the last key of `loc` stands."""
    holder = _models_at(kind, loc)[-1]
    return [f.alias or n for n, f in holder.model_fields.items()]


def _models_at(kind: type[BaseModel], loc: Keys) -> list[type[BaseModel]]:
    """The models that `loc` leads through, the one in which its last name stands at the end. Parts that are no fields are skipped:
    indices of lists, keys of mappings, and pydantic's names of types."""
    found = [kind]
    names = [part for part in loc if isinstance(part, str)]
    for name in names[:-1]:
        named = next((f for n, f in found[-1].model_fields.items() if name in {n, f.alias}), None)
        if named and (inner := model_in(named.annotation)):
            found.append(inner)
    return found


def model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for a in getattr(annotation, "__args__", ()) if (m := model_in(a))), None)
