// Makes an editor of each text field of a form: CodeMirror. The text field stays, hidden, and has what is sent.
import { autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, Language, defineLanguageFacet, ensureSyntaxTree, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, Prec, StateField } from "@codemirror/state";
import { Decoration, EditorView, MatchDecorator, ViewPlugin, WidgetType, keymap } from "@codemirror/view";
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
  ".cm-lineEnd": { whiteSpace: "normal" }, // a space at which the window breaks the line takes no room
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

// A paragraph is shown as one line that the window breaks. The line ends that it has in its file are shown as spaces, and stay there.
class LineEnd extends WidgetType {
  eq() {
    return true;
  }
  toDOM() {
    const made = document.createElement("span");
    made.className = "cm-lineEnd";
    made.textContent = " ";
    return made;
  }
}
const lineEnd = Decoration.replace({ widget: new LineEnd() });
const MARKUP = /^\s*([-+*#>|:=~]|\d+[.)]\s)/; // lines of markup that Markdown’s parser takes for words, such as those of pandoc’s boxes
const BREAK = /(\\| {2})$/;

function lineEnds(state) {
  const found = [];
  ensureSyntaxTree(state, state.doc.length, 1000)?.iterate({
    enter({ name, from, to }) {
      if (name !== "Paragraph") return name !== "Blockquote";
      for (let line = state.doc.lineAt(from); line.to < to; ) {
        const next = state.doc.line(line.number + 1);
        const isWords = !BREAK.test(line.text) && !MARKUP.test(next.text) && (line.from < from || !MARKUP.test(line.text));
        if (isWords) found.push(lineEnd.range(line.to, next.from + next.text.search(/\S|$/)));
        line = next;
      }
      return false;
    },
  });
  return Decoration.set(found);
}
const joined = StateField.define({
  create: lineEnds,
  update: (found, transaction) => (transaction.docChanged ? lineEnds(transaction.state) : found),
  provide: (field) => [
    EditorView.decorations.from(field),
    EditorView.atomicRanges.of((view) => view.state.field(field)), // the cursor and the delete key go over a line end at once
  ],
});

// Enter begins a new paragraph, as in other programs, not a new line that is shown as a space.
function newParagraph(view) {
  const { from, to } = view.state.selection.main;
  let node = syntaxTree(view.state).resolveInner(from, -1);
  while (node && node.name !== "Paragraph") node = node.parent;
  if (!node?.parent?.type.isTop || MARKUP.test(view.state.doc.lineAt(from).text)) return false;
  view.dispatch({ changes: { from, to, insert: "\n\n" }, selection: { anchor: from + 2 }, scrollIntoView: true, userEvent: "input" });
  return true;
}
const prose = [joined, Prec.high(keymap.of([{ key: "Enter", run: newParagraph }]))];

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

// What is pasted from Word or a web page becomes our Markdown on the server.
const token = () => JSON.parse(document.body.getAttribute("hx-headers"));
async function ask(address, form) {
  const answer = await fetch(address, { method: "POST", body: form, headers: { ...token(), "HX-Request": "true" } });
  if (answer.ok) return answer;
  const said = new DOMParser().parseFromString(await answer.text(), "text/html").body.textContent;
  throw new Error(said.trim().replace(/\s+/g, " "));
}

async function paste(view, field, html, words) {
  const form = new FormData();
  form.set("html", html);
  form.set("field", field.name.replace("text:", ""));
  const text = await ask("/clean", form).then((answer) => answer.text()).catch(() => words);
  view.dispatch(view.state.replaceSelection(text), { scrollIntoView: true, userEvent: "input.paste" });
}

// A picture is asked for its caption and for what it shows, saved, and put into the text.
const dialog = document.getElementById("picture");
let into;
function askPicture(view, file) {
  into = view;
  if (file) {
    const files = new DataTransfer();
    files.items.add(file);
    dialog.querySelector("input[type=file]").files = files.files;
  }
  dialog.querySelector("[role=alert]").textContent = "";
  dialog.showModal();
}

function isPicture(file) {
  return file.type.startsWith("image/") || file.type === "application/pdf";
}

function takePicture(event, view, field) {
  const transfer = event.dataTransfer ?? event.clipboardData;
  const file = [...(transfer?.files ?? [])].find(isPicture);
  if (!file || !dialog || field.name !== "text:body") return false;
  event.preventDefault();
  const at = event.dataTransfer ? view.posAtCoords({ x: event.clientX, y: event.clientY }) : null;
  if (at !== null) view.dispatch({ selection: { anchor: at } });
  askPicture(view, file);
  return true;
}

// A picture stands alone between blank lines: after the paragraph, list or table in which it was asked for.
function placeOfPicture(state) {
  const { head } = state.selection.main;
  const top = ensureSyntaxTree(state, state.doc.length, 1000)?.topNode;
  for (let block = top?.firstChild; block; block = block.nextSibling) if (block.from <= head && head <= block.to) return block.to;
  return state.doc.lineAt(head).to;
}

function putPicture(view, text) {
  const at = placeOfPicture(view.state);
  const [before, after] = [view.state.sliceDoc(0, at), view.state.sliceDoc(at)];
  const lines = (words, ends) => (words.trim() ? "\n".repeat(Math.max(0, 2 - words.match(ends)[0].length)) : "");
  const insert = lines(before, /\n*$/) + text;
  view.dispatch({ changes: { from: at, insert: insert + lines(after, /^\n*/) }, selection: { anchor: at + insert.length } });
}

if (dialog) {
  const form = dialog.querySelector("form");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await ask(form.action, new FormData(form));
      putPicture(into, await answer.text());
      document.getElementById("since").value = answer.headers.get("edition-version"); // nobody else has written
      form.reset();
      dialog.close();
      into.focus();
    } catch (fault) {
      dialog.querySelector("[role=alert]").textContent = fault.message;
    }
  });
  form.querySelector("[value=cancel]").addEventListener("click", () => dialog.close());
}
// A file that is dropped beside the editor doesn't take the page's place.
for (const name of ["dragover", "drop"]) {
  addEventListener(name, (event) => event.dataTransfer?.types.includes("Files") && event.target.type !== "file" && event.preventDefault());
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
        field.name === "text:body" ? prose : [],
        EditorView.lineWrapping,
        EditorView.domEventHandlers({
          drop: (event, view) => takePicture(event, view, field),
          paste: (event, view) => {
            const html = event.clipboardData?.getData("text/html");
            if (!html) return takePicture(event, view, field);
            event.preventDefault();
            paste(view, field, html, event.clipboardData.getData("text/plain"));
            return true;
          },
        }),
        EditorView.contentAttributes.of({ "aria-label": label.textContent, spellcheck: "true", lang: field.lang, dir: "auto" }),
        description.of(described()),
        look,
        EditorView.updateListener.of((update) => {
          if (update.selectionSet || update.docChanged) {
            host.dataset.line = update.state.doc.lineAt(update.state.selection.main.head).number;
            host.dispatchEvent(new CustomEvent("moved", { bubbles: true }));
          }
          if (!update.docChanged) return;
          field.value = update.state.doc.toString();
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }),
      ],
    }),
  });
  host.view = view;
  host.goTo = (line) => {
    const { from } = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
    view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
  };
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

document.addEventListener("added", (event) => event.target.querySelectorAll("textarea").forEach(edit));
for (const field of document.querySelectorAll("#form textarea")) {
  const view = edit(field);
  const button = document.getElementById("add-picture");
  if (field.name !== "text:body" || !button) continue;
  button.hidden = false;
  button.addEventListener("click", () => askPicture(view));
}
