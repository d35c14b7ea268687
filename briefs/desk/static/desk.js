// What the pages of the desk need beyond HTML. htmx puts answers of the server into their places.
import "htmx.org";

const incoming = document.getElementById("incoming");
const pages = document.getElementById("pages");

// New pages take the place of the old ones when their pictures are there, so that nothing flickers.
async function show() {
  const pictures = [...incoming.querySelectorAll("img:not([loading])")];
  const made = [...incoming.childNodes];
  await Promise.allSettled(pictures.map((picture) => picture.decode()));
  if (made[0]?.parentNode !== incoming) return; // newer pages came meanwhile
  pages.replaceChildren(...made);
  mark(document.activeElement);
  document.body.dispatchEvent(new CustomEvent("shown"));
}

// The field that is being written is marked on the page, and a click on the page leads to the field. In a long text, the line counts.
const number = (spot, name) => Number(spot.getAttribute(name));

function spotOf(field, drawing) {
  const spots = [...drawing.querySelectorAll("[data-field]")];
  const line = field.querySelector(".editor.long")?.dataset.line;
  if (!line) return spots.find((one) => one.dataset.field === field.dataset.field);
  const path = field.dataset.field.split("#")[0];
  const own = spots.filter((one) => one.dataset.field.startsWith(`${path}#`) && Number(one.dataset.line) <= Number(line) + Number(field.dataset.start) - 1);
  return own.sort((one, other) => number(other, "data-line") - number(one, "data-line"))[0];
}

function mark(element) {
  const field = element?.closest?.("[data-field]");
  const found = [...(pages?.querySelectorAll("svg.spots") ?? [])].map((drawing) => [drawing, field && spotOf(field, drawing)]);
  const last = found.filter(([, spot]) => spot).sort(([, one], [, other]) => number(other, "data-line") - number(one, "data-line"))[0]?.[1];
  for (const [drawing, spot] of found) {
    const sign = drawing.querySelector(".mark");
    const isHere = spot && (spot === last || !field.querySelector(".editor.long"));
    sign.setAttribute("width", isHere ? 4 : 0);
    if (!isHere) continue;
    sign.setAttribute("x", spot.getAttribute("x") - 8);
    sign.setAttribute("y", spot.getAttribute("y"));
    sign.setAttribute("height", spot.getAttribute("height"));
    bringIntoView(sign);
  }
}

// The column of pages scrolls by itself; the window stays where somebody writes.
function bringIntoView(sign) {
  const column = pages.closest(".pages");
  if (column.scrollHeight <= column.clientHeight) return;
  const [at, around] = [sign.getBoundingClientRect(), column.getBoundingClientRect()];
  if (at.top < around.top || at.bottom > around.bottom) column.scrollTop += at.top - around.top - column.clientHeight / 3;
}

const controlOf = (field) => field?.querySelector(".editor, textarea:not([hidden]), input:not([type=hidden]), select");

function goToField(event) {
  const drawing = event.target.closest?.(".page")?.querySelector("svg.spots");
  if (!drawing) return;
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse());
  const above = [...drawing.querySelectorAll("[data-field]")].filter(
    (spot) => number(spot, "y") <= at.y && number(spot, "x") <= at.x + 20,
  );
  if (!above.length) document.getElementById(`f-${document.getElementById("form")?.dataset.head}`)?.focus(); // the running head
  const distance = (spot) => at.y - number(spot, "y") + (at.x - number(spot, "x")) / 4;
  for (const spot of above.sort((one, other) => distance(one) - distance(other))) {
    const name = spot.dataset.field;
    const whole = `${name.split("#")[0]}#body`;
    const field = document.querySelector(`#form :is([data-field="${CSS.escape(name)}"], [data-field="${CSS.escape(whole)}"])`);
    const control = controlOf(field);
    if (!control) continue;
    (control.view ?? control).focus();
    if (control.goTo && field.dataset.field === whole) control.goTo(Number(spot.dataset.line) - Number(field.dataset.start) + 1);
    else control.scrollIntoView({ block: "center" });
    return;
  }
}

// What is sent is counted, since an older state may come to the server after a newer one.
const counter = document.getElementById("number");
for (const name of ["input", "submit"]) document.getElementById("form")?.addEventListener(name, () => (counter.value = Number(counter.value) + 1));

// Ctrl-S saves, as it does in other programs. In the window that asks for a picture, it adds the picture.
const form = document.getElementById("form");
addEventListener("keydown", (event) => {
  if (!form || event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  (document.querySelector("dialog[open] form") ?? form).requestSubmit();
});

// An address that ends in the name of a field leads into its editor, which a browser doesn’t find by itself.
function goToHash() {
  const control = controlOf(document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest(".field"));
  if (!control) return;
  (control.view ?? control).focus();
  control.scrollIntoView({ block: "center" });
}

// What was done is said when the page is there, so that it is read out; it is over when one writes on.
const said = document.getElementById("said");
if (form && said) {
  const words = said.textContent;
  said.textContent = "";
  setTimeout(() => (said.textContent = words), 100);
  form.addEventListener("input", () => (said.textContent = ""));
  for (const name of ["DOMContentLoaded", "hashchange"]) addEventListener(name, goToHash);
  document.addEventListener("click", (event) => {
    const target = document.getElementById(event.target.closest?.("#refused a")?.hash.slice(1) ?? "");
    const control = target && controlOf(target.matches("fieldset") ? target : target.closest(".field"));
    if (!control) return;
    event.preventDefault();
    (control.view ?? control).focus();
    control.scrollIntoView({ block: "center" });
  });
}

// What can be written instead of what is wrong: the button is gone as soon as it is, so the focus goes into the field.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-write]");
  const control = button && controlOf(button.closest(".field"));
  if (!control) return;
  control.value = button.dataset.write;
  control.dispatchEvent(new Event("input", { bubbles: true }));
  control.focus();
});

// Links to copy.
function showCopying(part) {
  for (const button of part.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
}
showCopying(document);
document.addEventListener("added", (event) => showCopying(event.target));
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const link = new URL(button.dataset.copy, location.href).href;
  await navigator.clipboard.writeText(link);
  said.textContent = said.dataset.copied.replace("{}", link);
});

if (incoming && pages) {
  // Pages that take long are said to be on their way; the answer then says what they are.
  const state = document.getElementById("state");
  let slow;
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.id !== "drafting") return;
    clearTimeout(slow);
    slow = setTimeout(() => (state.textContent = state.dataset.waits), 800);
  });
  document.body.addEventListener("htmx:afterRequest", (event) => event.detail.elt.id === "drafting" && clearTimeout(slow));
  new MutationObserver(() => incoming.childNodes.length && show()).observe(incoming, { childList: true });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.id === "drafting" && event.detail.successful) {
      document.getElementById("checking").dispatchEvent(new CustomEvent("htmx:abort", { bubbles: true, detail: {} })); // it is of older words
      document.body.dispatchEvent(new CustomEvent("drafted"));
    }
  });
  document.addEventListener("focusin", (event) => mark(event.target));
  document.addEventListener("moved", (event) => mark(event.target));
  pages.addEventListener("click", goToField);
}

// What takes long is said to be at work, and its button can’t be pressed again. What is disabled at once wouldn’t be sent. A page to
// which Back leads begins anew.
for (const long of document.querySelectorAll("form[data-doing]")) {
  const say = (words, isDisabled) => {
    long.querySelector(".doing").textContent = words;
    for (const one of long.elements) if (one.matches("button")) one.disabled = isDisabled;
  };
  long.addEventListener("submit", () => setTimeout(() => say(long.dataset.doing, true)));
  addEventListener("pageshow", () => say("", false));
}

// A search field above a list: only items with all the words that are typed and chosen are shown. What is hidden isn’t chosen.
for (const finder of document.querySelectorAll("[data-finds]")) {
  const items = [...document.querySelectorAll(finder.dataset.finds)];
  const words = (item) => (item.dataset.words ?? item.textContent).toLowerCase();
  const find = () => {
    const wanted = [...finder.querySelectorAll("input, select")].flatMap((control) => control.value.toLowerCase().split(/\s+/));
    for (const item of items) {
      item.hidden = !wanted.every((word) => words(item).includes(word));
      for (const box of item.querySelectorAll("[type=checkbox]")) box.disabled = item.hidden;
    }
    const shown = items.filter((item) => !item.hidden).length;
    finder.querySelector("[role=status]").textContent = finder.dataset.count.replace("{n}", shown).replace("{all}", items.length);
  };
  finder.hidden = false;
  finder.addEventListener("input", find);
  finder.querySelector("button")?.addEventListener("click", () => {
    for (const item of items.filter((one) => !one.hidden)) for (const box of item.querySelectorAll("[type=checkbox]")) box.checked = true;
  });
}
