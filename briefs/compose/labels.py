"""The words that templates print, with their gaps filled in.

In: an edition's own labels (`labels/en.yaml`) and its language. Out: plain text. What the edition doesn't word itself, the program
words (`briefs/edition/labels.py`). A name that neither has, or a gap for which there is no value, is a problem at its place.
"""

from __future__ import annotations

from collections.abc import Mapping

from babel import Locale

from briefs.edition import casing, digits
from briefs.edition.labels import GAP, with_default
from briefs.edition.model import Edition, Text
from briefs.problems import Place, Report, did_you_mean, error, raise_all


class Labels:
    """`labels("as_of", date="August 2020")` is “as of August 2020”. With `n`, a label may have the forms `.one` and `.other`.

    Whole numbers are printed in the digits of the language. `texts`: the labels that the edition words itself. `report`: called
    with problems. If it doesn't raise them, the name of a label that has no words is printed in their place. `numerals`: a
    numbering system of CLDR.
    """

    def __init__(self, texts: Mapping[str, Text], language: str, report: Report = raise_all, numerals: str = digits.WESTERN):
        self.texts = texts
        self.report = report
        self.numerals = numerals
        self.language, self.locale = language, Locale.parse(language, sep="-")
        self._own = with_default(language)

    @classmethod
    def of(cls, edition: Edition, report: Report = raise_all) -> Labels:
        """The labels of an edition, in its language and its digits."""
        return cls(edition.labels, edition.about.language, report, edition.about.numerals)

    def number(self, number: object) -> str:
        """A number in the digits of the language."""
        return digits.written(number, self.numerals)

    def sentence(self, phrase: str) -> str:
        """A label or key phrase with a capital letter, to stand by itself."""
        return casing.capitalised(phrase, self.language)

    def __call__(self, name: str, **values: object) -> str:
        n = values.get("n")
        text = self.texts.get(_form(name, n, self.texts, self.locale))
        words = text.words if text else self._own.get(_form(name, n, self._own, self.locale))
        if words is None:
            hint = did_you_mean(name, {*self.texts, *self._own}, f"Add a line `{name}: …` to the edition’s labels.")
            self.report([error(Place("labels"), f"a template prints the label “{name}”, which nothing words", hint)])
            return name
        printed = {key: self._printed(value) for key, value in values.items()}
        try:
            return GAP.sub(lambda m: m[0][0] if m[0] in {"{{", "}}"} else printed[m[1]], words)
        except KeyError:
            known = ", ".join(f"{{{v}}}" for v in values) or "no gaps"
            place = text.place if text else Place("labels")
            self.report([error(place, f"the label “{name}” has a gap that nothing fills", f"It may have {known}.")])
            return name

    def _printed(self, value: object) -> str:
        if isinstance(value, Text):
            return value.words
        return self.number(value) if isinstance(value, int) else str(value)


def _form(name: str, n: object, known: Mapping[str, object], locale: Locale) -> str:
    """The label's name with its plural form for `n` by the rules of CLDR (UTS 35), if it has several forms."""
    if not isinstance(n, int) or name in known:
        return name
    form = f"{name}.{locale.plural_form(n)}"
    return form if form in known else f"{name}.other"
