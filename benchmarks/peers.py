"""The loops that people write today: pandoc with Typst, and pandoc with the WeasyPrint command. Three processes a document.

In: an edition. Out: a folder of Markdown files with what they need, and the seconds that a loop over them takes. The texts, the
citations, the style and the fonts are ours; figures are handed over as ready SVG; the report's appendix is a table a step.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from briefs.compose import references, report
from briefs.compose.kinds import KINDS
from briefs.compose.slots import TemplateFiller
from briefs.edition.model import Country, Edition, Section
from briefs.press.session import Session
from briefs.theme import Theme
from briefs.tools import pandoc

TYPST = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2])"
PEERS = ("typst", "weasyprint")


def write(folder: Path, content: Path, edition: Edition, theme: Theme) -> list[str]:
    """Everything that a loop needs, into a new folder; the documents' names, the report first as it takes longest."""
    folder.mkdir(parents=True)
    (folder / "sources.yaml").write_bytes((content / "sources.yaml").read_bytes())
    (folder / "style.css").write_text(_css(theme))
    with urllib.request.urlopen(references.style(report.STYLE)) as style:
        (folder / "style.csl").write_bytes(style.read())
    session = Session(edition, theme)
    try:
        figures = {"": _figures(session, "report", "")}
        codes = [code for code, country in edition.countries.items() if country.facts]
        figures |= {code: _figures(session, "brief", code) for code in codes}
    finally:
        session.close()
    for code, drawn in figures.items():
        for name, svg in drawn.items():
            (folder / f"{code}{name}").write_text(svg)
    for code in codes:
        (folder / f"{code}.md").write_text(_brief(edition, edition.countries[code], [f"{code}{n}" for n in figures[code]]))
    (folder / "report.md").write_text(_report(edition, list(figures[""])))
    return ["report", *codes]


def _figures(session: Session, kind: str, subject: str) -> Mapping[str, str]:
    """The SVGs of a document of ours."""
    made = KINDS[kind].compose(session.edition, TemplateFiller(session.templates, session.pandoc), subject, 0)
    return {name: data for name, data in session.drawn(made).items() if isinstance(data, str)}


def _head(title: str) -> str:
    return f"---\ntitle: {title!r}\nlang: en-GB\n---\n\n"


def _facts(country: Country, topic: str) -> list[str]:
    cites = {f.id: "; ".join(f"@{key}" for key in f.sources) for f in country.facts}
    return [f"{' '.join(f.text.markdown.split())}[{cites[f.id]}]" for f in country.facts if f.topic == topic]


def _brief(edition: Edition, country: Country, figures: Sequence[str]) -> str:
    step = next(s for s in edition.about.scale if s.id == country.stance)
    parts = [_head(edition.names[country.code]), step.label.markdown, country.summary.markdown if country.summary else ""]
    parts += [f"![]({name}){{width=60mm}}" for name in figures]
    for topic in edition.about.topics:
        if facts := _facts(country, topic.id):
            parts += [f"## {topic.label.markdown}", "\n".join(f"- {fact}" for fact in facts)]
    return "\n\n".join(parts) + "\n"


def _report(edition: Edition, figures: Sequence[str]) -> str:
    parts = [_head(edition.about.title.markdown)]
    parts += [f"# {section.head.title.markdown}\n\n{_body(section)}" for section in edition.sections]
    parts += [f"![]({name}){{width=140mm}}" for name in figures]
    parts.append("# Appendix")
    for step in edition.about.scale:
        rows = [c for c in edition.countries.values() if c.stance == step.id]
        parts.append(f"## {step.label.markdown}\n\n{_table(edition, rows)}")
    return "\n\n".join([*parts, "# Sources", "::: {#refs}\n:::"]) + "\n"


def _body(section: Section) -> str:
    """A section as it is, without references to numbers and to figures, which a plain loop hasn't got."""
    text = re.sub(r"^:{3,}.*$", "", section.body.markdown, flags=re.M)
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)(\{[^}]*\})?", "", text)
    return re.sub(r"\[[^\]]*\]\(#[^)]*\)", "there", text)


def _table(edition: Edition, rows: Sequence[Country]) -> str:
    topics = edition.about.topics
    lines = ["| | " + " | ".join(t.label.markdown for t in topics) + " |", "|---|" + "-------|" * len(topics)]
    for country in rows:
        cells = [" ".join(_facts(country, t.id)).replace("|", "\\|") or " " for t in topics]
        lines.append(f"| {edition.names[country.code]} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _css(theme: Theme) -> str:
    faces = theme.look.fonts
    return (
        f"@page {{ size: A4; margin: 25mm }} body {{ font: 10pt/14pt '{faces.text.family}'; max-width: none; padding: 0 }} "
        f"h1, h2 {{ font-family: '{faces.title.family}' }} img {{ width: 60mm }}\n"
    )


def script(folder: Path, peer: str, theme: Theme) -> str:
    """The shell's words for one document, whose name is `$1`: three processes and no more."""
    cite = "--citeproc --bibliography=sources.yaml --csl=style.csl"
    run, font = shlex.quote(pandoc.program()), theme.look.fonts.text.family
    word = f"{run} $1.md {cite} -o $1.docx --reference-doc={shlex.quote(str(theme.folder / 'reference.docx'))}"
    if peer == "typst":
        first = f'{run} $1.md {cite} -s -t typst -V papersize=a4 -V mainfont="{font}" -o $1.typ'
        second = f"{sys.executable} -c '{TYPST}' $1.typ $1.pdf"
    else:
        first = f"{run} $1.md {cite} -s -t html5 --css=style.css -o $1.html"
        second = f"{shlex.quote(str(Path(sys.executable).with_name('weasyprint')))} -q $1.html $1.pdf"
    return f"set -e; cd {shlex.quote(str(folder))}; {first}; {second}; {word}"


def run(folder: Path, peer: str, theme: Theme, names: Sequence[str], jobs: int = 2) -> float:
    """Seconds that `xargs -P` takes for the documents. Raises RuntimeError with what a process said."""
    start = time.perf_counter()
    command = ["xargs", f"-P{jobs}", "-n1", "sh", "-c", script(folder, peer, theme), "-"]
    ended = subprocess.run(command, input="\n".join(names), text=True, capture_output=True)
    if ended.returncode:
        raise RuntimeError(ended.stderr)
    return time.perf_counter() - start
