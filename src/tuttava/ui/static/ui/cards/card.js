/**
 * Editing a card in place. Click a value (or press Enter or E), type, Tab saves and moves on, Enter saves, Esc takes
 * back. Saves go out one after the other, each with the version the last answer brought.
 */
import { ask, complain, element, follow, send, swap } from "./answers.js";

const card = () => document.getElementById("card");
let queue = Promise.resolve();
let saving = 0;

const fieldOf = (node) => (node instanceof Element ? node.closest(".cf") : null);
const editorOf = (field) => field.querySelector(".cf-line > .cf-editor");
const inputOf = (field) => editorOf(field)?.querySelector("input, select, textarea");
const valueOf = (field) => field.querySelector(".cf-value");
const editing = () => [...document.querySelectorAll(".cf.editing")];

/** Fields one can move to with Tab, in the order of the page; folded groups are passed over. */
const editable = () => [...document.querySelectorAll(".cf.editable")].filter((field) => field.checkVisibility());

/* --- opening and closing ---------------------------------------------------------------------------------------- */

/** Put the editor in the place of the value. */
function open(field, text) {
  if (editorOf(field)) return inputOf(field).focus();
  const template = field.querySelector("template");
  if (!template) return valueOf(field)?.focus();
  field.classList.add("editing");
  field.querySelector(".cf-line").append(template.content.cloneNode(true));
  const input = inputOf(field);
  field.dataset.was = input.value;
  if (text !== undefined) input.value = text;
  input.focus();
  if (input.select && text === undefined) input.select();
  hint(field);
  return undefined;
}

let asking = 0;

/** Say beside the editor what the value would mean or bring. The answer to an older question is dropped. */
async function hint(field) {
  if (!field.dataset.hint) return;
  asking += 1;
  const mine = asking;
  const response = await fetch(`${field.dataset.hint}?value=${encodeURIComponent(inputOf(field)?.value ?? "")}`, {
    headers: { Accept: "application/json" },
  }).catch(() => null);
  if (!response?.ok || mine !== asking) return;
  const { text } = await response.json();
  const place = editorOf(field)?.querySelector(".cf-hint");
  if (place) place.textContent = text;
}

let pause = 0;

// What people follow does not depend on what is typed; what a formula means does.
document.addEventListener("input", (event) => {
  const field = fieldOf(event.target);
  if (field?.dataset.kind !== "formula" || !field.matches(".editing")) return;
  clearTimeout(pause);
  pause = setTimeout(() => hint(field), 250);
});

/** Take the editor away; what was refreshed meanwhile comes into sight. */
function close(field, focus = false) {
  editorOf(field)?.remove();
  field.classList.remove("editing");
  const waiting = field.dataset.waiting;
  const id = field.id;
  if (waiting) swap({ [id]: waiting });
  if (focus) valueOf(document.getElementById(id) ?? field)?.focus();
}

function complaint(field, error) {
  const input = inputOf(field);
  const words = [error.text, ...error.details.map((detail) => detail.text)].join(" ");
  input.setAttribute("aria-invalid", "true");
  editorOf(field).querySelector(".cf-error").textContent = words;
}

/** Open an editor again when its field was rendered anew under it; leave one alone in which something was typed. */
function keepEditors(id, html) {
  const field = document.getElementById(id);
  if (!field?.matches(".cf.editing")) return false;
  const input = inputOf(field);
  if (input.value !== field.dataset.was || field.dataset.refused) {
    field.dataset.waiting = html;
    return true;
  }
  const focused = field.contains(document.activeElement);
  field.replaceWith(element(html));
  if (focused) open(document.getElementById(id));
  return true;
}

/* --- saving ------------------------------------------------------------------------------------------------------- */

/** Close the editor and save what it holds, if it changed. */
function commit(field, focus = false) {
  const input = inputOf(field);
  if (!input) return;
  const text = input.value;
  if (text === field.dataset.was && !field.dataset.refused) {
    close(field, focus);
    return;
  }
  const words = input instanceof HTMLSelectElement ? input.selectedOptions[0].textContent : text;
  const id = field.id;
  close(field, focus);
  showTyped(document.getElementById(id), words);
  enqueue(id, text);
}

function showTyped(field, words) {
  field.classList.add("saving");
  const value = valueOf(field);
  if (!value) return;
  value.stored ??= [...value.childNodes];
  value.textContent = words.trim() || "–";
}

/** The save failed: what is stored is shown again. */
function showStored(field) {
  field.classList.remove("saving");
  const value = valueOf(field);
  if (value?.stored) value.replaceChildren(...value.stored);
}

function enqueue(id, text) {
  saving += 1;
  queue = queue.then(() => store(id, text)).finally(() => {
    saving -= 1;
  });
}

async function store(id, text, version = card().dataset.version) {
  const field = document.getElementById(id);
  const answer = await send(field.dataset.save, { value: text, version });
  if (answer.ok) {
    delete field.dataset.refused;
    follow(answer, keepEditors);
    refreshBoxes(answer.boxes);
    return;
  }
  showStored(field);
  if (answer.conflict) {
    await settle(id, text, answer.conflict);
    return;
  }
  if (answer.cancelled) {
    await refresh();
    return;
  }
  if (answer.gone || !answer.error) {
    reopen(id, text);
    complain(answer);
    return;
  }
  refused(id, text, answer.error);
}

/** A refusal stands at the field that it names, with the typed text kept. */
function refused(id, text, error) {
  const named = error.field && document.getElementById(`f-${error.field}`);
  const field = reopen(id, text);
  if (named && named.id !== id) complain({ error });
  if (field) complaint(field, error);
}

function reopen(id, text) {
  const field = document.getElementById(id);
  if (!field?.querySelector("template")) return null;
  const elsewhere = document.activeElement?.closest(".cf.editing");
  open(field, text);
  field.dataset.refused = "1";
  if (elsewhere && elsewhere !== field) inputOf(elsewhere)?.focus();
  return field;
}

/** Somebody else saved first: show what, then save ours on top or take theirs. */
async function settle(id, text, conflict) {
  const given = await ask(conflict.html, (dialog) => {
    const mine = dialog.querySelector(".conflict-mine");
    mine.hidden = false;
    mine.querySelector("b").textContent = text || "–";
  });
  if (given.value === "mine") {
    await store(id, text, conflict.version);
    return;
  }
  await refresh();
  document.getElementById(id)?.querySelector(".cf-value")?.focus();
}

const stale = new Set();
let waiting = 0;

/** Fetch fact boxes anew once nothing has been saved for a moment. */
function refreshBoxes(names = []) {
  for (const name of names) stale.add(name);
  clearTimeout(waiting);
  if (!stale.size) return;
  waiting = setTimeout(async () => {
    const address = `${card().dataset.card}?boxes=${[...stale].join(",")}`;
    stale.clear();
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    if (response.ok) swap((await response.json()).parts);
  }, 700);
}

/** A table of lines on the card was changed, and boxes tell of it. */
document.addEventListener("tuttava:boxes", (event) => refreshBoxes(event.detail));

/** Fetch the card as it is now. */
async function refresh() {
  const response = await fetch(card().dataset.card, { headers: { Accept: "application/json" } });
  if (response.ok) follow(await response.json());
}

/* --- switches ------------------------------------------------------------------------------------------------------ */

function toggle(value) {
  const now = value.getAttribute("aria-checked") !== "true";
  value.setAttribute("aria-checked", String(now));
  const field = fieldOf(value);
  field.classList.add("saving");
  saving += 1;
  queue = queue
    .then(async () => {
      const answer = await send(field.dataset.save, { value: String(now), version: card().dataset.version });
      field.classList.remove("saving");
      if (answer.ok) {
        follow(answer, keepEditors);
        refreshBoxes(answer.boxes);
        return;
      }
      value.setAttribute("aria-checked", String(!now));
      if (answer.conflict) await settle(field.id, String(now), answer.conflict);
      else if (!answer.cancelled) complain(answer);
    })
    .finally(() => {
      saving -= 1;
    });
}

/* --- keys and clicks ------------------------------------------------------------------------------------------------ */

document.addEventListener("click", (event) => {
  const value = event.target.closest(".cf.editable .cf-value");
  if (!value || event.ctrlKey || event.metaKey || event.button !== 0) return;
  event.preventDefault();
  if (value.matches("[role=switch]")) toggle(value);
  else open(fieldOf(value));
});

function move(from, step) {
  const fields = editable();
  const next = fields[fields.findIndex((field) => field.id === from) + step];
  if (!next) return false;
  if (valueOf(next)?.matches("[role=switch]")) valueOf(next).focus();
  else open(next);
  return true;
}

document.addEventListener("keydown", (event) => {
  const field = fieldOf(event.target);
  if (field?.matches(".editing")) {
    inEditor(event, field);
    return;
  }
  if (event.key === " " && event.target.matches("[role=switch]")) {
    event.preventDefault();
    event.target.click();
  } else if (event.key === "e" && card() && plain(event)) {
    const target = field?.matches(".editable") ? field : (document.querySelector("#f-name.editable") ?? editable()[0]);
    if (!target) return;
    event.preventDefault();
    valueOf(target).click();
  }
});

function plain(event) {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  return !typing && !event.ctrlKey && !event.metaKey && !event.altKey && !document.querySelector("dialog[open]");
}

function inEditor(event, field) {
  if (event.defaultPrevented) return;
  const id = field.id;
  if (event.key === "Escape") {
    event.preventDefault();
    delete field.dataset.refused;
    close(field, true);
  } else if (event.key === "Enter" && !(event.target instanceof HTMLTextAreaElement && !event.ctrlKey)) {
    event.preventDefault();
    commit(field, true);
  } else if (event.key === "Tab") {
    const step = event.shiftKey ? -1 : 1;
    event.preventDefault();
    commit(field);
    if (!move(id, step)) valueOf(document.getElementById(id))?.focus();
  }
}

document.addEventListener("chosen", (event) => {
  const field = fieldOf(event.target);
  if (field?.matches(".editing")) commit(field, true);
});

document.addEventListener("focusout", (event) => {
  const field = fieldOf(event.target);
  if (!field?.matches(".editing") || field.contains(event.relatedTarget) || !document.hasFocus()) return;
  if (document.querySelector("dialog[open]")) return;
  if (inputOf(field) === event.target && field.isConnected) queueMicrotask(() => field.matches(".editing") && !field.contains(document.activeElement) && commit(field));
});

/* --- leaving, folding ------------------------------------------------------------------------------------------------ */

/** A link followed while something is being saved waits for it: the next page shows what was saved. */
document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest("a[href]");
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.button || link?.target;
    if (!saving || !link || elsewhere || link.closest(".cf.editable .cf-value")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    queue.then(() => {
      if (!editing().length && !document.querySelector("dialog[open]")) link.click();
    });
  },
  true,
);

window.addEventListener("beforeunload", (event) => {
  const typed = editing().some((field) => inputOf(field)?.value !== field.dataset.was);
  if (saving || typed) event.preventDefault();
});

document.addEventListener(
  "toggle",
  (event) => {
    const group = event.target;
    if (!(group instanceof HTMLDetailsElement) || !group.dataset.group || !card()) return;
    const name = `fold_${card().dataset.name}`;
    const state = [...document.querySelectorAll("details[data-group]")].map((one) => `${one.dataset.group}:${one.open ? 0 : 1}`);
    document.cookie = `${name}=${state.join(".")}; path=/; max-age=31536000; samesite=lax`;
  },
  true,
);
