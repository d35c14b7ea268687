"""Values of the data that signed texts print: warns if they have changed since the text was signed.

In: an edition, signatures. Out: for each span such as `[]{.value column=internet}` an item to be signed, and a warning at the line
of each span whose value has changed since. The sentence may still be right with another value, so no signature is voided.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from briefs.edition.data import groups
from briefs.edition.data.table import Value
from briefs.edition.model import Country, Edition, SignOff, Text, hash_of, place_of, texts_in
from briefs.problems import Problem, warning

VALUE = "value "  # how the names of such items begin
_SPAN = re.compile(r"\[\]\{([^{}\n]*)\}")
_KINDS = {".value", ".rank", ".median", ".change"}


class SignedValue(NamedTuple):
    """A span that prints a value. `name`: the item's name. `words`: the values that the span prints or is computed from. `at`: the
    offset of the span in its text."""

    name: str
    words: str
    text: Text
    at: int


def of_pieces(edition: Edition) -> dict[str, list[SignedValue]]:
    """The spans in each piece that has any, by the path of the piece's file."""
    if not edition.data.values:
        return {}
    found = {place_of(one.code).path: list(_of_piece(edition, one.code, one)) for one in edition.countries.values()}
    found |= {section.path: list(_of_piece(edition, "", section.body)) for section in edition.sections}
    found |= {deck.path: list(_of_piece(edition, "", deck.body)) for deck in edition.decks.values()}
    return {path: spans for path, spans in found.items() if spans}


def problems(edition: Edition, signed: SignOff) -> Iterator[Problem]:
    """A warning at each span whose value has changed since its piece was signed. None for signatures that were withdrawn."""
    spans = of_pieces(edition) if signed.signatures else {}
    roles = {role.id: str(role.label) for role in edition.about.roles}
    withdrawn = {(one.piece, one.role, one.signed) for one in signed.withdrawals}
    for one in (one for one in signed.signatures if (one.piece, one.role, one.when) not in withdrawn):
        for span in spans.get(one.piece, ()):
            then = one.items.get(span.name)
            if then is not None and then != hash_of(span.words):
                who = roles.get(one.role, one.role)
                what = f"a value that is printed here has changed since {who} signed it on {one.when[:10]}"
                yield warning(span.text.place_at(span.at), what, "Read the sentence again, and sign the piece again.")


def _of_piece(edition: Edition, code: str, whole: Country | Text) -> Iterator[SignedValue]:
    for text in texts_in(whole):
        for match in _SPAN.finditer(text.markdown):
            parts = _parts(match[1])
            kind = next((part for part in parts if part in _KINDS), "")
            if kind:
                keys = dict(part.split("=", 1) for part in parts if "=" in part)
                name = VALUE + hash_of(f"{text.place.name} {match[0]}")
                yield SignedValue(name, _rests_on(edition, kind, keys, keys.get("country", code)), text, match.start())


def _parts(attributes: str) -> list[str]:
    try:
        return shlex.split(attributes)
    except ValueError:  # a quotation mark that nothing closes: `check` refuses it
        return attributes.split()


def _rests_on(edition: Edition, kind: str, keys: Mapping[str, str], code: str) -> str:
    """The values that a span prints or is computed from, in words."""
    data, column = edition.data, keys.get("column", "")
    if kind == ".change":
        return "; ".join(_said(data.value(column, code, keys.get(key, ""))) for key in ("from", "to"))
    own = data.value(column, code, keys.get("year", ""))
    if kind == ".value":
        return _said(own)
    period = keys.get("year") or (own[0] if own and kind == ".rank" else data.latest(column))
    among = groups.members(edition).get(keys["group"]) if "group" in keys else None
    return "; ".join([period, *(f"{code} {number}" for code, number in sorted(data.numbers(column, period, among).items()))])


def _said(found: tuple[str, Value] | None) -> str:
    if found is None:
        return "none"
    period, value = found
    return " ".join([period, str(value.content), *value.status])
