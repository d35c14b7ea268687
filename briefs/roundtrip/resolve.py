"""Turns pieces from Word into pieces of the source: citations with their keys, passages with their language.

In: changes of printed pieces, the source's pieces. Out: the source's pieces with the changes made, and what could not be resolved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from briefs.compose import tree
from briefs.edition.textnames import is_block
from briefs.roundtrip import notes, values
from briefs.roundtrip.printed import ATOMS, PrintedText, Region, positions, source_range
from briefs.wordfile.citations import CitationField
from briefs.wordfile.pieces import Change, Formatting, Piece, changed, to_inlines, words

_NO_REFERENCE = "a reference leads to nothing in the content, so this was not written"
_NOUNS = {"cite": "a note", "reference": "a reference", "picture": "a picture", "other": "something that is not text"}


@dataclass
class Resolver:
    """Resolves the changes of one region. `reports`: for each change that is left to a person, the reason, and the words before and
    after."""

    printed: PrintedText
    region: Region
    reports: list[tuple[str, str, str]] = field(default_factory=list)

    def rewritten(self, before: Sequence[Piece], found: Iterable[Change]) -> list[Piece] | None:
        """The source's pieces with the changes made; None if one of them has no certain place in the source.

        `before`: the printed pieces of the region. Formatting that the template gives to the whole text is left out.
        """
        source = self.printed.leaf(self.region.name, self.region.leaf)
        of_template = _shared_formatting(before) - _shared_formatting(source)
        printed = _without(before, of_template)
        at = positions(printed, source)
        kept = self._with_values_kept([(s, e, _without(new, of_template)) for s, e, new in found], printed, source, at)
        resolved: list[Change] = []
        for start, end, new in kept:
            place = source_range(at, start, end)
            if place is None:
                self.reports.append(("this change can’t be placed in the source", words(printed[start:end]), words(new)))
                return None
            if any(p.kind == "other" and p not in printed[start:end] for p in new):
                self.reports.append(
                    ("something was added that Markdown can’t say, so this was not written", words(printed[start:end]), words(new))
                )
                continue
            if self._leads_nowhere(new, source):
                self.reports.append((_NO_REFERENCE, words(printed[start:end]), words(new)))
                continue
            if any(p.kind == "reference" and self.printed.lacks_label(p) for p in new):
                reason = "the program writes these words before a reference, so this was not written"
                self.reports.append((reason, words(printed[start:end]), words(new)))
                continue
            resolved.append((*place, self.pieces(new, source, *place, printed[start:end])))
        return changed(source, resolved)

    def _with_values_kept(
        self, found: Sequence[Change], printed: Sequence[Piece], source: Sequence[Piece], at: Sequence[int | None]
    ) -> list[Change]:  # fmt: skip
        """The changes that keep the values of the data. In them, each value is the span of the source that prints it. Other changes
        are reported."""

        own = [None if place is None else source[place] for place in at[: len(printed)]]
        kept, refused = values.divided(found, printed)
        for start, end, new in refused:
            self.reports.append((values.reason(printed[start:end], own[start:end], new), words(printed[start:end]), words(new)))
        spans: dict[str, list[Piece]] = {}
        for piece, span in ((printed[n], own[n]) for start, end, _ in kept for n in range(start, end)):
            if piece.kind == "value" and span:
                spans.setdefault(piece.text, []).append(span)
        return [(start, end, [_with_span(piece, spans) for piece in new]) for start, end, new in kept]

    def _leads_nowhere(self, new: Sequence[Piece], source: Sequence[Piece] = ()) -> bool:
        """Whether new words have a reference that isn’t known. The words around it would say nothing without it."""
        return any(p.kind == "reference" and self.printed.source_atom(p, source) is None for p in new)

    def new(self, pieces: Sequence[Piece]) -> list[Piece] | None:
        """The source’s pieces for new words; None if they can’t be written."""
        if self._leads_nowhere(pieces):
            self.reports.append((_NO_REFERENCE, "", words(pieces)))
            return None
        return self.pieces(pieces, [], 0, 0, [])

    def pieces(self, new: Sequence[Piece], source: Sequence[Piece], start: int, end: int, old: Sequence[Piece]) -> list[Piece]:
        """New pieces that replace `source[start:end]`, which is printed as `old`."""
        context = source[start:end] or [*source[max(0, start - 1) : start], *source[end : end + 1]]
        spans = context[0].spans if context and all(p.spans == context[0].spans for p in context) else ()
        links = _internal_links(context)
        linked = words(p for p in new if p.kind not in ATOMS and _internal_links([p]))
        if linked and is_block(self.region.name) and not links:
            self.reports.append(("a link within the file was added", "", linked))
        spare = [p for p in source[start:end] if p.kind in ATOMS]
        out: list[Piece] = []
        for piece in new:
            if piece.kind in ATOMS:
                out += self._atom(piece, spare, old)
                continue
            if piece.kind == "value":
                out.append(piece)
                continue
            own = _internal_links([piece])
            out.append(Piece(piece.text, piece.kind, piece.formatting - own | (links if own else set()), spans=spans))
        return out

    def _atom(self, piece: Piece, spare: list[Piece], old: Sequence[Piece]) -> list[Piece]:
        """The source's piece for a citation, a reference or a picture. If it was changed, the source's stays; if it was added, it
        is left out. `spare`: the source's pieces that are not used yet."""
        known = self.printed.source_atom(piece, spare)
        if known is not None:
            spare[:] = [p for p in spare if p is not known]
            return [self._described(known, piece) if piece.kind == "picture" else known]
        replaced = next((p for p in spare if p.kind == piece.kind), None)
        if piece.citation and piece.kind == "cite":
            return self._cited(piece, piece.citation, spare, old, replaced)
        if note := self._free_note(piece, replaced):
            spare[:] = [p for p in spare if p is not replaced]
            return [note]
        if replaced is None:
            self.reports.append((f"{_NOUNS[piece.kind]} was added", "", piece.text))
            return []
        spare.remove(replaced)
        if piece.kind == "picture":
            self.reports.append(
                ("a picture was replaced by another one; the source still has the old one", replaced.text, piece.text)
            )
            return [self._described(replaced, piece)]
        was = next((p.text for p in old if p.kind == piece.kind), "")
        self.reports.append((f"{_NOUNS[piece.kind]} was changed; the source still has the old one", was, piece.text))
        return [replaced]

    def _cited(
        self, piece: Piece, field: CitationField, spare: list[Piece], old: Sequence[Piece], replaced: Piece | None
    ) -> list[Piece]:  # fmt: skip
        """A citation that a reference manager wrote, as the source’s piece with its keys. Words typed into it are reported."""
        was = next((p for p in old if p.kind == "cite" and p.citation and p.citation.signature == field.signature), None)
        node = notes.cite(field, self.printed.sources)
        if was and replaced is not None:
            spare.remove(replaced)
            if not field.is_untouched(piece.text):
                self.reports.append(("a note was changed; the source still has the old one", was.text, piece.text))
            return [replaced]
        if node is None:
            record = notes.offered(field, self.printed.sources)
            reason = f"a citation of a source that the content lacks was left out: put it into sources/ first, as {record}"
            self.reports.append((reason, "", piece.text))
            return [replaced] if replaced is not None else []
        if replaced is not None:
            spare.remove(replaced)
        return [Piece(piece.text, "cite", node=node)]

    def _described(self, picture: Piece, shown: Piece) -> Piece:
        """A picture of the source with the alternative text that it has now. A picture can’t be without one."""
        if shown.text == picture.text or picture.node is None:
            return picture
        if not shown.text:
            self.reports.append(("the alternative text of a picture was deleted; the source still has it", picture.text, ""))
            return picture
        return replace(picture, text=shown.text, node=tree.with_alternative(picture.node, shown.text))

    def _free_note(self, piece: Piece, replaced: Piece | None) -> Piece | None:
        """A note that somebody wrote in Word: a new one, or one in place of another note of words. None if it takes the place of a
        citation, whose words are the program’s, or if the sent file has a note that reads like it."""
        is_of_words = replaced is None or (replaced.node is not None and replaced.node["t"] == "Note")
        plain = without_internal_links(piece.inner)
        if not plain or not is_of_words or self.printed.is_printed(piece) or any(p.kind not in {"word", "space"} for p in plain):
            return None
        inlines = to_inlines([Piece(p.text, p.kind, p.formatting) for p in plain])
        return Piece(piece.text, "cite", node={"t": "Note", "c": [tree.para(inlines)]})


def _with_span(piece: Piece, spans: Mapping[str, list[Piece]]) -> Piece:
    """A printed value as the source has it, in the formatting that it has now; any other piece as it is."""
    own = spans.get(piece.text) if piece.kind == "value" else None
    return replace(own.pop(0), formatting=piece.formatting) if own else piece


def without_internal_links(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces without links to places within the file."""
    return [replace(p, formatting=p.formatting - own) if (own := _internal_links([p])) else p for p in pieces]


def _internal_links(pieces: Iterable[Piece]) -> Formatting:
    return frozenset(name for p in pieces for name in p.formatting if name.startswith("link #"))


def _shared_formatting(pieces: Iterable[Piece]) -> Formatting:
    """The formatting that all words have."""
    found = [p.formatting for p in pieces if p.kind == "word"]
    return frozenset.intersection(*found) if found else frozenset()


def _without(pieces: Iterable[Piece], formatting: Formatting) -> list[Piece]:
    return [replace(p, formatting=p.formatting - formatting) if formatting & p.formatting else p for p in pieces]
