// What people think of an answer, given in place. Without this script the same forms lead to pages.

import { fragment } from "./chat/fragment.js";

document.addEventListener("submit", (event) => {
  const form = event.target.closest(".opinion form");
  if (!form) return;
  event.preventDefault();
  give(form, event.submitter);
});

document.addEventListener("click", (event) => {
  const change = event.target.closest(".opinion .change");
  if (!change || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(change.closest(".opinion"), change.href, {});
});

function give(form, submitter) {
  const body = new URLSearchParams(new FormData(form, submitter));
  show(form.closest(".opinion"), form.action, { method: "POST", body });
}

// The box as our server renders it, in place of the one that is shown.
async function show(box, address, request) {
  if (box.ariaBusy === "true") return;
  box.ariaBusy = "true";
  box.querySelector(".refused")?.remove();
  try {
    const response = await fetch(`${address}&fragment=1`, { ...request, headers: { Accept: "text/html, application/problem+json;q=0.9" } });
    if (!response.ok) throw new Error();
    box.replaceChildren(fragment(await response.text()));
    box.querySelector(".thanks, legend")?.focus({ preventScroll: true });
    box.scrollIntoView({ block: "nearest" });
  } catch {
    const line = document.createElement("p");
    line.className = "refused";
    line.role = "alert";
    line.textContent = box.dataset.failed;
    box.append(line);
  } finally {
    box.ariaBusy = "false";
  }
}
