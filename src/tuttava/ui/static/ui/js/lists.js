/** Lists: keys, selection, column widths, choices of filters. The page works without it; this makes it quick. */
import { typing } from "./common.js";

const part = () => document.getElementById("list");
const links = () => [...document.querySelectorAll("#list tbody tr:not(.new-row)")];

/* --- moving between rows ------------------------------------------------------------------------------------- */
function current() {
  const row = document.activeElement?.closest?.("#list tbody tr");
  return links().indexOf(row);
}

function go(step) {
  const rows = links();
  if (!rows.length) return;
  const at = Math.min(Math.max(current() + step, 0), rows.length - 1);
  const target = rows[at].querySelector("a.row-link") ?? rows[at].querySelector("td[data-field]");
  target?.focus();
  rows[at].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const search = document.getElementById("list-search");
  if (event.target === search && event.key === "ArrowDown") {
    event.preventDefault();
    go(1);
    return;
  }
  if (event.target === search && event.key === "Escape") {
    search.value = "";
    search.dispatchEvent(new Event("input", { bubbles: true }));
    return;
  }
  if (typing(event.target)) return;
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") {
    event.preventDefault();
    go(key === "j" ? 1 : -1);
  } else if (key === "/" && search) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (key === "x") {
    links()[current()]?.querySelector(".pick input")?.click();
  } else {
    const button = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (button) {
      event.preventDefault();
      button.click();
    }
  }
});

document.addEventListener("dblclick", (event) => {
  const row = event.target.closest("#list tbody tr");
  if (row && !event.target.closest("a, button, input, td[data-field]")) row.querySelector("a.row-link")?.click();
});

/* --- selection ----------------------------------------------------------------------------------------------- */
let lastPicked = null;

function picks() {
  return [...document.querySelectorAll("#list tbody .pick input")];
}

function tell() {
  const all = picks();
  const chosen = all.filter((box) => box.checked);
  const words = document.querySelector("[data-bulk-count]");
  if (words) words.textContent = chosen.length === 1 ? words.dataset.one : words.dataset.many.replace("#", chosen.length);
  const head = document.querySelector("[data-pick-all]");
  if (head) {
    head.checked = all.length > 0 && chosen.length === all.length;
    head.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
}

document.addEventListener("click", (event) => {
  const box = event.target.closest(".pick input");
  if (box && !box.hasAttribute("data-pick-all")) {
    const all = picks();
    if (event.shiftKey && lastPicked && all.includes(lastPicked)) {
      const [from, to] = [all.indexOf(lastPicked), all.indexOf(box)].sort((a, b) => a - b);
      for (const between of all.slice(from, to + 1)) between.checked = box.checked;
    }
    lastPicked = box;
  }
  const cell = event.target.closest("td.pick");
  if (cell && event.target === cell) cell.querySelector("input").click();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick-all]")) for (const box of picks()) box.checked = event.target.checked;
  if (event.target.closest(".pick")) tell();
});

document.addEventListener("reset", (event) => {
  if (event.target.id === "bulk") setTimeout(tell);
});

document.addEventListener("click", (event) => {
  const file = event.target.closest("[data-export]");
  if (!file) return;
  const chosen = picks().filter((box) => box.checked);
  const address = new URL(file.href);
  address.searchParams.delete("id");
  for (const box of chosen) address.searchParams.append("id", box.value);
  if (chosen.length && address.href.length < 6000) file.href = address.href;
});

/* --- columns: order by drag or buttons, width by the edge of a heading ---------------------------------------- */
let dragged = null;

document.addEventListener("click", (event) => {
  const mover = event.target.closest("[data-move]");
  if (!mover) return;
  const item = mover.closest("li");
  const other = mover.dataset.move === "1" ? item.nextElementSibling : item.previousElementSibling;
  if (other) mover.dataset.move === "1" ? other.after(item) : other.before(item);
  mover.focus();
});

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(".column-choice");
});

document.addEventListener("dragover", (event) => {
  const over = event.target.closest?.(".column-choice");
  if (!dragged || !over || over === dragged) return;
  event.preventDefault();
  const half = over.getBoundingClientRect();
  if (event.clientY > half.top + half.height / 2) over.after(dragged);
  else over.before(dragged);
});

document.addEventListener("dragend", () => {
  dragged = null;
});

document.addEventListener("pointerdown", (event) => {
  const edge = event.target.closest("[data-resize]");
  if (!edge) return;
  event.preventDefault();
  const name = edge.closest("th").dataset.col;
  const column = document.querySelector(`col[data-col="${CSS.escape(name)}"]`);
  const start = Number(column.getAttribute("width"));
  const move = (moved) => column.setAttribute("width", String(Math.round(Math.min(800, Math.max(60, start + moved.clientX - event.clientX)))));
  const done = () => {
    document.removeEventListener("pointermove", move);
    keepWidths();
  };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", done, { once: true });
});

/** Widths belong to the state, so they go into the address, and from there into saved views. */
function keepWidths() {
  const cols = [...document.querySelectorAll("col[data-col]")].map((col) => `${col.dataset.col}.${col.getAttribute("width")}`).join(",");
  const address = new URL(window.location.href);
  address.searchParams.set("cols", cols);
  history.replaceState(history.state, "", address);
  const list = part();
  for (const form of [document.getElementById("list-form"), ...list.querySelectorAll("form[id^=filter-]")]) {
    let input = form?.elements.namedItem("cols");
    if (!form) continue;
    if (!input) {
      input = Object.assign(document.createElement("input"), { type: "hidden", name: "cols" });
      form.append(input);
    }
    input.value = cols;
  }
  for (const state of document.querySelectorAll("[data-list-state]")) state.value = address.search;
}

/* --- filters ------------------------------------------------------------------------------------------------- */
const WITHOUT_VALUE = new Set(["blank", "filled", "yes", "no"]);

function fit(form) {
  const operator = form.querySelector("[data-op]").value;
  const value = form.querySelector("[data-value]");
  const last = form.querySelector("[data-last]");
  if (value) value.hidden = WITHOUT_VALUE.has(operator);
  if (last) last.hidden = operator !== "between";
}

async function offer(input) {
  const into = document.getElementById(input.dataset.into);
  const address = new URL(input.dataset.choices, window.location.href);
  address.searchParams.set("find", input.value);
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (answer.ok) into.innerHTML = await answer.text();
}

let waiting = 0;

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-choices]")) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => offer(event.target), 150);
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-op]")) fit(event.target.closest("[data-filter-form]"));
  const choices = event.target.closest(".choices");
  const typed = choices?.closest("[data-value]")?.querySelector("[data-choices]");
  if (typed && event.target.checked) typed.value = "";
});

document.addEventListener(
  "toggle",
  (event) => {
    const field = event.target;
    if (!(field instanceof HTMLElement) || !field.matches("details.filter-field") || !field.open) return;
    fit(field.querySelector("[data-filter-form]"));
    const lookup = field.querySelector("[data-choices]");
    if (lookup && !document.getElementById(lookup.dataset.into).children.length) offer(lookup);
    field.querySelector("input:not([type=checkbox]), select")?.focus();
  },
  true,
);

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "list" && event.detail?.target?.id !== "list") return;
  document.getElementById("add-filter")?.removeAttribute("open");
  tell();
  for (const state of document.querySelectorAll("[data-list-state]")) state.value = window.location.search;
});

window.addEventListener("popstate", () => window.location.reload());


