// A form is saved in the background, and only what has changed is put into the page: the focus, the editors, the printed pages and
// the scroll stay. Without scripts the page is loaded anew.
const form = document.getElementById("form");
const said = document.getElementById("said");
const controlOf = (field) => field.querySelector("[name^='text:']");
const inForm = (field) => form.querySelector(`.field[data-field="${CSS.escape(field.dataset.field)}"]`);
let last = Promise.resolve();
let isAtWork = false; // whether the server has a save that it hasn't answered
const waiting = []; // what isn't answered yet: for each save, what its button does beside saving
const wish = (button) => (button?.hasAttribute("formaction") ? `${button.getAttribute("formaction")} ${button.value}` : "");

// A second save waits for the first. A second click on a button that moves, deletes, adds or undoes is no second wish as long as the
// first one isn't answered.
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const wanted = wish(event.submitter);
  if (wanted && waiting.includes(wanted)) return;
  waiting.push(wanted);
  said.textContent = form.dataset.saving;
  last = last.then(() => save(event.submitter).catch(reportError)).finally(() => waiting.shift());
});

// Whether the files were changed elsewhere was asked before this page was saved, or is asked meanwhile: its own save is no news.
document.body.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "changed") return;
  const since = new URL(detail.xhr.responseURL).searchParams.get("since");
  if (waiting.length || since !== document.getElementById("since").value) detail.shouldSwap = false;
});

// Where a problem is gone, its room stays until the next key, so that no button moves away from under the pointer.
const held = new Set();
document.body.addEventListener("htmx:oobBeforeSwap", ({ detail: { target, fragment } }) => {
  if (!target.classList.contains("told") || !target.offsetHeight || fragment.textContent.trim()) return;
  Object.assign(target.style, { display: "block", minHeight: `${target.offsetHeight}px` });
  held.add(target);
});
addEventListener("keydown", () => {
  for (const told of held) Object.assign(told.style, { display: "", minHeight: "" });
  held.clear();
});

async function save(button) {
  const texts = new URLSearchParams(new FormData(form));
  if (button?.name) texts.set(button.name, button.value);
  const sent = new Map([...form.querySelectorAll(".field")].map((field) => [field.dataset.field, controlOf(field).value]));
  const address = button?.getAttribute("formaction") ?? form.getAttribute("action");
  isAtWork = true;
  const answer = await fetch(address, { method: "POST", body: texts }).catch(() => null);
  isAtWork = false;
  if (!answer) {
    form.dispatchEvent(new Event("input")); // what was typed meanwhile is kept as a draft
    return tell(form.dataset.unanswered);
  }
  take(new DOMParser().parseFromString(await answer.text(), "text/html"), new URL(answer.url), sent);
}

// The answer is the page as it would be loaded anew. `sent`: the texts that were saved, by field.
function take(page, address, sent) {
  const made = page.getElementById("form");
  if (made && isElsewhere(made)) return location.assign(address);
  const place = keptPlace();
  notices(made ? [...page.querySelectorAll("main > .notice")] : [notice(page)]);
  if (!made) {
    form.dispatchEvent(new Event("input")); // what was typed meanwhile is kept as a draft
    return document.querySelector("main > .notice").focus();
  }
  if (page.getElementById("since")) document.getElementById("since").value = page.getElementById("since").value;
  document.getElementById("changed").replaceChildren();
  document.title = page.title;
  document.querySelector("h1").textContent = page.querySelector("h1").textContent;
  bar(page);
  facts(made);
  for (const field of made.querySelectorAll(".field")) update(inForm(field), field, sent.get(field.dataset.field));
  backTo(place, new URLSearchParams(address.search).get("said"), new URLSearchParams(address.search).get("fact"));
  tell(page.getElementById("said").textContent);
  document.body.dispatchEvent(new CustomEvent("saved"));
}

// Whether another page has what was undone, or this one has other fields than its facts' now.
function isElsewhere(made) {
  const isKnown = (field) => field.closest(".fact") || inForm(field);
  return made.getAttribute("action") !== form.getAttribute("action") || ![...made.querySelectorAll(".field")].every(isKnown);
}

function notices(made) {
  for (const old of document.querySelectorAll("main > .notice")) old.remove();
  document.querySelector(".beside").before(...made);
}

// A page that is no form says why it can’t be done.
function notice(page) {
  const made = document.createElement("section");
  made.className = "notice";
  made.tabIndex = -1;
  made.setAttribute("role", "alert");
  const heading = document.createElement("h2");
  heading.textContent = reason(page);
  made.append(heading, ...page.querySelectorAll("main > :not(h1)"));
  return made;
}

// Why something can’t be done: the heading of a page, the notice that is a part of one, or an answer in plain text.
const reason = (page) => (page.querySelector("h1, .notice") ?? page.body).textContent.trim();

const isDraft = (element) => element.id === "drafting" || element.id === "keeping";

// A draft that reached the server after the save would fill again what the save has emptied. The saved page sends one of its own.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (isAtWork && isDraft(event.detail.elt)) event.preventDefault();
});

// A draft that isn’t kept says so where a kept one does.
document.body.addEventListener("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
  if (isDraft(elt) && xhr.status >= 400) notKept(reason(new DOMParser().parseFromString(xhr.responseText, "text/html")));
});
document.body.addEventListener("htmx:sendError", ({ detail: { elt } }) => isDraft(elt) && notKept(form.dataset.unanswered));

function notKept(words) {
  const kept = document.getElementById("kept");
  if (kept.textContent !== words) kept.textContent = words;
}

function bar(page) {
  const [old, undo] = [document.getElementById("undo"), page.getElementById("undo")];
  if (old && undo) old.replaceChildren(...undo.childNodes);
  else if (undo) document.getElementById("save").after(" ", undo);
  else old?.remove();
  document.getElementById("kept").textContent = "";
}

function tell(words) {
  said.textContent = "";
  setTimeout(() => (said.textContent = words), 100);
}

// The facts are those of the new page, in its order. What is there already stays the same element.
function facts(made) {
  const [old, wanted] = [form, made].map((one) => [...one.querySelectorAll(".fact")]);
  let after = old[0]?.previousElementSibling;
  for (const fact of old) if (!wanted.some((one) => one.id === fact.id)) fact.remove();
  for (const fact of wanted) {
    const known = old.find((one) => one.id === fact.id);
    const here = known ?? document.importNode(fact, true);
    if (after.nextElementSibling !== here) after.after(here);
    if (known) renew(here, fact);
    else here.dispatchEvent(new CustomEvent("added", { bubbles: true }));
    after = here;
  }
}

function renew(fact, made) {
  if (made.dataset.words) fact.dataset.words = made.dataset.words;
  for (const button of made.querySelectorAll("button[name=do]")) buttonOf(fact, button).disabled = button.disabled;
  fact.querySelector(":scope > .origin")?.replaceWith(made.querySelector(":scope > .origin"));
  const isGone = ({ dataset }) => !made.querySelector(`.field[data-field="${CSS.escape(dataset.field)}"]`);
  for (const field of fact.querySelectorAll(":scope > .field")) if (isGone(field)) field.remove();
  for (const told of fact.querySelectorAll(":scope > .told")) told.remove();
  [...fact.querySelectorAll(":scope > .field")].at(-1).after(...made.querySelectorAll(":scope > .told"));
}

const buttonOf = (fact, button) => fact.querySelector(`button[name=do][value="${CSS.escape(button.value)}"]`);

// A field has the text that is in the file now, unless somebody went on typing.
function update(field, made, sent) {
  const [control, other] = [controlOf(field), controlOf(made)];
  field.dataset.start = made.dataset.start;
  for (const begin of ["base", "was"]) {
    const [old, now] = [field, made].map((one) => one.querySelector(`[name^="${begin}:"]`));
    if (old && now) old.value = now.value;
    else if (now) control.after(now);
    else old?.remove();
  }
  const told = made.querySelector(".told");
  document.getElementById(told.id).replaceChildren(...told.childNodes);
  if (control.value === other.value || (sent !== undefined && control.value !== sent)) return;
  const view = field.querySelector(".editor")?.view;
  if (view) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: other.value } });
  else control.value = other.value;
}

function keptPlace() {
  const focused = document.activeElement;
  return { focused, top: focused?.getBoundingClientRect().top, scroll: scrollY };
}

// The focus stays where it was, or goes to what stopped the save, or to the fact that has come.
function backTo(place, deed, id) {
  const refused = document.getElementById("refused");
  if (refused) return refused.focus();
  const fact = document.getElementById(`fact-${id}`);
  if (fact && (deed === "added" || deed === "undone_deleted")) {
    focus(fact.querySelector(".editor, input:not([type=hidden]), select"));
    return fact.scrollIntoView({ block: "center" });
  }
  const { focused } = place;
  if (!focused?.isConnected || focused.disabled || focused === document.body) {
    scrollTo(0, place.scroll);
    return said.focus({ preventScroll: true });
  }
  if (document.activeElement !== focused) focus(focused);
  scrollBy(0, focused.getBoundingClientRect().top - place.top);
}

function focus(element) {
  (element.view?.contentDOM ?? element).focus({ preventScroll: true });
}
