"""The report of an audit, as a page of HTML or a PDF.

In: an audit, checks of quotations, answers of addresses, a folder of templates. Out: HTML that needs no other file; its PDF.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pikepdf

from briefs import sandbox
from briefs.edition.model import Edition
from briefs.engine.render import Renderer
from briefs.ledger.audit import Audit, AuditFinding, basis
from briefs.ledger.online import AddressAnswer
from briefs.ledger.quotes import QuoteCheck
from briefs.press import faces
from briefs.theme import Theme
from briefs.tools import fonts
from briefs.typeset.page import pdfa

TEMPLATE = "audit/report.html.j2"


def page(found: Audit, edition: Edition, quotes: Iterable[QuoteCheck], answers: Sequence[AddressAnswer], templates: Path) -> str:
    """The report as HTML. Raises Problems for an error in the template."""
    environment = sandbox.Environment(templates, trim_blocks=True, lstrip_blocks=True)
    environment.autoescape = True
    about = edition.about
    context: dict[str, Any] = {
        "title": " ".join(str(about.title).split()),
        "as_of": about.as_of.countries.words("en-GB"),
        "asked": max((one.asked.isoformat() for one in answers), default=""),
        "claims": len(found.claims),
        "findings": [finding.to_dict() for finding in found.findings],
        "accepted": len(found.findings) - len(found.open),
        "scores": list(_scores(found, edition)),
        "groups": list(_groups(found.findings, edition)),
        "quotes": [{**one.to_dict(), "places": "; ".join(map(str, one.places))} for one in quotes if one.places],
        "rests_on": list(_rests_on(found, edition)),
        "archived": [{"key": key, "url": str(one.archive)} for key, one in edition.sources.items() if one.archive],
    }
    return str(environment.filled(TEMPLATE, lambda template: template.render(context)))


def _scores(found: Audit, edition: Edition) -> Iterator[dict[str, Any]]:
    for code in sorted(found.scores, key=edition.rank):
        own = sum(one.country == code and not one.is_question for one in found.findings)
        yield {"name": edition.names[code], "score": found.scores[code], "findings": own}


def _rests_on(found: Audit, edition: Edition) -> Iterator[dict[str, Any]]:
    """Each claim with its sources in words."""
    for claim in found.claims:
        sources = [f"{one['source']} ({', '.join(_about(one))})" for one in basis(claim, edition)]
        yield {"file": claim.place.path, "line": claim.place.line, "claim": claim.name, "sources": "; ".join(sources)}


def _about(source: Mapping[str, Any]) -> Iterator[str]:
    """The kind of a source, its date, and how many days it is older or newer than the claim."""
    yield str(source["kind"])
    yield str(source["date"] or "no date")
    if days := source["days"]:
        yield f"{abs(days)} day{'s' if abs(days) > 1 else ''} {'before' if days < 0 else 'after'}"


def _groups(findings: Sequence[AuditFinding], edition: Edition) -> Iterator[dict[str, Any]]:
    """The findings by country, then those about sections, decks and sources by file."""
    names = {code: edition.names[code] for code in sorted(edition.countries, key=edition.rank)}
    others = dict.fromkeys(one.place.path for one in findings if one.country not in names)
    for name, own in [
        *((name, [one for one in findings if one.country == code]) for code, name in names.items()),
        *((path, [one for one in findings if one.country not in names and one.place.path == path]) for path in others),
    ]:
        if own:
            yield {"name": name, "findings": [one.to_dict() for one in own]}


def pdf(page: str, edition: Edition, theme: Theme) -> bytes:
    """The report as a PDF, tagged. Raises LayoutError and ToolError."""
    fitting = faces.of(theme, edition)
    own = fitting.look.fonts
    fonts.use(fonts.prepare(fonts.find(own.files), fonts.cache_folder(), own.without_context))
    made = Renderer().render(page, [], {}, "about:blank").write_pdf(tagged=True)
    about = edition.about
    info = pdfa.DocumentInfo(f"{about.title}: what it rests on", "en", about.date.first.isoformat())
    with pikepdf.open(io.BytesIO(made)) as opened:
        return pdfa.write_pdfa(opened, info, [])
