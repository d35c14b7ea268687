// Makes an editor of each text field of a form: CodeMirror. The text field stays, hidden, and has what is sent.
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, Language, defineLanguageFacet, syntaxHighlighting } from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { Decoration, EditorView, MatchDecorator, ViewPlugin, keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { Table, parser } from "@lezer/markdown";

const markdown = new Language(defineLanguageFacet(), parser.configure([Table]), [], "markdown");
const faint = "var(--faint)";
const colours = HighlightStyle.define([
  { tag: tags.heading, fontWeight: "bold", color: "var(--lead)" },
  { tag: tags.strong, fontWeight: "bold" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: [tags.link, tags.url], color: "var(--lead)" },
  { tag: tags.monospace, fontFamily: "monospace" },
  { tag: [tags.processingInstruction, tags.comment], color: faint },
]);
const look = EditorView.theme({
  "&": { background: "var(--paper)", color: "var(--ink)", border: "1px solid #77828f", borderRadius: ".25rem" },
  "&.cm-focused": { outline: "3px solid #2b6cb0", outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "1.4" },
  ".cm-content": { padding: ".3rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 .5rem" },
  ".cm-key": { color: "#6b2f8a" },
  ".cm-lintRange": { backgroundImage: "none !important" }, // the policy lets no picture in from elsewhere
  ".cm-lintRange-error": { textDecoration: "underline wavy var(--error)" },
  ".cm-lintRange-warning": { textDecoration: "underline dotted var(--warning) 2px" },
});

// Keys of sources (`@key`) and names that cross-references lead to (`#name`).
const key = new MatchDecorator({ regexp: /@[\w][\w:.-]*|\]\(#[\w-]+/g, decoration: Decoration.mark({ class: "cm-key" }) });
const keys = ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.decorations = key.createDeco(view);
    }
    update(update) {
      this.decorations = key.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

// What can be completed comes from the server once, when it is first wanted.
let asked;
const known = () => (asked ??= fetch("/completions").then((answer) => (answer.ok ? answer.json() : { sources: [], targets: [], countries: [] })));

async function complete(context) {
  const source = context.matchBefore(/@[\w:.-]*/);
  const target = context.matchBefore(/\]\(#[\w-]*/);
  const country = context.matchBefore(/\p{L}[\p{L}’'. -]*\p{L}/u);
  if (!source && !target && !country) return null;
  const { sources, targets, countries } = await known();
  if (source) return { from: source.from + 1, options: sources.map(([label, detail]) => ({ label, detail })), validFor: /^[\w:.-]*$/ };
  if (target) {
    const close = context.state.sliceDoc(context.pos, context.pos + 1) === ")" ? "" : ")";
    return { from: target.from + 3, options: targets.map(([label, detail]) => ({ label, detail, apply: label + close })), validFor: /^[\w-]*$/ };
  }
  const starts = [...country.text.matchAll(/(?<!\p{L})\p{Lu}/gu)].map((match) => match.index);
  for (const start of starts) {
    const begun = country.text.slice(start);
    const options = countries.filter((name) => begun.length > 1 && name.startsWith(begun) && name !== begun).map((label) => ({ label }));
    if (options.length) return { from: country.from + start, options, filter: false };
  }
  return null;
}

// What is wrong stands under the field; here it is underlined, at its line if that is known, else at the words that it quotes.
function diagnostics(view, told) {
  const text = view.state.doc;
  return [...told.querySelectorAll("li[data-severity]")].map((item) => {
    const number = Number(item.dataset.line);
    const quoted = [...item.textContent.matchAll(/“([^”]+)”/g)].map((match) => text.toString().indexOf(match[1]) + 1 && match[1]).find(Boolean);
    const inText = item.dataset.exact === "1" && number >= 1 && number <= text.lines;
    const line = inText ? text.line(number) : { from: 0, to: text.length, text: text.toString() };
    const at = quoted ? line.text.indexOf(quoted) : -1;
    const from = at < 0 ? line.from : line.from + at;
    const to = at < 0 ? line.to : from + quoted.length;
    return { from, to, severity: item.dataset.severity, message: item.textContent.trim() };
  });
}

function edit(field) {
  const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
  const told = document.getElementById(field.getAttribute("aria-describedby") ?? "");
  const host = document.createElement("div");
  host.className = field.name === "text:body" ? "editor long" : "editor";
  field.after(host);
  field.hidden = true;
  const root = host.attachShadow({ mode: "open", delegatesFocus: true }); // style sheets of a shadow tree need no permission of the policy
  const description = new Compartment();
  const described = () => {
    const words = told?.textContent.trim().replace(/\s+/g, " ") ?? "";
    return EditorView.contentAttributes.of(words ? { "aria-description": words, "aria-invalid": "true" } : {});
  };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: field.value,
      extensions: [
        history(),
        keymap.of([...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
        markdown,
        syntaxHighlighting(colours),
        keys,
        autocompletion({ override: [complete] }),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label.textContent, spellcheck: "true", lang: field.lang, dir: "auto" }),
        description.of(described()),
        look,
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          field.value = update.state.doc.toString();
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }),
      ],
    }),
  });
  host.view = view;
  label.addEventListener("click", () => view.focus());
  const tell = () => {
    view.dispatch({ effects: description.reconfigure(described()) });
    view.dispatch(setDiagnostics(view.state, told ? diagnostics(view, told) : []));
  };
  if (told) {
    new MutationObserver(tell).observe(told, { childList: true });
    tell();
  }
  return view;
}

for (const field of document.querySelectorAll("#form textarea")) edit(field);
