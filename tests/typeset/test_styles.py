"""What the typesetter works out once a style is what it would work out for each box."""

import subprocess
import sys
from pathlib import Path

PAGE = """<style>
  @page { size: 120mm 90mm; margin: 10%; @bottom-center { content: counter(page); width: 50%; padding: 1mm } }
  :root { --one: 3mm; --two: calc(var(--one) * 2); --face: "Source Sans 3" }
  body { font: 10pt/1.4 var(--face), sans-serif; --one: 2mm }
  p { margin: var(--one) 0 calc(var(--two) / 3) 5%; padding-left: var(--two); text-indent: 1em; max-width: 80% }
  .deep { --one: 1pt; --two: 2pt; margin-inline-start: 4mm; font-size: 80%; line-height: normal }
  .box { box-sizing: border-box; width: 40mm; height: 12mm; padding: 2mm; border: 1mm solid; min-height: auto; max-height: 5mm }
  .padded { box-sizing: padding-box; width: 30%; padding: 1mm; margin: auto }
  .calc { width: calc(100% - 10mm); margin-left: min(5%, 3mm) }
  .float { float: left; width: 25%; margin: 1mm }
  .above { position: absolute; top: 10%; right: 2mm; width: 10mm; height: 10%; padding: 1mm }
  .flex { display: flex } .flex > * { flex: 1; min-width: 0; padding: 2% }
  .grid { display: grid; grid-template-columns: 1fr 2fr; gap: 1mm }
  .columns { columns: 2; column-gap: 4% }
  .fixed { position: absolute; top: 1mm; left: 5mm; width: 8mm; padding: 1mm; border: 1pt solid }
  table { border-collapse: collapse; width: 100%; border: 2mm solid } td { border: 1pt solid; padding: 1mm }
  .apart { border-collapse: separate; border-spacing: 1mm }
  .raised::first-letter { font-size: 200%; padding: 1pt } .first::first-line { letter-spacing: 1pt; font-weight: 700 }
  li::marker { color: var(--nothing, red) } .bad { margin: var(--nothing) }
  .note { float: footnote } .rtl { direction: rtl; margin-inline-start: 3mm }
</style>
<body><h1>One <em>two</em></h1><p class="raised">WORDS</p><p class="deep">WORDS<span class="note">A note</span></p>
<div class="box">box</div><div class="padded">padded<p>WORDS</p></div><div class="calc"><p>in <b>calc</b></p></div>
<div class="float">float<p class="deep">small</p></div><p class="first">WORDS</p><div class="above">above</div>
<p>in <i class="fixed">one</i> <i class="fixed">two</i> <i class="fixed">three</i></p>
<div class="flex"><p>one</p><div>two<p class="deep">three</p></div></div><div class="grid"><p>a</p><p class="deep">b</p></div>
<div class="columns"><p>WORDS</p><ul><li>one<li class="deep">two</ul></div><p class="bad rtl">WORDS</p>
<table><tr><td>a<td><p>b</p><td>c</table>
<table class="apart"><tr><td>a<td><p class="deep">b</p></table><p class="bad">end</p></body>"""

SCRIPT = """
import logging, sys
logging.disable()
if sys.argv[1] == "once":
    from briefs.engine import load as typesetter
    weasyprint = typesetter.load()
else:
    import weasyprint
sheet = weasyprint.CSS(string=sys.argv[2][len("<style>"):sys.argv[2].index("</style>")])
names = ["position_x", "position_y", "width", "height", "baseline"]
names += [f"{box}_{side}" for box in ("margin", "padding") for side in ("left", "right", "top", "bottom")]
names += [f"border_{side}_width" for side in ("left", "right", "top", "bottom")]
names += ["min_width", "max_width", "min_height", "max_height"]
for turn in range(2):  # the second time much is known
    for page in weasyprint.HTML(string=sys.argv[2]).render(stylesheets=[sheet]).pages:
        for box in page._page_box.descendants():
            style = [str(box.style[name]) for name in ("color", "font_size", "letter_spacing", "margin_left", "line_height")]
            print(type(box).__name__, box.element_tag, style, *[getattr(box, name, None) for name in names])
"""


def test_no_box_changes() -> None:
    """Percentages, calculations, variables that change on the way down, border boxes, tables, flexes, grids, notes."""
    page = PAGE.replace("WORDS", "many words that go on over the end of a line " * 4)
    root = Path(__file__).parents[2]

    def boxes(how: str) -> list[str]:
        ran = subprocess.run([sys.executable, "-c", SCRIPT, how, page], capture_output=True, text=True, cwd=root, check=True)
        return ran.stdout.splitlines()

    usual, once = boxes("usual"), boxes("once")
    assert len(usual) > 400 and len({line.split()[0] for line in usual}) > 12
    assert [(a, b) for a, b in zip(usual, once, strict=True) if a != b] == []
