"""What is looked for in documents: the words of a fact, of another text, or a phrase.

In: an edition, and what a person typed (`be-07`, `countries/be.yaml#summary`, `"35 per cent"`) or the key of a source. Out:
`Excerpt`s. A text is divided where a page prints what the text doesn't have: the mark of a note, the number of a section, a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from briefs.compose import attributes, tree
from briefs.compose.tree import Node
from briefs.delivery.store import Sent, Store
from briefs.edition import texts, yamls
from briefs.edition.model import Edition, Fact, Text
from briefs.edition.textnames import is_block, names_today
from briefs.problems import NotUnderstood, Place, did_you_mean
from briefs.redline.revisions import from_files
from briefs.tools.pandoc import Pandoc

_GAP = "\0"
_ON_TIMELINES = ", as timelines print it"  # ends the name of an excerpt, after the fact's id
_APART = ("Cite", "Note", "Image", "Link", "Span", "RawInline")


@dataclass(frozen=True)
class Excerpt:
    """Words that a document may print. `name`: their name for people; `place`: of their text; `parts`: the words, in pieces
    between which a page may print something else."""

    name: str
    place: Place
    parts: tuple[str, ...]

    @property
    def words(self) -> str:
        return " … ".join(self.parts)


def named(edition: Edition, what: str, pandoc: Pandoc) -> list[Excerpt]:
    """The passages that `what` names: a fact by its id (its text, and what timelines print of it), a text by its place, or else the
    phrase itself. Raises NotUnderstood if `what` looks like an id and is none; PandocError."""
    facts = {fact.id: fact for country in edition.countries.values() for fact in country.facts}
    if what in facts:
        return of_fact(facts[what], pandoc)
    if "#" in what and (text := texts.of(edition, pandoc).get(what)):
        return [of_text(what, text, pandoc)]
    if " " not in what and "-" in what and what.rpartition("-")[2][:1].isdigit():
        raise NotUnderstood(f"there is no fact “{what[:60]}”. {did_you_mean(what, facts, 'Put a phrase in quotation marks.')}")
    return [Excerpt(f"“{what}”", Place(""), tuple(what.split("…")))]


def of_fact(fact: Fact, pandoc: Pandoc) -> list[Excerpt]:
    """The text of a fact, and its label or key phrase."""
    found = [of_text(fact.id, fact.text, pandoc)]
    return found + ([Excerpt(f"{fact.id}{_ON_TIMELINES}", fact.text.place, (fact.short,))] if fact.short else [])


def citing(edition: Edition, key: str, pandoc: Pandoc) -> list[Excerpt]:
    """The facts and texts that rest on a source. Raises NotUnderstood if there is no such source; PandocError."""
    if key not in edition.sources:
        raise NotUnderstood(f"there is no source “{key[:60]}”. {did_you_mean(key, edition.sources, 'sources.yaml lists them.')}")
    facts = [fact for country in edition.countries.values() for fact in country.facts if key in fact.sources]
    found = [of_text(fact.id, fact.text, pandoc) for fact in facts]
    own = {fact.text.place.name for fact in facts}
    cited = {name: text for name, text in texts.of(edition, pandoc).items() if name not in own and key in text.citations}
    return found + [of_text(name, text, pandoc) for name, text in cited.items()]


class PastFacts:
    """The facts of countries as they stood in the content that sent files were made from."""

    def __init__(self, store: Store):
        self.store = store
        self._known: dict[str, dict[str, dict[str, object]]] = {}

    def fact(self, content: str, path: str, id: str) -> dict[str, object]:
        """The fields of a fact in a country's file, by their names, as the file has them. Empty if there was no such fact.

        `content`: the id of the content, as a `Sent` has it. Raises Problems if the record is damaged."""
        sha256 = self.store.tree(content).get(path, "")
        if sha256 and sha256 not in self._known:
            listed = yamls.load(path, self.store.content_file(content, path)).mapping.get("facts")
            items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
            self._known[sha256] = {str(item.get("id")): dict(item) for item in items}
        return self._known.get(sha256, {}).get(id, {})

    def text(self, content: str, path: str, id: str) -> str:
        """The text of a fact. Empty if there was none."""
        words = self.fact(content, path, id).get("text")
        return words.strip() if isinstance(words, str) else ""

    def short(self, content: str, path: str, id: str) -> str:
        """What a timeline printed of a fact, as `Fact.short` has it. Empty if there was nothing."""
        label = self.fact(content, path, id).get("label")
        is_labelled = isinstance(label, str) and label.strip()
        return " ".join(str(label).split()) if is_labelled else Text(self.text(content, path, id), Place(path)).key_phrase


class PastEditions:
    """The editions that sent files were made from, each read once."""

    def __init__(self, store: Store):
        self.store = store
        self._known: dict[str, Edition] = {}

    def edition(self, sent: Sent) -> Edition:
        """The edition that a file was made from. Raises Problems if the record is damaged, or the content had errors by today's
        rules."""
        if sent.content not in self._known:
            self._known[sent.content] = from_files(sent.when[:10], self.store.content(sent)).edition
        return self._known[sent.content]


class PastTexts:
    """A text other than that of a fact, in the content from which sent files were made. `today`: the texts of today's edition by
    name."""

    def __init__(self, store: Store, edition: Edition, name: str, pandoc: Pandoc):
        """Raises PandocError."""
        self.past, self.name, self.pandoc = PastEditions(store), name, pandoc
        self.today = texts.of(edition, pandoc)
        self._known: dict[str, str] = {}

    def words(self, sent: Sent) -> str:
        """The words that the text had in the content from which a file was made. Empty if there was no such text. A block is found
        by its words, since it may have had another number. Raises Problems if the record is damaged, or the content had errors by
        today's rules; PandocError."""
        if sent.content not in self._known:
            before = texts.of(self.past.edition(sent), self.pandoc)
            was = self.name
            if is_block(self.name):
                was = next((old for old, new in names_today(before, self.today).items() if new == self.name), "")
            self._known[sent.content] = before[was].markdown.strip() if was in before else ""
        return self._known[sent.content]


class PastExcerpts:
    """Returns the passages to look for in a file that was sent, in the words of the content from which the file was made.

    Only facts can be followed back, by their ids. Other passages are looked for in today's words.
    """

    def __init__(self, store: Store, today: Sequence[Excerpt], pandoc: Pandoc):
        self.facts, self.today, self.pandoc = PastFacts(store), today, pandoc
        self._known: dict[str, list[Excerpt]] = {}
        self._texts: dict[tuple[str, str], Excerpt] = {}

    def __call__(self, sent: Sent) -> list[Excerpt]:
        """The passages to look for in a file that was sent. Raises Problems if the record is damaged."""
        if sent.content not in self._known:
            self._known[sent.content] = [then for one in self.today for then in self._then(sent.content, one)]
        return self._known[sent.content]

    def _then(self, content: str, today: Excerpt) -> list[Excerpt]:
        """A passage in the words that it had in older content. If it is neither the text of a fact nor what timelines print of one,
        it stays as it is today. Empty if there was no such fact."""
        path, anchor = today.place.path, today.place.anchor
        id = anchor.removesuffix("/text")
        if id == anchor or today.name not in {id, f"{id}{_ON_TIMELINES}"}:
            return [today]
        if today.name != id:
            short = self.facts.short(content, path, id)
            return [replace(today, parts=(short,))] if short else []
        words = self.facts.text(content, path, id)
        if words and (id, words) not in self._texts:
            self._texts[id, words] = of_text(id, Text(words, today.place), self.pandoc)
        return [self._texts[id, words]] if words else []


def of_text(name: str, text: Text, pandoc: Pandoc) -> Excerpt:
    """The passage that a text is. Raises PandocError."""
    return Excerpt(name, text.place, tuple(_parts(pandoc.parse_quietly([text.markdown])[0])))


def _parts(blocks: Sequence[Node]) -> Iterator[str]:
    """The words of blocks, in the pieces that a page prints without anything between them."""
    for block in blocks:
        words = tree.text_of(tree.transform([block], _gap, *_APART))
        yield from (" ".join(part.split()) for part in words.split(_GAP) if any(map(str.isalnum, part)))


def _gap(node: Node) -> list[Node] | None:
    """A gap in place of a node that a page prints in other words. None for a node that stays as it is."""
    is_kept = node["t"] in {"Link", "Span"} and tree.text_of(node).strip() and not {*tree.classes(node)} & {*attributes.VALUES}
    return None if is_kept else [{"t": "Str", "c": _GAP}]
