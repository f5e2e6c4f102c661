/**
 * `<line-grid data-save="…" data-delete="…" data-first="…">` around a table of lines: it is worked like a spreadsheet.
 * `data-first` names the field where a new line begins; with `data-append` new lines stand at the end only. A template of an editor may say `data-default` (what it starts with
 * where nothing stands) and `data-only="field:value"` (it looks things up in lines of this value alone, and in new ones).
 * A cell is saved when it is left; a refusal stands at the cell with what was typed kept. Saves go out one after the other.
 * Where there is little room a row shows what matters, and all of its cells once `[data-more]` has opened it.
 * Every cell shown is reached by keys: arrows and Tab move, Enter or typing edits, Esc takes back and lets Tab leave the table.
 */
import { complain, element, follow, send } from "../cards/answers.js";

let fresh = 0;

/** A row of the table out of its markup (a `tr` needs a table around it to be read). */
function rowOf(html) {
  return element(`<table><tbody>${html}</tbody></table>`).querySelector("tr");
}

class LineGrid extends HTMLElement {
  connectedCallback() {
    if (this.body) return;
    this.body = this.querySelector("tbody");
    this.queue = Promise.resolve();
    this.leaving = false;
    this.append_();
    this.stop(this.cells()[0]);
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("click", (event) => this.click(event));
    this.addEventListener("dblclick", (event) => this.open(event.target.closest("td.lc")));
    this.addEventListener("focusin", (event) => this.stop(event.target.closest("td.lc")));
    this.addEventListener("focusout", (event) => this.left(event));
    this.addEventListener("paste", (event) => this.paste(event));
    this.addEventListener("copy", (event) => this.copy(event));
    this.addEventListener("chosen", (event) => this.commit(event.target.closest("td.lc"), "right"));
  }

  /* --- cells ------------------------------------------------------------------------------------------------------ */

  rows() {
    return [...this.body.rows];
  }

  cells(row = this.body.rows[0]) {
    return [...row.querySelectorAll("td.lc")];
  }

  /** Whether there is room for the cell; on a phone a row shows all of them once it is opened. */
  isShown(cell) {
    return cell.getClientRects().length > 0;
  }

  shown(row = this.body.rows[0]) {
    return this.cells(row).filter((cell) => this.isShown(cell));
  }

  /** The one cell that Tab comes to from outside. */
  stop(cell) {
    if (!cell) return;
    for (const other of this.body.querySelectorAll('td[tabindex="0"]')) other.tabIndex = -1;
    cell.tabIndex = 0;
  }

  focusCell(cell) {
    if (!cell) return;
    this.leaving = false;
    this.stop(cell);
    cell.focus();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  beside(cell, step) {
    const cells = this.shown(cell.parentElement);
    const at = cells.indexOf(cell) + step;
    if (cells[at]) return cells[at];
    const row = this.rows()[this.rows().indexOf(cell.parentElement) + step];
    return row ? this.shown(row).at(step > 0 ? 0 : -1) : null;
  }

  /** The next cell that can be typed into. */
  next(cell, step) {
    let found = this.beside(cell, step);
    while (found && found.dataset.raw === undefined) found = this.beside(found, step);
    return found;
  }

  below(cell, step) {
    const row = this.rows()[this.rows().indexOf(cell.parentElement) + step];
    if (!row) return null;
    const found = this.cells(row)[this.cells(cell.parentElement).indexOf(cell)];
    return this.isShown(found) ? found : this.shown(row)[0];
  }

  /* --- rows ------------------------------------------------------------------------------------------------------- */

  /** A new, unsaved row: below `above`, else at the end, where there always is one. */
  append_(above = null) {
    const row = this.querySelector("template[data-blank]").content.querySelector("tr").cloneNode(true);
    fresh += 1;
    row.dataset.key = `new-${fresh}`;
    row.classList.add("is-blank");
    if (above) above.after(row);
    else this.body.append(row);
    return row;
  }

  isNew(row) {
    return !row.dataset.line;
  }

  /** The stored line above a new row. */
  above(row) {
    for (let at = row.previousElementSibling; at; at = at.previousElementSibling) if (at.dataset.line) return at.dataset.line;
    return "";
  }

  /** Put the answered row in place, with focus, editor and refused cells kept. */
  replace(row, html) {
    const made = rowOf(html);
    const active = document.activeElement?.closest?.("td.lc");
    const focused = active?.parentElement === row ? active.dataset.field : "";
    for (const cell of this.cells(row)) {
      if (!cell.matches(".editing, [data-refused], .saving")) continue;
      const place = made.querySelector(`[data-field="${cell.dataset.field}"]`);
      if (!place) continue;
      if (place.dataset.raw !== undefined) cell.dataset.raw = place.dataset.raw;
      place.replaceWith(cell);
    }
    made.dataset.key = row.dataset.key ?? "";
    this.unfold(made, row.classList.contains("is-open"));
    row.replaceWith(made);
    if (focused && !made.contains(document.activeElement)) this.focusCell(made.querySelector(`[data-field="${focused}"]`));
    return made;
  }

  /** Show all cells of a row where there is little room, or only those that matter. */
  unfold(row, open) {
    row.classList.toggle("is-open", open);
    row.querySelector("[data-more]")?.setAttribute("aria-expanded", String(open));
  }

  /* --- editing ---------------------------------------------------------------------------------------------------- */

  open(cell, text) {
    if (!cell || cell.dataset.raw === undefined || cell.matches(".editing")) return;
    const template = this.querySelector(`template[data-editor="${cell.dataset.field}"]`);
    const editor = template.content.firstElementChild.cloneNode(true);
    const input = editor.matches("input, select") ? editor : editor.querySelector("input");
    const known = cell.dataset.refused ?? cell.dataset.raw;
    if (template.dataset.only && !this.applies(template.dataset.only, cell.parentElement)) this.plain(editor);
    input.value = text ?? known;
    if (input instanceof HTMLSelectElement && !input.value && template.dataset.default) input.value = template.dataset.default;
    cell.classList.add("editing");
    cell.querySelector(".lc-text").hidden = true;
    cell.prepend(editor);
    input.focus();
    if (text === undefined) input.select?.();
    else input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Without its look-up: what is typed is taken as it is. */
  plain(editor) {
    editor.removeAttribute?.("data-source");
    if (editor.search) editor.search = () => {};
  }

  applies(condition, row) {
    const [name, value] = condition.split(":");
    return ["", value].includes(row.querySelector(`[data-field="${name}"]`)?.dataset.raw ?? "");
  }

  /** The cell of a row where typing begins. */
  start(row) {
    return row.querySelector(`[data-field="${this.dataset.first}"]`);
  }

  inputOf(cell) {
    return cell?.querySelector("input, select");
  }

  /** Take the editor away. */
  shut(cell) {
    cell.classList.remove("editing");
    this.inputOf(cell)?.closest("combo-box")?.remove();
    this.inputOf(cell)?.remove();
    cell.querySelector(".lc-text").hidden = false;
  }

  clearError(cell) {
    cell.removeAttribute("aria-invalid");
    cell.removeAttribute("aria-describedby");
    delete cell.dataset.refused;
    cell.querySelector(".lc-error")?.remove();
  }

  back(cell) {
    const refused = cell.dataset.refused !== undefined;
    this.shut(cell);
    this.clearError(cell);
    if (refused) this.showStored(cell);
    this.focusCell(cell);
  }

  showStored(cell) {
    if (cell.stored !== undefined) cell.querySelector(".lc-text").textContent = cell.stored;
    delete cell.stored;
  }

  /** Save what the editor holds and move on. */
  commit(cell, move = "") {
    const input = this.inputOf(cell);
    if (!cell || !input) return;
    const text = input.value;
    const words = input instanceof HTMLSelectElement ? input.selectedOptions[0]?.textContent : text;
    const changed = text !== cell.dataset.raw || cell.dataset.refused !== undefined;
    const target = this.target(cell, move);
    this.shut(cell);
    if (changed) this.store(cell, text, words ?? "");
    if (target) this.focusCell(target);
    else if (move) this.focusCell(cell);
  }

  target(cell, move) {
    if (move === "right") return this.next(cell, 1) ?? null;
    if (move === "left") return this.next(cell, -1) ?? null;
    if (move === "down") return this.below(cell, 1);
    if (move === "up") return this.below(cell, -1);
    return null;
  }

  /* --- saving ----------------------------------------------------------------------------------------------------- */

  store(cell, text, words) {
    const row = cell.parentElement;
    this.clearError(cell);
    cell.stored ??= cell.querySelector(".lc-text").textContent;
    cell.querySelector(".lc-text").textContent = words;
    cell.classList.add("saving");
    cell.dataset.pending = text;
    row.dataset.key ||= `row-${row.dataset.line}`;
    if (row.classList.contains("is-blank")) {
      row.classList.remove("is-blank");
      if (!row.nextElementSibling) this.append_();
    }
    const key = row.dataset.key;
    this.queue = this.queue.then(() => this.flush(key)).catch(() => {});
  }

  byKey(key) {
    return this.body.querySelector(`tr[data-key="${CSS.escape(key)}"]`);
  }

  /** Send all cells of a row that wait; several typed quickly go out together. */
  async flush(key) {
    const row = this.byKey(key);
    const waiting = row ? [...row.querySelectorAll("[data-pending]")] : [];
    if (!waiting.length) return;
    const values = {};
    for (const cell of waiting) values[cell.dataset.field] = cell.dataset.pending;
    // Cells of a new row that were refused before belong to it still.
    if (this.isNew(row)) for (const cell of row.querySelectorAll("[data-refused]")) values[cell.dataset.field] ??= cell.dataset.refused;
    for (const cell of waiting) delete cell.dataset.pending;
    await this.send([this.change(row, values)]);
  }

  change(row, values) {
    return {
      key: row.dataset.key,
      id: row.dataset.line ?? "",
      version: Number(row.dataset.version) || null,
      after: this.isNew(row) && row.nextElementSibling?.dataset.line ? this.above(row) : "",
      values,
    };
  }

  async send(changes) {
    const answer = await send(this.dataset.save, { changes: JSON.stringify(changes) });
    for (const change of changes) {
      const row = this.byKey(change.key);
      if (!row) continue;
      for (const name of Object.keys(change.values)) row.querySelector(`[data-field="${name}"]`)?.classList.remove("saving");
    }
    if (!answer.ok) {
      for (const change of changes) this.refuse(change, { error: answer.error?.text ?? document.body.dataset.offline, field: answer.error?.field ?? "" });
      if (!answer.error && !answer.cancelled) complain(answer);
      return;
    }
    for (const { id, html } of answer.changed ?? []) {
      const row = this.body.querySelector(`tr[data-line="${CSS.escape(id)}"]`);
      if (row) this.replace(row, html);
    }
    for (const result of answer.results ?? []) this.settle(changes.find((change) => change.key === result.key), result);
    this.done_(answer);
  }

  /** Do what the answer says; boxes of the card that tell of the lines are fetched anew. */
  done_(answer) {
    follow(answer);
    if (answer.boxes?.length) document.dispatchEvent(new CustomEvent("tuttava:boxes", { detail: answer.boxes }));
  }

  settle(change, result) {
    const row = this.byKey(change.key);
    if (!row) return;
    if (result.error) {
      if (result.conflict && result.html) {
        row.dataset.version = rowOf(result.html).dataset.version;
      }
      this.refuse(change, result);
      return;
    }
    if (result.html) this.replace(row, result.html);
  }

  /** The refusal stands at the cell that it names, what was typed in each is kept. */
  refuse(change, { error, field }) {
    const row = this.byKey(change.key);
    if (!row) return;
    const names = Object.keys(change.values);
    const at = row.querySelector(`[data-field="${field}"]`) ? field : names[0];
    for (const name of names) {
      const cell = row.querySelector(`[data-field="${name}"]`);
      if (!cell || cell.dataset.raw === undefined) continue;
      cell.dataset.refused = change.values[name];
      if (!cell.matches(".editing")) cell.querySelector(".lc-text").textContent = change.values[name];
    }
    const cell = row.querySelector(`[data-field="${at}"]`);
    if (!cell) return;
    cell.setAttribute("aria-invalid", "true");
    let place = cell.querySelector(".lc-error");
    if (!place) {
      place = document.createElement("span");
      place.className = "lc-error";
      place.setAttribute("role", "alert");
      fresh += 1;
      place.id = `line-error-${fresh}`;
      cell.append(place);
    }
    cell.setAttribute("aria-describedby", place.id);
    place.textContent = error;
  }

  /* --- deleting ---------------------------------------------------------------------------------------------------- */

  remove(row) {
    const beside = row.nextElementSibling ?? row.previousElementSibling;
    const field = document.activeElement?.closest?.("td.lc")?.dataset.field;
    const go = () => this.focusCell(beside?.querySelector(`[data-field="${field ?? this.dataset.first}"]`) ?? this.cells()[0]);
    if (this.isNew(row)) {
      if (row.classList.contains("is-blank") && !row.nextElementSibling) return;
      row.remove();
      if (!this.rows().at(-1)?.classList.contains("is-blank")) this.append_();
      go();
      return;
    }
    this.queue = this.queue
      .then(async () => {
        const answer = await send(this.dataset.delete, { lines: JSON.stringify([row.dataset.line]) });
        if (!answer.ok) {
          if (!answer.cancelled) complain(answer);
          return;
        }
        for (const id of answer.removed ?? []) this.body.querySelector(`tr[data-line="${CSS.escape(id)}"]`)?.remove();
        for (const { id, html } of answer.changed ?? []) {
          const other = this.body.querySelector(`tr[data-line="${CSS.escape(id)}"]`);
          if (other) this.replace(other, html);
        }
        this.done_(answer);
        go();
      })
      .catch(() => {});
  }

  /* --- the clipboard ------------------------------------------------------------------------------------------------ */

  copy(event) {
    const cell = document.activeElement?.closest?.("td.lc");
    if (!cell || cell.matches(".editing") || String(window.getSelection())) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", cell.dataset.raw ?? cell.textContent.trim());
  }

  /** Rows and columns of a spreadsheet fill the cells from here on, to the right and down; new lines are added. */
  paste(event) {
    const cell = event.target.closest?.("td.lc");
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const grid = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
    const single = grid.length === 1 && grid[0].length === 1;
    if (!cell || !text || (single && cell.matches(".editing"))) return;
    event.preventDefault();
    if (cell.matches(".editing")) this.back(cell);
    const fields = this.cells(cell.parentElement).map((one) => one.dataset.field);
    const from = fields.indexOf(cell.dataset.field);
    const changes = [];
    let row = cell.parentElement;
    for (const line of grid) {
      row ??= this.append_();
      const values = {};
      line.forEach((value, step) => {
        const place = row.querySelector(`[data-field="${fields[from + step]}"]`);
        if (place && place.dataset.raw !== undefined) values[fields[from + step]] = value.trim();
      });
      if (Object.values(values).some(Boolean)) {
        row.dataset.key ||= `row-${row.dataset.line}`;
        row.classList.remove("is-blank");
        for (const [name, value] of Object.entries(values)) {
          const place = row.querySelector(`[data-field="${name}"]`);
          this.clearError(place);
          place.stored ??= place.querySelector(".lc-text").textContent;
          place.querySelector(".lc-text").textContent = value;
          place.classList.add("saving");
        }
        changes.push(this.change(row, values));
      }
      row = row.nextElementSibling;
    }
    if (!this.rows().at(-1)?.classList.contains("is-blank")) this.append_();
    if (changes.length) this.queue = this.queue.then(() => this.send(changes)).catch(() => {});
  }

  /* --- keys and clicks ------------------------------------------------------------------------------------------------ */

  click(event) {
    const more = event.target.closest("[data-more]")?.closest("tr");
    if (more) {
      this.unfold(more, !more.classList.contains("is-open"));
      return;
    }
    const button = event.target.closest("[data-remove]");
    if (button) {
      this.remove(button.closest("tr"));
      return;
    }
    const cell = event.target.closest("td.lc");
    if (!cell || cell.matches(".editing")) return;
    if (cell.classList.contains("was-focused")) this.open(cell);
    for (const other of this.body.querySelectorAll(".was-focused")) other.classList.remove("was-focused");
    cell.classList.add("was-focused");
    if (window.matchMedia("(pointer: coarse)").matches) this.open(cell);
  }

  /** Whoever leaves a cell means what was typed. */
  left(event) {
    const cell = event.target.closest?.("td.lc.editing");
    if (!cell || cell.contains(event.relatedTarget)) return;
    setTimeout(() => {
      if (cell.isConnected && cell.matches(".editing") && !cell.contains(document.activeElement)) this.commit(cell);
    }, 0);
  }

  key(event) {
    const cell = event.target.closest?.("td.lc");
    if (!cell || event.isComposing) return;
    if (cell.matches(".editing")) this.editingKey(event, cell);
    else this.movingKey(event, cell);
  }

  done(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  editingKey(event, cell) {
    if (event.defaultPrevented) return;
    event.stopPropagation();
    const list = this.inputOf(cell) instanceof HTMLSelectElement;
    if (event.key === "Escape") {
      event.preventDefault();
      this.back(cell);
    } else if (event.key === "Tab") {
      const target = this.next(cell, event.shiftKey ? -1 : 1);
      if (target) event.preventDefault();
      this.commit(cell, target ? (event.shiftKey ? "left" : "right") : "");
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (event.ctrlKey) {
        this.commit(cell);
        this.insert(cell.isConnected ? cell.parentElement : this.rows().at(-1));
      } else {
        this.commit(cell, event.shiftKey ? "up" : "down");
      }
    } else if (!list && (event.key === "ArrowDown" || event.key === "ArrowUp") && !this.inputOf(cell).closest("combo-box")) {
      event.preventDefault();
      this.commit(cell, event.key === "ArrowDown" ? "down" : "up");
    }
  }

  insert(row) {
    const made = this.dataset.append !== undefined ? this.rows().at(-1) : row.classList.contains("is-blank") ? row : this.append_(row);
    this.focusCell(this.start(made));
  }

  movingKey(event, cell) {
    const moves = {
      ArrowRight: () => this.beside(cell, 1),
      ArrowLeft: () => this.beside(cell, -1),
      ArrowDown: () => this.below(cell, 1),
      ArrowUp: () => this.below(cell, -1),
      Home: () => (event.ctrlKey ? this.shown()[0] : this.shown(cell.parentElement)[0]),
      End: () => (event.ctrlKey ? this.shown(this.rows().at(-1)).at(-1) : this.shown(cell.parentElement).at(-1)),
    };
    if (moves[event.key] && !event.altKey && !event.metaKey) {
      this.done(event);
      this.focusCell(moves[event.key]() ?? cell);
    } else if (event.key === "Tab") {
      const target = this.leaving ? null : this.next(cell, event.shiftKey ? -1 : 1);
      if (!target) return;
      this.done(event);
      this.focusCell(target);
    } else if (event.key === "Escape") {
      this.done(event);
      if (cell.dataset.refused !== undefined) this.back(cell);
      else this.leaving = true;
    } else if (event.key === "Enter" && event.ctrlKey) {
      this.done(event);
      this.insert(cell.parentElement);
    } else if (event.key === "Delete" && event.ctrlKey) {
      this.done(event);
      this.remove(cell.parentElement);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.done(event);
      this.open(cell, "");
    } else if (event.key === "Enter" || event.key === "F2") {
      this.done(event);
      if (cell.dataset.raw === undefined) cell.querySelector("a")?.click();
      else this.open(cell);
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      this.done(event);
      const select = this.querySelector(`template[data-editor="${cell.dataset.field}"]`)?.content.querySelector("select");
      this.open(cell, select ? undefined : event.key);
    }
  }
}

customElements.define("line-grid", LineGrid);
