// The chat page with script: answers come as they are written, sources open beside them. Without it the forms do.

import { addressOf } from "./chat/address.js";
import { asking } from "./chat/asking.js";
import { contextOf } from "./chat/context.js";
import { copyAnswer } from "./chat/copying.js";
import { sourcePlace } from "./chat/source_place.js";
import { warned } from "./chat/warning.js";

const form = document.getElementById("ask");
const input = document.getElementById("question");
const send = document.getElementById("send");
const log = document.getElementById("log");
const identity = document.getElementById("identity");

const context = contextOf(form, () => remember());
const remember = addressOf(form, log, context);
const talk = asking(form, log, context, answered);

document.getElementById("keys").hidden = false;
sourcePlace(document.getElementById("source"), log);
equip(log);
remember();
// Not on a touch screen, where its keyboard would cover what is said before the first question.
if (matchMedia("(pointer: fine)").matches && !location.hash) input.focus({ preventScroll: true });

form.addEventListener("submit", async (event) => {
  const pressed = event.submitter;
  event.preventDefault();
  if (talk.busy()) return;
  const typed = pressed?.name === "suggestion" ? pressed.value : input.value.trim();
  const question = pressed?.name === "identity" ? typed : await warned(typed, identity, form.dataset.removed);
  if (question === null) input.focus();
  else talk.ask(question);
});

input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit(send);
  }
});

log.addEventListener("click", (event) => {
  const button = event.target.closest("button.copy");
  if (button) copyAnswer(button, document.getElementById("status"));
});

function answered(article) {
  equip(article);
  const turn = document.createElement("input");
  Object.assign(turn, { type: "hidden", name: "turn", value: article.dataset.answer });
  form.append(turn);
  document.body.classList.add("begun");
  remember();
}

// Shows the controls that need this script.
function equip(within) {
  for (const button of within.querySelectorAll("button.copy")) button.hidden = false;
}
