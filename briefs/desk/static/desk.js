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

function goToField(event) {
  const drawing = event.target.closest?.(".page")?.querySelector("svg.spots");
  if (!drawing) return;
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse());
  const above = [...drawing.querySelectorAll("[data-field]")].filter(
    (spot) => number(spot, "y") <= at.y && number(spot, "x") <= at.x + 20,
  );
  const distance = (spot) => at.y - number(spot, "y") + (at.x - number(spot, "x")) / 4;
  for (const spot of above.sort((one, other) => distance(one) - distance(other))) {
    const name = spot.dataset.field;
    const whole = `${name.split("#")[0]}#body`;
    const field = document.querySelector(`#form :is([data-field="${CSS.escape(name)}"], [data-field="${CSS.escape(whole)}"])`);
    const control = field?.querySelector(".editor, textarea:not([hidden]), input:not([type=hidden]), select");
    if (!control) continue;
    (control.view ?? control).focus();
    if (control.goTo && field.dataset.field === whole) control.goTo(Number(spot.dataset.line) - Number(field.dataset.start) + 1);
    else control.scrollIntoView({ block: "center" });
    return;
  }
}

// Ctrl-S saves, as it does in other programs.
addEventListener("keydown", (event) => {
  const form = document.getElementById("form");
  if (!form || event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  event.preventDefault();
  form.requestSubmit();
});

// Links to copy.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const link = new URL(button.dataset.copy, location.href).href;
    await navigator.clipboard.writeText(link);
    const said = document.getElementById("said");
    said.textContent = said.dataset.copied.replace("{}", link);
  });
}

if (incoming && pages) {
  new MutationObserver(() => incoming.childNodes.length && show()).observe(incoming, { childList: true });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.id === "form" && event.detail.successful) {
      document.body.dispatchEvent(new CustomEvent("drafted"));
    }
  });
  document.addEventListener("focusin", (event) => mark(event.target));
  document.addEventListener("moved", (event) => mark(event.target));
  pages.addEventListener("click", goToField);
}
