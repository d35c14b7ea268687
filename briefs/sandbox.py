"""The templates of a theme, filled without trusting them: they print what they are given, and do nothing else.

In: the folder of templates. Out: a Jinja environment whose templates read no file outside the folder, call only what they are
given, and are limited in loops, calls and sizes. Whatever goes wrong in a template is a problem at its line.
https://jinja.palletsprojects.com/en/stable/sandbox/
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.loaders import split_template_path
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import SandboxedEnvironment, safe_range

from briefs import plainfile, templates
from briefs.problems import Problem, Problems

MAX_BYTES = 1_000_000  # bytes of a template's file
MAX_TURNS = 200_000  # turns of loops and calls of a template, all together
MAX_LETTERS = 5_000_000  # letters of a text that a template makes
_FILTERS = (
    "abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float", "groupby", "int", "items",
    "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "round", "safe", "select",
    "selectattr", "sort", "string", "striptags", "sum", "title", "trim", "truncate", "unique", "upper", "wordcount",
)  # fmt: skip
_METHODS = {
    str: {"capitalize", "endswith", "lower", "lstrip", "rstrip", "split", "startswith", "strip", "title", "upper"},
    dict: {"get", "items", "keys", "values"},
}
_HINT = "Templates may print only what docs/theming.md lists."


class _BoundExceeded(jinja2.TemplateRuntimeError):
    """The template exceeds a bound."""


class Environment(SandboxedEnvironment):
    """A sandbox in which a template may call only functions of its context, its own macros, and a few methods of texts and
    dictionaries."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})
    concat = staticmethod(lambda texts: _joined(texts))  # joins what blocks, macros and whole templates print

    def __init__(self, folder: Path, **options: Any):
        super().__init__(loader=_Loader(folder), undefined=jinja2.StrictUndefined, autoescape=False, **options)
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.filters |= {"join": _joined, "_turns": self._turns, "_joined": _joined}
        self.globals = {"dict": dict, "range": safe_range, "namespace": jinja2.utils.Namespace}
        self._left = MAX_TURNS

    def filled(self, template: str, make: Callable[[jinja2.Template], Any]) -> Any:
        """The result of `make`, which fills a template. Raises Problems with the template's line for whatever goes wrong, and a
        MemoryError as it is, since that is no fault of the template: its sizes are limited."""
        self._left = MAX_TURNS
        try:
            return make(self.get_template(template))
        except MemoryError:
            raise
        except Exception as fault:
            if isinstance(fault, jinja2.TemplateError) or _is_in_template(fault):
                raise _failure(template, fault) from None
            raise

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The tree of a template, in which loops are counted and joined texts are measured."""
        try:
            tree = super()._parse(source, name, filename)
        except RecursionError:
            raise jinja2.TemplateSyntaxError("it is nested too deeply", 1, name, filename) from None
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "_turns", [], [], None, None, lineno=loop.lineno)
        for concat in tree.find_all(nodes.Concat):
            whole = nodes.List(concat.nodes, lineno=concat.lineno)
            concat.nodes = [nodes.Filter(whole, "_joined", [], [], None, None, lineno=concat.lineno)]
        return tree

    def _turns(self, values: Iterable[Any]) -> Iterator[Any]:
        for value in values:
            self._count()
            yield value

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise _BoundExceeded(f"it has more than {MAX_TURNS:,} turns of its loops")

    def call(self, context: Any, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Count a call, then make it."""
        self._count()
        try:
            return super().call(context, obj, *args, **kwargs)
        except (LookupError, TypeError, AttributeError) as fault:
            what = f"a function isn’t called with what it takes ({type(fault).__name__}: {fault})"
            raise jinja2.TemplateRuntimeError(what) from None

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Compute a binary operation, unless the result would be too large."""
        if operator == "+" and isinstance(left, (str, list, tuple)):
            _measure(len(left) + len(right))
        elif operator in {"*", "**"} and not all(isinstance(value, int | float) and abs(value) < 10**6 for value in (left, right)):
            raise _BoundExceeded(f"“{operator}” is for small numbers")
        elif operator == "**" and abs(right) > 10:
            raise _BoundExceeded("“**” is for small numbers")
        elif operator == "%" and isinstance(left, str | bytes):
            raise _BoundExceeded("“%” is for numbers")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may read an attribute. It may read data, but no methods except those of `_METHODS`."""
        methods = next((names for kind, names in _METHODS.items() if isinstance(obj, kind)), set[str]())
        is_data = not callable(value) or isinstance(obj, (LoopContext, jinja2.utils.Namespace)) or isinstance(value, Macro)
        return super().is_safe_attribute(obj, attr, value) and (is_data or attr in methods)


def _failure(template: str, fault: BaseException) -> Problems:
    """What went wrong in a template, as a problem at its line."""
    line = getattr(fault, "lineno", 0) or _line_in(fault, template)
    name = getattr(fault, "name", None) if isinstance(fault, jinja2.TemplateSyntaxError) else None
    words = " ".join(str(fault).split())[:200]
    if isinstance(fault, jinja2.TemplateNotFound):
        words = f"there is no template “{words}”"
    return Problems([Problem("error", name or template, line, 0, words or type(fault).__name__, _HINT)])


class _Loader(jinja2.BaseLoader):
    """Reads templates from a folder or, if the folder lacks one, from the program's own; and from nowhere else."""

    def __init__(self, folder: Path):
        self._folder = folder

    def get_source(self, environment: jinja2.Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The text of a template, its path, and a function that says that it is unchanged. Raises TemplateNotFound and
        TemplateSyntaxError."""
        name = os.path.join(*split_template_path(template))
        path = os.path.realpath(templates.find(self._folder, name))
        if not any(path.startswith(os.path.realpath(root) + os.sep) for root in (self._folder, templates.OWN)):
            raise jinja2.TemplateNotFound(template)
        try:
            return plainfile.read(path, MAX_BYTES).decode(), path, lambda: True
        except FileNotFoundError:
            raise jinja2.TemplateNotFound(template) from None
        except UnicodeDecodeError:
            raise jinja2.TemplateSyntaxError("it is not UTF-8", 1, template) from None
        except (OSError, ValueError) as fault:
            why = getattr(fault, "strerror", None) or "it is no plain file, or too large"
            raise jinja2.TemplateSyntaxError(f"it can’t be read: {why}", 1, template) from None


def _joined(values: Iterable[Any], between: str = "") -> str:
    """The texts joined into one, as Jinja's filter `join` does it."""
    texts: list[str] = []
    length = 0
    for value in values:
        texts.append(str(value))
        length += len(texts[-1]) + len(between)
        _measure(length)
    return str(between).join(texts)


def _measure(length: int) -> None:
    if length > MAX_LETTERS:
        raise _BoundExceeded(f"it makes a text or list of more than {MAX_LETTERS:,}")


def _is_in_template(fault: BaseException) -> bool:
    """Whether an exception arose in a template or in what Jinja did for it, and not in a function that the template calls."""
    files, trace = [""], fault.__traceback__
    while trace:
        files.append(trace.tb_frame.f_code.co_filename)
        trace = trace.tb_next
    return files[-1].endswith(".j2") or os.path.dirname(jinja2.__file__) in files[-1] or files[-1] == __file__


def _line_in(fault: BaseException, template: str) -> int:
    """The line of the template where a runtime error arose, from the traceback that Jinja makes."""
    line, trace = 0, fault.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename.endswith(template):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
