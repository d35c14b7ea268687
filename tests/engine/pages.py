"""Pages on which patched WeasyPrint is compared with the original, and the subprocess in which that runs."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

WORDS = "Five offices of affairs filed “Tofu” in AVATAR, difficult words to carry over more than a line or two."
# Lines: broken, justified, spaced, cut off, from right to left, in other fonts or in none, repeated on each page.
LINES = f"""<html lang="en"><style>body {{ font: 11pt Carlito, Caladea; width: 60mm; hyphens: auto }}</style>
<p>{WORDS}</p><p style="text-align: justify">{WORDS} <em>{WORDS}</em></p><p><u>{WORDS}</u> <small>{WORDS}</small></p>
<p style="letter-spacing: 1pt; font-kerning: none">{WORDS}</p><p style="word-spacing: 3pt">a b</p><pre>one\ntwo\tthree</pre>
<p style="overflow: hidden; text-overflow: ellipsis; white-space: nowrap">{WORDS}</p>
<p style="line-clamp: 1">{WORDS}</p><p style="line-clamp: 1 '…more'; overflow-wrap: break-word; width: 5mm">שלום עליכם</p>
<p style="letter-spacing: 1pt; word-spacing: 3pt"><b>a</b> <b>b</b></p><p style="overflow-wrap: anywhere">{"x" * 90}</p>
<p lang="zh">习近平 and 华为 <span lang="he" dir="rtl">שלום ABC עולם</span>
e\u0301 q\u0307\u0323 a\u2028b c\u2060d \u2060e f\u200b 🙂 \ue123</p>
<p style="font-variant: small-caps">{WORDS}</p><table><thead><tr><th>Again on each page</thead>
<tr><td style="height: 200mm">One<tr><td style="height: 200mm">Two</table>
<svg width="90" height="20"><text x="9" y="9" text-anchor="middle">AVATAR</text></svg></html>"""

# Boxes: percentages, calculations, variables that change on the way down, border boxes, tables, flexes, grids, footnotes.
BOXES = """<style>
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
BOXES = BOXES.replace("WORDS", "many words that go on over the end of a line " * 4)


def python(script: str, *arguments: str, stdin: str = "") -> str:
    """What a script prints in a process of its own: there WeasyPrint is as it was installed until the script patches it."""
    command = [sys.executable, "-W", "ignore", "-c", script, *arguments]
    ran = subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=ROOT)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
