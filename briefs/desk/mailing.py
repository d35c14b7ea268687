"""The pages from which documents are sent: who would get what, the outbox, and the people file.

In: a request. Out: an answer. The command `send` does the work. What it refuses stands on the same page, with what was typed.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlencode

import yaml
from starlette.responses import RedirectResponse, Response

from briefs import atomic, plainfile
from briefs.delivery import mail, people, smtp
from briefs.desk import views
from briefs.desk.desk import Asked, Desk, NoSuchPage
from briefs.desk.exchanging import MOST_BYTES, NAME, attachment
from briefs.desk.words import NotUnderstoodHere, OwnProblem
from briefs.edition import write
from briefs.edition.write import AnyChange, NotWritable, RemoveKey, SetList
from briefs.problems import NotUnderstood, Problem, Problems, ToolError

LIST = re.compile(r"\w[\w-]{0,99}")  # the name of a new list
MOST_SENT = 200  # files that went out: the most that a page lists
FORMATS = ("docx", "pdf", "docx,pdf", "pptx")  # the formats in which files can be sent; without a choice it is the first
DROPPED = "off"  # the value of a person who is taken off a list
_writing = Lock()  # two people may add to the people file at the same moment


def outbox(desk: Desk, asked: Asked) -> Response:
    """To whom documents can be sent, and what went out."""
    typed = {name: asked.query.get(name, "")[:200] for name in ("what", "to", "format")}
    tried = desk.dry_runs.all().get(asked.query.get("tried", ""), ())
    return _page(desk, typed, results=tried, sent=() if tried else [*reversed(views.sent(desk))][:MOST_SENT])


def _page(desk: Desk, typed: Mapping[str, str], problems: Sequence[Problem] = (), **more: Any) -> Response:
    """The page, with what was typed, and why it can’t be done."""
    folders, now = desk.folders, desk.now()
    known = people.read(folders.people, folders.content) if folders.people.exists() else None
    shown = {"results": (), "sent": (), **more}
    return desk.page(
        "send.html", HTTPStatus.CONFLICT if problems else HTTPStatus.OK, title=desk.words("send"), typed=typed,
        problems=problems, lists=known.lists if known else {}, nameable=[*views.nameable(desk.words, now)],
        has_server=smtp.server(os.environ) is not None, folder=mail.OUTBOX.resolve(), file=folders.people.resolve(),
        outbox=sorted(_outbox(), reverse=True)[:MOST_SENT], at_work=next(iter(desk.commands.at_work("send")), ""),
        formats={one: " + ".join(map(desk.words.suffix, one.split(","))) for one in FORMATS}, **shown,
    )  # fmt: skip


def _outbox() -> Mapping[str, Path]:
    """The mails in the outbox by the names of their files."""
    return {path.name: path for path in mail.OUTBOX.glob("*.eml") if not path.is_symlink()}


def mail_file(desk: Desk, asked: Asked) -> Response:
    """A mail of the outbox, to be opened in a mail program."""
    name = asked.path["name"]
    if name not in (found := _outbox()):
        raise NoSuchPage
    return attachment(name, plainfile.read(found[name], MOST_BYTES, follow=False))


def send(desk: Desk, asked: Asked) -> Response:
    """Say who would get what; or, if `do` is `send`, send it. One send at a time."""
    try:
        return _sent(desk, asked.form)
    except Problems as fault:
        return _page(desk, asked.form, fault.problems)
    except (NotUnderstood, ToolError) as fault:
        return _page(desk, asked.form, [_refusal(fault)])


def _refusal(fault: Exception) -> Problem:
    sort = OwnProblem if isinstance(fault, NotUnderstoodHere) else Problem
    return sort("error", "", 0, 0, str(fault).rstrip("."))


def _sent(desk: Desk, typed: Mapping[str, str]) -> Response:
    what, to = typed.get("what", "").strip(), typed.get("to", "").strip()
    if not all(NAME.fullmatch(words) and not words.startswith("-") for words in (what, to)):
        raise NotUnderstoodHere(desk.words("send_what"))
    folders = desk.folders
    format = next((one for one in FORMATS if one == typed.get("format")), FORMATS[0])
    words = ["send", what, f"--to={to}", "--format", format, "--people", str(folders.people), "--content", str(folders.content)]
    words += ["--out", str(folders.out), "--store", str(folders.store), "--templates", str(folders.templates)]
    if typed.get("do") != "send":
        key = desk.dry_runs.put(desk.commands.answer([*words, "--dry-run"]))
        shown = urlencode({"what": what, "to": to, "format": format, "tried": key})
        return RedirectResponse(f"/send?{shown}", HTTPStatus.SEE_OTHER)
    if desk.commands.at_work("send"):
        raise NotUnderstoodHere(desk.words("send_at_work"))
    return RedirectResponse(f"/runs/{desk.commands.start(words, _total(typed), f'{what} → {to}')}", HTTPStatus.SEE_OTHER)


def _total(typed: Mapping[str, str]) -> int:
    """About how many lines `send` will print, as the dry run counted them; 0 if that isn’t known."""
    number = typed.get("total", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0


def write_people(desk: Desk, asked: Asked) -> Response:
    """Write a first people file, with one list; or put people into a list of the file that is there, or into a new one."""
    lines = [line.strip() for line in asked.form.get("addresses", "").splitlines() if line.strip()]
    sender, name = (asked.form.get(key, "").strip() for key in ("sender", "list"))
    try:
        with _writing:
            _put_people(desk, sender, name, lines)
    except NotWritable as fault:
        return _page(desk, asked.form, [_refusal(fault)])
    except Problems as fault:
        return _page(desk, asked.form, [replace(problem, line=0) for problem in fault.problems])
    except NotUnderstood as fault:
        return _page(desk, asked.form, [_refusal(fault)])
    return RedirectResponse("/send", HTTPStatus.SEE_OTHER)


def drop_people(desk: Desk, asked: Asked) -> Response:
    """Take the people who were chosen off a list, or delete the list."""
    name = asked.form.get("list", "")
    chosen = {address for address in asked.form if asked.form[address] == DROPPED}
    try:
        with _writing:
            _drop_people(desk, name, chosen, is_whole=bool(asked.form.get("whole")))
    except NotWritable as fault:
        return _page(desk, {}, [_refusal(fault)])
    except Problems as fault:
        return _page(desk, {}, [replace(problem, line=0) for problem in fault.problems])
    except NotUnderstood as fault:
        return _page(desk, {}, [_refusal(fault)])
    return RedirectResponse("/send", HTTPStatus.SEE_OTHER)


def _drop_people(desk: Desk, name: str, chosen: Collection[str], *, is_whole: bool) -> None:
    """Write the people file without these addresses in a list, or without the list. Raises NotUnderstood, NotWritable, Problems."""
    file = desk.folders.people
    known = people.read(file, desk.folders.content)
    if name not in known.lists:
        raise NoSuchPage
    left = [number for number, one in enumerate(known.lists[name]) if one.address not in chosen]
    if is_whole and len(known.lists) == 1:
        raise NotUnderstoodHere(desk.words("people_last_list"))
    if not is_whole and len(left) in (0, len(known.lists[name])):
        raise NotUnderstoodHere(desk.words("people_choose" if left else "people_nobody_left"))
    data = plainfile.read(file, MOST_BYTES)
    if is_whole:
        named = [part for part, lists in (("audiences", known.audiences), ("markings", known.markings)) if name in lists]
        changes: list[AnyChange] = [RemoveKey(f"{file.name}#{part}/{name}") for part in ("lists", *named)]
    else:
        there = yaml.load(data, yaml.CBaseLoader)["lists"][name]
        changes = [SetList(f"{file.name}#lists/{name}", tuple(there[number] for number in left))]
    for change in changes:
        data = write.changed({file.name: data}, [change])[file.name]
    _check(desk, data)
    atomic.write(file.resolve(), data, mode=None, sync=True)  # a link stays one


def _put_people(desk: Desk, sender: str, name: str, lines: Sequence[str]) -> None:
    """Write people into a list of the people file. Raises NotUnderstood, NotWritable, Problems."""
    file = desk.folders.people
    known = people.read(file, desk.folders.content).lists if file.exists() else {}
    if len(lines) > people.MAX_PERSONS:
        raise NotUnderstoodHere(desk.words("people_many", n=people.MAX_PERSONS))
    if not (LIST.fullmatch(name) or name in known):
        raise NotUnderstoodHere(desk.words("people_list_name"))
    if known:
        data = _with_people(plainfile.read(file, MOST_BYTES), file.name, name, lines)
        _check(desk, data)
        atomic.write(file.resolve(), data, mode=None, sync=True)  # a link stays one
    else:
        data = yaml.safe_dump({"sender": sender, "lists": {name: lines}}, allow_unicode=True, sort_keys=False).encode()
        _check(desk, data)
        atomic.write_new(file, data)


def _with_people(data: bytes, path: str, name: str, more: Sequence[str]) -> bytes:
    """A people file with more people in a list. Who is in it already stays once. Raises NotWritable."""
    known = yaml.load(data, yaml.CBaseLoader)
    lists = known.get("lists") if isinstance(known, dict) else None
    there = (lists.get(name) if isinstance(lists, dict) else None) or []
    return write.changed({path: data}, [SetList(f"{path}#lists/{name}", tuple(dict.fromkeys([*there, *more])))]).get(path, data)


def _check(desk: Desk, data: bytes) -> None:
    """Raise Problems if this is no people file."""
    with tempfile.TemporaryDirectory(prefix="briefs-desk-") as made:
        tried = Path(made) / desk.folders.people.name
        tried.write_bytes(data)
        people.read(tried, desk.folders.content)
