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

// The field that is being written is marked on the page, and a click on the page leads to the field.
function mark(element) {
  const name = element?.closest?.("[data-field]")?.dataset.field;
  for (const drawing of pages?.querySelectorAll("svg.spots") ?? []) {
    const spot = [...drawing.querySelectorAll("[data-field]")].find((one) => one.dataset.field === name);
    const sign = drawing.querySelector(".mark");
    sign.setAttribute("width", spot ? 4 : 0);
    if (!spot) continue;
    sign.setAttribute("x", spot.getAttribute("x") - 8);
    sign.setAttribute("y", spot.getAttribute("y"));
    sign.setAttribute("height", spot.getAttribute("height"));
  }
}

function goToField(event) {
  const drawing = event.target.closest?.(".page")?.querySelector("svg.spots");
  if (!drawing) return;
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(drawing.getScreenCTM().inverse());
  const number = (spot, name) => Number(spot.getAttribute(name));
  const above = [...drawing.querySelectorAll("[data-field]")].filter(
    (spot) => number(spot, "y") <= at.y && number(spot, "x") <= at.x + 20,
  );
  const distance = (spot) => at.y - number(spot, "y") + (at.x - number(spot, "x")) / 4;
  for (const spot of above.sort((one, other) => distance(one) - distance(other))) {
    const field = document.querySelector(`#form [data-field="${CSS.escape(spot.dataset.field)}"]`);
    const control = field?.querySelector(".editor, textarea:not([hidden]), input:not([type=hidden]), select");
    if (control) {
      (control.view ?? control).focus();
      control.scrollIntoView({ block: "center" });
      return;
    }
  }
}

if (incoming && pages) {
  new MutationObserver(() => incoming.childNodes.length && show()).observe(incoming, { childList: true });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.id === "form" && event.detail.successful) {
      document.body.dispatchEvent(new CustomEvent("drafted"));
    }
  });
  document.addEventListener("focusin", (event) => mark(event.target));
  pages.addEventListener("click", goToField);
}
