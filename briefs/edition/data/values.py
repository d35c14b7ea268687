"""What a cell may say in a column of each kind.

In: the text of a cell, and its column. Out: its content and statuses, or a ValueError with what is wrong and what to write.
Nothing is guessed and nothing is filled in: a cell that says that there is no value counts as a value too. Flags are those of
statistics offices: https://sdmx.org/wp-content/uploads/CL_OBS_STATUS_v2_2.docx
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from briefs.edition.data.table import Content, Status
from briefs.edition.dates import Date
from briefs.edition.files import CONTROL
from briefs.edition.model import Column
from briefs.problems import UnreadableText, said

# What tables write if there is no value. An empty cell, however, says nothing at all.
MISSING = {
    "..",
    "...",
    "…",
    ":",
    "n/a",
    "na",
    "n.a.",
    "n. a.",
    "-",
    "–",
    "—",
    ".",
    "null",
    "nan",
    "#n/a",
    "not recorded",
    "no data",
}
# Codes of SDMX's list of statuses, and the letters that Eurostat puts behind a number.
_STATUSES: Mapping[str, Status] = {
    "e": "estimated", "s": "estimated", "p": "provisional", "b": "break", "f": "forecast", "i": "imputed", "u": "uncertain",
    "d": "differs", "estimated": "estimated", "estimate": "estimated", "provisional": "provisional", "break": "break",
    "break in series": "break", "forecast": "forecast", "imputed": "imputed", "projected": "forecast", "projection": "forecast",
}  # fmt: skip
_NORMAL = {"", "a", "normal", "official"}
_WITHOUT_VALUE = {"m", "l", "o", "q", "h", "n", "c", "z", "missing", "confidential", "not available"}
# Errors that spreadsheet programs show in place of a value, and write into CSV files. Only #N/A counts as a missing value.
_ERROR = re.compile(
    r"#(?:REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|UNKNOWN!|GETTING_DATA)|Err:\d{3}"
)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_FLAGGED = re.compile(r"(.*\S)\s+([a-z]{1,3})", re.S)
_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
MOST_LETTERS = 300  # the most letters of a text
MOST_NUMBER = 1e15  # above this, a floating-point number isn't exact to the digit


class Reader:
    """Reads the cells of one column in one file. A text that occurs again isn't parsed again."""

    def __init__(self, column: Column, decimal: str = "point"):
        self.column, self._comma = column, decimal == "comma"
        self._known: dict[str, tuple[Content, tuple[Status, ...]]] = {}
        self._categories = {word.casefold(): c.id for c in column.values for word in (c.label.markdown, c.id)}

    def read(self, text: str) -> tuple[Content, tuple[Status, ...]]:
        """The content and the statuses of a cell that isn't empty. Raises UnreadableText."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._understood(text)
        return found

    def _understood(self, text: str) -> tuple[Content, tuple[Status, ...]]:
        if found := CONTROL.search(text.replace("\r\n", "\n")):
            raise UnreadableText(f"there is a control character (U+{ord(found[0]):04X})", "Delete it.")
        plain, letters = text.strip(), ""
        if _ERROR.fullmatch(plain):
            raise UnreadableText(
                said("the cell holds the error {error}", error=plain),
                "Mend the spreadsheet that it comes from; write .. where there is none.",
            )
        if self.column.is_numeric and (match := _FLAGGED.fullmatch(plain)) and set(match[2]) <= _STATUSES.keys() | _WITHOUT_VALUE:
            plain, letters = match[1], match[2]
        if plain.casefold() in MISSING and not (self.column.kind == "category" and plain.casefold() in self._categories):
            return None, ()
        statuses = dict.fromkeys(status for letter in letters for status in read_status(letter)[0])
        return self._content(plain), tuple(statuses)

    def _content(self, text: str) -> Content:
        kind = self.column.kind
        if kind in {"number", "share"}:
            return self._number(text)
        if kind == "category":
            return self._category(text)
        if kind == "yes-no":
            if text.casefold() not in _YES_NO:
                raise UnreadableText(
                    said("“{text}” stands in the column “{column}” of yes and no", text=text[:60], column=self.column.id),
                    "Write yes or no.",
                )
            return _YES_NO[text.casefold()]
        if kind == "date":
            try:
                return Date.parse(text)
            except ValueError as fault:
                raise UnreadableText(fault.args[0], "Write it as ISO 8601 does.") from None
        if len(text) > MOST_LETTERS:
            raise UnreadableText(f"the text has over {MOST_LETTERS} letters", "Shorten it; prose belongs in a fact.")
        return text

    def _number(self, text: str) -> float:
        bare = text.replace("\N{MINUS SIGN}", "-").replace("\N{NO-BREAK SPACE}", " ")
        if self.column.kind == "share":
            bare = bare.removesuffix("%").rstrip()
        bare = bare.replace(",", ".") if self._comma and bare.count(",") == 1 and "." not in bare else bare
        if not _NUMBER.fullmatch(bare):
            what = said("“{text}” stands in the column “{column}” of numbers", text=text[:60], column=self.column.id)
            raise UnreadableText(what, self._number_hint(text))
        value = float(Decimal(bare) * Decimal(repr(self.column.scale))) if self.column.scale != 1 else float(bare)
        if abs(value) >= MOST_NUMBER:
            raise UnreadableText(
                f"“{text[:60]}” is too large for a number", "Give it in thousands or millions, and say so in the unit."
            )
        if self.column.kind == "share" and not 0 <= value <= 100:
            what = said(
                "“{text}” isn’t between 0 and 100, and the column “{column}” is a share", text=text[:60], column=self.column.id
            )
            raise UnreadableText(what, "A ratio that may be larger is a `number` with the unit per cent.")
        return value

    def _number_hint(self, text: str) -> str:
        if re.fullmatch(r"[+-]?[\d.]+,\d+", text):
            return "Take the comma out; or, if it is the decimal sign, say `decimal: comma` under `tables` in columns.yaml."
        if re.fullmatch(r"[+-]?\d{1,3}([ ,.'’]\d{3})+([.,]\d+)?", text):
            return "Write it without signs between the thousands."
        return "Write a number, or .. where there is none."

    def _category(self, text: str) -> str:
        found = self._categories.get(" ".join(text.split()).casefold())
        if found is None:
            known = ", ".join(c.id for c in self.column.values)
            what = said("“{text}” is no value of the column “{column}”", text=text[:60], column=self.column.id)
            raise UnreadableText(what, said("It has {values}.", values=known))
        return found


def plain(column: Column, content: Content) -> Content:
    """The content of a value in plain types: a category as its label, a date as a text in ISO 8601."""
    if isinstance(content, Date):
        return content.text
    return next((category.label.markdown for category in column.values if category.id == content), content)


def read_status(text: str) -> tuple[tuple[Status, ...], bool]:
    """The statuses that a cell of flags gives, and whether it says that there is no value. Raises UnreadableText."""
    word = " ".join(text.split()).casefold()
    if word in _NORMAL:
        return (), False
    if word in _STATUSES:
        return (_STATUSES[word],), False
    if word in _WITHOUT_VALUE:
        return (), True
    if re.fullmatch(r"[a-z]{2,3}", word) and all(letter in _STATUSES for letter in word):
        return tuple(dict.fromkeys(_STATUSES[letter] for letter in word)), False
    raise UnreadableText(
        f"“{text[:60]}” is no known flag", "Write E (estimated), P (provisional), B (break in series) or another of SDMX."
    )
