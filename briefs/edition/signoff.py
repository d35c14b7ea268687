"""Who has signed which piece of the edition, and whether that still holds.

In: an edition, `signoff.yaml`. Out: for each piece (a country's file, a section, a deck) the roles that haven't signed it as it
stands.

A signature holds a hash of each item that was signed: each text, each fact's topic, dates, priority and sources, the stance, the
values in the country's file, the records of the sources. A new, changed or deleted item in the piece voids the signature, as its
withdrawal does; items of other pieces don't. A value of the data that a text prints is an item too, but if it changes there is only
a warning (`signedvalues.py`). What templates and labels print isn't signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from briefs.edition import signedvalues, yamls
from briefs.edition.model import (
    KEY_POINTS,
    Country,
    DataCell,
    Deck,
    Edition,
    Fact,
    Role,
    Section,
    Signature,
    SignOff,
    Text,
    Withdrawal,
    hash_of,
    place_of,
    texts_in,
)
from briefs.problems import Place, Problem, did_you_mean, error, said, warning

FILE = "signoff.yaml"
_PARAGRAPH = re.compile(r"\n[ \t]*\n")

Items = Mapping[str, str]  # the items of a piece that are signed: the words of each, by its name


@dataclass(frozen=True)
class SignatureState:
    """Whether a role has signed a piece. `signature`: the role's latest signature of it; None if there is none. `changed`: the
    items that void the signature, with their words today; the words are empty if the item is gone. `is_reworded`: whether the
    edition's labels have changed since, which voids nothing. `withdrawal`: who has withdrawn the signature; None if nobody has."""

    piece: str
    role: Role
    signature: Signature | None = None
    changed: tuple[tuple[str, str], ...] = ()
    is_reworded: bool = False
    withdrawal: Withdrawal | None = None

    @property
    def holds(self) -> bool:
        return self.signature is not None and not self.changed and not self.withdrawal


def read(files: Mapping[str, bytes]) -> SignOff:
    """The signatures in the files of an edition that has no errors."""
    return SignOff.model_validate(yamls.load(FILE, files[FILE]).data) if FILE in files else SignOff()


def pieces(edition: Edition) -> dict[str, Items]:
    """The items of each piece, by the path of its file: countries, then sections, then decks."""
    written: list[Section | Deck] = [*edition.sections, *edition.decks.values()]
    found: dict[str, Items] = {}
    for country in edition.countries.values():
        found[place_of(country.code).path] = dict(_of_country(country, edition))
    found |= {one.path: dict(_of_writing(one, edition)) for one in written}
    for path, spans in signedvalues.of_pieces(edition).items():
        found[path] = {**found[path], **{span.name: span.words for span in spans}}
    return found


def states(edition: Edition, signed: SignOff) -> list[SignatureState]:
    """For each piece and each role of the edition, whether the role's signature holds."""
    latest = {(one.piece, one.role): one for one in signed.signatures}
    words, withdrawn = labels_hash(edition), {(one.piece, one.role, one.signed): one for one in signed.withdrawals}
    return [
        _state(path, items, role, latest.get((path, role.id)), words, withdrawn)
        for path, items in pieces(edition).items()
        for role in edition.about.roles
    ]


def _state(
    path: str, items: Items, role: Role, signature: Signature | None, words: str,
    withdrawn: Mapping[tuple[str, str, str], Withdrawal],
) -> SignatureState:  # fmt: skip
    if signature is None:
        return SignatureState(path, role)
    then, now = ({name: hash for name, hash in each.items() if not name.startswith(signedvalues.VALUE)}
                 for each in (signature.items, hashes(items)))  # fmt: skip
    changed = [(name, items[name]) for name in now if then.get(name) != now[name]]
    changed += [(name, "") for name in then if name not in now]
    withdrawal = withdrawn.get((path, role.id, signature.when))
    return SignatureState(path, role, signature, tuple(changed), signature.labels != words, withdrawal)


def unsigned(edition: Edition, signed: SignOff) -> dict[str, tuple[str, ...]]:
    """The labels of the required roles that haven't signed a piece as it stands now, by the path of its file. Pieces that all
    required roles have signed are left out."""
    found: dict[str, tuple[str, ...]] = {}
    if any(role.required for role in edition.about.roles):
        for state in states(edition, signed):
            if state.role.required and not state.holds:
                found[state.piece] = (*found.get(state.piece, ()), str(state.role.label))
    return found


def problems(edition: Edition, signed: SignOff) -> Iterator[Problem]:
    """An error for each signature of a role that the edition doesn't have. Warnings for signatures of pieces that it no longer has,
    and for printed values that have changed."""
    roles, known = [role.id for role in edition.about.roles], pieces(edition) if signed.signatures else {}
    for one in signed.signatures:
        if one.role not in roles:
            hint = did_you_mean(one.role, roles, "edition.yaml lists them under `roles`.")
            yield error(place_of(one.role), f"there is no role “{one.role}”", hint)
        elif one.piece not in known:
            what = f"“{one.piece}” was signed, and is no longer in the edition"
            yield warning(place_of(one.piece), what, "Delete its signature.")
    yield from signedvalues.problems(edition, signed)


def missing(edition: Edition) -> list[Problem]:
    """An error for each piece that lacks a signature, in a final edition or in a document's share of it. None for a draft."""
    if edition.about.status != "final":
        return []
    hint = "`sign` lists what is missing, and signs. A draft needs none."
    return [
        error(Place(path, line=1), said("not signed by {roles}", roles=", ".join(roles)), hint)
        for path, roles in edition.unsigned.items()
    ]


def hashes(items: Items) -> dict[str, str]:
    """The hash of each item: 16 hexadecimal digits of its SHA-256."""
    return {name: hash_of(words) for name, words in items.items()}


def labels_hash(edition: Edition) -> str:
    """The hash of the labels that the edition words itself."""
    return hash_of("\n".join(f"{name}: {text}" for name, text in sorted(edition.labels.items())))


def _of_country(country: Country, edition: Edition) -> Iterator[tuple[str, str]]:
    yield "stance", country.stance or ""
    for name in ("stance_note", "summary", *KEY_POINTS):
        if text := getattr(country, name):
            yield name, text.markdown
    for fact in country.facts:
        yield from _of_fact(fact)
    for id, cell in country.data.items():
        period = cell.period.text if cell.period else ""
        yield f"data/{id}", _joined(cell.value, period, *sorted(cell.facts), *sorted(cell.sources))
    rests: list[Fact | DataCell] = [*country.facts, *country.data.values()]
    keys = [key for item in rests for key in item.sources]
    yield from _of_sources([*keys, *(key for text in texts_in(country) for key in text.citations)], edition)


def _of_fact(fact: Fact) -> Iterator[tuple[str, str]]:
    yield fact.id, fact.text.markdown
    if fact.label:
        yield f"{fact.id}/label", fact.label.markdown
    when = f"due {fact.due.text}" if fact.due else fact.date.text if fact.date else "no date"
    yield f"{fact.id}/details", _joined(fact.topic, when, f"priority {fact.priority}", *sorted(fact.sources))


def _of_writing(written: Section | Deck, edition: Edition) -> Iterator[tuple[str, str]]:
    """The items of a section or deck. A paragraph is named by the hash of its words, so a new paragraph doesn't change the names of
    the others."""
    for name in type(written.head).model_fields:
        value = getattr(written.head, name)
        if isinstance(value, Text):
            yield name, value.markdown
    paragraphs = [words for part in _PARAGRAPH.split(written.body.markdown) if (words := " ".join(part.split()))]
    yield from ((f"paragraph {hash_of(words)}", words) for words in paragraphs)
    yield "order of paragraphs", " ".join(map(hash_of, paragraphs))
    yield from _of_sources(written.body.citations, edition)


def _of_sources(keys: Sequence[str], edition: Edition) -> Iterator[tuple[str, str]]:
    """The items of sources: what the record of each says."""
    for key in sorted({*keys} & edition.sources.keys()):
        record = edition.sources[key]
        fields = {name: getattr(record, name) for name in type(record).model_fields}
        yield f"source {key}", _joined(*(f"{name} {value}" for name, value in fields.items() if value))


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)
