"""Bounds of style sheets, so that what a stranger's theme holds is read and laid out in bounded time.

In: the style sheets of a document. Out: what exceeds a bound, in the form of WeasyPrint's own warnings, with “at LINE:COLUMN”.
Custom properties are counted with what `var()` puts into them, because a few that name each other several times are a text without
end. https://www.w3.org/TR/css-syntax-3/, https://www.w3.org/TR/css-variables-1/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Token = Any  # tinycss2.ast.Node

DEPTH = 30  # brackets and blocks in each other; the program's own style sheets have 4
SELECTOR = 100  # parts of a selector; the longest of our own has 42 with its commas
STEPS = 10  # descendant and sibling combinators, and `:has`, in a selector; the longest of our own has 3
DECLARATION = 1_000  # parts of a declaration; the longest of our own has 11
NUMBER = 100_000  # the largest of our own is 700


@dataclass(frozen=True)
class _Piece:
    """What stands between two semicolons or blocks, without them. `is_selector`: a block follows it."""

    tokens: Sequence[Token]
    is_selector: bool


def exceeded(sheets: Sequence[str]) -> list[list[str]]:
    """For each style sheet, what exceeds a bound in it. The custom properties of all of them count for each."""
    import tinycss2

    parsed = [tinycss2.parse_component_value_list(css, skip_comments=True) for css in sheets]
    simple = [list(_simple(tokens, 0)) for tokens in parsed]
    if any(simple):
        return simple
    pieces = [list(_pieces(tokens)) for tokens in parsed]
    lengths = _lengths([piece for own in pieces for piece in own])
    return [[message for piece in own for message in _long(piece, lengths)] for own in pieces]


def _simple(tokens: Iterable[Token], depth: int) -> Iterator[str]:
    """The numbers that are too large, and the brackets that are too deep."""
    for token in tokens:
        if token.type in {"number", "dimension", "percentage"} and not abs(token.value) <= NUMBER:
            yield _said(token, f"a number over {NUMBER:,}")
        if depth == DEPTH and _inside(token):
            yield _said(token, f"over {DEPTH} brackets in each other")
        elif depth < DEPTH:
            yield from _simple(_inside(token), depth + 1)


def _pieces(tokens: Iterable[Token]) -> Iterator[_Piece]:
    """The selectors and declarations of a style sheet or a block, and those of the blocks in it."""
    piece: list[Token] = []
    for token in tokens:
        if token.type == "{} block":
            yield _Piece(piece, True)
            yield from _pieces(token.content)
        elif token != ";":
            piece += [] if token.type == "whitespace" and not piece else [token]
            continue
        else:
            yield _Piece(piece, False)
        piece = []
    yield _Piece(piece, False)


def _long(piece: _Piece, lengths: Mapping[str, int]) -> Iterator[str]:
    """What says that a selector or a declaration is too long."""
    if not piece.tokens:
        return
    if piece.is_selector:
        selectors = list(_at_commas(piece.tokens))
        if max(map(_length, selectors)) > SELECTOR:
            yield _said(piece.tokens[0], f"a selector of over {SELECTOR} parts")
        elif max(map(_steps, selectors)) > STEPS:
            yield _said(piece.tokens[0], f"a selector with over {STEPS} spaces, “~” and “:has”")
    elif _length(piece.tokens[1:], lengths) > DECLARATION:
        yield _said(piece.tokens[0], f"a declaration of over {DECLARATION:,} parts, with those of the custom properties in it")


def _at_commas(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    part: list[Token] = []
    for token in tokens:
        if token == ",":
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _steps(tokens: Sequence[Token]) -> int:
    """The number of descendant combinators, “~” and “:has” in a selector, those in brackets included.

    cssselect2 writes each as one `any()` in another, and Python 3.14 compiles what is in an `any()` twice
    (https://github.com/python/cpython/issues/131738): 20 of them would take minutes.
    """
    around = [None, *tokens, None]
    return sum(
        (_is_descendant(*three) or three[1] == "~" or getattr(three[1], "lower_name", "") == "has") + _steps(_inside(three[1]))
        for three in zip(around, tokens, around[2:], strict=False)
    )


def _is_descendant(before: Token, token: Token, after: Token) -> bool:
    """Whether a token is the space between two selectors, and not one beside a sign or at an end."""
    return token.type == "whitespace" and not any(one is None or one in (">", "+", "~", ",") for one in (before, after))


def _lengths(pieces: Iterable[_Piece]) -> dict[str, int]:
    """The length of each custom property, with those that it names; of one that is declared several times, the longest."""
    declared: dict[str, list[Sequence[Token]]] = {}
    for piece in pieces:
        if piece.tokens and piece.tokens[0].type == "ident" and piece.tokens[0].value.startswith("--"):
            declared.setdefault(piece.tokens[0].value, []).append(piece.tokens[1:])
    lengths = dict.fromkeys(declared, 1)
    for _ in range(DEPTH):
        before, lengths = lengths, {name: max(_length(value, lengths) for value in values) for name, values in declared.items()}
        if lengths == before:
            return lengths
    return {
        name: length if length == before[name] else DECLARATION + 1 for name, length in lengths.items()
    }  # too deep, or a circle


def _length(tokens: Iterable[Token], lengths: Mapping[str, int] | None = None) -> int:
    """The number of parts, those in brackets included; for each name of a custom property, its length."""
    return sum(_own(token, lengths or {}) + _length(_inside(token), lengths) for token in tokens)


def _own(token: Token, lengths: Mapping[str, int]) -> int:
    return lengths.get(token.value, 1) if token.type == "ident" else 1


def _inside(token: Token) -> Sequence[Token]:
    inside: Sequence[Token] = getattr(token, "arguments", None) or getattr(token, "content", None) or ()
    return inside


def _said(token: Token, what: str) -> str:
    return f"Refused at {token.source_line}:{token.source_column}, {what}"
