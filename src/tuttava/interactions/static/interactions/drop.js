/** Files dropped anywhere on a contact's card are kept with the contact, as its action "Keep files" does. */
import { complain, follow, send } from "../ui/cards/answers.js";

const target = () => document.querySelector('#card ~ * a[data-dialog][href$="/files"], a[data-dialog][href$="/files"]');
const place = () => document.getElementById("timeline")?.closest(".box") ?? document.getElementById("card");

function takes(event) {
  return event.dataTransfer?.types.includes("Files") && !document.querySelector("dialog[open]") && target();
}

document.addEventListener("dragover", (event) => {
  if (!takes(event)) return;
  event.preventDefault();
  place()?.classList.add("takes-files");
});

document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) place()?.classList.remove("takes-files");
});

document.addEventListener("drop", async (event) => {
  const link = takes(event);
  place()?.classList.remove("takes-files");
  if (!link || !event.dataTransfer.files.length) return;
  event.preventDefault();
  const sent = new FormData();
  for (const file of event.dataTransfer.files) sent.append("files", file);
  const answer = await send(link.href, sent);
  if (answer.cancelled) return;
  if (answer.ok) follow(answer);
  else complain(answer);
});
