"""What was asked for, as a list of documents.

In: an edition, kinds, countries as people write them, formats, a paper. Out: targets, and the countries that were left out;
or a sentence that says what was not understood and what comes near.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from briefs.compose.kinds import KINDS, Kind
from briefs.edition import names
from briefs.edition.model import Edition
from briefs.press.build import Target, folder
from briefs.problems import did_you_mean


class NotUnderstood(Exception):
    """A word of the request means nothing here; the message says what comes near."""


def targets(
    edition: Edition,
    kinds: Sequence[str] | None,
    countries: Sequence[str],
    formats: str | None,
    paper: str,
    check_word: bool,
) -> tuple[list[Target], list[str]]:
    """The documents asked for, in order; and the names of countries that have no facts to make one of."""
    wanted = list(kinds) if kinds else list(KINDS)
    if unknown := [k for k in wanted if k not in KINDS]:
        raise NotUnderstood(
            f"there is no kind of document “{unknown[0]}”. {did_you_mean(unknown[0], KINDS, f'There are {_and(KINDS)}.')}"
        )
    found: list[Target] = []
    left_out: list[str] = []
    for kind in (KINDS[k] for k in wanted):
        chosen = _formats(kind, formats)
        if kind.subjects == "edition":
            if edition.sections:
                found.append(Target(kind.name, "", str(edition.about.title), chosen, paper, check_word))
            elif kinds:
                raise NotUnderstood("this edition has no report: it has no sections. Write report/01-….md.")
            continue
        for code in codes(edition, countries):
            if edition.countries[code].facts:
                found.append(Target(kind.name, code, edition.names[code], chosen, paper, check_word))
            else:
                left_out.append(edition.names[code])
    if countries and left_out:
        raise NotUnderstood(f"{', '.join(left_out)}: no facts yet, so no brief can be made. Add them to the country’s file.")
    return found, left_out


def _and(words: Iterable[str]) -> str:
    return ", ".join(words)


def codes(edition: Edition, typed: Iterable[str]) -> list[str]:
    """The countries meant; all of the edition's, by name, if none is named."""
    wanted = list(typed)
    if not wanted:
        return sorted(edition.countries, key=lambda c: edition.names[c])
    aliases = {s.code: s.aliases for s in edition.about.subjects}
    own = {c: edition.names[c] for c in edition.countries}
    known = names.spellings(own, aliases, edition.about.language)
    found: list[str] = []
    unknown: list[str] = []
    for word in wanted:
        code, near = names.find(word, known, own)
        if code:
            found.append(code)
        else:
            hint = f" Did you mean {' or '.join(near)}?" if near else " `list` shows those that there are."
            unknown.append(f"no country “{word}” in this edition.{hint}")
    if unknown:
        raise NotUnderstood(" ".join(unknown))
    return list(dict.fromkeys(found))


def _formats(kind: Kind, asked: str | None) -> tuple[str, ...]:
    if not asked:
        return kind.formats
    wanted = [f.strip().lower() for f in asked.split(",") if f.strip()]
    for word in wanted:
        if word not in kind.formats:
            hint = did_you_mean(word, kind.formats, f"There are {_and(kind.formats)}.")
            raise NotUnderstood(f"a {kind.name} has no format “{word}”. {hint}")
    return tuple(f for f in kind.formats if f in wanted)


def paths(edition: Edition, wanted: Iterable[Target], out: Path) -> Iterator[Path]:
    """The files that targets would become."""
    for target in wanted:
        kind = KINDS[target.kind]
        stem = kind.folder + names.stem_of(target.name, target.subject) if kind.subjects == "country" else kind.name
        for format in target.formats:
            yield folder(out, target.paper) / f"{stem}.{format}"
