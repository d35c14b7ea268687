"""LaTeX that pandoc's reader of BibTeX doesn't know, though it only stands for letters: `{\\DJ}`, `\\texteuro{}`, `\\mbox{…}`.

In: the value of a field. Out: the value with these letters as such. Where pandoc doesn't know a command it leaves it out of a name.
https://ctan.org/pkg/encguide (the commands of LaTeX's encodings), https://ctan.org/pkg/biblatex (section 3.13)
"""

from __future__ import annotations

import re

_LETTERS = {
    "DH": "Ð", "dh": "ð", "DJ": "Đ", "dj": "đ", "TH": "Þ", "th": "þ", "NG": "Ŋ", "ng": "ŋ", "SS": "ẞ", "IJ": "Ĳ", "ij": "ĳ",
    "OHORN": "Ơ", "ohorn": "ơ", "UHORN": "Ư", "uhorn": "ư", "textschwa": "ə", "textcrh": "ħ",
    "texteuro": "€", "EUR": "€", "textcent": "¢", "textcurrency": "¤", "textflorin": "ƒ", "textwon": "₩", "textnaira": "₦",
    "textendash": "–", "textemdash": "—", "bibrangedash": "–", "textminus": "−", "textpm": "±", "texttimes": "×", "textdiv": "÷",
    "texttrademark": "™", "textordmasculine": "º", "textordfeminine": "ª", "textonesuperior": "¹", "textnumero": "№",
    "textperthousand": "‰", "textpermille": "‰", "textcelsius": "℃", "textohm": "Ω", "textlnot": "¬",
    "dag": "†", "ddag": "‡", "textdaggerdbl": "‡", "textperiodcentered": "·", "textellipsis": "…",
    "textbar": "|", "textunderscore": r"\_", "textbraceleft": r"\{", "textbraceright": r"\}", "textvisiblespace": "␣",
    "textexclamdown": "¡", "textquestiondown": "¿", "quotesinglbase": "‚", "textquotestraightdblbase": '"',
    "textrightarrow": "→", "textleftarrow": "←", "textuparrow": "↑", "textdownarrow": "↓",
    "protect": "", "relax": "", "allowbreak": "", "nobreak": "", "textcompwordmark": "",
}  # fmt: skip
_COMMAND = re.compile(rf"\\({'|'.join(_LETTERS)})(?![A-Za-z])(?:\{{\}}|[ \t]*)")  # TeX drops spaces after a command
_BOX = re.compile(r"\\(?:mbox|hbox|text)\s*(?=\{)")  # keeps what is in braces together on a line
_SORTED_BY = re.compile(r"\\noopsort\s*\{[^{}]*\}")  # by convention for BibTeX: prints nothing
_COMMA_BELOW = re.compile(r"\\textcommabelow\s*\{\s*(\w)\s*\}")


def with_letters(value: str) -> str:
    """A value with letters in place of the commands that stand for them. Its lines stay."""
    if "\\" not in value:
        return value
    value = _COMMA_BELOW.sub("\\1\N{COMBINING COMMA BELOW}", _SORTED_BY.sub("", _BOX.sub("", value)))
    return _COMMAND.sub(lambda match: _LETTERS[match[1]], value)
