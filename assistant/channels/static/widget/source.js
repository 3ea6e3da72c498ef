// The passage that a mark stands for, opened over the conversation.

import { Told, address, take } from "./service.js";

/** The dialog that shows sources; it gives the focus back when it closes. */
export class Source {
  constructor(dialog, language) {
    this.dialog = dialog;
    this.language = language;
    this.place = dialog.querySelector(".passages");
    dialog.querySelector(".shut").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => this.pressed(event));
  }

  pressed(event) {
    const step = event.target.closest("[rel~=prev], [rel~=next]");
    if (event.target === this.dialog) this.dialog.close();
    if (!step) return;
    event.preventDefault();
    this.show(this.answer, /\d+(?=\?)/.exec(step.href)[0]);
  }

  /** Shows source `number` of an answer. */
  async show(answer, number) {
    this.answer = answer;
    const waiting = document.createElement("p");
    waiting.textContent = this.dialog.dataset.waiting;
    this.place.replaceChildren(waiting);
    if (!this.dialog.open) this.dialog.showModal();
    const path = `/widget/answers/${encodeURIComponent(answer)}/sources/${number}`;
    try {
      this.place.replaceChildren(await take(address(path, { lang: this.language })));
      this.dialog.scrollTop = 0;
      this.place.querySelector("h2")?.focus();
    } catch (error) {
      waiting.textContent = error instanceof Told ? error.message : this.dialog.dataset.failed;
    }
  }
}
