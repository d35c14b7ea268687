"""What changed in a file, field by field, in the words of its form.

In: the form of a file before and after. Out: the fields that differ, each with what it is called on the page, and both of its texts
in one; the facts that stand elsewhere. A step of a scale or a topic is named as people name it, not by its id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from briefs.desk import refusals
from briefs.desk.editing import OpenFile, file_at
from briefs.desk.forms import BODY, NEW, NONE_RECORDED, FileForm, FormField
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
    them. None if one of the two can't be read: its fields aren't deleted."""
    if before.is_broken or after.is_broken:
        return []
    old, new = _fields(before), _fields(after)
    found = []
    for name in [*new, *(name for name in old if name not in new)]:
        was, now = (field.text if field else "" for field in (old.get(name), new.get(name)))
        if (new.get(name) or old[name]).same(was, now):
            continue
        sheet, said = after if name in new else before, (_said(old.get(name), words), _said(new.get(name), words))
        shown = said if said[0] != said[1] else (was, now)  # two choices may have one name
        found.append(FieldChange(refusals.called(sheet, name, words)[1], tuple(differing(*shown))))
    return found


def _fields(sheet: FileForm) -> dict[str, FormField]:
    return {name: field for name, field in sheet.all.items() if name != BODY and not name.startswith(f"{NEW}/")}


def _said(field: FormField | None, words: Words) -> str:
    """The text of a field as its form shows it."""
    if field is None:
        return ""
    if field.choices and field.text == NONE_RECORDED:
        return words("no_value")
    return dict(field.choices).get(field.text, field.text)


def moved(before: FileForm, after: FileForm) -> Iterator[str]:
    """The ids of facts that stand before or after other facts than they did; none if one of the two can't be read."""
    if before.is_broken or after.is_broken:
        return
    old, new = ([fact.id for fact in sheet.facts if fact.id] for sheet in (before, after))
    common = {*old} & {*new}
    old, new = ([id for id in ids if id in common] for ids in (old, new))
    for tag, _, _, first, last in matcher(old, new).get_opcodes():
        if tag in ("insert", "replace"):
            yield from new[first:last]


def of_edits(now: EditionNow, files: Mapping[str, bytes], words: Words) -> Callable[[ReturnedEdit], list[FieldChange]]:
    """A function that returns the fields that one edit of a file changes; none if they aren't in a form. `files`: the content that
    the edits were made against, whose forms it keeps."""

    @cache
    def before(path: str) -> tuple[OpenFile, FileForm] | None:
        opened = file_at(now, path)
        return (opened, opened.form_of(files)) if opened and path in files else None

    def of_edit(edit: ReturnedEdit) -> list[FieldChange]:
        found = before(edit.path)
        if found is None:
            return []
        opened, sheet = found
        after = {**files, edit.path: applied(files[edit.path], [edit])}
        return between(sheet, opened.form_of(after), words)

    return of_edit
