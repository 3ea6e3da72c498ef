// Uploads files as they are dropped or chosen, and shows what becomes of them without a new page.

import { fragment } from "../chat/fragment.js";

const drop = document.getElementById("drop");
const spoken = document.getElementById("spoken");
const PAUSE = 1000;
let told = new Set();
let edited = false;
let looking = false;

const jobs = () => document.getElementById("jobs");
const address = () => drop?.dataset.jobs ?? jobs().dataset.jobs;
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// What the server shows now takes the place of what it showed; a form that somebody is at stays.
async function renew() {
  const response = await fetch(location.href).catch(() => null);
  if (!response?.ok) return;
  const fresh = fragment(await response.text());
  for (const old of document.querySelectorAll("[data-renewed]")) {
    const found = fresh.getElementById(old.id);
    const held = old.contains(document.activeElement) && document.activeElement !== old;
    if (found && !(edited && old.matches("form")) && !(held && old.id !== "jobs")) {
      old.replaceWith(document.adoptNode(found));
    }
  }
  for (const part of ["h1", ".topline"]) {
    const found = fresh.querySelector(part);
    if (found) document.querySelector(part)?.replaceWith(document.adoptNode(found));
  }
}

function announce(ended) {
  const news = Object.entries(ended).filter(([id]) => !told.has(id));
  news.forEach(([id]) => told.add(id));
  if (news.length) spoken.textContent = news.map(([, text]) => text).join(" ");
}

// Asks until nothing is under way any more.
async function look() {
  if (looking) return;
  looking = true;
  for (let busy = true; busy; ) {
    const response = await fetch(address()).catch(() => null);
    if (response?.ok) {
      const now = await response.json();
      if (now.stamp !== jobs().dataset.stamp) await renew();
      announce(now.ended);
      busy = now.busy;
    }
    if (busy) await wait(PAUSE);
  }
  looking = false;
}

function row(name) {
  const item = document.createElement("li");
  const label = document.createElement("span");
  const bar = document.createElement("progress");
  const said = document.createElement("p");
  label.className = "file";
  label.textContent = name;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  said.className = "said";
  said.textContent = drop.dataset.sending;
  item.append(label, bar, said);
  document.getElementById("sending").append(item);
  return { item, bar, said };
}

function refuse({ item, bar, said }, text) {
  item.className = "bad";
  bar.remove();
  said.textContent = text;
  spoken.textContent = text;
}

function send(file, shown) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("files", file);
    request.open("POST", drop.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) shown.bar.value = event.loaded / event.total;
    });
    request.addEventListener("loadend", () => {
      if (request.status === 202) shown.item.remove();
      else refuse(shown, request.response?.title ?? drop.dataset.notSent);
      resolve();
    });
    request.send(form);
  });
}

// One after another: each is read as soon as it is there.
async function upload(files) {
  const all = [...files].map((file) => [file, row(file.name)]);
  for (const [file, shown] of all) {
    if (file.size > drop.dataset.mostMb * 2 ** 20) {
      refuse(shown, drop.dataset.large.replace("$name", file.name).replace("$most", drop.dataset.mostMb));
      continue;
    }
    await send(file, shown);
    look();
  }
}

if (drop) {
  const files = document.getElementById("files");
  drop.classList.add("scripted");
  files.addEventListener("change", () => {
    upload(files.files);
    files.value = "";
  });
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    upload(event.dataTransfer.files);
  });
}
document.addEventListener("input", (event) => {
  if (event.target.form?.id === "correct") edited = true;
});
const first = await fetch(address()).then((response) => response.json()).catch(() => ({ ended: {} }));
told = new Set(Object.keys(first.ended));
if (first.busy || jobs().dataset.stamp !== first.stamp) look();
