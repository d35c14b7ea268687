"""The words that templates print, with their gaps filled in.

In: an edition's labels (`labels/en.yaml`) and its language. Out: plain text. A missing label, or a gap for which there is no value,
is a problem at its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from babel import Locale

from briefs.edition.model import Text
from briefs.problems import Place, Problem, Report, error, nearest, raise_all

SURE = 0.85  # of a name: `contnts` is `contents`, `counts` is another label

# Only names. Python's own format would read attributes of objects, and could pad a word to a gigabyte.
_GAP = re.compile(r"\{\{|\}\}|\{(\w+)\}|[{}]")


class Labels:
    """`labels("as_of", date="August 2020")` is “as of August 2020”. With `n`, a label may have the forms `.one` and `.other`.

    `report`: what is done with problems. If it keeps them, the name of a missing label stands for its words.
    """

    def __init__(self, texts: Mapping[str, Text], language: str, report: Report = raise_all):
        self.texts = texts
        self.report = report
        self.locale = Locale.parse(language, sep="-")

    def __call__(self, name: str, **values: object) -> str:
        text = self.texts.get(self._form(name, values.get("n")))
        if text is None:
            self.report([self._missing(name)])
            return name
        try:
            return _GAP.sub(lambda m: m[0][0] if m[0] in {"{{", "}}"} else str(values[m[1]]), text.markdown)
        except KeyError:
            known = ", ".join(f"{{{v}}}" for v in values) or "no gaps"
            self.report([error(text.place, f"the label “{name}” has a gap that nothing fills", f"It may have {known}.")])
            return name

    def _missing(self, name: str) -> Problem:
        """A missing label: at one that may be meant, or else at the last one."""
        meant = next(iter(nearest(name, self.texts, cutoff=SURE)), "")
        last = max((text.place for text in self.texts.values()), default=Place("labels"), key=lambda place: place.line)
        hint = f"Is it the one called “{meant}”?" if meant else f"Add a line `{name}: …`. `new DIR` writes all labels in English."
        return error(self.texts[meant].place if meant else last, f"the label “{name}” is missing", hint)

    def _form(self, name: str, n: object) -> str:
        """The label's name with its plural form for `n` by the rules of CLDR (UTS 35), if it has several forms."""
        if not isinstance(n, int) or name in self.texts:
            return name
        form = f"{name}.{self.locale.plural_form(n)}"
        return form if form in self.texts else f"{name}.other"
