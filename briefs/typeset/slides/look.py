"""Writes the type and colours of slides as CSS rules, at the scale that slides have on a page.

In: a manuscript, the theme, the layout of a handout. Out: rules that complete `handout.css`.
"""

from __future__ import annotations

from briefs.colours import text_on
from briefs.compose.manuscript import Manuscript
from briefs.theme import Theme
from briefs.typeset.slides import points
from briefs.typeset.slides.handout import HandoutLayout


def rules(manuscript: Manuscript, theme: Theme, how: HandoutLayout) -> str:
    """CSS rules: custom properties for lengths, and classes for each step of the ladder, for text and title, and a class for each stance. `--u` is how long a
    millimetre of the slide is on the page."""
    look, scale = theme.look, how.scale
    shown, notes = look.slide, how.type
    lengths = {
        "u": scale, "slide": how.slide, "high": how.high, "row": how.row,
        "side-width": how.side[0], "side-height": how.side[1], "line": look.handout.line, "ruled-top": how.ruled_top,
        **{f"s-{k.replace('_', '-')}": v * scale for k, v in shown.model_dump(exclude={"larger"}).items()},
    }  # fmt: skip
    properties = "; ".join(f"--{name}: {value:.4f}mm" for name, value in lengths.items())
    kept = [
        f":root {{ {properties}; --point: {points.label(manuscript):.2f}em; --accent: {look.palette['accent']}; --notes-size: {notes[0]:g}pt; --notes-leading: {notes[1]:g}pt }}"
    ]
    for number, step in enumerate(look.ladder[manuscript.kind.ladder]):
        (size, leading), (large, high) = ([n * scale for n in pair] for pair in (step.text, step.lead))
        kept.append(
            f".type-{number} {{ font-size: {size:.4f}pt; line-height: {leading:.4f}pt; --space: {leading * step.gap:.4f}pt }}"
        )
        for name, factor in shown.larger.items():
            kept.append(f".type-{number} .{name} {{ font-size: {size * factor:.4f}pt; line-height: {leading * factor:.4f}pt }}")
        kept.append(f".heading-{number}:not(.divider) h2 {{ font-size: {large:.4f}pt; line-height: {high:.4f}pt }}")
    coloured = {"": look.palette["accent"], **{f".step-{step}": colour for step, colour in manuscript.colours.items()}}
    kept += [f".frame{name} {{ --stance: {colour}; --on: {text_on(colour)} }}" for name, colour in coloured.items()]
    return " ".join(kept)
