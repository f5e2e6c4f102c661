/** The frame: menus, dialogs, toasts, appearance, the palette and the keys that work everywhere. */
import { fade, post, toast, typing } from "./common.js";

const root = document.documentElement;

/* --- menus -------------------------------------------------------------------------------------------------- */
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLDetailsElement) || !menu.matches("details.menu") || !menu.open) return;
    for (const other of document.querySelectorAll("details.menu[open]")) {
      if (other !== menu && !other.contains(menu)) other.open = false;
    }
    menu.querySelector("[autofocus]")?.focus();
  },
  true,
);

function closeMenu() {
  const menu = [...document.querySelectorAll("details.menu[open]")].pop();
  if (!menu) return false;
  menu.open = false;
  menu.querySelector("summary").focus();
  return true;
}

function moveInMenu(event) {
  const menu = event.target instanceof Element && event.target.closest("details.menu[open]");
  if (!menu || typing(event.target)) return;
  const items = [...menu.querySelectorAll(".menu-item, .segments button")];
  if (!items.length) return;
  const step = event.key === "ArrowDown" ? 1 : -1;
  const at = items.indexOf(document.activeElement);
  items[(at + step + items.length) % items.length].focus();
  event.preventDefault();
}

/* --- dialogs ------------------------------------------------------------------------------------------------ */
function openFreshDialogs(within) {
  for (const dialog of within.querySelectorAll("dialog[data-open]:not([open])")) dialog.showModal();
}

document.addEventListener("click", (event) => {
  const target = event.target;
  const opener = target.closest("[data-open-dialog]");
  if (opener) document.getElementById(opener.dataset.openDialog)?.showModal();
  if (target.closest("[data-close-toast]")) target.closest(".toast").remove();
  const closer = target.closest("[data-close-dialog]");
  if (closer) queueMicrotask(() => closer.closest("dialog")?.close());
  if (target instanceof HTMLDialogElement && target.open) {
    const box = target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside && !target.hasAttribute("data-stay")) target.close();
  }
});

document.addEventListener("htmx:load", (event) => {
  if (event.target instanceof HTMLDialogElement && event.target.matches("[data-open]:not([open])")) event.target.showModal();
  openFreshDialogs(event.target);
});

/* --- toasts ------------------------------------------------------------------------------------------------- */
document.addEventListener("tuttava:toast", (event) => event.detail.notices.forEach(toast));
document.querySelectorAll("#toasts .toast").forEach(fade);

document.addEventListener("htmx:sendError", () => toast({ text: document.body.dataset.offline || "⚠", severity: "error" }));

/* --- appearance --------------------------------------------------------------------------------------------- */
document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-theme-choice]");
  if (!choice) return;
  event.preventDefault();
  root.dataset.theme = choice.dataset.themeChoice;
  for (const other of choice.parentElement.children) other.setAttribute("aria-pressed", String(other === choice));
  post(choice.form.action, { theme: choice.dataset.themeChoice, background: "1" });
});

/* --- folding the right-hand pane ---------------------------------------------------------------------------- */
const folded = localStorage.getItem("tuttava.aside") === "folded";
root.classList.toggle("aside-folded", folded);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fold-aside]");
  if (!button) return;
  const now = root.classList.toggle("aside-folded");
  button.setAttribute("aria-expanded", String(!now));
  localStorage.setItem("tuttava.aside", now ? "folded" : "open");
});

/* --- palette ------------------------------------------------------------------------------------------------ */
const palette = document.getElementById("palette");
let before = null;

async function openPalette(text = "") {
  if (!palette) return;
  if (palette.open) return palette.close();
  before = document.activeElement;
  const answer = await fetch(palette.dataset.address, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return undefined;
  palette.innerHTML = await answer.text();
  window.htmx.process(palette);
  palette.showModal();
  const input = palette.querySelector("input");
  input.value = text;
  input.focus();
  if (text) input.dispatchEvent(new Event("input", { bubbles: true }));
  return undefined;
}

palette?.addEventListener("close", () => before?.focus());

palette?.addEventListener("keydown", (event) => {
  const lines = [...palette.querySelectorAll("a.answer")];
  const at = lines.findIndex((line) => line.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    select(lines, (at + (event.key === "ArrowDown" ? 1 : -1) + lines.length) % lines.length);
  } else if (event.key === "Enter" && lines[at]) {
    event.preventDefault();
    lines[at].click();
  }
});

function select(lines, at) {
  lines.forEach((line, index) => line.setAttribute("aria-selected", String(index === at)));
  lines[at]?.scrollIntoView({ block: "nearest" });
  palette.querySelector("input").setAttribute("aria-activedescendant", lines[at]?.id ?? "");
}

palette?.addEventListener("htmx:afterSwap", () => select([...palette.querySelectorAll("a.answer")], 0));

document.getElementById("bar-search")?.addEventListener("input", (event) => {
  const text = event.target.value;
  event.target.value = "";
  openPalette(text);
});

/* --- keys that work everywhere ------------------------------------------------------------------------------ */
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
  } else if (event.altKey && event.code === "KeyQ") {
    event.preventDefault();
    openPalette();
  } else if (event.key === "Escape" && closeMenu()) {
    event.preventDefault();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    moveInMenu(event);
  } else if (event.key === "?" && !typing(event.target) && !document.querySelector("dialog[open]")) {
    document.getElementById("keys")?.showModal();
  }
});

/** Dialogs that a key opens on any page; the page's own use of the key goes first. */
function openEverywhere(event) {
  const link = document.querySelector(`a[data-everywhere="${CSS.escape(event.key.toLowerCase())}"]`);
  if (event.defaultPrevented || !link || document.querySelector("dialog[open]")) return;
  const address = new URL(link.href);
  const row = document.activeElement?.closest("tr")?.querySelector("a.row-link");
  address.searchParams.set("from", window.location.pathname);
  if (row) address.searchParams.set("row", row.getAttribute("href"));
  const opener = link.cloneNode();
  opener.href = address.href;
  document.body.append(opener);
  opener.click();
  opener.remove();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.key.length !== 1 || typing(event.target)) return;
  setTimeout(() => openEverywhere(event));
});

/* --- phone: the rail lies at the foot and is longer than the screen; the room one is in is in sight ------------- */
const here = document.querySelector(".rail-item[aria-current]");
const rail = here?.closest(".rail");
if (rail && rail.scrollWidth > rail.clientWidth) rail.scrollLeft = here.offsetLeft - (rail.clientWidth - here.offsetWidth) / 2;
