// HTML that our own server rendered, as elements; the only place where the page turns a text into markup.

const policy = globalThis.trustedTypes?.createPolicy("utblick", { createHTML: (html) => html });

export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = policy ? policy.createHTML(html) : html;
  return template.content;
}
