"""The signs that Markdown leaves as text: its own, where it didn't understand them, and those of other programs.

In: nothing. Out: for each sign, how it looks in the printed text, what is wrong, and what to write instead. Other programs are
Quarto, bookdown, R Markdown, MkDocs, Obsidian, GitHub, Sphinx, Hugo, Jekyll, and filters of pandoc.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HIDDEN, CITED = "\0", "\1"  # what stands in the printed text for anything but text, and for a citation without brackets


@dataclass(frozen=True)
class Sign:
    """A sign that is left over. `pattern`: finds it in the printed text, after smart punctuation; `source`: finds it in the
    Markdown, if it looks different there.
    In `what` and `instead`, `{0}` is the sign. `is_doubt`: it may be meant as it stands."""

    pattern: re.Pattern[str]
    what: str
    instead: str
    source: re.Pattern[str] | None = None
    is_doubt: bool = False


def _sign(pattern: str, what: str, instead: str, source: str = "", *, is_doubt: bool = False) -> Sign:
    return Sign(re.compile(pattern, re.M), what, instead, re.compile(source, re.M) if source else None, is_doubt)


_KEY = r"\{[^{}\s]+\}|\w+(?:[:.#$%&+?<>~/-]+\w+)*"

MARKDOWN = (
    _sign(r"\[\^[^\]\s\[]*\]", "no note “{0}” is defined", "Define it with `{0}: The note.`, or write `\\[` to print the bracket."),
    _sign(r"\^\[", "the note that “^[” begins isn’t closed", "Write `]` after it, or `\\^` to print the sign."),
    _sign(rf"\[(?:[^\[\]{HIDDEN}]*\s)?(?:@(?:{_KEY})?|-?{CITED})", "“[” doesn’t begin a citation here",
          "Write [@key, p. 3], with a key after each “;”, and close the bracket. `\\[` prints it.", rf"\[[^\[\]]*@(?:{_KEY})?"),
    _sign(r"(?<=\w)@\w+", "“{0}” after a letter is read as text, not as a citation",
          "Write a space before it, or [{0}]; or `\\@` to print the sign."),
    _sign(r"!\[", "a picture is left as text", "Write ![Words](figures/…) without a space between the brackets."),
    _sign(r"\]\[", "no link of this name is defined",
          "Define it on a line `[name]: https://…` with an empty line before it. `\\[` prints a bracket."),
    _sign(r"\]\(", "a link is left as text", "Write [words](https://…), without signs that end it. `\\[` prints a bracket."),
    _sign(r"\A\*\[[^\]\n]+\]:", "“{0}” doesn’t define an abbreviation here", "Write it into glossary.yaml."),
    _sign(r"^\[[^\]\n]+\]:(?=\s)", "“{0}” isn’t read as the address of a link",
          "Leave an empty line before it, and write `[name]: https://…`."),
    _sign(r"\A(?:`{3,}|~{3,}|:{3,})|`{3,}", "“{0}” begins no block here",
          "Write the same signs on lines of their own before and after the block."),
    _sign("`", "“`” is left as a sign", "Close the code with “`”. For quotation marks write “…” or ‘…’; `\\`` prints the sign."),
    _sign(r"\*{2,}", "“{0}” is left as signs",
          "Write **words** without a space at its inner sides, and close it. `\\*\\*` prints the signs."),
    _sign(r"(?<=\S )[*_](?=[^\W_])", "“{0}” is left as a sign", "Close it: *words*. `\\{0}` prints the sign."),
    _sign(r"__+", "“{0}” is left as signs", "Write **words** for bold. `\\_\\_` prints the signs."),
    _sign(r"~~+", "“{0}” is left as signs", "Close it: ~~words~~. `\\~\\~` prints the signs."),
    _sign(r"(?<!\^)\^(?=[^\s\^])[^\^\n]* [^\^\n]*(?<=\S)\^(?![\^\w({−-])", "“{0}” is left as text: raised letters hold no space",
          "Write `\\ ` for each space: ^a\\ b^. `\\^` prints the sign."),
    _sign(r"(?<!~)~(?=[^\s~])[^~\n]* [^~\n]*(?<=\S)~(?![~\w])", "“{0}” is left as text: lowered letters hold no space",
          "Write `\\ ` for each space: ~a\\ b~. `\\~` prints the sign."),
    _sign(r"\^\^+", "“{0}” is left as signs", "Write x^2^ for a raised letter. `\\^\\^` prints the signs."),
    _sign(r"(?<![+=])==+(?![+=])", "“{0}” is left as signs; nothing is highlighted",
          "Write **words** for bold. `\\=\\=` prints the signs."),
    _sign(r":{3,}", "“{0}” is left as signs: it doesn’t begin or end a block here",
          "Leave an empty line before it, and write a class after the first one: `::: notes`."),
    _sign(r"\$\$", "“$$” is left as signs", "Write `\\$` for each dollar."),
    _sign(r"\|[ \t]*:?[-–—]+:?[ \t]*(?:\||$)", "a table is left as text",
          "Leave an empty line before it, begin it with the line of its heads, and give each line the same number of columns.",
          r"\|[ \t]*:?-+:?[ \t]*(?:\||$)"),
    _sign(r"^\+[-–—=:]+\+", "a table is left as text",
          "Leave an empty line before it, begin its lines without spaces, and give all the same length.", r"^ *\+[-=:]+\+"),
    _sign(r"(?<=\n)(?::[-–—]+:?|[-–—]+:)$", "“{0}” is left as text: no table is read here",
          "Write a table of one column with signs: `| Head |`, `|---|` and `| cell |` on lines of their own.",
          r"^[ ]*(?::-+:?|-+:)[ ]*$"),
    _sign(r"\{(?:[.#][\w-]|[\w-]+=)", "attributes in braces are left as text",
          "Write them right after what they belong to. `\\{{` prints the brace."),
    _sign(r"<!(?:--|–|—)", "a comment isn’t closed", "Write `-->` after it.", "<!--"),
    _sign(r"(?:\A#+(?=[^\W\d])|\A##+(?=\w))|(?:(?<=\n)#{1,6} )", "“{0}” is left as signs: no heading begins here",
          "Leave an empty line before a heading, and a space after its signs. `\\#` prints the sign."),
    _sign(r"(?<=\n)> ", "“>” is left as a sign: no quotation begins here",
          "Leave an empty line before the quotation. `\\>` prints the sign."),
    _sign(r"^[-–—]{2,}[-–— ]*$|(?<=\n)—$", "a line of hyphens is left as text",
          "Leave an empty line before and after it, or take it out.", r"^[ ]*--[- ]*$"),
    _sign(rf"\A{HIDDEN}:", "“:” right after a key is left as a sign", "Write a comma: [@key, p. 3].", r"@[^\s\]]*:"),
    _sign(r"\\$", "“\\” at the end is left as a sign",
          "In a cell of a table with | signs a line can’t be broken. `\\\\` prints the sign."),
    _sign(r"\A: ", "“:” at the beginning is left as a sign",
          "Write a caption right before or after its table, a meaning right after its term."),
    _sign(r"&(?:[A-Za-z][A-Za-z0-9]+|#[0-9]+|#x[0-9A-Fa-f]+);", "“{0}” is the name of no letter", "Write the letter itself."),
)  # fmt: skip
IN_TEXT = (
    _sign(r"\A#{1,6} (?=\S)", "“{0}” is left as signs: no heading begins here",
          "Write a heading at the beginning of its line, without spaces before it. `\\#` prints the sign.", r"^[ \t>]+#{1,6} "),
    _sign(r"\A\[[ xX✓✔✗✘~/>–-]?\](?![\[(:{])", "“{0}” makes no box here",
          "A task is an item such as `- [ ] words` or `- [x] words`. `\\[` prints the bracket."),
    _sign(r"\ATable: ", "“Table:” begins no caption here",
          "Write a caption right before or after its table. `Table\\:` prints the word."),
    _sign(r"(?<=\n)[:~] (?=\S)", "“{0}” is left as a sign: no meaning begins here",
          "Write each term alone, with an empty line before it and its meaning right below it. `\\{0}` prints the sign."),
)  # fmt: skip
IN_VERSE = _sign(
    r"\|",
    "a line that begins with “|” is read as verse",
    "A table has a line such as `|---|---|` below its heads; `\\|` prints the sign.",
)
_GRID = "Write a grid table for it: only its cells hold"
IN_CELLS = (
    _sign(r"\A[-*+] \[[ xX]?\]", "“{0}” is left as signs: this table holds no lists", f"{_GRID} lists. `\\[` prints the bracket.",
          r"(?<=[|\s])[-*+] \[[ xX]?\]"),
    _sign(r"\A[-*+] (?=[^\W\d])", "“{0}” at the beginning of a cell is printed as it stands: this table holds no lists",
          f"{_GRID} lists. `\\{{0}}` or – says that the sign is meant.", is_doubt=True),
    _sign(r"\A> ?(?=[^\W\d])", "“>” is left as a sign: this table holds no quotations", f"{_GRID} them. `\\>` prints the sign."),
    _sign(r"\A#{2,6} ", "“{0}” is left as signs: a cell holds no headings", "Write **words** for bold. `\\#` prints the sign."),
)  # fmt: skip
_BOX = "There are no boxes: write a paragraph that begins with **Note:**."
_WRITE = "Write the words themselves. A backslash before its first sign prints it."
# https://quarto.org/docs/authoring/shortcodes.html, https://bookdown.org/yihui/bookdown/markdown-extensions-by-bookdown.html,
# https://help.obsidian.md/obsidian-flavored-markdown, https://facelessuser.github.io/pymdown-extensions/
OTHERS = (
    _sign(r"\A(?i:\[{1,2}_?toc_?\]{1,2}|\{{1,2} ?:?toc ?\}{1,2})\Z|\{:toc[^}\n]*\}", "“{0}” makes no contents",
          "Delete it: the report has its contents by itself."),
    _sign(r"\{\{(?:[^\n]*?\}\})?|\{%(?:[^\n]*?%\})?|<%(?:[^\n]*?%>)?|\$\{\w[\w.]*\}", "“{0}” is left as text: nothing fills it in",
          _WRITE, r"\{\{|\{%|<%|\$\{"),
    _sign(r"^!{3} ?\w+|^\?{3}\+? ?\w+|^/{3,} ?\w+|^\[!\w[\w-]*\][+-]?", "“{0}” begins no box here", _BOX),
    _sign(r"(?<![\w:/]):(?=[\w+-]*[A-Za-z+])[\w+-]+:(?![\w:])", "“{0}” is left as text: it names no sign here",
          "Write the sign itself, or a word. `\\:` prints the colon."),
    _sign(r"\{(?:\+\+|--|[–—]|~~|>>|==)|(?:\+\+|--|[–—]|~~|<<|==)\}", "“{0}” is left as text: it marks no change here",
          "Accept or reject the change, and write the words alone.", r"\{(?:\+\+|--|~~|>>|==)|(?:\+\+|--|~~|<<|==)\}"),
    _sign(r"(?<![\w+])\+\+(?=[^\s+]).*?[^\s+]\+\+(?![\w+])", "“++” is left as signs; nothing is underlined",
          "Write the words alone. `\\+\\+` prints the signs.", r"(?<![\w+])\+\+"),
    _sign(r"<{3,}|>{3,}", "“{0}” is left as signs", "Keep the words that you want, and delete the signs. `\\<` prints one."),
    _sign(r"!?\[\[[^\[\]\n]+\]\]", "“{0}” is left as text: it is no link", "Write [words](#name), or [words](https://…)."),
    _sign(r"(?<!\d)%%", "“%%” is left as signs: it begins no comment", "Write <!-- words -->. `\\%\\%` prints the signs."),
    _sign(r"(?<=\s)\^[A-Za-z0-9][A-Za-z0-9-]*\Z", "“{0}” is left as text: it names nothing", "Delete it. `\\^` prints the sign."),
    _sign(r"\w+::(?=\s)|\A\([\w-]+\)=\Z|^#\+\w+", "“{0}” is left as text: it sets nothing", "Delete it, or write a sentence."),
    _sign(rf"(?<!\w)\{{[\w:+-]+\}}(?={HIDDEN})|^\.\. [\w-]+::", "“{0}” is left as text: it has no meaning here", _WRITE),
    _sign(rf"(?<={HIDDEN})__?(?!\w)", "“{0}” after code is left as text", "Write [words](https://…) for a link.", r"`__?(?!\w)"),
    _sign(r"^!include\b|^(?:--|[–—]-?)8<|^include::|\{![^}\n]*!\}", "“{0}” is left as text: it includes nothing",
          "Write what belongs there into this file.", r"^!include\b|^--+8<|^include::|\{!"),
    _sign(r"\A\{(?:pagebreak|newpage)\}\Z", "“{0}” is left as text: it begins no page", "Delete it."),
    _sign(r"\A\. \. \.\Z", "“. . .” is printed: slides have no pauses", "Delete it; “…” stands for words that are left out."),
    _sign(r"\(ref:[\w-]+\)|\A\((?:PART|APPENDIX)\b", "“{0}” is left as text: it has no meaning here", _WRITE),
    _sign(r"\{:{1,2}[^}\n]*\}", "attributes in braces are left as text", "Take out “{0}”. `\\{{` prints the brace."),
)  # fmt: skip
