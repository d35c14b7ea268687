"""What is said of a document's fit, in the language of the desk.

In: a typeset document. Out: what gave way on its page, in words: facts, figures, dates of the timeline.
"""

from __future__ import annotations

from collections.abc import Iterator

from briefs.compose.manuscript import KEY_FACTS, PLOT, VALUES
from briefs.desk.typesetting import TypesetDocument
from briefs.desk.words import Words


def gave_way(made: TypesetDocument, words: Words) -> str:
    """What gave way in a document, or has no room on its page. Empty if nothing did."""
    return "; ".join(_parts(made, words))


def _parts(made: TypesetDocument, words: Words) -> Iterator[str]:
    figures, values = (sum(name.startswith(what) for name in made.gone) for what in (PLOT, VALUES))
    facts = len(made.gone) - figures - values - made.gone.count(KEY_FACTS)
    numbers = {"gone_facts": facts, "gone_values": values, "gone_figures": figures, "gone_dates": len(made.undated)}
    for name, number in numbers.items():
        if number:
            yield words.of_number(name, number, facts=", ".join(made.undated))
    if KEY_FACTS in made.gone:
        yield words("gone_key_facts")
    if made.lacks_peers:
        yield words("gone_peers")
