/**
 * What several modules of the interface need. It does nothing by being loaded: a module that listens must be loaded once,
 * under one name, and static files have two (with and without the mark of their content).
 */

/** Whether what is typed now belongs to a field. */
export function typing(target) {
  return target instanceof Element && Boolean(target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"));
}

/** Post to one of our addresses with the page's token. */
export function post(address, values = {}) {
  const body = new URLSearchParams(values);
  const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  return fetch(address, { method: "POST", body, headers: { ...token, "X-Requested-With": "fetch" } });
}

/** Show a notice; `undo` is the address that takes the action back, unless the page does so itself (`tuttava:undo`). */
export function toast({ text, severity = "info", undo = "" }) {
  const toasts = document.getElementById("toasts");
  const notice = document.createElement("div");
  notice.className = `toast ${severity}`;
  const words = document.createElement("span");
  words.textContent = text;
  notice.append(words);
  if (undo) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = toasts.dataset.undo;
    button.addEventListener("click", async () => {
      notice.remove();
      const event = new CustomEvent("tuttava:undo", { detail: { undo }, cancelable: true });
      if (!document.dispatchEvent(event)) return;
      await post(undo);
      window.location.reload();
    });
    notice.append(button);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "✕";
  close.setAttribute("aria-label", toasts.dataset.close);
  close.addEventListener("click", () => notice.remove());
  notice.append(close);
  toasts.append(notice);
  fade(notice);
}

/** Notices leave by themselves, except errors and while looked at; with Undo they stay longer. */
export function fade(notice) {
  if (notice.classList.contains("error")) return;
  const seconds = notice.querySelector("form, button + button") ? 12 : 6;
  const leave = () => (notice.matches(":hover, :focus-within") ? setTimeout(leave, 2000) : notice.remove());
  setTimeout(leave, seconds * 1000);
}
