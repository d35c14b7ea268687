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
from briefs.press.job import Target, folder
from briefs.problems import NotUnderstood, did_you_mean, nearest


def targets(
    edition: Edition,
    kinds: Sequence[str] | None,
    countries: Sequence[str],
    formats: str | None,
    paper: str,
    check_word: bool,
    per_page: int = 3,
    all_countries: bool = False,
    printed: bool = False,
) -> tuple[list[Target], list[str]]:
    """The documents asked for, in order; and the names of countries that have no facts to make one of."""
    wanted = list(kinds) if kinds else list(KINDS)
    if unknown := [k for k in wanted if k not in KINDS]:
        raise NotUnderstood(
            f"there is no kind of document “{unknown[0]}”. {did_you_mean(unknown[0], KINDS, f'There are {_and(KINDS)}.')}"
        )
    if printed and set((formats or "pdf").lower().split(",")) != {"pdf"}:
        raise NotUnderstood("--print makes PDFs only: printers set nothing else. Leave --format out.")
    found: list[Target] = []
    left_out: list[str] = []
    for kind in (KINDS[k] for k in wanted):
        chosen = formats_of(kind, formats or ("pdf" if printed else None), wanted)
        if not chosen:
            continue
        subjects = _subjects(edition, kind, countries, all_countries)
        if kinds and not subjects:
            raise NotUnderstood(_NOTHING[kind.subjects])
        for subject, name in subjects:
            if subject in edition.countries and not edition.countries[subject].facts:
                left_out.append(name)
            else:
                slides = per_page if kind.subjects == "deck" else 3
                found.append(Target(kind.name, subject, name, chosen, paper, check_word, slides, printed))
    if countries and left_out:
        what = " or ".join(wanted)
        raise NotUnderstood(f"{', '.join(left_out)}: no facts yet, so no {what} can be made. Add them to the country’s file.")
    return found, list(dict.fromkeys(left_out))


_NOTHING = {
    "edition": "this edition has no report: it has no sections. Write report/01-….md.",
    "country": "this edition has no countries. Write countries/….yaml.",
    "deck": "this edition has no decks. Write decks/….md, or name a country.",
}


def _subjects(edition: Edition, kind: Kind, words: Sequence[str], all_countries: bool) -> list[tuple[str, str]]:
    """What there is one document of, and its name. Decks may be named too; countries have decks, but only for who names them."""
    if kind.subjects == "edition":
        return [("", str(edition.about.title))] if edition.sections else []
    decks = [name for name in edition.decks if name in words] if kind.subjects == "deck" else []
    countries = [word for word in words if word not in decks]
    if kind.subjects == "deck" and not (countries or all_countries):
        return [(name, name) for name in decks or edition.decks]
    beside = edition.decks if kind.subjects == "deck" else ()
    return [*((name, name) for name in decks), *((code, edition.names[code]) for code in codes(edition, countries, beside))]


def _and(words: Iterable[str]) -> str:
    return ", ".join(words)


def codes(edition: Edition, typed: Iterable[str], decks: Iterable[str] = ()) -> list[str]:
    """The countries meant; all of the edition's, by name, if none is named. `decks`: what else could have been meant."""
    wanted = list(typed)
    if not wanted:
        return sorted(edition.countries, key=lambda c: edition.names[c])
    aliases = {s.code: s.aliases for s in edition.about.subjects}
    known = names.spellings(edition.names, aliases, edition.about.language)
    found: list[str] = []
    unknown: list[str] = []
    for word in wanted:
        code, near = names.find(word, known, edition.names)
        if code and code in edition.countries:
            found.append(code)
        elif code:  # a subject with `covered: no`
            unknown.append(f"{edition.names[code]} is not covered by this edition.")
        else:
            near = [*nearest(word.casefold(), decks), *near]
            hint = f" Did you mean {' or '.join(near)}?" if near else " `list` shows those that there are."
            unknown.append(f"no {'deck or ' if decks else ''}country “{word}” in this edition.{hint}")
    if unknown:
        raise NotUnderstood(" ".join(unknown))
    return list(dict.fromkeys(found))


def formats_of(kind: Kind, asked: str | None, wanted: Sequence[str]) -> tuple[str, ...]:
    """The kind's formats that were asked for; a word that no kind wanted has is not understood."""
    if not asked:
        return kind.formats
    words = [f.strip().lower() for f in asked.split(",") if f.strip()]
    known = list(dict.fromkeys(f for k in wanted for f in KINDS[k].formats))
    for word in words:
        if word not in known:
            hint = did_you_mean(word, known, f"There are {_and(known)}.")
            raise NotUnderstood(f"a {' or '.join(wanted)} has no format “{word}”. {hint}")
    return tuple(f for f in kind.formats if f in words)


def paths(edition: Edition, wanted: Iterable[Target], out: Path) -> Iterator[Path]:
    """The files that targets would become."""
    for target in wanted:
        kind = KINDS[target.kind]
        for format in target.formats:
            yield folder(out, target) / f"{kind.stem(edition, target.subject)}.{format}"
