/**
 * Forms and dialogs that answer in place: `form[data-answer]` posts without loading the page, `a[data-dialog]` opens its
 * page as a dialog, `a[data-part]` fetches parts. Without script all of them are ordinary forms and pages.
 */
import { afterReload, complain, element, follow, send, swap } from "./answers.js";

const DRAFTS = "tuttava.draft:";

afterReload();

/* --- forms ---------------------------------------------------------------------------------------------------- */

/** Show a refusal at its field, or above the form. */
function refuse(form, error) {
  clearErrors(form);
  const input = error.field && form.elements.namedItem(error.field);
  const place = input && form.querySelector(`[data-error-for="${CSS.escape(error.field)}"]`);
  const words = [error.text, ...error.details.map((detail) => detail.text)];
  if (place) {
    place.textContent = words.join(" ");
    input.setAttribute?.("aria-invalid", "true");
    input.focus?.();
    return;
  }
  const note = form.querySelector("[data-form-error]");
  if (!note) {
    complain({ error });
    return;
  }
  note.hidden = false;
  note.replaceChildren(...words.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
  note.scrollIntoView({ block: "nearest" });
}

function clearErrors(form) {
  for (const place of form.querySelectorAll("[data-error-for]")) place.textContent = "";
  for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  const note = form.querySelector("[data-form-error]");
  if (note) note.hidden = true;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-answer]")) return;
  event.preventDefault();
  post(form, new FormData(form, event.submitter), form.getAttribute("action") || window.location.href);
});

// `button[data-to]` sends what was typed to another address; unlike a submit button it is never what Enter presses.
document.addEventListener("click", (event) => {
  const button = event.target.closest("form[data-answer] button[data-to]");
  if (button) post(button.form, new FormData(button.form), button.dataset.to);
  const link = event.target.closest("form[data-draft] a[data-use]");
  if (link) forget(link.closest("form"));
});

async function post(form, data, address) {
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  const version = document.getElementById("card")?.dataset.version;
  if (form.hasAttribute("data-versioned") && version) data.set("version", version);
  const answer = await send(address, data);
  delete form.dataset.busy;
  if (answer.cancelled) return;
  if (!answer.ok) {
    if (answer.error) refuse(form, answer.error);
    else complain(answer);
    return;
  }
  forget(form);
  const dialog = form.closest("dialog");
  if (answer.close) dialog?.close();
  follow(answer);
  if (!answer.close && !answer.redirect && form.isConnected && form.hasAttribute("data-reset")) form.reset();
}

/* --- dialogs -------------------------------------------------------------------------------------------------- */

/** Open the page at `address` as a dialog over this one. */
export async function openDialog(address) {
  const response = await fetch(address, { headers: { "X-Fragment": "dialog" } });
  if (!response.ok || response.redirected) {
    window.location.assign(address);
    return;
  }
  const dialog = element(await response.text());
  if (!(dialog instanceof HTMLDialogElement)) {
    window.location.assign(address);
    return;
  }
  const opener = document.activeElement;
  document.body.append(dialog);
  recall(dialog.querySelector("form[data-draft]"));
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (opener?.isConnected) opener.focus();
  });
  dialog.showModal();
  const first = "input:not([type=hidden], [type=radio], [type=checkbox], [type=file]), textarea, select";
  (dialog.querySelector("[autofocus]") ?? dialog.querySelector(first))?.focus();
  window.htmx?.process(dialog);
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  const link = event.target.closest("a[data-dialog]");
  if (link) {
    event.preventDefault();
    link.closest("details.menu")?.removeAttribute("open");
    openDialog(link.href);
    return;
  }
  const part = event.target.closest("a[data-part]");
  if (part) {
    event.preventDefault();
    fetchParts(part.href);
  }
  const closer = event.target.closest("[data-close]");
  if (closer?.closest("dialog")) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
});

async function fetchParts(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  if (response.ok) swap((await response.json()).parts);
}

/* --- drafts: what was typed in a dialog is there when it is opened again ---------------------------------------- */

function draftKey(form) {
  return DRAFTS + form.dataset.draft;
}

function forget(form) {
  if (form.dataset.draft) sessionStorage.removeItem(draftKey(form));
}

function recall(form) {
  const kept = form && sessionStorage.getItem(draftKey(form));
  if (!kept) return;
  for (const [name, value] of Object.entries(JSON.parse(kept))) {
    const field = form.elements.namedItem(name);
    if (!field || field.type === "file") continue;
    if (field.type === "checkbox") field.checked = value === "true";
    else field.value = value;
  }
  form.dispatchEvent(new Event("recalled", { bubbles: true }));
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.dataset.draft) return;
  const kept = Object.fromEntries([...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken"));
  sessionStorage.setItem(draftKey(form), JSON.stringify(kept));
});

/* --- fields that react while one types: data-live posts the form and puts the answered parts in place ------------ */

let typing = 0;

async function live(form) {
  const turn = (typing += 1);
  await new Promise((resolve) => setTimeout(resolve, 180));
  if (turn !== typing || !form.isConnected) return;
  const query = new URLSearchParams([...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken"));
  const response = await fetch(`${form.dataset.live}?${query}`, { headers: { Accept: "application/json" } });
  if (turn === typing && response.ok) swap((await response.json()).parts);
}

for (const kind of ["input", "recalled", "change"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.form ?? event.target;
    if (form instanceof HTMLFormElement && form.dataset.live) live(form);
  });
}

/* --- one-letter keys of the page's actions ------------------------------------------------------------------------ */

document.addEventListener("keydown", (event) => {
  if (!document.getElementById("card") || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!target || event.defaultPrevented) return;
  event.preventDefault();
  target.click();
});

/* --- files: a picked picture is sent at once ---------------------------------------------------------------------- */

document.addEventListener("change", (event) => {
  if (event.target.matches("input[type=file][data-send]") && event.target.files.length) event.target.form.requestSubmit();
});
