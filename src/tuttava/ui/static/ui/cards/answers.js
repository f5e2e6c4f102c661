/**
 * Talks to the product: posts a form or a value, puts the answered parts in place, asks what a rule asks, shows what it
 * tells. Every page that does something without loading anew goes through `send`.
 */

/** The page's token against forged requests. */
function token() {
  const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  return headers["X-CSRFToken"] ?? document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

/** Under what notices wait for the page to be fetched anew. */
const AFTER = "tuttava.notices";

/** Show the notices of what made the page be fetched anew. */
export function afterReload() {
  const kept = sessionStorage.getItem(AFTER);
  if (!kept) return;
  sessionStorage.removeItem(AFTER);
  notices(JSON.parse(kept));
}

/** Show short notices at the foot of the page. */
export function notices(list) {
  if (list.length) document.dispatchEvent(new CustomEvent("tuttava:toast", { detail: { notices: list } }));
}

/** Turn markup of ours into an element. */
export function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

/** Show a dialog once; resolves with the form's data and the pressed button's value. */
export function ask(html, prepare = () => {}) {
  return new Promise((resolve) => {
    const dialog = element(html);
    document.body.append(dialog);
    prepare(dialog);
    let given = { value: "cancel", data: new FormData() };
    dialog.querySelector("form").addEventListener("submit", (event) => {
      given = { value: event.submitter?.value ?? "send", data: new FormData(event.target, event.submitter) };
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(given);
    });
    dialog.showModal();
  });
}

/** Put parts (HTML by element id) in place, keeping the focus where it was. `keep(id, html)` true leaves one alone. */
export function swap(parts, keep = () => false) {
  for (const [id, html] of Object.entries(parts ?? {})) {
    const old = document.getElementById(id);
    if (!old || keep(id, html)) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
    const fresh = element(html);
    old.replaceWith(fresh);
    window.htmx?.process(fresh);
    if (focused) document.getElementById(focused)?.focus();
  }
}

/**
 * Post `values` to `address`. Questions are asked and answered until the rule is content. Resolves with the answer's
 * body, plus `ok` and `status`; with `{cancelled: true}` when the user called it off. A lost connection is `offline`.
 */
export async function send(address, values) {
  const body = values instanceof FormData ? values : new FormData();
  if (!(values instanceof FormData)) for (const [name, value] of Object.entries(values)) body.set(name, value);
  for (;;) {
    let response;
    try {
      response = await fetch(address, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-CSRFToken": token() },
      });
    } catch {
      return { ok: false, offline: true, status: 0 };
    }
    const json = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
    const answer = json ? await response.json() : {};
    if (!answer.ask) return { ...answer, ok: response.ok, status: response.status };
    const given = await ask(answer.ask);
    if (given.value === "cancel") return { ok: false, cancelled: true };
    for (const [name, value] of given.data) body.set(name, value);
  }
}

/** Save a file that was made for the user, without leaving the page. */
function fetchFile(href) {
  const link = Object.assign(document.createElement("a"), { href, download: "", hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
}

/** Do what a successful answer says: a file, parts, notices with Undo, another page. */
export function follow(answer, keep) {
  if (answer.file) fetchFile(answer.file);
  if (answer.redirect) {
    window.location.assign(answer.redirect);
    return;
  }
  const list = (answer.messages ?? []).map(({ text, severity }) => ({ text, severity, undo: "" }));
  if (answer.undo && list.length) list[0].undo = answer.undo;
  if (answer.reload) {
    sessionStorage.setItem(AFTER, JSON.stringify(list));
    window.location.reload();
    return;
  }
  swap(answer.parts, keep);
  const card = document.getElementById("card");
  if (card && answer.version) card.dataset.version = answer.version;
  notices(list);
}

/** Say what went wrong where no field can say it. */
export function complain(answer) {
  if (answer.gone) {
    document.getElementById("card-body")?.before(element(answer.gone));
    document.querySelector(".card-page [role=alert]")?.scrollIntoView({ block: "center" });
    return;
  }
  const error = answer.error;
  const offline = document.body.dataset.offline ?? "⚠";
  const text = error ? [error.text, ...error.details.map((detail) => detail.text)].join(" ") : offline;
  notices([{ text, severity: "error" }]);
}
