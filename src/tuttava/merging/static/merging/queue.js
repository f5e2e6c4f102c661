/**
 * The queue of duplicates by keyboard. Its buttons and links are an ordinary form and ordinary addresses that answer in
 * place; this module gives them keys, lets U take back, and keeps address, place and announcement in step with the pair.
 */
import { complain, follow, send } from "../ui/cards/answers.js";
import { typing } from "../ui/js/common.js";

const part = () => document.getElementById("queue");
const taken = [];

/* --- fields ------------------------------------------------------------------------------------------------------ */

const lines = () => [...document.querySelectorAll("#queue [data-line]")];
const choices = (line) => [...line.querySelectorAll("input[type=radio]")];

/** Move to the next field in which both sides differ. */
function move(step) {
  const all = lines();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement?.closest("[data-line]"));
  const line = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  const [left, right] = choices(line);
  (right.checked ? right : left).focus({ focusVisible: true });
  line.scrollIntoView({ block: "nearest" });
}

/** Left, right, none: what the side that stays has. */
function pick(line) {
  const [left, right] = choices(line);
  const next = left.checked ? right : right.checked ? null : left;
  for (const choice of [left, right]) choice.checked = choice === next;
  (next ?? left).focus({ focusVisible: true });
}

let was = false;
document.addEventListener("pointerdown", (event) => {
  const choice = event.target.closest("[data-line] label")?.querySelector("input");
  was = Boolean(choice?.checked);
});

// A second click takes the choice back.
document.addEventListener("click", (event) => {
  if (!event.target.matches("[data-line] input[type=radio]") || !was) return;
  event.target.checked = false;
  was = false;
});

/* --- deciding and taking back ------------------------------------------------------------------------------------ */

// What was told of the pair before makes room.
document.addEventListener("tuttava:toast", (event) => {
  for (const old of document.querySelectorAll("#toasts .toast:not(.error)")) old.remove();
  for (const notice of event.detail.notices) if (notice.undo) taken.push(notice.undo);
}, true);

async function undo(address) {
  if (!address) return;
  const place = taken.lastIndexOf(address);
  if (place >= 0) taken.splice(place, 1);
  const values = Object.fromEntries(new URL(part().dataset.address, window.location.href).searchParams);
  const answer = await send(address, values);
  if (answer.ok) follow(answer);
  else complain(answer);
}

// Undo in a notice brings the pair back here instead of loading the page anew.
document.addEventListener("tuttava:undo", (event) => {
  if (!taken.includes(event.detail.undo)) return;
  event.preventDefault();
  undo(event.detail.undo);
});

/* --- keys -------------------------------------------------------------------------------------------------------- */

const KEYS = {
  ArrowUp: () => move(-1),
  ArrowDown: () => move(1),
  a: () => {
    const boxes = [...document.querySelectorAll("#queue input[name=also]")];
    const all = boxes.every((box) => box.checked);
    for (const box of boxes) box.checked = !all;
  },
  p: () => {
    for (const better of document.querySelectorAll("#queue input[data-better]")) better.checked = true;
  },
  j: () => document.getElementById("queue-next")?.click(),
  k: () => document.getElementById("queue-previous")?.click(),
  u: () => undo(taken.at(-1)),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (!part() || typing(event.target) || document.querySelector("dialog[open], details.menu[open]")) return;
  const line = event.target.closest("[data-line]");
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const button = document.querySelector(`#queue [data-verdict="${CSS.escape(key)}"]`);
  if (button) {
    event.preventDefault();
    button.click();
  } else if (key === " " && line) {
    event.preventDefault();
    pick(line);
  } else if (KEYS[key]) {
    event.preventDefault();
    KEYS[key]();
  }
});

/* --- another pair ------------------------------------------------------------------------------------------------ */

/** The address, the announcement and the place on the page follow the pair that is shown. */
function shown() {
  const { address, told } = part().dataset;
  window.history.replaceState(window.history.state, "", address);
  const place = document.getElementById("queue-told");
  if (place) place.textContent = told;
}

new MutationObserver((changes) => {
  if (changes.some((change) => [...change.addedNodes].some((node) => node.id === "queue"))) shown();
}).observe(document.getElementById("queue").parentElement, { childList: true });
