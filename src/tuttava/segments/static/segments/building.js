/**
 * Building a segment: a condition just chosen takes the focus, and one that is dropped goes without loading the page.
 * Everything else is a form that shows what it would do while one types (`data-live`).
 */

customElements.define(
  "new-condition",
  class extends HTMLElement {
    connectedCallback() {
      setTimeout(() => this.querySelector(".condition-has select, .condition-operator select, input:not([type=hidden])")?.focus());
    }
  },
);

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-drop]");
  if (!button) return;
  event.preventDefault();
  const form = button.form;
  form.querySelector("input[name=drop]").value = button.value;
  form.dispatchEvent(new Event("change", { bubbles: true }));
  form.querySelector("#add-condition")?.focus();
});
