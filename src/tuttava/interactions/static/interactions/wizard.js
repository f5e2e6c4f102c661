/**
 * The dialogs of interactions: fields that follow what is typed, what is typed kept when a wizard is closed, the step's
 * first field in focus, the number dialled. Without script each step is an ordinary page.
 */
import { notices, send } from "../ui/cards/answers.js";

const kept = (form) => form?.dataset.keep;

/** Send what stands in the form; fields that the rules changed follow, except those that were typed in meanwhile. */
async function keep(form) {
  const sent = new FormData(form);
  for (const [name, value] of [...sent]) if (value instanceof File) sent.delete(name);
  const answer = await send(kept(form), sent);
  if (!form.isConnected) return;
  if (answer.error) {
    const place = answer.error.field && form.querySelector(`[data-error-for="${CSS.escape(answer.error.field)}"]`);
    if (place) place.textContent = answer.error.text;
    else notices([{ text: answer.error.text, severity: "error" }]);
    return;
  }
  if (!answer.ok) return;
  for (const place of form.querySelectorAll("[data-error-for]")) place.textContent = "";
  for (const [name, value] of Object.entries(answer.values ?? {})) {
    const input = form.elements.namedItem(name);
    if (!input || input.type === "hidden") continue;
    if (input.type === "checkbox") {
      if (input.checked === (sent.get(name) === "true")) input.checked = value === "true";
    } else if (input.value === (sent.get(name) ?? "")) {
      input.value = value;
    }
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (kept(form) && event.target.type !== "file" && event.target.name !== "comment") keep(form);
});

// A dialog that is closed keeps what was typed last; after the last step there is nothing left to keep.
document.addEventListener(
  "close",
  (event) => {
    const form = event.target.querySelector?.("form[data-keep]");
    if (!form || form.dataset.busy) return;
    const sent = new FormData(form);
    for (const [name, value] of [...sent]) if (value instanceof File) sent.delete(name);
    send(`${kept(form)}?closing=yes`, sent);
  },
  true,
);

// A number that is clicked on a card is dialled by the telephone; meanwhile the call is opened to be noted.
document.addEventListener("click", (event) => {
  const number = event.target.closest?.('a[href^="tel:"]');
  const call = document.querySelector('a[data-dialog][href$="/call"]');
  if (!number || !call || number.closest("dialog")) return;
  const opener = call.cloneNode();
  opener.href = `${call.href}?number=${encodeURIComponent(number.getAttribute("href").slice(4))}&dialled=yes`;
  document.body.append(opener);
  setTimeout(() => {
    opener.click();
    opener.remove();
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("dialog form[data-answer]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});

/** A step of a wizard: its first field has the focus when the step before it made room. */
class WizardStep extends HTMLElement {
  connectedCallback() {
    if (!this.closest("dialog[open]")) return;
    const first = "input:not([type=hidden], [type=radio], [type=checkbox], [type=file]), textarea, select";
    queueMicrotask(() => (this.querySelector("[autofocus]") ?? this.querySelector(first) ?? this.querySelector("button"))?.focus());
  }
}

/** Hands a number to the telephone, once. */
class DialNumber extends HTMLElement {
  connectedCallback() {
    if (this.dataset.href && !this.dataset.done) {
      this.dataset.done = "yes";
      window.location.assign(this.dataset.href);
    }
  }
}

customElements.define("wizard-step", WizardStep);
customElements.define("dial-number", DialNumber);
