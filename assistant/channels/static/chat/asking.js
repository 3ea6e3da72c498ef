// Sends a question and shows its answer as it comes.

import { fragment } from "./fragment.js";
import { liveText } from "./live_text.js";
import { events } from "./stream.js";

const MOST = 10;

class Told extends Error {
  constructor(problem) {
    super(`${problem.title} ${problem.detail}`);
  }
}

// `answered` is given each finished exchange. Returns ask(question) and busy().
export function asking(form, log, context, answered) {
  const [input, send, stop] = ["question", "send", "stop"].map((id) => document.getElementById(id));
  const [pending, status, problem] = ["pending", "status", "problem"].map((id) => document.getElementById(id));
  const [step, text] = [pending.querySelector(".step"), pending.querySelector(".text")];
  const language = document.documentElement.lang;
  let working = null;

  stop.addEventListener("click", () => working?.abort());

  async function ask(question) {
    if (working || !question) return;
    working = new AbortController();
    const history = earlier(log);
    begin(question);
    try {
      const response = await fetch(`/answers?lang=${language}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "text/event-stream", "Accept-Language": language },
        body: JSON.stringify({ question, history, ...context.said(), channel: "web" }),
        signal: working.signal,
      });
      if (!response.ok) throw new Told(await response.json());
      await follow(response.body);
      end("");
    } catch (error) {
      if (input.value === "") input.value = question;
      const known = error instanceof Told ? error.message : form.dataset.failed;
      end(error.name === "AbortError" ? form.dataset.stopped : known);
    }
  }

  // Words go in as text, never as HTML; the whole exchange is what the server's template makes.
  async function follow(body) {
    const write = liveText(text);
    for await (const [name, data] of events(body)) {
      if (name === "status") showStep(data.name);
      else if (name === "delta") write(data.text);
      else if (name === "error") throw new Told(data);
      else if (name === "html") return show(fragment(data.html).firstElementChild);
    }
    throw new Error("ended without an answer");
  }

  function begin(question) {
    input.value = "";
    problem.replaceChildren();
    document.getElementById("starters")?.remove();
    pending.querySelector(".question").textContent = question;
    text.replaceChildren();
    showStep("route");
    pending.hidden = false;
    log.setAttribute("aria-busy", "true");
    send.hidden = true;
    stop.hidden = false;
    input.focus({ preventScroll: true });
    // The question comes to the top and stays there: what follows fills the room below it.
    pending.scrollIntoView({ block: "start" });
  }

  function show(article) {
    pending.hidden = true;
    log.append(article);
    answered(article);
  }

  function end(told) {
    working = null;
    pending.hidden = true;
    log.setAttribute("aria-busy", "false");
    send.hidden = false;
    stop.hidden = true;
    status.textContent = "";
    if (told) tell(told);
    if (document.activeElement === document.body) input.focus({ preventScroll: true });
  }

  function tell(told) {
    const line = document.createElement("p");
    line.className = "problem";
    line.textContent = told;
    problem.replaceChildren(line);
    problem.scrollIntoView({ block: "nearest" });
  }

  function showStep(name) {
    const told = step.dataset[name];
    if (told) step.textContent = status.textContent = told;
  }

  return { ask, busy: () => working !== null };
}

function earlier(log) {
  const exchanges = [...log.querySelectorAll("[data-answer]")].slice(-MOST);
  return exchanges.flatMap((each) => [
    { role: "user", text: each.querySelector(".asked").textContent },
    { role: "assistant", text: each.querySelector(".text").textContent },
  ]);
}
