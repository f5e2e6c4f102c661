/**
 * `<file-drop>`: files chosen one after the other, or dropped anywhere on the form, are gathered, listed and can be taken
 * off again. Without script it is a file input.
 */

class FileDrop extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    if (!this.input || this.chosen) return;
    this.chosen = [...this.input.files];
    this.input.addEventListener("change", () => this.add(this.input.files));
    const area = this.closest("form");
    area.addEventListener("dragover", (event) => this.over(event, true));
    area.addEventListener("dragleave", (event) => {
      if (!area.contains(event.relatedTarget)) this.over(event, false);
    });
    area.addEventListener("drop", (event) => {
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      this.over(event, false);
      this.add(event.dataTransfer.files);
    });
    area.addEventListener("paste", (event) => {
      if (event.clipboardData?.files.length && !event.clipboardData.getData("text/html")) this.add(event.clipboardData.files);
    });
    area.addEventListener("reset", () => this.set([]));
  }

  over(event, on) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    if (on) event.preventDefault();
    this.classList.toggle("is-over", on);
  }

  add(files) {
    const known = new Set(this.chosen.map((file) => `${file.name}:${file.size}:${file.lastModified}`));
    if (!this.input.multiple) {
      this.set([...files].slice(-1));
      return;
    }
    this.set([...this.chosen, ...[...files].filter((file) => !known.has(`${file.name}:${file.size}:${file.lastModified}`))]);
  }

  set(files) {
    this.chosen = files;
    const carrier = new DataTransfer();
    for (const file of files) carrier.items.add(file);
    this.input.files = carrier.files;
    this.querySelector(".file-list").replaceChildren(...files.map((file) => this.line(file)));
    const total = files.reduce((sum, file) => sum + file.size, 0);
    const place = this.input.form.querySelector(`[data-error-for="${CSS.escape(this.input.name)}"]`);
    if (place) place.textContent = this.dataset.most && total > Number(this.dataset.most) ? this.dataset.tooMuch : "";
  }

  line(file) {
    const item = document.createElement("li");
    const name = Object.assign(document.createElement("span"), { className: "file-name", textContent: file.name });
    const size = Object.assign(document.createElement("span"), { className: "quiet", textContent: bytes(file.size) });
    const remove = Object.assign(document.createElement("button"), { type: "button", className: "button ghost icon-only", textContent: "✕" });
    remove.setAttribute("aria-label", `${this.dataset.remove} ${file.name}`);
    remove.addEventListener("click", () => {
      this.set(this.chosen.filter((other) => other !== file));
      this.input.focus();
    });
    item.append(name, size, remove);
    return item;
  }
}

/** A size in the units and the notation of the page's language. */
export function bytes(count) {
  const [unit, value] = count < 1e6 ? ["kilobyte", Math.max(count / 1e3, 0.1)] : ["megabyte", count / 1e6];
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 }).format(value);
}

customElements.define("file-drop", FileDrop);
