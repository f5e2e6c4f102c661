/**
 * `<combo-box data-source="…">` around an input: typed look-up on the server, candidates listed, chosen by keyboard or
 * pointer. Without script the input alone stays, and the server understands what was typed.
 */

let count = 0;

class ComboBox extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    if (!this.input || this.list) return;
    count += 1;
    this.list = document.createElement("ul");
    this.list.id = `options-${count}`;
    this.list.className = "options";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.getAttribute("aria-label") ?? this.input.labels?.[0]?.textContent ?? "");
    this.append(this.list);
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id, autocomplete: "off" };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.search(this.input.value));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("pointerdown", () => {
      if (document.activeElement === this.input) this.search("");
    });
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[data-value]");
      if (option) this.choose(option);
    });
  }

  get open() {
    return !this.list.hidden;
  }

  get options() {
    return [...this.list.querySelectorAll("[data-value]")];
  }

  get active() {
    return this.list.querySelector("[aria-selected=true]");
  }

  async search(text) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    await new Promise((resolve) => setTimeout(resolve, text ? 110 : 0));
    if (turn !== this.turn || !this.isConnected) return;
    const address = new URL(this.dataset.source, window.location.href);
    address.searchParams.set("q", text);
    address.searchParams.set("id", this.list.id);
    const response = await fetch(address);
    if (turn !== this.turn || !response.ok || document.activeElement !== this.input) return;
    this.list.innerHTML = await response.text();
    this.show();
    if (text && this.options.length && this.dataset.free === undefined) this.select(this.options[0]);
  }

  show() {
    this.list.hidden = false;
    const room = window.innerHeight - this.input.getBoundingClientRect().bottom;
    this.list.classList.toggle("above", room < 220);
    this.input.setAttribute("aria-expanded", "true");
  }

  close() {
    this.turn = (this.turn ?? 0) + 1;
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  select(option) {
    this.active?.setAttribute("aria-selected", "false");
    if (!option) return;
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  }

  /** Take a candidate: its value goes into the input. */
  choose(option) {
    this.input.value = option.dataset.value;
    this.close();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
    this.dispatchEvent(new CustomEvent("chosen", { bubbles: true }));
  }

  key(event) {
    const options = this.options;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!this.open) {
        this.search(event.altKey ? "" : this.input.value);
        return;
      }
      const at = options.indexOf(this.active);
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.select(options[(at + step + options.length) % options.length]);
    } else if (event.key === "Enter" && this.open && this.active) {
      event.preventDefault();
      event.stopPropagation();
      this.choose(this.active);
    } else if (event.key === "Tab" && this.open && this.active && this.input.value) {
      this.input.value = this.active.dataset.value;
      this.close();
    } else if (event.key === "Escape" && this.open) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }
}

customElements.define("combo-box", ComboBox);
