"""Brings drafts and the files together, and saves: all or none, through `edition/write.py`.

In: drafts, each with the text that its writer started from; the files as they are now. Out: the new bytes, or why not. What
somebody else changed meanwhile is merged word by word; where both changed the same words it is a clash, which a person decides.
No save brings errors into the edition.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from briefs.desk import forms
from briefs.desk.access import Visitor
from briefs.desk.drafts import Draft
from briefs.desk.forms import FileForm, FormField
from briefs.desk.saves import SAVED, SaveDeed
from briefs.desk.workspace import EditionNow, Workspace
from briefs.edition import threeway, write
from briefs.edition.files import CONTROL
from briefs.edition.write import AnyChange, NotWritable
from briefs.problems import Place, Problem, error

MINE, THEIRS = "mine", "theirs"
MOST_KEYS = 200  # keys in one field; writing thousands into YAML takes minutes


@dataclass(frozen=True)
class FieldClash:
    """A text in which two people changed the same words. `before`: the text that the writer started from; `mine`: the writer's
    text; `theirs`: the text that the file has now.

    `hash`: the hash of `theirs`. A decision holds only as long as the file has that text."""

    before: str
    mine: str
    theirs: str

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.theirs.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class BroughtTexts:
    """The result of a merge, by the name of the field. `texts`: the new texts. `clashes`: what a person has to decide first.
    `given_up`: the names of fields in which nothing is to be written, because the file's text is the same or the writer chose
    it."""

    texts: Mapping[str, str]
    clashes: Mapping[str, FieldClash] = field(default_factory=dict)
    given_up: frozenset[str] = frozenset()


def bring(sheet: FileForm, drafts: Mapping[str, Draft], decisions: Mapping[str, str]) -> BroughtTexts:
    """Merge drafts with the texts that the file has now.

    `decisions`: by the name of the field, `mine:HASH` or `theirs:HASH`. HASH is that of the file's text when the person decided.
    """
    texts: dict[str, str] = {}
    clashes: dict[str, FieldClash] = {}
    given_up = set()
    for name, draft in drafts.items():
        own = sheet.all.get(name)
        there = own.text if own else ""
        clash = FieldClash(draft.base, draft.text, there)
        if own is None:
            clashes[name] = clash
        elif own.same(there, draft.base) or decisions.get(name) == f"{MINE}:{clash.hash}":
            texts[name] = draft.text
        elif own.same(there, draft.text) or decisions.get(name) == f"{THEIRS}:{clash.hash}":
            given_up.add(name)
        elif (merged := _merged(own, clash)) is not None:
            texts[name] = merged
        else:
            clashes[name] = clash
    return BroughtTexts(texts, clashes, frozenset(given_up))


def _merged(own: FormField, clash: FieldClash) -> str | None:
    """A text with both people's changes. None if they changed the same words, or if the field isn't one of the sort `text`."""
    if own.sort != "text":
        return None
    found = threeway.merge(clash.before, clash.mine, clash.theirs, lines=own.name == forms.BODY)
    return None if found.clashes else found.text


def written(
    now: EditionNow, sheet: FileForm, texts: Mapping[str, str], more: Sequence[AnyChange] = ()
) -> tuple[dict[str, bytes], dict[str, list[Problem]]]:
    """The bytes of the files with these texts, and what can't be written, by the name of its field; what is in no field is under an
    empty name."""
    changed: dict[str, bytes] = {}
    refused = {name: [problem] for name, problem in _refused(sheet, texts)}
    files = dict(now.files)
    fine = {name: text for name, text in texts.items() if name not in refused}
    fine = forms.without_new(fine) if forms.adds_fact(refused) else fine
    for change in (*sheet.changes(fine), *more):
        try:
            changed |= write.changed(files, [change])
        except NotWritable as fault:
            name = getattr(change, "name", "").partition("#")[2]
            name, line = (name, sheet.all[name].line) if name in sheet.all else ("", 0)
            problem = error(Place(write.path_of(change), "", line), str(fault), "Write it in the file itself.")
            refused.setdefault(name, []).append(problem)
        files |= changed
    return {**changed, **sheet.beside(changed)}, refused


def _refused(sheet: FileForm, texts: Mapping[str, str]) -> Iterator[tuple[str, Problem]]:
    """The names of fields whose new texts no file can hold, each with what is wrong."""
    for name, text in texts.items():
        field = sheet.all.get(name)
        if field is None or field.same(text, field.text):
            continue
        what = hint = ""
        if found := CONTROL.search(text):
            what, hint = f"it holds a character that isn’t shown, U+{ord(found[0]):04X}", "Delete it, or type the words anew."
        elif field.sort == "list" and len(forms.keys_in(text)) > MOST_KEYS:
            what, hint = f"it has over {MOST_KEYS} keys", "Leave some out."
        if what:
            place = replace(field.place, line=field.line) if field.place.path else Place(sheet.path, "", field.line)
            yield name, error(place, what, hint)


def save(
    workspace: Workspace, now: EditionNow, changed: Mapping[str, bytes], visitor: Visitor, deed: SaveDeed = SAVED,
    unprintable: Callable[[], list[Problem]] = list,
) -> list[Problem]:  # fmt: skip
    """Write files, unless that would bring errors into the edition; then the errors are returned, and nothing is written.
    `unprintable`: finds the errors that only show when a document is made.

    Raises Problems if a file was changed since `now`, or can't be written.
    """
    if not changed:
        return []
    reading = workspace.read({**now.files, **changed})
    known = {(problem.path, problem.message) for problem in now.problems}
    new = [problem for problem in reading.errors if (problem.path, problem.message) not in known] or unprintable()
    if not new:
        workspace.put(now.files, changed, visitor, deed)
    return new
