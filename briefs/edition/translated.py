"""Says what is wrong with the translations of an edition.

In: the source edition, the edition in another language (`Translated`). Out: problems: texts whose translation is out of date or
missing, translations that say something else than their source, and texts with which no document can be made. Also the edition's
languages.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from briefs.edition import fidelity, labels, names, translations
from briefs.edition.model import Edition, Text, TranslatedText, place_of
from briefs.edition.translations import ORIGINALS, TextState, Translated
from briefs.problems import TRANSLATIONS, Place, Problem, did_you_mean, error, nearest, said, warning

MOST = 60  # letters that a message shows of the old and of the new words
FEW = 6  # names that one message lists
MOST_STALE = 200  # texts in one language that are out of date and are named one by one
WORDS = 1_000  # words of a text that are compared with its older state
_HASH = re.compile(r"[0-9a-f]{16}")  # the id of a passage
_FILE = re.compile(rf"{TRANSLATIONS}/([^/]+)/(.+)\.yaml")

Report = Callable[[Edition], list[Problem]]  # finds the problems that only a whole edition can show


def languages(edition: Edition) -> list[str]:
    """The tags of the languages that an edition is translated into."""
    return list(edition.about.languages[1:])


def file_language(path: str) -> str:
    """The tag of the language in the path of a file of translations. Empty for any other file."""
    match = _FILE.fullmatch(path)
    return match[1] if match and path != ORIGINALS else ""


def strangers(edition: Edition, paths: Sequence[str]) -> Iterator[Problem]:
    """A warning for files of each language that the edition doesn't list, and an error for each listed language that nobody
    knows."""
    listed = languages(edition)
    for tag in sorted({file_language(path) for path in paths} - {"", *listed}):
        first = min(path for path in paths if file_language(path) == tag)
        hint = did_you_mean(tag, listed, f"Write `languages: [{edition.about.language}, {tag}]` in edition.yaml.")
        yield warning(Place(first), f"edition.yaml doesn’t list the language “{tag}”, so nothing is printed in it", hint)
    for tag in listed:
        if not names.knows_language(tag):
            yield error(place_of(tag), f"no names of months and countries are known in the language “{tag}”", "Write a BCP 47 tag.")


def check(
    edition: Edition, found: Translated, originals: Mapping[str, Text], further: Report, *, is_final: bool
) -> Iterator[Problem]:
    """What is wrong with the translation into one language. `further`: finds problems with which no document
    can be made. `is_final`: a missing or outdated translation is an error, not a warning."""
    tag = found.edition.translation
    report = error if is_final else warning
    stale = [state for state in found.states if state.state == "stale"]
    yield from (_stale(state, originals, report) for state in stale[:MOST_STALE])
    if more := stale[MOST_STALE:]:
        yield report(
            _of_language(edition, tag),
            said("{n:,} more texts in “{tag}” are out of date", n=len(more), tag=tag),
            f"`translate status {tag}`.",
        )
    for state in found.states:
        if state.entry and state.state == "translated":
            entry, pair = state.entry, (edition.about.language, tag)
            for offset, what, hint in fidelity.differences(state.source, entry.text, pair, entry.confirmed):
                yield error(entry.text.place_at(offset), what, hint)
    yield from _missing(edition, found.states, tag, report)
    yield from _orphans(found)
    own = f"{TRANSLATIONS}/{tag}/"
    yield from (problem for problem in further(found.edition) if problem.path.startswith(own))
    yield from _unknown_labels(edition, found.edition)
    if unworded := labels.missing(tag, frozenset(found.edition.labels)):
        what = f"the program has no words in “{tag}” for {', '.join(unworded[:FEW])}{' …' * (len(unworded) > FEW)}"
        yield warning(_of_language(edition, tag), what, f"They are printed in English. Write them in labels/{tag}.yaml.")


def _unknown_labels(edition: Edition, other: Edition) -> Iterator[Problem]:
    """A warning for each label in the file of a translation's language that neither the program nor the source has."""
    known = dict.fromkeys(map(labels.base, (*labels.of_language(labels.DEFAULT), *edition.labels)))
    for name, text in other.labels.items():
        if labels.base(name) not in known:
            yield warning(text.place, f"no label “{name}” is ever printed", did_you_mean(name, known, "Delete it."))


def _stale(state: TextState, originals: Mapping[str, Text], report: Callable[[Place, str, str], Problem]) -> Problem:
    assert state.entry
    source, before = state.source, originals.get(state.entry.of)
    changed = said("the source of this text has changed")
    if before:
        changed = said("the source of this text has changed: {how}", how=change(before.markdown, source.markdown))
    place = f"{source.place.path}:{source.place.line}"
    hint = said("Look at {place}, correct this text, and write `of: {hash}`.", place=place, hash=source.hash)
    return report(place_of(state.entry.of), changed, hint)


def change(before: str, after: str) -> str:
    """A description of what has changed between two states of a text."""
    old, new = before.split()[:WORDS], after.split()[:WORDS]
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    steps = [step for step in matcher.get_opcodes() if step[0] != "equal"]
    said = [_said(old[a:b], new[c:d]) for _, a, b, c, d in steps[:3]]
    return "; ".join(said) + (f"; and {len(steps) - 3} more changes" if len(steps) > 3 else "")


def _said(old: Sequence[str], new: Sequence[str]) -> str:
    one, two = (_short(" ".join(words)) for words in (old, new))
    return f"“{one}” is now “{two}”" if old and new else f"“{one}” is gone" if old else f"“{two}” is new"


def _short(words: str) -> str:
    return words if len(words) <= MOST else f"{words[:MOST]}…"


def _missing(
    edition: Edition, states: Sequence[TextState], tag: str, report: Callable[[Place, str, str], Problem]
) -> Iterator[Problem]:
    """Problems about missing translations: one for each file that is partly translated, or one for all of them if they are many;
    and one for all files that aren't translated at all."""
    texts: dict[str, list[TextState]] = {}
    with_entries = {state.path for state in states if state.entry}
    for state in states:
        if state.state == "missing" and not state.may_lack:
            texts.setdefault(state.path, []).append(state)
    begun = sorted(texts.keys() & with_entries)
    if len(begun) > FEW:
        files = f"{', '.join(begun[:FEW])} …"
        what = said("{n} files are translated into “{tag}” in part: {files}", n=len(begun), tag=tag, files=files)
        yield report(_of_language(edition, tag), what, said("`translate status {tag}` lists them.", tag=tag))
    for path in begun if len(begun) <= FEW else ():
        own = texts[path]
        listed = ", ".join(f"line {one.source.place.line}" if _HASH.fullmatch(one.id) else one.id for one in own[:FEW])
        left = {"path": path, "texts": listed + " …" * (len(own) > FEW)}
        what = said("1 of the texts of {path} isn’t translated: {texts}", **left)
        if len(own) > 1:
            what = said("{n} of the texts of {path} aren’t translated: {texts}", n=len(own), **left)
        hint = said("`translate export {tag}` gives them to a translator.", tag=tag)
        yield report(Place(translations.file_of(path, tag), line=1), what, hint)
    if whole := sorted(texts.keys() - with_entries):
        files = f"{', '.join(whole[:FEW])}{' …' * (len(whole) > FEW)}"
        what = said("{n} files aren’t translated into “{tag}”: {files}", n=len(whole), tag=tag, files=files)
        yield report(_of_language(edition, tag), what, said("`translate status {tag}` lists them.", tag=tag))


def _of_language(edition: Edition, tag: str) -> Place:
    """The place where edition.yaml lists a language."""
    return next((place_of(own) for own in edition.about.languages if own == tag), Place("edition.yaml"))


def _orphans(found: Translated) -> Iterator[Problem]:
    """A problem for each entry that translates no text of the source."""
    known = {(state.path, state.id) for state in found.states}
    for entry in found.orphans[:MOST_STALE]:
        place = place_of(entry.id)
        if (place.source, entry.id) in known:
            yield error(place, f"the text “{entry.id}” stands twice", "Keep one of the two entries.")
        else:
            hint = _near(entry, {id for path, id in known if path == place.source})
            yield warning(place, said("the source has no text “{id}” any more", id=entry.id), hint)


def _near(entry: TranslatedText, known: Collection[str]) -> str:
    near = nearest(entry.id, known, cutoff=0.85)
    return said("Did you mean “{word}”?", word=near[0]) if near else "Delete this entry."
