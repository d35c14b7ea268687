"""Reads YAML files that stand beside the edition and are no content: who gets files, who uses the desk.

In: a file outside the content. Out: its model; or every problem in the file with line and column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from briefs import plainfile
from briefs.edition import faults, yamls
from briefs.edition.files import printable
from briefs.edition.model import Model
from briefs.problems import Problem, Problems

MAX_BYTES = 5_000_000

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class SettingsFile(Generic[M]):
    """A kind of settings file, which is read into a model. `name`: what messages call it. `example`: a file that shows how it is
    written. `option`: the command-line option that names another file. `why_outside`: why the file can't be in the content folder.
    `hints`: what to write, by pydantic's type of error."""

    model: type[M]
    name: str
    example: str
    option: str
    why_outside: str
    hints: Mapping[str, str] = field(default_factory=dict)

    def read(self, path: Path, content: Path) -> M:
        """Read the file. `content`: the content folder. Raises Problems if the file has errors or is in that folder."""
        shown = printable(str(path))
        if path.resolve().is_relative_to(content.resolve()):
            hint = f"Move it elsewhere, and name it with {self.option} FILE."
            raise _problem(shown, f"the {self.name} can’t be in the content folder: {self.why_outside}", hint)
        document = yamls.load(shown, self._bytes(path, shown))
        if document.data is not None and not isinstance(document.data, dict):
            document.problems.append(_one(shown, "there should be keys and values here", f"{self.example} shows them.", 1))
        if document.problems:
            raise Problems(document.problems)
        try:
            return self.model.model_validate(document.data)
        except ValidationError as fault:
            raise Problems(self._problem_of(document, dict(f)) for f in fault.errors(include_url=False)) from None

    def _bytes(self, path: Path, shown: str) -> bytes:
        try:
            return plainfile.read(path, MAX_BYTES)
        except FileNotFoundError:
            hint = f"Copy {self.example} to it, or name another with {self.option} FILE."
            raise _problem(shown, f"there is no {self.name}", hint) from None
        except OSError as fault:
            special = "Is a directory" if path.is_dir() else f"it is no plain file, or has more than {MAX_BYTES:,} bytes"
            raise _problem(shown, f"can’t be read: {fault.strerror or special}", "Check the file and its permissions.") from None

    def _problem_of(self, document: yamls.YamlDocument, fault: dict[str, Any]) -> Problem:
        """An error of pydantic as a problem, with hints that fit this file."""
        found = faults.problem(self.model, document, (), fault)
        hint = self.hints.get(fault["type"], found.hint)
        if fault["type"] not in self.hints and not hint.startswith("Did you mean") and fault["type"] != "missing":
            hint = f"{self.example} shows how it is written."
        return Problem(found.severity, found.path, found.line, found.column, found.message, hint)


def _problem(path: str, message: str, hint: str) -> Problems:
    return Problems([_one(path, message, hint)])


def _one(path: str, message: str, hint: str, line: int = 0) -> Problem:
    return Problem("error", path, line, 0, message, hint)
