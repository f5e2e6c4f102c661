/** Editable lists: click or F2 edits a cell, Tab and Enter move on and save, Esc takes back. */
import { toast } from "./common.js";

const list = () => document.getElementById("list");
const state = () => list().dataset.state;

const cells = () => [...document.querySelectorAll("[data-grid] tbody td[data-field]")];

/** The editor for a cell is a copy of the one in the last line, so types, choices and lengths are the same. */
function editorFor(cell) {
  const model = document.querySelector(`.new-row [name="${CSS.escape(cell.dataset.field)}"]`);
  const editor = model.cloneNode(true);
  editor.removeAttribute("form");
  editor.removeAttribute("name");
  editor.removeAttribute("placeholder");
  const raw = cell.dataset.raw ?? "";
  if (editor.type === "checkbox") editor.checked = raw === "true";
  else editor.value = raw;
  return editor;
}

function valueOf(editor) {
  return editor.type === "checkbox" ? String(editor.checked) : editor.value;
}

function edit(cell) {
  if (cell.classList.contains("editing")) return;
  const editor = editorFor(cell);
  const before = [...cell.childNodes];
  cell.classList.add("editing");
  cell.replaceChildren(editor);
  editor.focus();
  editor.select?.();
  let settled = false;
  const back = () => {
    settled = true;
    cell.classList.remove("editing");
    cell.replaceChildren(...before);
  };
  const leave = async (step) => {
    if (settled) return;
    settled = true;
    const position = cells().indexOf(cell);
    if (valueOf(editor) === (cell.dataset.raw ?? "")) {
      settled = false;
      back();
    } else if (!(await write(cell, editor))) {
      settled = false;
      editor.focus();
      return;
    }
    const next = cells()[position + step];
    if (step && next) edit(next);
    else if (step > 0) document.querySelector(".new-row [name]")?.focus();
  };
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      back();
      cell.focus();
    } else if (event.key === "Tab") {
      event.preventDefault();
      leave(event.shiftKey ? -1 : 1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      leave(0).then(() => cell.isConnected && cell.focus());
    }
  });
  editor.addEventListener("blur", () => setTimeout(() => document.activeElement !== editor && leave(0), 0));
}

async function send(address, values) {
  const body = new URLSearchParams(values);
  const token = JSON.parse(document.body.getAttribute("hx-headers"));
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body, headers: { ...token, Accept: "application/json" } });
  } catch {
    toast({ text: document.body.dataset.offline, severity: "error" });
    return null;
  }
  const said = await answer.json().catch(() => ({ error: document.body.dataset.offline }));
  (said.notices ?? []).forEach(toast);
  if (answer.status === 409) return send(address, { ...values, ...(await decide(said.questions)) });
  return said;
}

/** Questions of a rule: yes or no. */
async function decide(questions) {
  const answers = {};
  for (const question of questions) {
    answers[`answer:${question.code}`] = window.confirm(question.text) ? "yes" : "no";
  }
  return answers;
}

function rowFrom(html) {
  const holder = document.createElement("tbody");
  holder.innerHTML = html;
  return holder.firstElementChild;
}

function complain(editor, text) {
  editor.setAttribute("aria-invalid", "true");
  editor.title = text;
  toast({ text, severity: "error" });
}

async function write(cell, editor) {
  const row = cell.closest("tr");
  const address = `${list().dataset.address}cell/${row.dataset.id}`;
  const values = { field: cell.dataset.field, value: valueOf(editor), version: row.dataset.version, state: state() };
  const said = await send(address, values);
  if (!said) return false;
  if (said.error) {
    complain(editor, said.error);
    return false;
  }
  row.replaceWith(rowFrom(said.row));
  return true;
}

document.addEventListener("click", (event) => {
  const cell = event.target.closest("[data-grid] td[data-field]");
  if (cell && !event.target.closest("a, button")) edit(cell);
  if (event.target.closest("[data-new-row]")) document.querySelector(".new-row [name]:not([type=hidden])")?.focus();
});

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("[data-grid] td[data-field]");
  if (!cell || cell.classList.contains("editing")) return;
  const all = cells();
  const width = cell.parentElement.querySelectorAll("td[data-field]").length;
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -width, ArrowDown: width };
  if (event.key === "Enter" || event.key === "F2") {
    event.preventDefault();
    edit(cell);
  } else if (steps[event.key]) {
    event.preventDefault();
    all[all.indexOf(cell) + steps[event.key]]?.focus();
  } else if (event.key === "Delete" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    remove(cell.closest("tr"));
  }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.matches("[data-delete]")) {
    event.preventDefault();
    remove(form.closest("tr"));
  } else if (form.id === "new-row") {
    event.preventDefault();
    add(form);
  }
});

async function remove(row) {
  const said = await send(row.querySelector("[data-delete]").action, { state: state() });
  if (!said) return;
  if (said.error) toast({ text: said.error, severity: "error" });
  else row.remove();
}

async function add(form) {
  const fields = [...form.elements].filter((field) => field.name);
  const said = await send(form.action, Object.fromEntries(new FormData(form)));
  if (!said) return;
  for (const field of fields) field.removeAttribute("aria-invalid");
  if (said.error) {
    const wrong = fields.find((field) => field.name === said.field) ?? fields.find((field) => field.type !== "hidden");
    complain(wrong, said.error);
    wrong.focus();
    return;
  }
  document.querySelector(".new-row").before(rowFrom(said.row));
  form.reset();
  fields.find((field) => field.type !== "hidden")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches(".new-row [name]")) return;
  event.preventDefault();
  document.getElementById("new-row").requestSubmit();
});

/* --- codes offered while a reference is typed ------------------------------------------------------------------ */
document.addEventListener("focusin", async (event) => {
  const input = event.target;
  if (!input.matches?.("input[data-offer]") || input.hasAttribute("list")) return;
  const answer = await fetch(input.dataset.offer);
  if (!answer.ok) return;
  const { choices } = await answer.json();
  const offered = document.createElement("datalist");
  offered.id = `offer-${Math.random().toString(36).slice(2)}`;
  for (const [value, words] of choices) offered.append(Object.assign(document.createElement("option"), { value, label: words }));
  document.body.append(offered);
  input.setAttribute("list", offered.id);
});


