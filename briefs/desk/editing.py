"""The pages that write: the fields and facts of a country, the text of a section or a deck, beside the printed pages.

In: a request. Out: an answer. A form that is sent while somebody types becomes drafts on the disk, then the pages of the document
as the drafts would have it. Saving goes through `saving.py`. What is refused stays in the form, as it was typed.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

from starlette.responses import JSONResponse, RedirectResponse, Response

from briefs.desk import columns, completions, forms, refusals, saving, sourceforms, translationforms, typeddates, views
from briefs.desk.desk import Asked, Desk, NoSuchPage
from briefs.desk.drafts import Draft
from briefs.desk.forms import FileForm
from briefs.desk.refusals import RestingValue
from briefs.desk.saves import SAVED, SaveDeed
from briefs.desk.saving import BroughtTexts
from briefs.desk.sourceforms import SourceForm
from briefs.desk.translationforms import TranslationForm
from briefs.desk.typesetting import TypesetDocument
from briefs.desk.words import Words
from briefs.desk.workspace import EditionNow, NotKept
from briefs.edition import signoff, translated, translations
from briefs.edition.dates import Date
from briefs.edition.model import Column, Edition, place_of
from briefs.edition.signoff import SignatureState
from briefs.edition.write import AnyChange, Move, Remove
from briefs.press import manifest
from briefs.press.documents import Target
from briefs.problems import NotUnderstood, Problem

MOST_NAMED = 5  # fields that a page names after a save
MORE = "…"  # stands for further fields
TEXT, BASE, WAS, CLASH = "text:", "base:", "was:", "clash:"  # how the names of a form's fields begin


@dataclass(frozen=True)
class OpenFile:
    """A file or a column of the data that is being written: its form, its title, its own address, and the document that shows it.

    `form_of`: makes the form of this file or column from the bytes of all files. `part`: if the document is one of chapters, the
    path of the chapter's file, whose pages alone are shown; else empty. `unprinted`: the name of the words that say why there is no
    document.
    """

    now: EditionNow
    edition: Edition
    form_of: Callable[[Mapping[str, bytes]], FileForm]
    title: str
    address: str
    target: Target | None
    part: str = ""
    unprinted: str = "not_printed"

    @cached_property
    def sheet(self) -> FileForm:
        """The form as the files are now."""
        return self.form_of(self.now.files)

    @property
    def is_file(self) -> bool:
        """Whether one file holds all of it."""
        return self.sheet.path in self.now.files


Find = Callable[[EditionNow, Edition, str], OpenFile]


def _country(now: EditionNow, edition: Edition, code: str) -> OpenFile:
    if code not in edition.countries:
        raise NoSuchPage
    path = place_of(edition.countries[code].code).path
    if path not in now.files:
        raise NoSuchPage
    form_of = partial(_form_of_country, path, edition, now.steps, now.topics)
    return OpenFile(now, edition, form_of, now.names[code], f"/write/countries/{code}", now.targets.get(f"brief/{code}"))


def _form_of_country(
    path: str, edition: Edition, stances: Mapping[str, str], topics: Mapping[str, str], files: Mapping[str, bytes]
) -> FileForm:  # fmt: skip
    return forms.of_country(path, files[path], edition, stances, topics)


def _form_of_section(path: str, files: Mapping[str, bytes]) -> FileForm:
    return forms.of_section(path, files[path])


def _form_of_deck(path: str, files: Mapping[str, bytes]) -> FileForm:
    return forms.of_deck(path, files[path])


def _section(now: EditionNow, edition: Edition, id: str) -> OpenFile:
    found = next((one for one in edition.sections if one.head.id == id and one.path in now.files), None)
    if found is None:
        raise NoSuchPage
    form_of, target = partial(_form_of_section, found.path), now.targets.get("report/")
    return OpenFile(now, edition, form_of, str(found.head.title), f"/write/sections/{id}", target, found.path)


def _deck(now: EditionNow, edition: Edition, name: str) -> OpenFile:
    if name not in edition.decks or edition.decks[name].path not in now.files:
        raise NoSuchPage
    form_of = partial(_form_of_deck, edition.decks[name].path)
    target = next((one for one in now.targets.values() if one.subject == name), None)
    return OpenFile(now, edition, form_of, str(edition.decks[name].head.title), f"/write/decks/{name}", target)


def _column(now: EditionNow, edition: Edition, name: str) -> OpenFile:
    """The form of a column. `name`: the column's id, and after `@` a period; without `@` it is the latest period."""
    id, at, period = name.partition("@")
    if id not in edition.columns:
        raise NoSuchPage
    column = edition.columns[id]
    period = _period(period) if at else edition.data.latest(id)
    title = f"{column.label}, {period}" if period else str(column.label)
    form_of, target = partial(_form_of_column, edition, now.names, column, period), now.targets.get("glance/")
    return OpenFile(now, edition, form_of, title, f"/write/values/{id}@{period}", target)


def _form_of_column(
    edition: Edition, names: Mapping[str, str], column: Column, period: str, files: Mapping[str, bytes]
) -> FileForm:  # fmt: skip
    return columns.of(files, edition, names, column, period)


def _period(typed: str) -> str:
    """A typed period in the form that values have. Empty if nothing was typed. Raises NotUnderstood."""
    try:
        return Date.parse(typed.strip()).text if typed.strip() else ""
    except ValueError as fault:
        raise NotUnderstood(f"{fault}.") from None


def values(desk: Desk, asked: Asked) -> Response:
    """Go to the values of a column in the period that was typed."""
    column, period = asked.query.get("column", ""), _period(asked.query.get("period", ""))
    if column not in views.edition_of(desk.now()).columns:
        raise NoSuchPage
    return RedirectResponse(f"/write/values/{column}@{period}", HTTPStatus.SEE_OTHER)


def _source(now: EditionNow, edition: Edition, key: str) -> OpenFile:
    """The form of a source, beside the brief of the first country that cites it."""
    if sourceforms.of(edition, now.files, key) is None:
        raise NoSuchPage
    document = next((now.targets[one.document] for one in views.citing(now, key) if one.document in now.targets), None)
    form_of = partial(_form_of_source, edition, key)
    return OpenFile(now, edition, form_of, key, views.source_address(key), document, unprinted="not_cited")


def _form_of_source(edition: Edition, key: str, files: Mapping[str, bytes]) -> FileForm:
    found = sourceforms.of(edition, files, key)
    assert found
    return found


def source(desk: Desk, asked: Asked) -> Response:
    """Go to the form of the source whose key was typed. Raises NotUnderstood."""
    key, now = asked.query.get("key", "").strip().removeprefix("@"), desk.now()
    edition = views.edition_of(now)
    if not sourceforms.is_key(key):
        raise NotUnderstood(desk.words("source_key_wrong"))
    if sourceforms.of(edition, now.files, key) is None:
        raise NotUnderstood(desk.words("source_elsewhere"))
    return RedirectResponse(views.source_address(key), HTTPStatus.SEE_OTHER)


def _translation(now: EditionNow, edition: Edition, name: str) -> OpenFile:
    """The form of a file's texts in a language. `name`: the tag of the language, and after `@` the path of the file, with `@` for
    each slash. The page beside is that of the document that prints them."""
    tag, path = name.partition("@")[0], name.partition("@")[2].replace("@", "/")
    if path not in now.files or tag not in translated.languages(edition):
        raise NoSuchPage
    source = file_at(now, path)
    target = replace(source.target, language=tag) if source and source.target else None
    part = translations.file_of(source.part, tag) if source and source.part else ""
    form_of = partial(_form_of_translation, edition, tag, path)
    title = f"{views.titles(now).get(path, path)} ({tag})"
    opened = OpenFile(now, edition, form_of, title, views.translation_address(tag, path), target, part)
    if not opened.sheet.facts and not opened.sheet.is_broken:
        raise NoSuchPage
    return opened


def _form_of_translation(edition: Edition, tag: str, path: str, files: Mapping[str, bytes]) -> FileForm:
    return translationforms.of(edition, files, tag, path)


FIND: Mapping[str, Find] = {
    "countries": _country, "sections": _section, "decks": _deck, "values": _column, "sources": _source,
    "translations": _translation,
}  # fmt: skip


def file_at(now: EditionNow, path: str) -> OpenFile | None:
    """The file of the content at a path, if it is written in a form."""
    address = views.editors(now).get(path)
    if address is None:
        return None
    sort, name = unquote(address).removeprefix("/write/").split("/", 1)
    return FIND[sort](now, views.edition_of(now), name)


@dataclass(frozen=True)
class NamedPlace:
    """A place in the content as people call it, such as “Estonia, fact ee-03, Text”. `address`: where it is edited, or empty."""

    title: str
    address: str = ""


def place_named(words: Words, now: EditionNow, files: Mapping[str, bytes], path: str, line: int = 0) -> NamedPlace:
    """The name of a line of a file, or of the whole file. `files`: the content in which it has that number."""
    if key := sourceforms.key_at(files, path, line):
        return NamedPlace(words("source_named", key=key), views.source_address(key))
    opened = file_at(now, path)
    if opened is None or path not in files:
        return NamedPlace(f"{path}, {words('line', n=line)}" if line else path)
    if not line:
        return NamedPlace(opened.title, opened.address)
    sheet = opened.form_of(files)
    field = sheet.field_at(line)
    id, label = refusals.called(sheet, field, words)
    if field == forms.BODY:
        label = words("line", n=line - sheet.all[field].line + 1)
    return NamedPlace(", ".join(filter(None, (opened.title, label))), f"{opened.address}#{id}" if id else opened.address)


def opened_file(desk: Desk, asked: Asked) -> OpenFile:
    """The file that a path names. Raises NoSuchPage."""
    now = desk.now()
    if asked.path["sort"] not in FIND:
        raise NoSuchPage
    return FIND[asked.path["sort"]](now, views.edition_of(now), asked.path["name"])


def form(desk: Desk, asked: Asked) -> Response:
    """The form of a file, with its drafts."""
    opened = opened_file(desk, asked)
    drafts = desk.drafts.of(opened.sheet.path)
    return _page(desk, opened, drafts, said=_said(desk, asked, opened.sheet))


def _said(desk: Desk, asked: Asked, sheet: FileForm) -> str:
    """What was done, as the address of the page says it; empty if it says nothing that the desk knows."""
    said, fact = asked.query.get("said", ""), asked.query.get("fact", "")
    if said not in SAID or not re.fullmatch(r"[\w-]{0,60}", fact):
        return ""
    names = (name for name in asked.query.get("fields", "").split(",") if name in sheet.all or name == MORE)
    named = "; ".join(MORE if name == MORE else refusals.called(sheet, name, desk.words)[1] for name in names)
    return " ".join(filter(None, (desk.words(said, fact=fact), named)))


def _page(
    desk: Desk, opened: OpenFile, drafts: Mapping[str, Draft],
    brought: BroughtTexts | None = None, status: int = HTTPStatus.OK, said: str = "",
    refused: Mapping[str, Sequence[Problem]] | None = None, resting: Sequence[RestingValue] = (),
) -> Response:  # fmt: skip
    """The form. `refused`: what stopped its save, by field; `resting`: values to be changed first."""
    found = forms.by_field(opened.sheet, [problem for problem in opened.now.problems if opened.sheet.concerns(problem)])
    for name, own in (refused or {}).items():
        found[name] = [*own, *found.get(name, ())]
    brought = brought or saving.bring(opened.sheet, drafts, {})
    return desk.page(
        "form.html", status, title=opened.title, opened=opened, sheet=opened.sheet, drafts=drafts, found=found,
        clashes=brought.clashes, window=secrets.token_hex(8), said=said,
        refused=refusals.listed(opened.sheet, refused or {}, desk.words),
        undoable=desk.workspace.last_deed(desk.visitor, opened.address, opened.sheet.path),
        resting=resting,
        column=_shown_column(opened), source=_shown_source(opened), cited=_citing(opened),
        translation=opened.sheet if isinstance(opened.sheet, TranslationForm) else None,
        tags=views.translated_into(opened.edition, opened.sheet.path), built=dict.fromkeys(built(desk, opened.target), False),
        offered=typeddates.offered(opened.sheet, drafts, desk.words.tag), signed=_signed(opened),
    )  # fmt: skip


def _signed(opened: OpenFile) -> list[SignatureState]:
    """The signatures of what a form shows, also those that an edit has voided."""
    if not opened.now.is_sound or signoff.FILE not in opened.now.files:
        return []
    states = signoff.states(opened.edition, signoff.read(opened.now.files))
    return [one for one in states if one.piece == opened.sheet.path and one.signature and not one.withdrawal]


def built(desk: Desk, target: Target | None) -> list[str]:
    """The names of the finished files of a document."""
    found: Mapping[str, Any] = manifest.read(desk.folders.out).get("files", {})
    own = (target.kind, target.subject) if target else None
    return sorted(name for name, entry in found.items() if (entry.get("kind"), entry.get("subject")) == own)


def _shown_column(opened: OpenFile) -> tuple[Column, list[str]] | None:
    """The column of a form of values, with its other periods."""
    sheet = opened.sheet
    if not isinstance(sheet, columns.ColumnForm):
        return None
    return opened.edition.columns[sheet.column], columns.periods(opened.edition, sheet.column)


def _shown_source(opened: OpenFile) -> SourceForm | None:
    return opened.sheet if isinstance(opened.sheet, SourceForm) else None


def _citing(opened: OpenFile) -> Sequence[views.CitingText]:
    """The texts that cite the source of a form."""
    return views.citing(opened.now, opened.sheet.key) if isinstance(opened.sheet, SourceForm) else ()


DEEDS = ("saved", "added", "moved", "deleted")
SAID = {*DEEDS, *(f"undone_{deed}" for deed in DEEDS), "discarded", "nothing_to_undo"}  # what an address may ask a page to say


def _drafts_in(opened: OpenFile, asked: Asked, before: Mapping[str, Draft]) -> tuple[dict[str, Draft], dict[str, Draft]]:
    """Two mappings by the name of the field. The first: the drafts that the sent form makes. The second: drafts that were written
    in another window and that this form would overwrite, though its window never showed them. `before`: the drafts so far."""
    made: dict[str, Draft] = {}
    strange: dict[str, Draft] = {}
    window = asked.form.get("window", "")[:32]
    for key, text in asked.form.items():
        name = key.removeprefix(TEXT)
        base = asked.form.get(f"{BASE}{name}", "")
        own, known = opened.sheet.all.get(name), before.get(name)
        if not key.startswith(TEXT) or own is None:
            continue
        was = asked.form.get(f"{WAS}{name}", base)
        if known and known.window != window and not any(own.same(known.text, one) for one in (text, was)):
            strange[name] = known
        if not own.same(text, base):
            made[name] = Draft(base, text, window)
    return made, strange


def _decisions(asked: Asked) -> dict[str, str]:
    return {key.removeprefix(CLASH): value for key, value in asked.form.items() if key.startswith(CLASH)}


def _kept(desk: Desk, opened: OpenFile, asked: Asked) -> tuple[dict[str, Draft], BroughtTexts]:
    """Write the drafts of a sent form to the disk, and merge them with the files. Returns the drafts and the merged texts.

    A draft of another window isn't overwritten until the person in this window has decided. Raises OSError.
    """
    before, decisions = desk.drafts.of(opened.sheet.path), _decisions(asked)
    made, strange = _drafts_in(opened, asked, before)
    other = {name: saving.FieldClash(made[name].base, made[name].text, one.text) for name, one in strange.items() if name in made}
    other = {name: clash for name, clash in other.items() if decisions.get(name) != f"{saving.MINE}:{clash.hash}"}
    safe = {name: draft for name, draft in made.items() if name not in other}
    gone = {name for name in before if name in _sent(asked) and name not in made and name not in strange}
    number = asked.form.get("number", "")
    counted = int(number) if re.fullmatch("[0-9]{1,9}", number) else 0
    desk.drafts.keep(opened.sheet.path, safe, gone, asked.form.get("window", "")[:32], counted)
    brought = saving.bring(opened.sheet, made, decisions)
    return made, replace(brought, clashes={**brought.clashes, **other})


def _sent(asked: Asked) -> set[str]:
    return {key.removeprefix(TEXT) for key in asked.form if key.startswith(TEXT)}


def draft(desk: Desk, asked: Asked) -> Response:
    """Keep what was typed, and show the pages as they would be. While something is wrong, the last good pages stay. With `only` in
    the form it is kept and no more: pages may take long, and the next key gives up waiting for them."""
    opened = opened_file(desk, asked)
    drafts, brought = _kept(desk, opened, asked)
    if asked.form.get("only"):
        return desk.page("kept.html", drafts=drafts)
    changed, refused = saving.written(opened.now, opened.sheet, _shown(brought.texts))
    made = TypesetDocument() if brought.clashes else _typeset(desk, opened, asked, changed)
    if made.pdf or made.problems:
        desk.tried.put((_digest(opened, changed), made), f"{desk.visitor.id} {opened.address}")
    last_good = _last_good(desk, opened, asked, made) if made.pdf or made.problems or brought.clashes else made
    found = refusals.by_field(opened.sheet, _sheet_after(opened, changed), made.problems, refused)
    none: dict[str, Any] = {"key": "", "target": None, "pages": [], "document": made}
    shown = views.shown(desk, opened.target, last_good) if opened.target else none
    return desk.page(
        "drafted.html", opened=opened, sheet=opened.sheet, found=found, clashes=brought.clashes, drafts=drafts, zoom=2.0,
        is_good=bool(made.pdf), was_blank="blank" in asked.form, offered=typeddates.offered(opened.sheet, drafts, desk.words.tag),
        **shown,
    )  # fmt: skip


def _digest(opened: OpenFile, changed: Mapping[str, bytes]) -> str:
    """The hash of the edition with these changes."""
    return hashlib.sha256(repr((opened.now.version, sorted(changed.items()))).encode()).hexdigest()


def _tried(desk: Desk, opened: OpenFile, changed: Mapping[str, bytes]) -> TypesetDocument:
    """What came of the document with these changes when it was typeset as a draft. Nothing if that was never tried."""
    digest, made = desk.tried.all().get(f"{desk.visitor.id} {opened.address}", ("", TypesetDocument()))
    return made if digest == _digest(opened, changed) else TypesetDocument()


def _unprintable(desk: Desk, opened: OpenFile, changed: Mapping[str, bytes]) -> list[Problem]:
    """The errors of a file with which its document can't be made, unless it had them before. What no page of a browser has shown
    yet, as without scripts, isn't typeset for that."""
    if not opened.target or f"{desk.visitor.id} {opened.address}" not in desk.tried.all():
        return []
    after, now = _sheet_after(opened, changed), opened.now
    made = _tried(desk, opened, changed)
    if not made.pdf and not made.problems:
        made = desk.typesetting.typeset(now.version, now.files, changed, opened.target, opened.part)
    found = [problem for problem in made.problems if problem.severity == "error" and after.concerns(problem)]
    before = desk.typesetting.typeset(now.version, now.files, {}, opened.target, opened.part).problems if found else ()
    known = {problem.message for problem in before}
    return [problem for problem in found if problem.message not in known]


def _last_good(desk: Desk, opened: OpenFile, asked: Asked, made: TypesetDocument) -> TypesetDocument:
    """The pages to show: these ones; if there are none and the form has no pages yet, the last ones that its writer saw, else those
    of the files."""
    key = f"{desk.visitor.id} {opened.address}"
    if made.pdf:
        desk.good.put(made, key)
    elif asked.form.get("blank"):
        return desk.good.all().get(key) or _typeset(desk, opened, asked, {})
    return made


def _shown(texts: Mapping[str, str]) -> Mapping[str, str]:
    """The texts that the page shows: a new fact is among them as soon as it has a text and a source."""
    is_begun = all(texts.get(f"{forms.NEW}/{key}", "").strip() for key in ("text", "sources"))
    return texts if is_begun else forms.without_new(texts)


def _typeset(desk: Desk, opened: OpenFile, asked: Asked, changed: Mapping[str, bytes]) -> TypesetDocument:
    """The document that shows a file, with these changes. Nothing if no document shows it."""
    if not opened.target:
        return TypesetDocument()
    now, window = opened.now, asked.form.get("window", "")[:32]
    return desk.typesetting.typeset(now.version, now.files, changed, opened.target, opened.part, window)


def _sheet_after(opened: OpenFile, changed: Mapping[str, bytes]) -> FileForm:
    """The form as it would be after the change; problems name lines in that state."""
    return opened.form_of({**opened.now.files, **changed}) if changed else opened.sheet


def completed(desk: Desk, asked: Asked) -> Response:
    """The lists from which the editor completes what somebody types, as JSON."""
    return JSONResponse(completions.of(views.edition_of(desk.now())))


def checked(desk: Desk, asked: Asked) -> Response:
    """All problems that the edition would have with the drafts of a file, each under its field."""
    opened = opened_file(desk, asked)
    drafts = desk.drafts.of(opened.sheet.path)
    brought = saving.bring(opened.sheet, drafts, {})
    changed, refused = saving.written(opened.now, opened.sheet, _shown(brought.texts))
    all_problems = desk.workspace.read({**opened.now.files, **changed}).problems if changed else opened.now.problems
    edited = _sheet_after(opened, changed)
    told = dict.fromkeys((*all_problems, *_tried(desk, opened, changed).problems))
    own = [problem for problem in told if edited.concerns(problem)]
    found = refusals.by_field(opened.sheet, edited, own, refused)
    offered = typeddates.offered(opened.sheet, drafts, desk.words.tag)
    return desk.page("checked.html", sheet=opened.sheet, found=found, offered=offered)


@dataclass(frozen=True)
class AuditedClaim:
    """A claim of a file as `audit` has it: the field that it is in, its line, its sources, and what is thin about it."""

    field: str
    line: int
    sources: Sequence[Mapping[str, Any]]
    findings: Sequence[Mapping[str, Any]]


def audited(desk: Desk, asked: Asked) -> Response:
    """What each claim of a saved text rests on, as the command `audit` says it."""
    sheet = opened_file(desk, asked).sheet
    told = desk.commands.answer(["audit", "--content", str(desk.folders.content)])
    own = [one for one in told["rests_on"] if one["file"] == sheet.path]
    claims = [
        AuditedClaim(
            sheet.field_at(one["line"]), one["line"], one["sources"],
            [finding for finding in told["findings"] if (finding["claim"], finding["line"]) == (one["claim"], one["line"])],
        )
        for one in own
    ]  # fmt: skip
    return desk.page("audit.html", claims=claims)


def save(desk: Desk, asked: Asked) -> Response:
    """Save all drafts of a form, or none of them."""
    return _save(desk, asked, opened_file(desk, asked))


def _save(desk: Desk, asked: Asked, opened: OpenFile, more: Sequence[AnyChange] = (), deed: SaveDeed = SAVED) -> Response:
    """Save the drafts of a form, and `more`; or show the form again with what stands in the way. A new fact is added, unless
    another one is moved or deleted: then it stays a draft, so that undoing this doesn't take the new one along."""
    drafts, brought = _kept(desk, opened, asked)
    if brought.clashes:
        return _page(desk, opened, drafts, brought, HTTPStatus.CONFLICT)
    texts, saved = _to_save(brought.texts, drafts, deed)
    changed, refused = saving.written(opened.now, opened.sheet, texts, more)
    after = _sheet_after(opened, changed)
    if forms.adds_fact(texts) and not refused and after.facts:
        deed = SaveDeed("added", after.facts[-1].id)
    deed = replace(deed, fields=tuple(texts) if deed.name == "saved" else ())
    deed = replace(deed, address=opened.address, title=opened.title)
    is_only_moved = more and not texts  # no text is new, so what is printed is what was
    unprintable: Callable[[], list[Problem]] = list if is_only_moved else partial(_unprintable, desk, opened, changed)
    try:
        problems = [] if refused else saving.save(desk.workspace, opened.now, changed, desk.visitor, deed, unprintable)
    except NotKept:  # it is saved
        _drop_drafts(desk, opened, brought, saved)
        raise
    if refused or problems:
        found = refusals.by_field(opened.sheet, after, problems, refused)
        return _refusal(desk, opened, drafts, brought, found, changed)
    _drop_drafts(desk, opened, brought, saved)
    return RedirectResponse(f"{opened.address}?said={deed.name}{_about(deed)}", HTTPStatus.SEE_OTHER)


def _drop_drafts(desk: Desk, opened: OpenFile, brought: BroughtTexts, saved: Mapping[str, Draft]) -> None:
    """Take away the drafts of what was saved or given up."""
    desk.drafts.keep(opened.sheet.path, {}, brought.given_up)
    desk.drafts.drop_saved(opened.sheet.path, saved)


def _to_save(
    texts: Mapping[str, str], drafts: Mapping[str, Draft], deed: SaveDeed
) -> tuple[Mapping[str, str], Mapping[str, Draft]]:  # fmt: skip
    """The texts that are saved by a deed, and their drafts."""
    if deed.name == "added":
        return {f"{forms.NEW}/text": "", **texts}, drafts  # an empty fact is refused in words
    if deed.fact or not forms.adds_fact(texts):
        return forms.without_new(texts), {name: draft for name, draft in drafts.items() if not name.startswith(f"{forms.NEW}/")}
    return texts, drafts


def _about(deed: SaveDeed) -> str:
    """The fact or the fields that a save was about, for the address of a page."""
    named = (*deed.fields[:MOST_NAMED], MORE) if len(deed.fields) > MOST_NAMED else deed.fields
    fields = f"&fields={quote(','.join(named))}" if named else ""
    return f"&fact={deed.fact}" if deed.fact else fields


def _refusal(
    desk: Desk, opened: OpenFile, drafts: Mapping[str, Draft], brought: BroughtTexts, refused: Mapping[str, Sequence[Problem]],
    changed: Mapping[str, bytes], resting: Sequence[RestingValue] = (),
) -> Response:  # fmt: skip
    """The form as it was sent, with what stopped its save."""
    sheet = _numbered(opened, changed)
    numbered = replace(opened, form_of=lambda files: sheet)
    return _page(desk, numbered, drafts, brought, HTTPStatus.UNPROCESSABLE_ENTITY, refused=refused, resting=resting)


def _numbered(opened: OpenFile, changed: Mapping[str, bytes]) -> FileForm:
    """Today's form, in which the fields have their line numbers after the change."""
    after = _sheet_after(opened, changed).all

    def moved(fields: Sequence[forms.FormField]) -> tuple[forms.FormField, ...]:
        found = [(field, after.get(field.name, replace(field, line=0))) for field in fields]
        return tuple(replace(field, line=now.line, place=now.place) for field, now in found)

    facts = tuple(replace(fact, fields=moved(fact.fields)) for fact in opened.sheet.facts)
    return replace(opened.sheet, fields=moved(opened.sheet.fields), facts=facts)


def facts(desk: Desk, asked: Asked) -> Response:
    """Save the form, and add, move or delete a fact. `do`: `add`, `up:ID`, `down:ID` or `delete:ID`."""
    verb, _, id = asked.form.get("do", "").partition(":")
    opened = opened_file(desk, asked)
    if verb == "add" and opened.sheet.new:
        return _save(desk, asked, opened, deed=SaveDeed("added"))
    changes = _fact_changes(opened, verb, id)
    if verb == "delete" and (stopped := refusals.of_deletion(opened.edition, asked.path["name"], id, desk.words)):
        drafts, brought = _kept(desk, opened, asked)
        resting = refusals.resting(opened.edition, asked.path["name"], id)
        return _refusal(desk, opened, drafts, brought, {id: stopped}, {}, resting)
    return _save(desk, asked, opened, changes, SaveDeed("deleted" if verb == "delete" else "moved", id))


def _fact_changes(opened: OpenFile, verb: str, id: str) -> Sequence[AnyChange]:
    ids = [fact.id for fact in opened.sheet.facts]
    path = opened.sheet.path
    if id not in ids or not id:
        raise NoSuchPage
    at = ids.index(id)
    if verb == "delete":
        return [Remove(f"{path}#{id}")]
    if verb == "up" and at:
        return [Move(f"{path}#{id}", ids[at - 2] if at > 1 else "")]
    if verb == "down" and at + 1 < len(ids):
        return [Move(f"{path}#{id}", ids[at + 1])]
    return []


def discard(desk: Desk, asked: Asked) -> Response:
    """Give up the drafts of a file."""
    opened = opened_file(desk, asked)
    desk.drafts.keep(opened.sheet.path, {}, {*desk.drafts.of(opened.sheet.path)})
    return RedirectResponse(f"{opened.address}?said=discarded", HTTPStatus.SEE_OTHER)


def undo(desk: Desk, asked: Asked) -> Response:
    """Put back what the last save changed that concerned the page `at`, and show that page. Without a page, it is the last save
    anywhere, and its own page is shown."""
    opened = _page_at(desk, asked.form.get("at", ""))
    page = (opened.address, opened.sheet.path) if opened else ("", "")
    deed = desk.workspace.last_deed(desk.visitor, *page) or SAVED
    paths = desk.workspace.undo(desk.visitor, *page)
    links = views.editors(desk.now())
    address = opened.address if opened else next((links[path] for path in paths if path in links), "/")
    said = f"undone_{deed.name}" if paths else "nothing_to_undo"
    return RedirectResponse(f"{address}?said={said}{_about(deed)}", HTTPStatus.SEE_OTHER)


def _page_at(desk: Desk, address: str) -> OpenFile | None:
    """The file or column that is edited at an address of the desk; None if there is none."""
    match = re.fullmatch(r"/write/(\w+)/([^/]+)", address)
    if not match or match[1] not in FIND:
        return None
    now = desk.now()
    return FIND[match[1]](now, views.edition_of(now), match[2])
