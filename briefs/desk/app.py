"""Every route of the desk, and what all of them have in common.

In: the desk, the door. Out: an ASGI application. A route is a row of `ROUTES`: method, path, the function that answers, and the
role that a visitor needs. A request that changes something has the method POST, and is refused unless its form has the visitor's
token. Errors become pages that say what is wrong; no answer has a traceback.
"""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus

from python_multipart.multipart import parse_options_header
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from briefs.desk import access, editing, exchanging, history, inserting, mailing, problempage, render, views
from briefs.desk.commands import Busy
from briefs.desk.desk import Asked, Desk, NoSuchPage
from briefs.problems import NotUnderstood, Problem, Problems, ToolError, internal_error

Handler = Callable[[Desk, Asked], Response]
MOST_FIELDS = 5_000  # fields of a form; a country has eight for each fact
MOST_FILES = 20  # files that may be sent at once
# Fields that are left out of the log.
_UNSAID = frozenset({access.CSRF, "at", "window", "number", "alt", "caption", "addresses", "sender"})
_TEXTS = (editing.TEXT, editing.BASE, editing.WAS)  # how the names of fields with texts begin
_MOST_SAID = 100  # letters of a field in the log

ROUTES: Sequence[tuple[str, str, Handler, access.Role]] = (
    ("GET", "/", views.overview, "reader"),
    ("GET", "/countries", views.countries, "reader"),
    ("GET", "/map", views.world_map, "reader"),
    ("GET", "/problems", problempage.problems, "reader"),
    ("GET", "/sources", views.sources, "reader"),
    ("GET", "/translations", views.translations, "reader"),
    ("GET", "/documents", views.documents, "reader"),
    ("GET", "/documents/{kind}", views.document, "reader"),
    ("GET", "/documents/{kind}/{subject}", views.document, "reader"),
    ("GET", "/typeset/{kind}", views.typeset, "reader"),
    ("GET", "/typeset/{kind}/{subject}", views.typeset, "reader"),
    ("GET", "/pages/{key}/{number:int}.png", views.page_picture, "reader"),
    ("GET", "/changed", views.changed, "reader"),
    ("GET", "/completions", editing.completed, "writer"),
    ("POST", "/clean", inserting.clean, "writer"),
    ("POST", "/language", views.language, "reader"),
    ("GET", "/static/{name}", views.static_file, "reader"),
    ("POST", "/undo", editing.undo, "writer"),
    ("GET", "/incoming", exchanging.incoming, "writer"),
    ("POST", "/incoming", exchanging.receive, "writer"),
    ("GET", "/incoming/{key}", exchanging.edits, "writer"),
    ("POST", "/incoming/{key}", exchanging.take, "writer"),
    ("GET", "/incoming/{key}/pages", exchanging.edit_pages, "writer"),
    ("GET", "/log", views.log, "approver"),
    ("GET", "/files", exchanging.finished, "reader"),
    ("POST", "/files", exchanging.download_all, "reader"),
    ("GET", "/files/{name:path}", exchanging.download, "reader"),
    ("POST", "/build", exchanging.build, "writer"),
    ("GET", "/workbook", exchanging.workbook, "writer"),
    ("POST", "/redlines", exchanging.redline, "writer"),
    ("GET", "/runs/{key}", exchanging.run, "reader"),
    ("GET", "/sign", exchanging.signatures, "reader"),
    ("POST", "/sign", exchanging.sign, "approver"),
    ("POST", "/roles", exchanging.add_role, "approver"),
    ("GET", "/send", mailing.outbox, "sender"),
    ("POST", "/send", mailing.send, "sender"),
    ("POST", "/people", mailing.write_people, "sender"),
    ("POST", "/people/remove", mailing.drop_people, "sender"),
    ("GET", "/outbox/{name}", mailing.mail_file, "sender"),
    ("GET", "/values", editing.values, "writer"),
    ("GET", "/source", editing.source, "writer"),
    ("GET", "/write/{sort}/{name}", editing.form, "writer"),
    ("POST", "/write/{sort}/{name}", editing.save, "writer"),
    ("POST", "/write/{sort}/{name}/draft", editing.draft, "writer"),
    ("GET", "/write/{sort}/{name}/checked", editing.checked, "writer"),
    ("POST", "/write/{sort}/{name}/facts", editing.facts, "writer"),
    ("POST", "/write/{sort}/{name}/picture", inserting.picture, "writer"),
    ("POST", "/write/{sort}/{name}/discard", editing.discard, "writer"),
    ("GET", "/write/{sort}/{name}/built", exchanging.built, "writer"),
    ("GET", "/write/{sort}/{name}/audit", editing.audited, "reader"),
    ("GET", "/write/{sort}/{name}/history", history.history, "reader"),
    ("GET", "/write/{sort}/{name}/history/{commit}", history.revision, "reader"),
    ("POST", "/write/{sort}/{name}/history/{commit}", history.take_back, "writer"),
)
UNLOGGED: frozenset[Handler] = frozenset({editing.draft, inserting.clean, views.language})  # they change nothing that others see


def application(desk: Desk, door: access.Door) -> access.Gate:
    """The application, with the gate before it."""
    routes = [Route(path, _endpoint(desk, handler, role), methods=[method]) for method, path, handler, role in ROUTES]
    handlers = {
        HTTPException: _not_found(desk),
        access.RequestTooLarge: _too_large,
        ClientDisconnect: _gone,
        Exception: _failed(desk),
    }
    app = Starlette(routes=routes, exception_handlers=handlers)
    return access.Gate(app, door, access.policy(render.IMPORT_MAP))


def _endpoint(desk: Desk, handler: Handler, role: access.Role) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        own = _seen(desk, request)
        if role not in own.visitor.roles:
            return own.message(HTTPStatus.FORBIDDEN, own.words("not_your_role", role=own.words(f"role_{role}")))
        form: Mapping[str, str] = {}
        files: Mapping[str, Sequence[tuple[str, bytes]]] = {}
        if request.method not in access.SAFE:
            try:
                form, files = await _form(request)
            except UnicodeError:
                return access.refuse(HTTPStatus.BAD_REQUEST, "Its form isn’t written in UTF-8.")
            if not own.visitor.vouches(request.headers.get(access.CSRF_HEADER, "") or form.get(access.CSRF, "")):
                return own.message(HTTPStatus.FORBIDDEN, own.words("not_vouched"))
        asked = Asked(request.path_params, request.query_params, form, files, "hx-request" in request.headers)
        deed = "" if request.method in access.SAFE or handler in UNLOGGED else _deed(request.url.path, form)
        return await run_in_threadpool(_logged, own, deed, lambda: _answered(own, handler, asked))

    return answer


async def _form(request: Request) -> tuple[Mapping[str, str], Mapping[str, Sequence[tuple[str, bytes]]]]:
    """The fields and the files of a request's form. Raises UnicodeError if it isn't written in UTF-8."""
    _, options = parse_options_header(request.headers.get("content-type"))
    if options.get(b"charset", b"utf-8").lower() != b"utf-8":  # some codecs accept any bytes, such as Python's punycode
        raise UnicodeError
    async with request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=access.MOST_BYTES) as sent:
        return _texts(sent), await _files(sent)


def _seen(desk: Desk, request: Request) -> Desk:
    """The desk as the sender of the request sees it."""
    wanted = request.cookies.get(views.LANGUAGE) or request.headers.get("accept-language", "")
    return desk.seen_by(_visitor(request), wanted, request.url.path)


def _logged(desk: Desk, deed: str, answer: Callable[[], Response]) -> Response:
    """The result of `answer`. A team's desk writes down what is asked for (`deed`) before `answer` is called. If it can't be
    written, `answer` isn't called."""
    if not deed or not desk.log:
        return answer()
    try:
        number = desk.log.begin(desk.visitor.id, deed)
    except OSError as fault:
        return desk.message(HTTPStatus.SERVICE_UNAVAILABLE, desk.words("not_logged", why=fault.strerror))
    found = answer()
    with suppress(OSError):
        desk.log.end(number, found.status_code)
    return found


def _deed(path: str, form: Mapping[str, str]) -> str:
    """A request as the log has it: its address and the choices in its form, without the texts that somebody wrote. Fields of
    people who are taken off a list have their addresses as names, and are left out."""
    told = ((name, value) for name, value in form.items() if value != mailing.DROPPED)
    chosen = {name: value for name, value in told if name not in _UNSAID and not name.startswith(_TEXTS)}
    said = [f"{name}={value[:_MOST_SAID]}" for name, value in chosen.items()]
    return " ".join(" ".join([path, *said]).split())[: 10 * _MOST_SAID]


def _visitor(request: Request) -> access.Visitor:
    """Who asks. The gate lets no request in without a visitor."""
    found = request.scope[access.VISITOR]
    assert isinstance(found, access.Visitor)
    return found


def _texts(sent: FormData) -> Mapping[str, str]:
    """The fields of a form. Browsers send line ends as CR LF. Raises UnicodeError for half of a surrogate pair."""
    found = {name: value.replace("\r\n", "\n") for name, value in sent.items() if isinstance(value, str)}
    "".join([*found, *found.values()]).encode()
    return found


async def _files(sent: FormData) -> Mapping[str, Sequence[tuple[str, bytes]]]:
    """The files of a form by field: names and bytes."""
    found: dict[str, list[tuple[str, bytes]]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile) and value.filename:
            found.setdefault(name, []).append((value.filename, await value.read()))
    return found


def _answered(desk: Desk, handler: Handler, asked: Asked) -> Response:
    """The answer of `handler`. If the content or the request has an error, it is a page that says what is wrong."""
    try:
        return handler(desk, asked)
    except NoSuchPage:
        return desk.message(HTTPStatus.NOT_FOUND, desk.words("not_there"), partial=asked.partial)
    except Busy:
        return desk.message(HTTPStatus.SERVICE_UNAVAILABLE, desk.words("busy"), partial=asked.partial)
    except Problems as fault:
        return desk.message(HTTPStatus.CONFLICT, desk.words("has_problems"), fault.problems, partial=asked.partial)
    except (NotUnderstood, ToolError) as fault:
        return desk.message(HTTPStatus.CONFLICT, str(fault), partial=asked.partial)
    except OSError as fault:
        problem = Problem("error", str(fault.filename or ""), 0, 0, fault.strerror or "the system refused it")
        return desk.message(HTTPStatus.CONFLICT, desk.words("has_problems"), [problem], partial=asked.partial)


def _not_found(desk: Desk) -> Callable[[Request, Exception], Response]:
    def answer(request: Request, fault: Exception) -> Response:
        status = fault.status_code if isinstance(fault, HTTPException) else HTTPStatus.BAD_REQUEST
        own = _seen(desk, request)
        return own.message(status, own.words("not_there"))

    return answer


def _too_large(request: Request, fault: Exception) -> Response:
    return access.too_large(request.headers)


def _gone(request: Request, fault: Exception) -> Response:
    """The answer to a browser that was gone before its request was whole. Nobody reads it."""
    return Response(status_code=HTTPStatus.BAD_REQUEST)


def _failed(desk: Desk) -> Callable[[Request, Exception], Response]:
    def answer(request: Request, fault: Exception) -> Response:
        problem = internal_error("desk", fault)
        print(problem, file=sys.stderr)
        own = _seen(desk, request)
        return own.message(HTTPStatus.INTERNAL_SERVER_ERROR, own.words("internal"), [problem])

    return answer
