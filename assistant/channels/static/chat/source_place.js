// The place where a cited passage is read: beside the text on a wide screen, over it on a narrow one.

import { fragment } from "./fragment.js";

const WIDE = matchMedia("(min-width: 64rem)");

// Opens the sources that links within `log` lead to.
export function sourcePlace(aside, log) {
  const dialog = aside.querySelector("dialog");
  const body = aside.querySelector(".sheet-body");
  const place = aside.querySelector(".sheet-bar p");
  let opener = null;
  let shown = 0;

  function reveal() {
    const wide = WIDE.matches;
    keepInPlace(opener, () => {
      aside.hidden = false;
      document.body.classList.toggle("sourced", wide);
      if (!dialog.open) wide ? dialog.show() : dialog.showModal();
    });
  }

  async function open(link) {
    const now = (shown += 1);
    const exchange = opener.closest("[data-answer]");
    mark(exchange, link.dataset.source ?? opener.dataset.source);
    body.setAttribute("aria-busy", "true");
    reveal();
    const url = new URL(link.href);
    url.searchParams.set("fragment", "1");
    const response = await fetch(url, { headers: { Accept: "text/html" } }).catch(() => null);
    const html = response?.ok ? await response.text() : "";
    if (now !== shown || !dialog.open) return;
    body.setAttribute("aria-busy", "false");
    if (html) body.replaceChildren(fragment(html));
    else body.replaceChildren(refusal());
    mark(exchange, body.querySelector("[data-number]")?.dataset.number ?? opener.dataset.source);
    place.textContent = body.querySelector(".number")?.textContent ?? "";
    dialog.scrollTop = 0;
    const title = body.querySelector("#source-title");
    title?.focus({ preventScroll: true });
    bring(body.querySelector("mark"));
  }

  // Shows where the cited words are when they are not in sight.
  function bring(words) {
    if (!words) return;
    const [there, here] = [words.getBoundingClientRect(), dialog.getBoundingClientRect()];
    if (there.top > here.bottom - 80) dialog.scrollTop += there.top - here.top - here.height / 3;
  }

  function refusal() {
    const told = document.createElement("p");
    told.className = "problem";
    told.id = "source-title";
    told.tabIndex = -1;
    told.textContent = dialog.dataset.failed;
    return told;
  }

  function mark(exchange, number) {
    for (const each of log.querySelectorAll("[data-source][aria-current]")) each.removeAttribute("aria-current");
    for (const each of exchange?.querySelectorAll(`[data-source="${CSS.escape(number)}"]`) ?? []) {
      each.setAttribute("aria-current", "true");
    }
  }

  log.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-source]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    opener = link;
    open(link);
  });

  body.addEventListener("click", (event) => {
    const link = event.target.closest("a[rel=prev], a[rel=next]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link);
  });

  aside.querySelector(".close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && dialog.open && !document.querySelector("dialog:modal")) dialog.close();
  });

  dialog.addEventListener("close", () => {
    if (aside.dataset.turning) return;
    shown += 1;
    keepInPlace(opener, () => {
      aside.hidden = true;
      document.body.classList.remove("sourced");
    });
    mark(null, "");
    body.replaceChildren();
    if (opener?.isConnected) opener.focus({ preventScroll: true });
  });

  // A turned phone or a resized window: the same source in its other place.
  WIDE.addEventListener("change", () => {
    if (!dialog.open) return;
    aside.dataset.turning = "yes";
    dialog.addEventListener("close", () => delete aside.dataset.turning, { once: true });
    dialog.close();
    reveal();
  });
}

// Changes the layout without moving what the reader looks at.
function keepInPlace(element, change) {
  const before = element?.getBoundingClientRect().top ?? 0;
  change();
  if (element?.isConnected) window.scrollBy({ top: element.getBoundingClientRect().top - before, behavior: "instant" });
}
