// Shows answers as they come. Without this script the same form works by loading the page anew.

const form = document.getElementById("ask");
const input = document.getElementById("question");
const send = document.getElementById("send");
const stop = document.getElementById("stop");
const log = document.getElementById("log");
const pending = document.getElementById("pending");
const status = document.getElementById("status");
const problem = document.getElementById("problem");
const language = document.documentElement.lang;
let asking = null;

document.getElementById("keys").hidden = false;

form.addEventListener("submit", (event) => {
  const pressed = event.submitter;
  event.preventDefault();
  if (pressed?.name === "feedback") giveFeedback(pressed);
  else ask(pressed?.name === "suggestion" ? pressed.value : input.value.trim());
});

input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit(send);
  }
});

stop.addEventListener("click", () => asking?.abort());

async function ask(question) {
  if (asking || !question) return;
  asking = new AbortController();
  const history = earlier();
  begin(question);
  try {
    const response = await fetch("/api/chat", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream", "Accept-Language": language },
      body: JSON.stringify({ question, history }),
      signal: asking.signal,
    });
    if (!response.ok) throw new Told(await response.json());
    const answer = await follow(response.body);
    await showAnswer(answer.id);
    end("");
  } catch (error) {
    if (input.value === "") input.value = question;
    end(error.name === "AbortError" ? form.dataset.stopped : error instanceof Told ? error.message : form.dataset.failed);
  }
}

class Told extends Error {
  constructor(problem) {
    super(`${problem.title} ${problem.detail}`);
  }
}

function begin(question) {
  input.value = "";
  problem.replaceChildren();
  document.getElementById("starters")?.remove();
  pending.querySelector(".question").textContent = question;
  pending.querySelector(".text").textContent = "";
  showStep("retrieve");
  pending.hidden = false;
  log.setAttribute("aria-busy", "true");
  send.hidden = true;
  stop.hidden = false;
  input.focus({ preventScroll: true });
  show(pending);
}

function end(told) {
  asking = null;
  pending.hidden = true;
  log.setAttribute("aria-busy", "false");
  send.hidden = false;
  stop.hidden = true;
  status.textContent = "";
  if (told) {
    const line = document.createElement("p");
    line.className = "problem";
    line.textContent = told;
    problem.replaceChildren(line);
    problem.scrollIntoView({ block: "nearest" });
  }
  input.focus({ preventScroll: true });
}

// Reads events until the answer; every text goes in as text, never as HTML.
async function follow(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error("ended without an answer");
    buffer += value;
    const events = buffer.split("\n\n");
    buffer = events.pop();
    for (const event of events) {
      const found = /^event: (\w+)\ndata: ([^\n]*)$/.exec(event);
      if (!found) continue;
      const data = JSON.parse(found[2]);
      if (found[1] === "answer") return data;
      if (found[1] === "error") throw new Told(data);
      if (found[1] === "status") showStep(data.name);
      if (found[1] === "delta") pending.querySelector(".text").append(data.text);
    }
  }
}

function showStep(name) {
  const step = pending.querySelector(".step");
  const text = step.dataset[name];
  if (text) step.textContent = status.textContent = text;
}

// The server renders the answer, with the same template as the page that works without this script.
async function showAnswer(id) {
  const response = await fetch(`/answers/${encodeURIComponent(id)}?lang=${language}`, { signal: asking.signal });
  if (!response.ok) throw new Told(await response.json());
  const template = document.createElement("template");
  template.innerHTML = await response.text();
  const article = template.content.firstElementChild;
  pending.hidden = true;
  log.append(article);
  const turn = document.createElement("input");
  Object.assign(turn, { type: "hidden", name: "turn", value: id });
  form.append(turn);
  rememberInAddress();
  show(article);
}

// So that Back, after a look at a source, finds the conversation.
function rememberInAddress() {
  const turns = [...log.querySelectorAll("[data-answer]")].slice(-10).map((each) => ["turn", each.dataset.answer]);
  history.replaceState(null, "", `/?${new URLSearchParams([...turns, ["lang", language]])}`);
  for (const link of document.querySelectorAll("nav [hreflang]")) {
    link.search = new URLSearchParams([...turns, ["lang", link.hreflang]]);
  }
}

function earlier() {
  const exchanges = [...log.querySelectorAll("[data-answer]")].slice(-10);
  return exchanges.flatMap((each) => [
    { role: "user", text: each.querySelector(".asked").textContent },
    { role: "assistant", text: each.querySelector(".text").textContent },
  ]);
}

async function giveFeedback(button) {
  const [said, id] = button.value.split(":");
  const body = { answer_id: id, helpful: said === "yes", reason: said === "yes" ? "" : said };
  const response = await fetch("/api/feedback", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": language },
    body: JSON.stringify(body),
  }).catch(() => null);
  const told = document.createElement("span");
  told.role = "status";
  told.textContent = response?.ok ? form.dataset.thanks : form.dataset.failed;
  button.closest(".feedback").replaceChildren(told);
  input.focus({ preventScroll: true });
}

function show(element) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
}
