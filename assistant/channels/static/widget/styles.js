// The style sheets as objects: the page around needs no style-src for them.

import { reach } from "./service.js";

const SHEETS = ["../style.css", "../answer.css", "../source.css", "../opinion.css", "./widget.css"];
const ROOT = /(prefers-color-scheme: dark\)\s*\{\s*)?:root \{([^}]*)\}/g;
const COLOUR = /--([a-z-]+): ([^;]+);/g;
// The query of an @-rule, which takes no variables and counts in the reader's own size, or a size.
const SIZE = /@[^{;]+[{;]|(-?\d*\.?\d+)rem\b/g;

let texts = null;

/** Dresses `element`. Sizes follow its own text and not the root of the page around, which is often shrunk. */
export async function dress(element) {
  texts ??= Promise.all(SHEETS.map(async (name) => (await reach(new URL(name, import.meta.url))).text()));
  const found = (await texts).map((text) => sheet(text.replace(ROOT, ownRoot).replace(SIZE, ownSize)));
  element.shadowRoot.adoptedStyleSheets = found;
  const size = getComputedStyle(element).fontSize;
  element.shadowRoot.adoptedStyleSheets = [sheet(`:host { --utblick-rem: ${size}; }`), ...found];
}

// Every variable of the service's own pages may be set by the page around, those for dark by another name.
function ownRoot(_found, dark, lines) {
  const name = dark ? "--utblick-dark-$1" : "--utblick-$1";
  const host = dark ? `${dark}:host(:not([scheme="light"]))` : ":host";
  return `${host} {${lines.replace(COLOUR, `--$1: var(${name}, $2);`)}}`;
}

function ownSize(found, number) {
  return number === undefined ? found : `calc(${number} * var(--utblick-rem))`;
}

function sheet(text) {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
}
