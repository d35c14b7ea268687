"""What changed in a file, field by field, in the words of its form.

In: the form of a file before and after. Out: the fields that differ, each with what it is called on the page, and both of its texts
in one; the facts that stand elsewhere. A step of a scale or a topic is named as people name it, not by its id.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from briefs.desk import refusals
from briefs.desk.editing import file_at
from briefs.desk.forms import BODY, NEW, FileForm, FormField
from briefs.desk.returned import ReturnedEdit, applied
from briefs.desk.words import Words
from briefs.desk.workspace import EditionNow
from briefs.roundtrip.differences import differing
from briefs.sequences import matcher


@dataclass(frozen=True)
class FieldChange:
    """A field whose text differs. `label`: what it is called; `words`: both texts in one, as `differing` returns them."""

    label: str
    words: tuple[tuple[str, str], ...]


def between(before: FileForm, after: FileForm, words: Words) -> list[FieldChange]:
    """The fields that differ, in the order of the form: those that are gone come last. The text after the front matter isn't among
    them."""
    old, new = _fields(before), _fields(after)
    found = []
    for name in [*new, *(name for name in old if name not in new)]:
        was, now = _said(old.get(name)), _said(new.get(name))
        if (new.get(name) or old[name]).same(was, now):
            continue
        sheet = after if name in new else before
        found.append(FieldChange(refusals.called(sheet, name, words)[1], tuple(differing(was, now))))
    return found


def _fields(sheet: FileForm) -> dict[str, FormField]:
    return {name: field for name, field in sheet.all.items() if name != BODY and not name.startswith(f"{NEW}/")}


def _said(field: FormField | None) -> str:
    """The text of a field as its form shows it."""
    return dict(field.choices).get(field.text, field.text) if field else ""


def moved(before: FileForm, after: FileForm) -> Iterator[str]:
    """The ids of facts that stand before or after other facts than they did."""
    old, new = ([fact.id for fact in sheet.facts if fact.id] for sheet in (before, after))
    common = {*old} & {*new}
    old, new = ([id for id in ids if id in common] for ids in (old, new))
    for tag, _, _, first, last in matcher(old, new).get_opcodes():
        if tag in ("insert", "replace"):
            yield from new[first:last]


def of_edit(now: EditionNow, files: Mapping[str, bytes], edit: ReturnedEdit, words: Words) -> list[FieldChange]:
    """The fields that one edit of a file changes; none if they aren't in a form. `files`: the content that it was made against."""
    opened = file_at(now, edit.path)
    if opened is None or edit.path not in files:
        return []
    after = {**files, edit.path: applied(files[edit.path], [edit])}
    return between(opened.form_of(files), opened.form_of(after), words)
