/**
 * `<rich-text>`: a text area becomes a small editor: bold, italic, lists, links, undo. The text area keeps what is sent
 * and is all there is without script; what is pasted is reduced to harmless markup.
 */
import { address, clean, isRich, paragraphs } from "./clean.js";

const STATES = ["bold", "italic", "underline", "insertUnorderedList", "insertOrderedList"];

class RichText extends HTMLElement {
  connectedCallback() {
    this.area = this.querySelector("textarea");
    if (!this.area || this.sheet) return;
    this.tools = this.querySelector("[role=toolbar]");
    this.linkBox = this.querySelector("[data-link]");
    this.sheet = document.createElement("div");
    this.sheet.id = `${this.area.id}-rich`;
    this.sheet.className = "rich-sheet";
    this.sheet.contentEditable = "true";
    this.sheet.setAttribute("role", "textbox");
    this.sheet.setAttribute("aria-multiline", "true");
    this.sheet.setAttribute("aria-label", this.area.dataset.label);
    this.sheet.setAttribute("aria-describedby", this.area.getAttribute("aria-describedby") ?? "");
    this.area.before(this.sheet);
    this.area.hidden = true;
    this.tools.hidden = false;
    this.show();
    this.ownerDocument.querySelector(`label[for="${CSS.escape(this.area.id)}"]`)?.addEventListener("click", () => this.sheet.focus());
    this.listen();
  }

  /** What the text area holds, as the sheet. */
  show() {
    const text = this.area.value;
    this.sheet.innerHTML = isRich(text) ? clean(text) : paragraphs(text);
    this.shown = text;
  }

  /** What is written, into the text area: nothing where there are no words. */
  keep() {
    const html = this.sheet.textContent.trim() ? clean(this.sheet.innerHTML) : "";
    if (html === this.area.value) return;
    this.area.value = html;
    this.shown = html;
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  listen() {
    const { sheet } = this;
    document.execCommand("defaultParagraphSeparator", false, "p");
    sheet.addEventListener("input", () => {
      // Words right in the sheet, as after a list, become a paragraph.
      const at = document.getSelection().anchorNode;
      if (at?.nodeType === Node.TEXT_NODE && at.parentNode === sheet) document.execCommand("formatBlock", false, "p");
      this.keep();
    });
    sheet.addEventListener("focus", () => document.execCommand("styleWithCSS", false, false));
    sheet.addEventListener("blur", () => this.left());
    sheet.addEventListener("paste", (event) => this.paste(event));
    sheet.addEventListener("drop", (event) => {
      if (event.dataTransfer?.types.includes("text/html")) this.paste(event);
    });
    this.addEventListener("keydown", (event) => this.key(event));
    this.tools.addEventListener("mousedown", (event) => {
      if (event.target.closest("button")) event.preventDefault();
    });
    this.tools.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-do]");
      if (button) this.run(button.dataset.do);
    });
    this.tools.querySelector("[data-insert]")?.addEventListener("change", (event) => this.insertField(event.target));
    this.linkBox.addEventListener("click", (event) => {
      const button = event.target.closest("[data-link-do]");
      if (button) this.linkTo(button.dataset.linkDo === "set");
    });
    this.marks = () => this.markTools();
    document.addEventListener("selectionchange", this.marks);
    // What a closed dialog had kept, and what a template proposes, comes after the element does.
    this.area.form?.addEventListener("recalled", () => {
      if (this.area.value !== this.shown) this.show();
    });
    this.area.addEventListener("change", () => {
      if (this.area.value !== this.shown) this.show();
    });
  }

  disconnectedCallback() {
    document.removeEventListener("selectionchange", this.marks);
  }

  left() {
    this.keep();
    if (this.atFocus === this.area.value) return;
    this.atFocus = this.area.value;
    this.area.dispatchEvent(new Event("change", { bubbles: true }));
  }

  paste(event) {
    const data = event.clipboardData ?? event.dataTransfer;
    const html = data.getData("text/html");
    if (!html && data.files.length) return;
    event.preventDefault();
    const text = data.getData("text/plain");
    const whole = html ? clean(html) : text.includes("\n") ? paragraphs(text) : "";
    if (whole) document.execCommand("insertHTML", false, whole);
    else document.execCommand("insertText", false, text);
  }

  key(event) {
    const command = event.ctrlKey || event.metaKey;
    if (event.target === this.sheet && command && event.key.toLowerCase() === "k") {
      event.preventDefault();
      event.stopPropagation();
      this.run("link");
    } else if (this.linkBox.contains(event.target) && event.key === "Enter" && event.target.matches("input")) {
      event.preventDefault();
      this.linkTo(true);
    } else if (this.linkBox.contains(event.target) && event.key === "Escape") {
      event.preventDefault();
      this.closeLink();
    } else if (this.tools.contains(event.target) && event.target.matches("button") && /^Arrow(Left|Right)$/.test(event.key)) {
      event.preventDefault();
      this.move(event.key === "ArrowRight" ? 1 : -1);
    }
  }

  /** The toolbar is one stop of the Tab key; arrows move in it. */
  move(step) {
    const all = [...this.tools.querySelectorAll("button, select")];
    const at = all.indexOf(document.activeElement);
    const next = all[(at + step + all.length) % all.length];
    for (const each of all) each.tabIndex = each === next ? 0 : -1;
    next.focus();
  }

  run(what) {
    if (what === "link") {
      this.openLink();
      return;
    }
    if (document.activeElement !== this.sheet) this.back();
    if (what === "plain") {
      document.execCommand("removeFormat");
      document.execCommand("unlink");
    } else {
      document.execCommand(what);
    }
    this.keep();
    this.markTools();
  }

  markTools() {
    if (document.activeElement !== this.sheet) return;
    const selection = document.getSelection();
    if (selection.rangeCount) this.range = selection.getRangeAt(0).cloneRange();
    for (const name of STATES) this.press(name, document.queryCommandState(name));
    this.press("link", Boolean(this.link()));
  }

  press(name, on) {
    this.tools.querySelector(`[data-do="${name}"]`)?.setAttribute("aria-pressed", String(on));
  }

  /** The link that the cursor stands in. */
  link() {
    const node = this.range?.startContainer;
    const element = node?.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const found = element?.closest?.("a");
    return found && this.sheet.contains(found) ? found : null;
  }

  /** The cursor where it was, or at the end. */
  back() {
    this.sheet.focus();
    const selection = document.getSelection();
    if (this.range && this.sheet.contains(this.range.startContainer)) {
      selection.removeAllRanges();
      selection.addRange(this.range);
    } else {
      selection.selectAllChildren(this.sheet);
      selection.collapseToEnd();
    }
  }

  openLink() {
    const input = this.linkBox.querySelector("input");
    input.value = this.link()?.getAttribute("href") ?? "";
    input.setCustomValidity("");
    this.linkBox.hidden = false;
    input.focus();
    input.select();
  }

  closeLink() {
    this.linkBox.hidden = true;
    this.back();
  }

  linkTo(set) {
    const input = this.linkBox.querySelector("input");
    const target = address(input.value);
    if (set && input.value.trim() && !target) {
      input.setAttribute("aria-invalid", "true");
      return;
    }
    input.removeAttribute("aria-invalid");
    const old = this.link();
    this.closeLink();
    if (old) document.getSelection().selectAllChildren(old);
    if (!set || !target) document.execCommand("unlink");
    else if (document.getSelection().isCollapsed) this.insertLink(target);
    else document.execCommand("createLink", false, target);
    this.keep();
  }

  /** Without words to link, the address is its own. */
  insertLink(target) {
    const words = target.replace(/^(https?:\/\/|mailto:|tel:)/, "");
    document.execCommand("insertText", false, words);
    const selection = document.getSelection();
    const { anchorNode, anchorOffset } = selection;
    selection.setBaseAndExtent(anchorNode, anchorOffset - words.length, anchorNode, anchorOffset);
    document.execCommand("createLink", false, target);
    selection.collapseToEnd();
  }

  insertField(select) {
    if (!select.value) return;
    this.back();
    document.execCommand("insertText", false, `{{ ${select.value} }}`);
    select.value = "";
    this.keep();
  }
}

customElements.define("rich-text", RichText);
