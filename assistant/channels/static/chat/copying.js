// An answer with its sources to the clipboard, as plain text and as HTML.

// Copies the answer that `button` belongs to, and says so in `status`.
export async function copyAnswer(button, status) {
  const article = button.closest("[data-answer]");
  const copied = { "text/plain": plain(article, button.dataset), "text/html": html(article, button.dataset) };
  const done = (await modern(copied)) || classic(copied);
  status.textContent = "";
  const said = done ? button.dataset.copied : button.dataset.failed;
  requestAnimationFrame(() => (status.textContent = said));
  const words = button.dataset.words ?? (button.dataset.words = button.textContent);
  button.textContent = said;
  setTimeout(() => (button.textContent = words), 2500);
}

async function modern(copied) {
  try {
    const parts = Object.entries(copied).map(([type, text]) => [type, new Blob([text], { type })]);
    await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(parts))]);
    return true;
  } catch {
    return false;
  }
}

// Pages that come over plain HTTP have no clipboard of the modern kind.
function classic(copied) {
  const put = (event) => {
    for (const [type, text] of Object.entries(copied)) event.clipboardData.setData(type, text);
    event.preventDefault();
  };
  document.addEventListener("copy", put, { once: true });
  const done = document.execCommand("copy");
  document.removeEventListener("copy", put);
  return done;
}

function plain(article, words) {
  const lines = [article.querySelector(".asked").textContent, tidy(article.querySelector(".label")), ""];
  for (const block of article.querySelectorAll(".text p, .text li, .notices li")) {
    lines.push(block.localName === "li" ? `- ${tidy(block)}` : `${tidy(block)}\n`);
  }
  for (const row of article.querySelectorAll(".compared tr")) lines.push([...row.cells].map(tidy).join(" | "));
  for (const card of article.querySelectorAll(".card")) {
    lines.push("", tidy(card.querySelector("h3")));
    for (const name of card.querySelectorAll("dt")) lines.push(`${tidy(name)}: ${tidy(name.nextElementSibling)}`);
  }
  const sources = sourcesOf(article);
  if (sources.length) lines.push("", words.sources);
  for (const { number, told, link } of sources) lines.push(`[${number}] ${told}. ${link}`);
  return `${lines.join("\n")}\n`;
}

function html(article, words) {
  const made = document.createElement("div");
  made.append(element("h2", article.querySelector(".asked").textContent));
  made.append(element("p", tidy(article.querySelector(".label"))));
  for (const part of article.querySelectorAll(".text, .compared, .cards, .notices ul")) made.append(bare(part.cloneNode(true)));
  const sources = sourcesOf(article);
  if (sources.length) made.append(element("h3", words.sources));
  for (const { number, told, link } of sources) {
    const line = element("p", `[${number}] ${told}. `);
    line.append(Object.assign(element("a", link), { href: link }));
    made.append(line);
  }
  return made.outerHTML;
}

// A copy without our classes and with its marks as text.
function bare(copy) {
  for (const marker of copy.querySelectorAll("a.marker")) marker.replaceWith(marker.textContent);
  for (const each of [copy, ...copy.querySelectorAll("*")]) {
    for (const { name } of [...each.attributes]) if (name !== "href" && name !== "lang") each.removeAttribute(name);
  }
  return copy;
}

function sourcesOf(article) {
  return [...article.querySelectorAll(".sources > li")].map((source) => ({
    number: source.value,
    told: [source.querySelector(".title"), ...source.querySelectorAll(".about span")].map(tidy).join(", "),
    link: new URL(source.dataset.link, location.href).href,
  }));
}

function element(name, text) {
  return Object.assign(document.createElement(name), { textContent: text });
}

function tidy(each) {
  return each.textContent.replace(/\s+/g, " ").trim();
}
