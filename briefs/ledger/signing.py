"""Signs pieces of an edition, and says who has signed which.

In: an edition, what is signed, a role, a name. Out: the text of `signoff.yaml` with the new signatures or withdrawals; the state of
all as lines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from textwrap import shorten

import yaml

from briefs.edition import signoff
from briefs.edition.files import UNSHOWN
from briefs.edition.model import Edition, Role, Signature, SignOff, Withdrawal, place_of
from briefs.edition.signoff import SignatureState
from briefs.press import plan
from briefs.problems import NotUnderstood, did_you_mean

HEAD = "# Written by `sign`. A signature holds the hash of each item that was signed; docs/ledger.md says which.\n"
LONGEST = 80  # letters of an item that is quoted
LONGEST_NAME = 100  # letters of a signer's name, as `Signature` takes it


@dataclass(frozen=True)
class Signer:
    """Who signs: a role of the edition, a name, the time."""

    role: Role
    name: str
    when: datetime


def role_named(edition: Edition, id: str) -> Role:
    """A role of the edition by its id. Raises NotUnderstood if there is none."""
    roles = {role.id: role for role in edition.about.roles}
    if not roles:
        raise NotUnderstood(
            "the edition has no roles that sign. List them under `roles` in edition.yaml, each with `id` and `label`."
        )
    if id not in roles:
        hint = did_you_mean(id, roles, f"There are {', '.join(roles)}.")
        raise NotUnderstood(f"there is no role “{id[:60]}”. {hint}" if id else f"say as what you sign, with --as. {hint}")
    return roles[id]


def signer_name(words: str) -> str:
    """The name of a signer, on one line. Raises NotUnderstood if it is none."""
    name = " ".join(words.split())
    if not name or len(name) > LONGEST_NAME or UNSHOWN.search(name):
        raise NotUnderstood(f"say who signs: --by with your name, in at most {LONGEST_NAME} letters.")
    return name


def chosen(edition: Edition, words: Sequence[str]) -> list[str]:
    """The paths of the pieces that words name: countries and groups, sections by id, decks by name, `report` (all sections), `all`.

    Raises NotUnderstood if there is no such piece.
    """
    found: list[str] = []
    sections = {section.head.id: section.path for section in edition.sections}
    named = sections | {name: deck.path for name, deck in edition.decks.items()}
    known = signoff.pieces(edition)
    for word in words:
        if word == "all":
            found += known
        elif word == "report":
            found += sections.values()
        elif word in named or word in known:
            found.append(named.get(word, word))
        else:
            found += (place_of(edition.countries[code].code).path for code in plan.codes(edition, [word], named))
    return list(dict.fromkeys(found))


def signed(edition: Edition, before: SignOff, paths: Iterable[str], signer: Signer) -> SignOff:
    """The signatures, with new ones of the signer's role on these pieces in the place of its earlier ones. One that was withdrawn
    stays, before the new one."""
    known, words = signoff.pieces(edition), signoff.labels_hash(edition)
    role, withdrawn = signer.role.id, {(one.piece, one.role, one.signed) for one in before.withdrawals}
    times = {path: _free_time(signer, {when for piece, own, when in withdrawn if (piece, own) == (path, role)}) for path in paths}
    new = {
        path: Signature(piece=path, role=role, by=signer.name, when=when, labels=words, items=signoff.hashes(known[path]))
        for path, when in times.items()
    }
    kept = [
        one for one in before.signatures if one.role != role or one.piece not in new or (one.piece, one.role, one.when) in withdrawn
    ]
    return before.model_copy(update={"signatures": [*kept, *new.values()]})


def withdrawn(edition: Edition, before: SignOff, paths: Iterable[str], signer: Signer) -> tuple[SignOff, list[str]]:
    """The signatures, with withdrawals of those that the signer's role has made of these pieces; and the paths of the pieces that
    had one. Those that were withdrawn before, or are void, stay as they are."""
    wanted, when = {*paths}, _time(signer)
    states = [one for one in signoff.states(edition, before) if one.piece in wanted and one.role.id == signer.role.id and one.holds]
    new = [
        Withdrawal(piece=one.piece, role=signer.role.id, signed=one.signature.when, by=signer.name, when=when)
        for one in states
        if one.signature
    ]
    return before.model_copy(update={"withdrawals": [*before.withdrawals, *new]}), [one.piece for one in states]


def _time(signer: Signer, later: int = 0) -> str:
    """The time of a signer, or so many seconds later, as `signoff.yaml` has it."""
    return (signer.when + timedelta(seconds=later)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _free_time(signer: Signer, withdrawn: Collection[str]) -> str:
    """The time of a new signature: the first second at which no signature was made that is withdrawn, because a withdrawal names
    the second of its signature."""
    return next(when for later in count() if (when := _time(signer, later)) not in withdrawn)


def text(signatures: SignOff) -> bytes:
    """The file, in the order of pieces and roles. Signatures of a piece in one role stay in their order: the last one counts."""
    listed = sorted(signatures.signatures, key=lambda one: (one.piece, one.role))
    plain = [
        {"piece": str(one.piece), "role": str(one.role), "by": str(one.by), "when": str(one.when), "labels": str(one.labels),
         "items": {name: str(hash) for name, hash in one.items.items()},
         **{name: str(made) for name in ("ssh", "minisign") if (made := getattr(one, name))}}
        for one in listed
    ]  # fmt: skip
    taken_back = [
        {name: str(getattr(one, name)) for name in ("piece", "role", "signed", "by", "when")}
        for one in sorted(signatures.withdrawals, key=lambda one: (one.piece, one.role, one.when))
    ]
    all_of_it = {"signatures": plain, **({"withdrawals": taken_back} if taken_back else {})}
    written = yaml.safe_dump(all_of_it, allow_unicode=True, sort_keys=False, width=1000)
    return (HEAD + written).encode()


def lines(states: Iterable[SignatureState], edition: Edition) -> Iterator[str]:
    """A line for each piece and role: whether the role has signed the piece. Below a void signature, a line for each item that
    changed."""
    for state in states:
        name = f"{state.piece}, {state.role.label}"
        one = state.signature
        if one is None:
            yield f"{name}: not signed" + ("" if state.role.required else " (not required)")
        elif state.withdrawal:
            own = state.withdrawal
            yield f"{name}: signed by {one.by} on {one.when[:10]}, withdrawn by {own.by} on {own.when[:10]}"
        elif state.holds:
            more = "; labels of the edition have changed since" if state.is_reworded else ""
            yield f"{name}: signed by {one.by} on {one.when[:10]}{more}"
        else:
            yield f"{name}: signed by {one.by} on {one.when[:10]}, void since"
            yield from (f"  {_item(item, words)}" for item, words in state.changed if item != "order of paragraphs")


def _item(name: str, words: str) -> str:
    shown = "paragraph" if name.startswith("paragraph ") else name
    return f"{shown}: “{shorten(words, LONGEST, placeholder=' …')}”" if words else f"{shown}: taken out"


def to_dict(state: SignatureState) -> dict[str, object]:
    """For JSON."""
    one = state.signature
    return {
        "piece": state.piece,
        "role": str(state.role.id),
        "required": state.role.required,
        "by": str(one.by) if one else None,
        "when": str(one.when) if one else None,
        "holds": state.holds,
        "withdrawn_by": str(state.withdrawal.by) if state.withdrawal else None,
        "changed": [{"item": name, "words": words} for name, words in state.changed],
        "reworded_labels": state.is_reworded,
    }
