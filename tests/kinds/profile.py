"""A kind of document that only the tests have: a profile, one page about a country with a map and one list of facts.

It takes page, ladder and style sheet of the brief; the folder, the template and this module are its own.
"""

from __future__ import annotations

from dataclasses import replace

from briefs.compose import charts, tree
from briefs.compose.brief import FactLine
from briefs.compose.country import Facts
from briefs.compose.kinds import Kind
from briefs.compose.labels import Labels
from briefs.compose.manuscript import Manuscript, figure_image
from briefs.compose.shares import of_country
from briefs.compose.slots import Blocks, Inlines, TemplateFiller
from briefs.compose.sources import Numbered
from briefs.edition.model import Edition

PROFILE = Kind(
    "profile", "country", "one page", folder="profiles/", formats=("pdf", "docx"), page="brief", style="brief", ladder="brief",
    module="tests.kinds.profile", template="profile.md.j2", share=of_country,
)  # fmt: skip


def compose(kind: Kind, edition: Edition, writer: TemplateFiller, code: str, gone: int = 0) -> Manuscript:
    """The profile of the country `code`. No fact gives way."""
    about, country = edition.about, edition.countries[code]
    labels = Labels.of(edition, writer.report)
    facts = Facts(edition, code, country.facts)
    figure = charts.of_country(facts, labels)["map"]
    numbered = Numbered(edition)
    lines = [FactLine(fact.text, Inlines(numbered.marks(fact.sources))) for fact in country.facts]
    context = {
        "edition": about,
        "country": country,
        "name": facts.name,
        "map": Blocks([tree.div([tree.para([figure_image(figure)])], "", ["figure", "map"])]),
        "facts": lines,
        "sources": Blocks([numbered.entries()]),
        "label": labels,
    }
    blocks = numbered.cited(writer.fill(kind.template, context))
    made = writer.manuscript(kind, edition, code, f"Profile of {facts.name}", blocks)
    return replace(made, figures={"map": figure}, accent=facts.stance.id)
