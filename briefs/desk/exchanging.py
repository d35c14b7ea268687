"""The pages that bring edits back, build, hand out and sign.

In: a request. Out: an answer. Each page calls what the command of the same name calls, or runs the command.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from briefs import plainfile
from briefs.compose.kinds import KINDS
from briefs.delivery import mail
from briefs.desk import editing, fieldchanges, freshness, returned, saving, views
from briefs.desk.commands import CommandRun
from briefs.desk.desk import Asked, Desk, NoSuchPage
from briefs.desk.returned import ReturnedFiles
from briefs.desk.saves import SaveDeed
from briefs.desk.workspace import EditionNow, NotKept
from briefs.edition import names, restrictions, signoff, write
from briefs.edition.files import UNSHOWN
from briefs.edition.model import place_of
from briefs.edition.signoff import SignatureState
from briefs.edition.write import AddItem, NotWritable
from briefs.ledger import signing
from briefs.press import manifest, plan
from briefs.problems import NotUnderstood, Problems, ToolError
from briefs.redline import revisions
from briefs.tools import git
from briefs.workbook import files as workbooks
from briefs.workbook import rows

MOST_BYTES = 200_000_000  # bytes of a finished file
MOST_DOCUMENTS = 5  # documents whose pages are shown with edits
MOST_REVISIONS = 50  # revisions of the content that are suggested
MOST_SHOWN = 40  # lines that a page shows of a command at work
RUNS = {"brief": "build", "all": "build", "redline": "redlines", "send": "send"}  # the names of commands in `languages/`
MAKE_FILES = ("brief", "all", "redline")  # commands
TO_CHECK = "; see `check`"  # ends a line that counts what `check`, or the page of problems, lists
_AT_LINE = re.compile(r"([\w./-]+\.(?:yaml|yml|md)):(\d{1,6})(?::\d+)?")  # where a message says that something is wrong
REVISION = re.compile(r"(?!.*\.\.)\w[\w.@^~/-]{0,200}")  # the name of a revision of git
NAME = re.compile(r"[\w ,.@-]{1,200}")  # lists and addresses, as people type them


def _back(address: str) -> Response:
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


# Word files and workbooks that come back.


def incoming(desk: Desk, asked: Asked) -> Response:
    """The page on which files are dropped, with the files that wait for a decision."""
    done = desk.decided.all().get(asked.query.get("done", ""))
    return desk.page(
        "incoming.html", title=desk.words("incoming"), waiting=desk.returned.all(), suffixes=",".join(returned.SUFFIXES),
        **_decided(desk, done),
    )  # fmt: skip


def receive(desk: Desk, asked: Asked) -> Response:
    """Find the edits of the files that were dropped."""
    files = asked.files.get("file", ())
    if not files:
        raise NotUnderstood(desk.words("no_file"))
    found = returned.read(files, desk.now(), desk.folders, desk.commands)
    return _back(f"/incoming/{desk.returned.put(found)}")


def edits(desk: Desk, asked: Asked) -> Response:
    """The edits of returned files, each to take or to leave."""
    key = asked.path["key"]
    found = desk.returned.get(key)
    return _edits_page(desk, found, key)


def _edits_page(desk: Desk, found: ReturnedFiles, key: str, status: int = HTTPStatus.OK, **more: Any) -> Response:
    shown = {"problems": (), "asks": False, **_decided(desk, found), **more}
    return desk.page("edits.html", status, title=", ".join(found.names), found=found, key=key, **shown)


def _decided(desk: Desk, found: ReturnedFiles | None) -> dict[str, Any]:
    """What pages say of returned files: which edits were written and which left, and how edits and places are named."""
    if found is None:
        return {"said": "", "decided": {}}
    return {
        "said": _said(desk, found),
        "decided": {"edits_written": found.written, "edits_left": found.passed},
        "named": partial(editing.place_named, desk.words, desk.now(), found.before),
        "fields": fieldchanges.of_edits(desk.now(), found.before, desk.words),
    }


def _said(desk: Desk, found: ReturnedFiles) -> str:
    """What was done with returned files: how many edits were written; or that they were put away, with how much unticked."""
    if found.is_put_away:
        names, number = ", ".join(found.names), len(found.unticked)
        return desk.words.of_number("put_away_open", number, names=names) if number else desk.words("put_away_done", names=names)
    return desk.words("written_left", n=len(found.written), left=len(found.passed)) if found.written + found.passed else ""


def edit_pages(desk: Desk, asked: Asked) -> Response:
    """The pages that the chosen edits change, as they would be, each edit marked."""
    found, now = desk.returned.get(asked.path["key"]), desk.now()
    chosen = _chosen(found, asked.query)
    changed = _taken(desk, found, chosen, now)
    opened = [one for path in changed if (one := editing.file_at(now, path)) and one.target]
    documents = []
    for one in opened[:MOST_DOCUMENTS]:
        assert one.target
        made = desk.typesetting.typeset(now.version, now.files, changed, one.target, one.part)
        shown = views.shown(desk, one.target, made)
        pages = views.marked(shown["pages"], one.sheet.path, found.lines(one.sheet.path, chosen))
        documents.append({**shown, "title": one.title, "pages": pages, "problems": made.problems})
    return desk.page("edit_pages.html", documents=documents, more=len(opened) - len(documents), zoom=views.USUAL)


def _chosen(found: ReturnedFiles, sent: Mapping[str, str]) -> set[int]:
    return {number for number in range(len(found.edits)) if sent.get(f"take:{number}")}


def _taken(desk: Desk, found: ReturnedFiles, chosen: set[int], now: EditionNow) -> Mapping[str, bytes]:
    """The files that the chosen edits change. Raises NotUnderstood if they aren't as they were."""
    changed = found.taken(chosen)
    if any(now.files.get(path) != found.before.get(path) for path in changed):
        raise NotUnderstood(desk.words("changed_meanwhile"))
    return changed


def take(desk: Desk, asked: Asked) -> Response:
    """Write the edits that were chosen into the content, all or none. What is left to a person stays until it is put away."""
    key = asked.path["key"]
    found = replace(desk.returned.get(key), seen=frozenset(name for name in asked.form if name.startswith("seen:")))
    if found.unticked and not found.edits and not asked.form.get("anyway"):
        desk.returned.put(found, key)
        return _edits_page(desk, found, key, asks=True)
    chosen = _chosen(found, asked.form)
    now = desk.now()
    changed = _taken(desk, found, chosen, now)
    try:
        problems = saving.save(desk.workspace, now, changed, desk.visitor, _deed(found, now))
    except NotKept:  # it is saved
        _decide(desk, found, key, chosen, now)
        raise
    if problems:
        return _edits_page(desk, found, key, HTTPStatus.UNPROCESSABLE_ENTITY, problems=problems)
    return _back(_decide(desk, found, key, chosen, now))


def _decide(desk: Desk, found: ReturnedFiles, key: str, chosen: Collection[int], now: EditionNow) -> str:
    """Note which edits were written and which left. `now`: the edition before it. Returns the address of the page that says so."""
    is_changed = bool(found.taken(chosen))
    if found.is_back and found.edits:
        desk.returned.drop(key)
        return f"{views.editors(now)[found.edits[0].path]}{'?said=saved' if is_changed else ''}"
    decided = found.decided(chosen, is_changed=is_changed) if found.edits else replace(found, is_put_away=True)
    if found.edits and found.to_tick:
        desk.returned.put(decided, key)
        return f"/incoming/{key}"
    desk.returned.drop(key)
    desk.decided.put(decided, key)
    return f"/incoming?done={key}"


def _deed(found: ReturnedFiles, now: EditionNow) -> SaveDeed:
    """What is saved: edits of returned files, or, if older words are taken back, the file that they are in."""
    titles = views.titles(now)
    names = [titles.get(edit.path, name) for edit, name in zip(found.edits, found.names, strict=False)]
    return SaveDeed(title=", ".join(names if found.is_back else found.names))


# Finished files.


def finished(desk: Desk, asked: Asked) -> Response:
    """The finished files, to be downloaded, and what can be built."""
    return _files_page(desk, what=asked.query.get("what", "")[:100])


def _files_page(desk: Desk, refused: str = "", what: str = "", since: str = "", wrong_since: str = "") -> Response:
    """The page of files. `refused`: why something wasn't done; `what`, `since`: what was typed of what to build, and since when the
    changes are tracked; `wrong_since`: what is wrong with that."""
    now, status = desk.now(), HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    kinds = [kind for kind in KINDS if any(target.kind == kind for target in now.targets.values())]
    nameable = [*views.nameable(desk.words, now)]
    files = _finished(desk, now)
    return desk.page(
        "files.html", status, title=desk.words("files"), files=files, kinds=kinds, nameable=nameable, refused=refused, what=what,
        since=since, wrong_since=wrong_since,
        history=_last_revisions(desk),
        suffixes=sorted({PurePosixPath(file.name).suffix for file in files}), groups=now.groups,
        names=now.names,
        at_work={key: _titled(desk, run) for key, run in desk.commands.at_work(*MAKE_FILES).items()},
    )  # fmt: skip


def _last_revisions(desk: Desk) -> list[git.FileRevision]:
    """The last revisions of the content; none if git is missing or refuses to read them, as it does in a stranger's folder."""
    try:
        return git.revisions(desk.folders.content, ".", MOST_REVISIONS)
    except ToolError:
        return []


@dataclass(frozen=True)
class FinishedFile:
    """A file of the output folder. `words`: by which it is found; `size`: its bytes; `when`: the local day and time at which it was
    written; `is_old`: whether the content that it shows has changed since, as far as the manifest tells."""

    name: str
    words: str
    size: int
    when: str
    is_old: bool


def _finished(desk: Desk, now: EditionNow) -> list[FinishedFile]:
    """The files of the output folder that are there."""
    contents, found = freshness.contents(desk, now, now.targets.values()), []
    for name, entry in _files(desk).items():
        with suppress(OSError):
            told = (desk.folders.out / name).lstat()
            when = datetime.fromtimestamp(told.st_mtime).strftime("%Y-%m-%d %H:%M")
            found.append(
                FinishedFile(name, _found_by(now, name, entry), told.st_size, when, freshness.is_old(name, entry, contents))
            )
    return found


def built(desk: Desk, asked: Asked) -> Response:
    """The finished files of the document that shows what is being written, and whether they are older than the content."""
    opened = editing.opened_file(desk, asked)
    names, files = editing.built(desk, opened.target), _files(desk)
    contents = freshness.contents(desk, opened.now, [opened.target] if opened.target and names else ())
    return desk.page("built.html", built={name: freshness.is_old(name, files[name], contents) for name in names})


def _found_by(now: EditionNow, name: str, entry: Mapping[str, Any]) -> str:
    """The words by which a finished file is found: its name, its countries, and the groups that these are in."""
    edition, codes = views.edition_of(now), _codes(entry)
    groups = (group for group in edition.about.groups if {*codes} & {*group.members})
    names = [edition.names.get(code, "") for code in codes]
    return " ".join([name, *names, *(f"{group.id} {group.label} {now.groups[group.id]}" for group in groups)])


def _files(desk: Desk) -> Mapping[str, Any]:
    """The entries of finished files by their names."""
    found: Mapping[str, Any] = manifest.read(desk.folders.out).get("files", {})
    redlines = (path for path in (desk.folders.out / manifest.REDLINES).rglob("*.docx") if path.is_file() and not path.is_symlink())
    return dict(sorted({**found, **{path.relative_to(desk.folders.out).as_posix(): {} for path in redlines}}.items()))


def _file(desk: Desk, name: str) -> bytes:
    """A finished file that the manifest names. No link is followed. Raises NoSuchPage."""
    if name not in _files(desk):
        raise NoSuchPage
    try:
        return plainfile.read(desk.folders.out / name, MOST_BYTES, follow=False)
    except OSError:
        raise NoSuchPage from None


def download(desk: Desk, asked: Asked) -> Response:
    """A finished file."""
    name = asked.path["name"]
    return attachment(PurePosixPath(name).name, _file(desk, name))


def download_all(desk: Desk, asked: Asked) -> Response:
    """The finished files that were chosen, in one ZIP."""
    chosen = {name: entry for name, entry in _files(desk).items() if asked.form.get(f"file:{name}")}
    if not chosen:
        return _files_page(desk, desk.words("no_file"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in chosen:
            archive.writestr(name, _file(desk, name))
    return attachment(f"{names.stem_of(_called(desk.now(), chosen.values()), 'documents')}.zip", packed.getvalue())


def _called(now: EditionNow, entries: Collection[Mapping[str, Any]]) -> str:
    """What several finished files are called: the name of their country or group of countries, else that of the edition."""
    edition = views.edition_of(now)
    codes = {code for entry in entries for code in _codes(entry)}
    if not all(map(_codes, entries)):
        return str(edition.about.title)
    if len(codes) == 1:
        return edition.names.get(codes.pop()) or str(edition.about.title)
    groups = (str(group.label) for group in edition.about.groups if codes == {*group.members} & edition.countries.keys())
    return next(groups, str(edition.about.title))


def _codes(entry: Mapping[str, Any]) -> Collection[str]:
    """The codes of the countries that a finished file is about."""
    kind = str(entry.get("kind", ""))
    return KINDS[kind].countries_of(str(entry.get("subject", ""))) if kind in KINDS else ()


def attachment(name: str, data: bytes) -> Response:
    """An answer that browsers save under this name (RFC 6266, 4.3)."""
    safe = returned.safe_name(name)
    named = f'filename="{safe}"' if safe.isascii() else f"filename*=UTF-8''{quote(safe, safe='')}"
    headers = {"content-disposition": f"attachment; {named}"}
    return Response(data, media_type="application/octet-stream", headers=headers)


def build(desk: Desk, asked: Asked) -> Response:
    """Begin to build the briefs of a country or a group, or the documents of the kinds that were chosen, or all."""
    now, what = desk.now(), asked.form.get("what", "").strip()
    try:
        chosen, total, about = _briefs_of(now, what) if what else _of_kinds(desk, now, asked.form)
    except NotUnderstood as fault:
        return _files_page(desk, str(fault), what)
    chosen += ["--print"] if asked.form.get("print") else []
    folders = desk.folders
    words = [*chosen, "--content", str(folders.content), "--out", str(folders.out), "--templates", str(folders.templates)]
    return _back(f"/runs/{desk.commands.start(words, total, about)}")


def _briefs_of(now: EditionNow, what: str) -> tuple[list[str], int, str]:
    """The command for the briefs of a country or a group of countries, how many there are, and of which countries. Raises
    NotUnderstood."""
    edition = views.edition_of(now)
    codes = plan.codes(edition, [what])
    return ["brief", *codes], len(codes), ", ".join(now.names[code] for code in codes)


def _of_kinds(desk: Desk, now: EditionNow, typed: Mapping[str, str]) -> tuple[list[str], int, str]:
    """The command for the documents of the kinds that were chosen, how many there are, and what they are called. Without a choice
    it is all of them."""
    kinds = [kind for kind in KINDS if typed.get(f"kind:{kind}")]
    total = sum(not kinds or target.kind in kinds for target in now.targets.values())
    called = ", ".join(map(desk.words.kind, kinds)) or desk.words("build_all")
    return ["all", *(["--kinds", ",".join(kinds)] if kinds else [])], total, called


def workbook(desk: Desk, asked: Asked) -> Response:
    """The facts, summaries, key points and values as a workbook, to be edited and dropped on the desk again."""
    now = desk.now()
    edition = views.edition_of(now)
    codes = sorted(edition.countries, key=edition.rank)
    tables = [rows.facts(edition, codes), rows.countries(edition, codes)]
    values = rows.values(edition, codes, now.files)
    tables += [values] if values.rows else []
    if long := workbooks.too_long(tables):
        raise NotUnderstood(desk.words("too_long", words=long))
    data = workbooks.as_xlsx(tables, edition.about.date.first, restrictions.of(edition).keywords)
    return attachment("facts.xlsx", data)


def redline(desk: Desk, asked: Asked) -> Response:
    """Begin to write Word files with tracked changes since a revision. A folder isn't taken for a revision."""
    what, since = asked.form.get("what", "").strip(), asked.form.get("since", "").strip()
    if not NAME.fullmatch(what) or what.startswith("-") or not since:
        return _files_page(desk, desk.words("redline_what"), what, since)
    if wrong := _wrong_since(desk, since):
        return _files_page(desk, desk.words("redline_what"), what, since, wrong)
    folders = desk.folders
    words = ["redline", what, f"--since={since}", "--content", str(folders.content), "--out", str(folders.out)]
    words += ["--templates", str(folders.templates)]
    return _back(f"/runs/{desk.commands.start(words, about=what)}")


def _wrong_since(desk: Desk, since: str) -> str:
    """Why the content has no state of that name or date; empty if it has one. A folder isn't taken for a revision."""
    if not git.is_in_repository(desk.folders.content):
        return desk.words("redline_no_git")
    with suppress(git.NotThere):
        if REVISION.fullmatch(since) and not Path(since).exists() and revisions.commit_of(since, desk.folders.content):
            return ""
    return desk.words("redline_no_revision", since=since[:100])


def run(desk: Desk, asked: Asked) -> Response:
    """A command at work, or its outcome."""
    found = desk.commands.get(asked.path["key"])
    if found is None:
        raise NoSuchPage
    now = desk.now()
    lines = [_linked(desk, now, line) for line in [*found.lines][-MOST_SHOWN:]]
    name = "run_part.html" if asked.partial else "run.html"
    return desk.page(
        name, title=_titled(desk, found), key=asked.path["key"], run=found, code=found.code, lines=lines, done=len(found.lines),
        makes_files=found.name in MAKE_FILES,
    )  # fmt: skip


def _titled(desk: Desk, run: CommandRun) -> str:
    """What a command does, for people."""
    return ": ".join(filter(None, (desk.words(RUNS.get(run.name, "printed")), run.about)))


def _linked(desk: Desk, now: EditionNow, line: str) -> list[tuple[str, str, bool]]:
    """A line that a command printed, in pieces: words, their address or an empty one, and whether that is a file to be downloaded.
    A finished file, a mail in the outbox, a line of the content and the page of problems lead somewhere. A line without a place
    that asks whether something else was meant is one piece."""
    if found := _AT_LINE.match(line):
        place = editing.place_named(desk.words, now, now.files, found[1], int(found[2]))
        if place.address:
            return [(place.title, place.address, False), (line[found.end() :], "", False)]
    elif "Did you mean" in line:
        return [(line, "", False)]
    if line.endswith(TO_CHECK):
        return [(line.removesuffix(TO_CHECK), "", False), (": ", "", False), (desk.words("problems"), "/problems", False)]
    start, known, mails = f"{desk.folders.out}/", _files(desk), f"{mail.OUTBOX}/"
    pieces = []
    for word in re.split(r"(\s+)", line):
        name, letter = word.removeprefix(start), word.removeprefix(mails)
        is_mail = letter != word and letter.endswith(".eml")
        address = f"/files/{quote(name)}" if name in known else f"/outbox/{quote(letter)}" if is_mail else ""
        folder = f"{mail.OUTBOX.resolve()}/{letter}" if letter != word else word
        pieces.append((letter if is_mail else name if address else folder, address, bool(address)))
    return pieces


# Signatures.


def signatures(desk: Desk, asked: Asked) -> Response:
    """Who has signed what."""
    now = desk.now()
    edition = views.edition_of(now)
    states = _by_name(now, signoff.states(edition, signoff.read(now.files))) if now.is_sound else []
    named = partial(editing.place_named, desk.words, now, now.files)
    done = ((deed, asked.query.get(deed, "")) for deed in ("signed", "withdrawn"))
    said = next((desk.words.of_number(deed, int(number)) for deed, number in done if re.fullmatch("[0-9]{1,4}", number)), "")
    if (role := asked.query.get("role", "")) in {str(one.label) for one in edition.about.roles}:
        said = desk.words("role_added", role=role)
    return desk.page(
        "sign.html", title=desk.words("signatures"), states=states, edition=edition, named=named, said=said,
        by=asked.query.get("by", "")[:100],
    )  # fmt: skip


def _by_name(now: EditionNow, states: Sequence[SignatureState]) -> list[SignatureState]:
    """The signatures of countries in the order of the countries' names, then those of sections and decks."""
    edition = views.edition_of(now)
    paths = [place_of(edition.countries[code].code).path for code in now.names if code in edition.countries]
    order = {path: number for number, path in enumerate(paths)}
    return sorted(states, key=lambda state: order.get(state.piece, len(order)))


def add_role(desk: Desk, asked: Asked) -> Response:
    """Declare a role that signs, at the end of the list in edition.yaml."""
    now = desk.now()
    label = " ".join(asked.form.get("label", "").split())[:100]
    if not label:
        raise NotUnderstood(desk.words("role_unnamed"))
    if not now.is_sound:  # otherwise the ids of roles in the file aren't known
        raise NotUnderstood(desk.words("is_unsound"))
    taken = {role.id for role in views.edition_of(now).about.roles}
    values = (("id", _role_id(label, taken)), ("label", label), ("required", "yes" if asked.form.get("required") else "no"))
    try:
        changed = write.changed(now.files, [AddItem("edition.yaml#roles", values)])
    except NotWritable as fault:
        raise NotUnderstood(f"{fault}.") from None
    if problems := saving.save(desk.workspace, now, changed, desk.visitor):
        raise Problems(problems)
    return _back(f"/sign?role={quote(label)}")


def _role_id(label: str, taken: Collection[str]) -> str:
    """The word by which `sign --as` knows a role: its name in small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "role"
    return next(id for n in count(1) if (id := stem if n == 1 else f"{stem}-{n}") not in taken)


def sign(desk: Desk, asked: Asked) -> Response:
    """Sign the pieces that were chosen, each in the role of its row; or, if `do` is `withdraw`, withdraw the signatures there."""
    now = desk.now()
    edition = views.edition_of(now)
    if not now.is_sound:
        raise NotUnderstood(desk.words("is_unsound"))
    name = desk.visitor.name or " ".join(asked.form.get("by", "").split())[:100]
    pieces = signoff.pieces(edition)
    chosen = [(role, [one for one in pieces if asked.form.get(f"sign:{role.id}:{one}")]) for role in edition.about.roles]
    if UNSHOWN.search(name):
        raise NotUnderstood(desk.words("sign_unshown"))
    if not name or not any(own for _, own in chosen):
        raise NotUnderstood(desk.words("sign_what"))
    signed, number, is_withdrawn = signoff.read(now.files), 0, asked.form.get("do") == "withdraw"
    for role, own in chosen:
        signer, done = signing.Signer(role, name, datetime.now(UTC)), own
        if is_withdrawn:
            signed, done = signing.withdrawn(edition, signed, own, signer)
        else:
            signed = signing.signed(edition, signed, own, signer)
        number += len(done)
    if not number:
        raise NotUnderstood(desk.words("withdraw_what"))
    if problems := saving.save(desk.workspace, now, {signoff.FILE: signing.text(signed)}, desk.visitor):
        raise Problems(problems)
    return _back(f"/sign?{'withdrawn' if is_withdrawn else 'signed'}={number}{'' if desk.visitor.name else f'&by={quote(name)}'}")
