// What somebody thinks of an answer. A no counts at once; why is asked for after it.

import { Told, address, post } from "./service.js";

/** Listens, within `place`, for what is thought of its answers; `failed` is said when it could not be kept. */
export function opinions(place, language, failed) {
  async function keep(box, view) {
    box.querySelector(".refused")?.remove();
    const id = box.closest("[data-answer]").dataset.answer;
    try {
      await post(address("/api/feedback"), { answer_id: id, ...view }, language);
      return true;
    } catch (error) {
      box.append(line("refused", error instanceof Told ? error.message : failed, "alert"));
      return false;
    }
  }

  place.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-said]");
    const box = button?.closest(".opinion");
    const no = button?.dataset.said === "no";
    if (!button || !(await keep(box, { helpful: !no }))) return;
    if (!no) return thank(box);
    box.querySelector(".quick").hidden = true;
    box.querySelector(".why").hidden = false;
    box.querySelector("legend").focus();
  });

  place.addEventListener("submit", async (event) => {
    const form = event.target.closest(".why");
    if (!form) return;
    event.preventDefault();
    const view = { helpful: false, ...Object.fromEntries(new FormData(form)) };
    if (await keep(form.closest(".opinion"), view)) thank(form.closest(".opinion"));
  });
}

function thank(box) {
  const thanks = line("thanks", box.dataset.thanks, "status");
  thanks.tabIndex = -1;
  box.replaceChildren(thanks);
  thanks.focus({ preventScroll: true });
}

function line(name, text, role) {
  return Object.assign(document.createElement("p"), { className: name, textContent: text, role });
}
