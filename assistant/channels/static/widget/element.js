// <utblick-chat>: the chat inside a page of another site, in its place or behind a button in the corner.

import { address, take } from "./service.js";
import { dress } from "./styles.js";
import { Talk } from "./talk.js";

const SPOKEN = { sv: "sv", en: "en", no: "no", nb: "no", nn: "no" };

/** Makes the element known; `texts` are the few words needed before the service has answered. */
export function define({ language, texts }) {
  class UtblickChat extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      // Open, so that those who check the page's accessibility see what is in it.
      const root = this.attachShadow({ mode: "open" });
      const tag = this.closest("[lang]")?.lang.toLowerCase().split("-")[0];
      this.language = SPOKEN[tag] ?? language;
      this.texts = texts[this.language];
      // What the page has put here stays in sight until the chat is ready.
      root.append(document.createElement("slot"));
      this.ready = this.hasAttribute("launcher") ? this.showLauncher(root) : this.showHere(root);
    }

    disconnectedCallback() {
      this.talk?.stop();
    }

    async showHere(root) {
      const place = element("div", { className: "inline" });
      await this.fill(place);
      root.replaceChildren(place);
    }

    async showLauncher(root) {
      const open = element("button", { className: "launcher", type: "button", ariaHasPopup: "dialog" });
      open.append(element("span", { textContent: this.getAttribute("heading") || this.texts.launch }));
      const close = element("button", { className: "shut", type: "button", textContent: this.texts.close });
      const place = element("div", { className: "inside" });
      const panel = element("dialog", { className: "panel", ariaLabel: open.textContent });
      panel.append(close, place);
      open.addEventListener("click", () => this.open(panel, place));
      close.addEventListener("click", () => panel.close());
      panel.addEventListener("click", (event) => event.target === panel && panel.close());
      await dress(this).catch(() => null);
      root.replaceChildren(open, panel);
    }

    async open(panel, place) {
      panel.showModal();
      this.filled ??= this.fill(place);
      await this.filled;
      this.talk?.focus();
    }

    async fill(place) {
      place.lang = this.language;
      const asked = ["region", "persona", "heading"].map((name) => [name, this.getAttribute(name) ?? ""]);
      const values = { lang: this.language, ...Object.fromEntries(asked) };
      try {
        const [shell] = await Promise.all([take(address("/widget/start", values)), dress(this)]);
        place.replaceChildren(shell);
        this.talk = new Talk(place, this.language, this.hasAttribute("remember"));
        await this.talk.recall();
      } catch {
        const line = element("p", { className: "refused", textContent: `${this.texts.refused} ` });
        const link = { href: address("/", { lang: this.language }), target: "_blank", rel: "noopener" };
        line.append(element("a", { ...link, textContent: this.texts.to_full }));
        place.replaceChildren(line);
      }
    }
  }
  if (!customElements.get("utblick-chat")) customElements.define("utblick-chat", UtblickChat);
}

function element(name, values) {
  return Object.assign(document.createElement(name), values);
}
