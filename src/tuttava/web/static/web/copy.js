/** `<copy-code>` puts a button beside a piece of code that copies it. Without script the code is simply there. */
class CopyCode extends HTMLElement {
  connectedCallback() {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = this.dataset.label;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.querySelector("code").textContent);
      button.textContent = this.dataset.done;
      setTimeout(() => (button.textContent = this.dataset.label), 2000);
    });
    this.append(button);
  }
}

customElements.define("copy-code", CopyCode);
