/**
 * The form in which mails are written: what is in the way is looked over while one types, the template chosen proposes
 * subject and text, the mail can be looked at. Without script it is an ordinary form that says so when it is sent.
 */
import { send, swap } from "../ui/cards/answers.js";

const PAUSE = 600;

class MailForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    if (!this.form || this.ready) return;
    this.ready = true;
    this.form.addEventListener("input", (event) => {
      if (event.target.type !== "file") this.soon();
    });
    this.form.addEventListener("recalled", () => this.soon());
    this.form.elements.template?.addEventListener("change", () => this.languages());
    this.querySelector("[data-preview]").addEventListener("click", (event) => this.preview(event.currentTarget.dataset.preview));
    this.languages();
  }

  /** Only languages that the template has can be chosen. */
  languages() {
    const { template, language } = this.form.elements;
    if (!template) return;
    const had = template.selectedOptions[0].dataset.languages;
    language.disabled = had === undefined;
    for (const option of language.options) option.hidden = Boolean(option.value) && !(had ?? "").split(" ").includes(option.value);
    if (language.selectedOptions[0]?.hidden) language.value = "";
  }

  soon() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.check(), PAUSE);
  }

  typed() {
    const sent = new FormData(this.form);
    for (const [name, value] of [...sent]) if (value instanceof File) sent.delete(name);
    return sent;
  }

  async check() {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const answer = await send(this.form.dataset.check, this.typed());
    if (!answer.ok || turn !== this.turn || !this.isConnected) return;
    swap(answer.parts);
    this.propose(answer.proposed ?? {});
  }

  /** What a template proposes stands where nothing was typed, or where another template's words stand. */
  propose(words) {
    for (const [name, value] of Object.entries(words)) {
      const field = this.form.elements.namedItem(name);
      if (!value || (field.value && field.value !== this.proposed?.[name])) continue;
      if (field.value === value) continue;
      field.value = value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
      this.proposed = { ...this.proposed, [name]: field.value };
    }
  }

  /** The mail in a window of its own; a form that is not submitted by the user is not answered in place. */
  preview(address) {
    const form = Object.assign(document.createElement("form"), { method: "post", action: address, target: "_blank", hidden: true });
    for (const [name, value] of this.typed()) {
      const field = Object.assign(document.createElement("textarea"), { name, value });
      form.append(field);
    }
    document.body.append(form);
    form.submit();
    form.remove();
  }
}

customElements.define("mail-form", MailForm);
