"""Pages of the desk as HTML.

In: the name of a page in `html/` and what it shows. Out: an answer. Whatever is put into a page is escaped. The scripts and the
style sheet are read once, when the server starts, so that no path of a request leads to the disk.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import jinja2
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from briefs.desk import sourceforms
from briefs.desk.words import OwnProblem, Words
from briefs.problems import ToolError
from briefs.roundtrip.differences import differing

HERE = Path(__file__).parent
SCRIPTS = Path(sys.prefix) / "share" / "briefs"  # where set-up puts what comes from npm
MIMES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
MODULES = {  # the names by which scripts import files
    "htmx.org": "htmx.esm.js",
    "@codemirror/autocomplete": "codemirror-autocomplete.js",
    "@codemirror/commands": "codemirror-commands.js",
    "@codemirror/language": "codemirror-language.js",
    "@codemirror/lint": "codemirror-lint.js",
    "@codemirror/state": "codemirror-state.js",
    "@codemirror/streamparser": "codemirror-streamparser.js",
    "@codemirror/view": "codemirror-view.js",
    "@lezer/common": "lezer-common.js",
    "@lezer/highlight": "lezer-highlight.js",
    "@lezer/markdown": "lezer-markdown.js",
    "@marijn/find-cluster-break": "marijn-find-cluster-break.js",
    "crelt": "crelt.js",
    "style-mod": "style-mod.js",
    "w3c-keyname": "w3c-keyname.js",
}
IMPORT_MAP = json.dumps({"imports": {name: f"/static/{file}" for name, file in MODULES.items()}})


@cache
def static_files() -> Mapping[str, bytes]:
    """The style sheet and the scripts by their names. Raises ToolError if set-up hasn't fetched a script."""
    found = {path.name: path.read_bytes() for path in (HERE / "static").iterdir()}
    for name in MODULES.values():
        try:
            found[name] = (SCRIPTS / name).read_bytes()
        except OSError:
            raise ToolError(f"the desk’s script {name} is missing. Start the desk with `python3 build.py desk`.") from None
    return found


@cache
def _templates() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "html"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters |= {"sentence": _sentence, "code": _code, "missing_source": sourceforms.missing, "meant": _meant}
    made.tests["in_words_of_desk"] = lambda problem: isinstance(problem, OwnProblem)
    made.globals["differing"] = differing
    return made


def _sentence(words: str) -> Markup:
    """Words with the full stop that a message of a problem lacks, unless they end as a sentence does."""
    return _code(words if words.endswith((".", "?", "!", "…")) else f"{words}.")


def _meant(words: str, address: str, typed: Mapping[str, str]) -> Markup:
    """Words in which each name that was perhaps meant is a link to `address`, on which it is typed already in the field `what`, and
    the other fields as they were. `typed`: what was typed. Words that don't quote its `what` are about another field, and have no
    links."""
    before, asks, rest = str(words).partition("Did you mean ")
    names, mark, after = rest.partition("?")
    if not asks or not mark or f"“{typed['what'].strip()}”" not in before:
        return _code(words)
    links = (
        Markup('<a href="{}?{}">{}</a>').format(address, urlencode({**typed, "what": name}, quote_via=quote), name)
        for name in re.split("”? or “?", names.strip("“”"))
    )
    return _code(before) + asks + Markup(" or ").join(links) + mark + _code(after)


def _code(words: str) -> Markup:
    """Words in which what stands between backticks is code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(words))))


class PageRenderer:
    """Renders pages with the words of a language. `shared`: values that every page gets."""

    def __init__(self, words: Words, **shared: Any):
        self._shared = {"t": words, "import_map": IMPORT_MAP, **shared}

    def __call__(self, name: str, status: int = 200, **shown: Any) -> HTMLResponse:
        """The page `name`, which shows these values."""
        return HTMLResponse(_templates().get_template(name).render({**self._shared, **shown}), status)
