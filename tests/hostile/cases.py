"""Content as a stranger might send it: what is written, and what must come of it.

`refused`: a pattern that a problem must match, with its file and, where it has one, its line. `printed`: words that the
finished brief must show, as they were typed. One of the two; a case with neither must simply be built. CANARY stands outside the edition, PORT listens.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.small import ABOUT, LABELS, fact

CANARY = "canary-f3a9"
HEAD = "---\nid: a\ntitle: A section\n---\n\n"
DECK = "---\ntitle: T\n---\n\n## Slide\n\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">{}</svg>'


@dataclass(frozen=True)
class Case:
    name: str
    change: Mapping[str, Any] = field(default_factory=dict)  # what `small.files` takes; {PORT}, {CANARY} are put in
    refused: str = ""
    printed: str = ""
    links: Mapping[str, str] = field(default_factory=dict)  # symbolic links to make, by path


def text(name: str, markdown: str, *, refused: str = "", printed: str = "") -> Case:
    """A fact of these words."""
    return Case(name, {"facts": [fact(markdown)]}, refused, printed)


def section(name: str, markdown: str, *, refused: str = "", **more: Any) -> Case:
    return Case(name, {"more": {"report/01-a.md": HEAD + markdown, **more}}, refused)


def picture(name: str, svg: str, *, refused: str = "") -> Case:
    markdown = HEAD + '![A caption.](figures/p.svg){alt="What it shows."}\n'
    return Case(name, {"more": {"report/01-a.md": markdown, "figures/p.svg": SVG.format(svg)}}, refused)


def png(width: int, height: int, kind: bytes = b"tEXt", data: bytes = b"x\0y") -> bytes:
    """A picture that is small to send and large to open, with a chunk more."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(bytes(1000), 9)
    more = chunk(kind, data)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + more + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PICTURED = HEAD + '![A caption.](figures/p.png){alt="What it shows."}\n'
BE = "code: be\nstance: wary\nsummary: A summary.\nfacts:\n- {id: be-01, topic: market, text: A fact., sources: [one]}\n"
SOURCES = "references:\n- {id: one, type: webpage, title: About one, issued: 2020}\n"
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join(f'*{a}' for _ in range(9))}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)

EVENT = re.sub(r"^event: .*$", 'event: "{}"', LABELS.read_text().replace("{", "{{").replace("}", "}}"), flags=re.M)  # for format

CASES = [
    # Raw code of the formats that we write.
    text("raw HTML in a fact", "A <b onclick='x()'>bold</b> one.", refused=r"countries/be\.yaml:\d+.*read as HTML"),
    text("a script", "A <script>fetch('http://127.0.0.1:{PORT}/')</script> one.", refused=r"countries/be\.yaml:\d+.*read as HTML"),
    text("an iframe", "A <iframe src='http://127.0.0.1:{PORT}/'></iframe> one.", refused=r"read as HTML"),
    text("raw OOXML", "A `<w:br w:type=\"page\"/>`{=openxml} one.", refused=r"countries/be\.yaml:\d+.*raw openxml"),
    text("raw LaTeX", "A \\input{{CANARY}} one.", refused=r"read as a command of TeX|raw latex"),
    text("LaTeX mathematics that writes a file", "A $\\write18{touch x}$ one.", refused=r"countries/be\.yaml|math"),
    section("a raw block of HTML in a section", "```{=html}\n<img src='http://127.0.0.1:{PORT}/'>\n```\n", refused=r"report/01-a\.md:7.*read as HTML"),
    section("a raw block of OOXML in a section", "```{=openxml}\n<w:p/>\n```\n", refused=r"report/01-a\.md:7.*raw openxml"),
    section("a style element", "<style>@import url(http://127.0.0.1:{PORT}/);</style>\n", refused=r"report/01-a\.md:6"),
    Case("a script on a slide", {"more": {"decks/t.md": DECK + "<script>1</script>\n"}}, r"decks/t\.md:\d+.*read as HTML"),
    section("HTML between two comments", "```{=html}\n<!-- a --><style>p {color: red}</style><b>x</b><!-- b -->\n```\n", refused=r"report/01-a\.md:7.*read as HTML"),
    section("HTML behind a comment that has ended", "Words.\n\n```{=html}\n<!-- a --!><script>1</script> -->\n```\n", refused=r"report/01-a\.md:9.*read as HTML"),
    text("comments in a fact", "A <!-- one --><!-- two --> fact.", printed="A fact."),
    text("nothing but a comment", "<!-- x -->", refused=r"countries/be\.yaml:\d+.*nothing to read"),
    Case("raw HTML in the title", {"about": {"title": "<img src=x onerror=y>"}}, r"edition\.yaml:\d+:\d+: error: “<i” would be printed as it stands"),
    Case("raw HTML in a label", {"more": {"countries/be.yaml": BE}, "about": {"scale_note": "<u>x</u>"}}, r"edition\.yaml:\d+.*read as HTML"),
    Case("a gap that looks into objects", {"more": {"labels/en.yaml": EVENT.format("{date.__class__.__mro__}")}}, r"labels/en\.yaml:\d+.*gap"),
    Case("a gap as wide as the memory", {"more": {"labels/en.yaml": EVENT.format("{date:>9999999999}")}}, r"labels/en\.yaml:\d+.*gap"),
    # Addresses.
    text("a file as a link", "See [this](file://{CANARY}).", refused=r"countries/be\.yaml:\d+.*leads nowhere"),
    text("a script as a link", "See [this](javascript:alert(1)).", refused=r"countries/be\.yaml:\d+.*leads nowhere"),
    text("data as a link", "See [this](data:text/html,x).", refused=r"countries/be\.yaml:\d+.*leads nowhere"),
    text("a relative link", "See [this](../../secret.txt).", refused=r"countries/be\.yaml:\d+.*leads nowhere"),
    text("a picture in a fact", "![x](http://127.0.0.1:{PORT}/x.png)", refused=r"countries/be\.yaml:\d+"),
    section("a picture from the network", '![A.](http://127.0.0.1:{PORT}/x.png){alt="x"}\n', refused=r"report/01-a\.md:6.*not in figures/"),
    section("a picture from a file", '![A.](file://{CANARY}){alt="x"}\n', refused=r"report/01-a\.md:6.*not in figures/"),
    section("a picture of data", '![A.](data:image/png;base64,AAAA){alt="x"}\n', refused=r"report/01-a\.md:6.*not in figures/"),
    section("a picture by an absolute path", '![A.]({CANARY}){alt="x"}\n', refused=r"report/01-a\.md:6.*not in figures/"),
    section("a picture up and out", '![A.](figures/../../secret.png){alt="x"}\n', refused=r"report/01-a\.md:6.*no picture"),
    section("a picture with a style", '![A.](figures/p.svg){alt="x" style="background:url(http://127.0.0.1:{PORT}/)"}\n',
            refused=r"report/01-a\.md:6.*attribute “style”", **{"figures/p.svg": SVG.format("<rect width='9' height='9'/>")}),
    section("a block with a style", '::: {style="background:url(http://127.0.0.1:{PORT}/)"}\nWords.\n:::\n', refused=r"report/01-a\.md:6.*attribute “style”"),
    section("words with a style", 'Words [here]{style="background:url(file://{CANARY})"}.\n', refused=r"report/01-a\.md:6.*attribute “style”"),
    section("words with a style of data", 'Words [here]{style="background:url(data:image/png;base64,AA)"}.\n', refused=r"report/01-a\.md:6.*attribute “style”"),
    Case("a source that is a file", {"sources": [{"id": "one", "type": "webpage", "title": "T", "URL": "file://{CANARY}"},
        {"id": "two", "type": "webpage", "title": "T"}]}, r"sources\.yaml:\d+"),
    Case("links out of the folder", {}, r"report/01-a\.md.*leads out", links={"report/01-a.md": "../../secret.txt"}),
    Case("a picture that links out", {"more": {"report/01-a.md": PICTURED}}, r"figures/p\.png.*leads out",
         links={"figures/p.png": "../../secret.txt"}),
    Case("a folder that links out", {}, r"figures.*leads out", links={"figures": "../.."}),
    Case("a link to itself", {}, r"labels/de\.yaml.*link to itself", links={"labels/de.yaml": "de.yaml"}),
    # YAML.
    Case("a YAML bomb", {"more": {"countries/be.yaml": BOMB}}, r"countries/be\.yaml:\d+.*(anchor|alias|&)"),
    Case("a Python object in YAML", {"more": {"countries/be.yaml": BE + "x: !!python/object/apply:os.system ['touch x']\n"}},
         r"countries/be\.yaml:6.*(tag|!)"),
    Case("a tag in YAML", {"more": {"countries/be.yaml": BE.replace("A fact.", "!!binary aGk=")}}, r"countries/be\.yaml:5.*(tag|!)"),
    Case("two documents in a file", {"more": {"countries/be.yaml": BE + "---\ncode: fr\n"}}, r"countries/be\.yaml:\d+.*document"),
    Case("a key twice", {"more": {"countries/be.yaml": BE + "stance: open\n"}}, r"countries/be\.yaml:\d+.*(twice|again)"),
    Case("deeply nested YAML", {"more": {"countries/be.yaml": "[" * 5000}}, r"countries/be\.yaml:\d+"),
    Case("deeply nested maps", {"more": {"countries/be.yaml": "".join(" " * n + "a:\n" for n in range(400))}}, r"countries/be\.yaml:\d+"),
    Case("tabs in YAML", {"more": {"countries/be.yaml": BE.replace("\nstance", "\n\tstance")}}, r"countries/be\.yaml:\d+.*[Tt]ab"),
    Case("a list for a country", {"more": {"countries/be.yaml": "- a\n- b\n"}}, r"countries/be\.yaml:\d*"),
    Case("a merge key", {"more": {"countries/be.yaml": BE + "<<: {stance: open}\n"}}, r"countries/be\.yaml:\d+"),
    # SVG and pictures of dots.
    picture("XML entities", "<text>&x;</text>", refused=r"p\.svg|01-a\.md:6"),
    Case("a bomb of XML entities", {"more": {"report/01-a.md": PICTURED.replace("png", "svg"), "figures/p.svg":
        '<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' + SVG.format("<text>&b;</text>")}},
        r"declares"),
    Case("an external XML entity", {"more": {"report/01-a.md": PICTURED.replace("png", "svg"), "figures/p.svg":
        '<!DOCTYPE s [<!ENTITY a SYSTEM "file://{CANARY}">]>' + SVG.format("<text>&a;</text>")}}, r"declares"),
    picture("a script in a picture", "<script>1</script>", refused=r"<script>"),
    picture("a handler in a picture", "<rect onload='x()' width='9' height='9'/>", refused=r"script"),
    picture("a picture in a picture", "<image xlink:href='file://{CANARY}' width='9' height='9'/>", refused=r"<image>"),
    picture("a use of another file", "<use xlink:href='http://127.0.0.1:{PORT}/x.svg#a'/>", refused=r"outside itself"),
    picture("a style in a picture", "<style>@import url(http://127.0.0.1:{PORT}/x.css);</style>", refused=r"outside itself"),
    picture("a fill from elsewhere", "<rect fill='url(http://127.0.0.1:{PORT}/x#a)' width='9' height='9'/>", refused=r"outside itself"),
    picture("HTML in a picture", "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>", refused=r"foreignObject"),
    picture("a style in an escape", "<style>rect {{fill: u\\72l(http://127.0.0.1:{PORT}/x)}}</style>", refused=r"outside itself"),
    picture("a style in pieces", "<style>a {{}} <g/> @import 'http://127.0.0.1:{PORT}/x.css';</style>", refused=r"outside itself"),
    picture("an address without url()", "<rect style='fill: image-set(&quot;http://127.0.0.1:{PORT}/x&quot;)'/>", refused=r"outside itself"),
    picture("a shape within itself", "<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g><use href='#a'/>", refused=r"within itself"),
    picture("shapes without end", "".join(f"<g id='a{n}'>" + f"<use href='#a{n + 1}'/>" * 10 + "</g>" for n in range(9)) + "<rect id='a9' width='9' height='9'/><use href='#a0'/>", refused=r"shapes to draw"),
    picture("a word without end", f"<text>{'word ' * 20_000}</text>", refused=r"shapes to draw"),
    picture("an override in a picture", "<text>Pay \u202etnemyap\u202c now.</text>", refused=r"direction"),
    picture("what a drawing program keeps", "<rect xmlns:i='http://www.inkscape.org/namespaces/inkscape' i:export='C:\\x' width='9' height='9'/>"),
    Case("entities in another encoding", {"more": {"report/01-a.md": PICTURED.replace("png", "svg"), "figures/p.svg":
        f'<!DOCTYPE s [<!ENTITY a SYSTEM "file:///etc/hostname">]>{SVG.format("<text>&a;</text>")}'.encode("utf-16")}},
        r"declares"),
    Case("a picture like a thread", {"more": {"report/01-a.md": PICTURED, "figures/p.png": png(1, 39_000_000)}}, r"01-a\.md:6.*times as long"),
    Case("a profile that unpacks to 300 MB", {"more": {"report/01-a.md": PICTURED, "figures/p.png":
        png(10, 10, b"iCCP", b"x\0\0" + zlib.compress(bytes(300_000_000)))}}, r"01-a\.md:6.*too large"),
    Case("a camera’s notes that are nonsense", {"more": {"report/01-a.md": PICTURED, "figures/p.png":
        png(10, 10, b"eXIf", b"II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\x03\0\1\0\0\0\6\0\0\0" * 3)}}, r"01-a\.md:6.*broken"),
    Case("100 megapixels", {"more": {"report/01-a.md": PICTURED, "figures/p.png": png(10_000, 10_000)}}, r"report/01-a\.md:6.*pixels"),
    Case("a picture that breaks off", {"more": {"report/01-a.md": PICTURED, "figures/p.png": png(10, 10)[:45]}}, r"01-a\.md:6|p\.png"),
    Case("a picture that is something else", {"more": {"report/01-a.md": PICTURED, "figures/p.png": b"MZ" * 100}}, r"01-a\.md:6|p\.png"),
    # Code of templates, and Markdown that reaches out.
    text("Jinja in a fact", "Costs {{{{ 7*7 }}}} and {{% include 'x' %}} and {{## x ##}}.", refused=r"countries/be\.yaml:\d+.*“{{ 7\*7 }}”"),
    text("escaped Jinja in a fact", "Costs \\{{{{ 7*7 }}}} and `{{% include 'x' %}}`.", printed="{{ 7*7 }}"),
    text("a stray fence", "Words.\n\n:::\n\nMore.", refused=r"countries/be\.yaml:\d+.*begins no block"),
    text("an open fence", "Words.\n\n::: notes\n\nMore.", refused=r"countries/be\.yaml:\d+"),
    text("a link definition", "See [one][a].\n\n[a]: https://example.org/\n", printed="one"),
    text("a heading in a fact", "# A heading", refused=r"countries/be\.yaml:\d+"),
    text("a citation of a file", "Words [@../../secret].", refused=r"countries/be\.yaml:\d+.*begin a citation"),
    section("a caption that is a list", "::: {#fig-x .figure data=map}\nA.\n:::\n", refused=r"report/01-a\.md:\d+.*caption has room for words"),
    Case("data in a quotation on a slide", {"more": {"decks/t.md": DECK + "> ::: {.countries}\n> :::\n"}}, r"decks/t\.md:\d+.*names its `step`"),
    Case("a slide’s title without end", {"more": {"decks/t.md": DECK + "## " + "word " * 300 + "\n\nx\n"}}, r"decks/t\.md:\d+.*title of the slide.*too long"),
    section("an include", "```{.include}\n{CANARY}\n```\n"),
    section("a title block of its own", "% title\n% author\n\nWords.\n", refused=r"01-a\.md:6.*begins no title"),
    section("metadata in the middle", "Words.\n\n---\ntitle: other\n---\n\nMore.\n", refused=r"01-a\.md:8.*front matter"),
    # Letters.
    text("control characters", "A \x07 bell.", refused=r"countries/be\.yaml:\d+"),
    Case("a NUL", {"more": {"countries/be.yaml": BE.replace("A fact.", "A\0fact.")}}, r"countries/be\.yaml:5"),
    Case("a NUL in a section", {"more": {"report/01-a.md": HEAD + "A\0word.\n"}}, r"report/01-a\.md:6"),
    text("a bidirectional override", "Pay \u202etnemyap\u202c now.", refused=r"countries/be\.yaml:\d+.*(direction|U\+202E)"),
    text("an override in an entity", "Pay &#x202e;tnemyap now.", refused=r"countries/be\.yaml:\d+.*U\+202E"),
    section("controls in entities", "Pay `x` &#1; now.\n", refused=r"report/01-a\.md:6.*U\+0001"),
    Case("a lone surrogate", {"more": {"countries/be.yaml": BE.replace("A fact.", '"A \\ud800 fact."')}}, r"countries/be\.yaml:5"),
    Case("Windows line ends and a BOM", {"more": {"countries/be.yaml": "\ufeff" + BE.replace("\n", "\r\n")}}, printed="A fact."),
    Case("Latin-1", {"more": {"countries/be.yaml": BE.replace("A fact.", "Café.").encode("latin-1")}}, r"countries/be\.yaml.*UTF-8"),
    Case("UTF-16", {"more": {"countries/be.yaml": BE.encode("utf-16")}}, r"countries/be\.yaml.*UTF-8"),
    Case("an empty file", {"more": {"countries/be.yaml": ""}}, r"countries/be\.yaml.*empty"),
    Case("names with spaces and signs", {"more": {"report/01-a b’s \U0001f600.md": HEAD + "Words.[@one]\n"}}),
    Case("a country’s name of 300 letters", {"about": {"subjects": [{"code": "be", "name": "Long" * 75}]}}),
    Case("a country’s name for a path", {"about": {"subjects": [{"code": "be", "name": "../../../tmp/x"}]}}),
    # Much of it.
    text("a word of 10,000 letters", "x" * 10_000, refused=r"too long|countries/be\.yaml"),
    text("nested quotations", "> " * 500 + "deep", refused=r"countries/be\.yaml:\d+"),
    section("nested lists", "".join("  " * n + "- x\n" for n in range(60)), refused=r"report/01-a\.md:6.* mm over the right edge"),
    section("nested fences", "".join(f"{':' * (n + 3)} d\n" for n in range(200, 0, -1)) + "x\n" + "".join(f"{':' * (n + 3)}\n" for n in range(1, 201)), refused=r"report/01-a\.md|nested too deeply"),
    section("brackets without end", "[" * 20_000, refused=r"report/01-a\.md:6.*in a row"),
    section("stars without end", "*a " * 10_000 + "\n"),
    Case("fifty megabytes", {"more": {"report/01-a.md": HEAD.encode() + b"word " * 10_000_000}}, r"report/01-a\.md.*bytes"),
    Case("a scale without end", {"about": {"scale": [{**ABOUT["scale"][0], "id": f"s{n}"} for n in range(2000)]}}, r"edition\.yaml:\d+"),
    Case("more facts than a page holds", {"facts": [fact(f"Fact {n} of many.") for n in range(150)]}, r"countries/be\.yaml.*lines too long.*be-50, …"),
    Case("a date that spans", {"about": {"date": "2020-01/2020-03"}}),
    Case("ten thousand facts", {"facts": [fact(f"Fact {n} of many.") for n in range(10_000)]}, r"countries/be\.yaml.*facts.*500"),
]  # fmt: skip


def settled(case: Case, port: int, canary: str) -> dict[str, Any]:
    """The change with its port and its path put in."""

    def put(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace("{PORT}", str(port)).replace("{CANARY}", canary).replace("{{{{", "{{").replace("}}}}", "}}")
        if isinstance(value, dict):
            return {put(k) if isinstance(k, str) else k: put(v) for k, v in value.items()}
        return [put(v) for v in value] if isinstance(value, list) else value

    done: dict[str, Any] = put(dict(case.change))
    return done
