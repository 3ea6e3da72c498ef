// One conversation: asks, shows the answer as it comes, and remembers what was said.

import { liveText } from "../chat/live_text.js";
import { events } from "../chat/stream.js";
import { warned } from "../chat/warning.js";
import { opinions } from "./opinion.js";
import { Told, address, post, rendered, take } from "./service.js";
import { Source } from "./source.js";

const MOST = 10;
const KEPT = "utblick-chat";
const TOUCH = matchMedia("(pointer: coarse)");

export class Talk {
  constructor(place, language, remember) {
    const find = (name) => place.querySelector(`#${name}`);
    Object.assign(this, { place, language, remember, find, asking: null });
    this.form = find("ask");
    this.input = find("question");
    this.log = find("log");
    this.pending = find("pending");
    this.source = new Source(find("source"), language);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask(this.input.value.trim());
    });
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.form.requestSubmit();
    });
    find("stop").addEventListener("click", () => this.stop());
    place.addEventListener("click", (event) => this.pressed(event));
    opinions(place, language, this.form.dataset.failed);
  }

  /** Where somebody begins: in the field, or by touch at the top, where no keyboard covers the screen. */
  focus() {
    (TOUCH.matches ? this.find("title") : this.input).focus({ preventScroll: true });
  }

  stop() {
    this.asking?.abort();
  }

  pressed(event) {
    const target = event.target.closest("[data-ask], [data-without], a[data-source]");
    if (target?.dataset.ask) this.ask(target.dataset.ask);
    else if (target?.dataset.without) this.forgetContext(target);
    else if (target && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
      event.preventDefault();
      this.source.show(target.closest("[data-answer]").dataset.answer, target.dataset.source);
    }
  }

  forgetContext(button) {
    button.closest("li").remove();
    if (!this.place.querySelector("[data-without]")) this.find("context").remove();
    this.input.focus();
  }

  async ask(asked) {
    if (this.asking || !asked) return;
    const question = await warned(asked, this.find("identity"), this.form.dataset.removed);
    if (!question) return this.input.focus();
    this.asking = new AbortController();
    const body = { question, history: this.earlier(), ...this.context() };
    this.begin(question);
    try {
      const url = address("/widget/answers", { lang: this.language });
      const response = await post(url, body, this.language, this.asking.signal);
      this.append(await this.follow(response.body)).scrollIntoView({ block: "start" });
      this.end("");
    } catch (error) {
      if (this.input.value === "") this.input.value = question;
      const { stopped, failed } = this.form.dataset;
      this.end(error.name === "AbortError" ? stopped : error instanceof Told ? error.message : failed);
    }
  }

  // Words go in as text, never as HTML; the whole exchange is what the server's template makes.
  async follow(body) {
    const write = liveText(this.pending.querySelector(".text"));
    for await (const [name, data] of events(body)) {
      if (name === "status") this.step(data.name);
      else if (name === "delta") write(data.text);
      else if (name === "error") throw new Told(data);
      else if (name === "html") return rendered(data);
    }
    throw new Error("ended without an answer");
  }

  begin(question) {
    this.input.value = "";
    this.find("problem").replaceChildren();
    this.find("starters")?.remove();
    this.pending.querySelector(".question").textContent = question;
    this.pending.querySelector(".text").replaceChildren();
    this.step("retrieve");
    this.busy(true);
    this.pending.scrollIntoView({ block: "start" });
  }

  step(name) {
    const step = this.pending.querySelector(".step");
    if (step.dataset[name]) step.textContent = this.find("status").textContent = step.dataset[name];
  }

  end(told) {
    this.asking = null;
    this.busy(false);
    this.find("status").textContent = "";
    if (!told) return;
    const line = document.createElement("p");
    line.className = "problem";
    line.textContent = told;
    this.find("problem").replaceChildren(line);
  }

  busy(now) {
    this.pending.hidden = !now;
    this.log.setAttribute("aria-busy", String(now));
    this.find("send").hidden = now;
    this.find("stop").hidden = !now;
    if (!TOUCH.matches) this.input.focus({ preventScroll: true });
  }

  append(shown) {
    const article = shown.firstElementChild;
    this.pending.hidden = true;
    this.log.append(article);
    this.keep();
    return article;
  }

  turns() {
    return [...this.log.querySelectorAll("[data-answer]")].slice(-MOST);
  }

  earlier() {
    return this.turns().flatMap((each) => [
      { role: "user", text: each.querySelector(".asked").textContent },
      { role: "assistant", text: each.querySelector(".text").textContent },
    ]);
  }

  context() {
    const given = [...this.place.querySelectorAll("[data-without]")];
    return Object.fromEntries(given.map((each) => [each.dataset.without, each.value]));
  }

  // The whole chat goes on with the same conversation; in this tab its ids are kept where the page wants it.
  keep() {
    const ids = this.turns().map((each) => each.dataset.answer);
    const link = this.find("whole");
    link.href = address("/") + `?${new URLSearchParams([...ids.map((id) => ["turn", id]), ["lang", this.language]])}`;
    if (this.remember) sessionStorage.setItem(KEPT, JSON.stringify(ids));
  }

  /** Shows again what was asked before in this tab; what the server has forgotten is left out. */
  async recall() {
    const kept = this.remember ? JSON.parse(sessionStorage.getItem(KEPT) ?? "[]") : [];
    for (const id of kept) {
      const url = address(`/widget/answers/${encodeURIComponent(id)}`, { lang: this.language });
      await take(url).then((shown) => this.append(shown), () => null);
    }
    if (this.turns().length) this.find("starters")?.remove();
  }
}
