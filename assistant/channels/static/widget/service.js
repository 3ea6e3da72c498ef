// Speaks with the service that this script came from. Nothing goes along but what is asked: no cookies.

import { fragment } from "../chat/fragment.js";

const SERVICE = new URL(import.meta.url).origin;

/** What the service could not do, in its own words for the one who reads. */
export class Told extends Error {
  constructor(problem) {
    super(`${problem.title} ${problem.detail}`);
  }
}

/** The address of `path` at the service, with those of `values` that are not empty. */
export function address(path, values = {}) {
  const found = new URL(path, SERVICE);
  found.search = new URLSearchParams(Object.entries(values).filter(([, value]) => value));
  return found.href;
}

/** A response from the service; throws Told when it says no. */
export async function reach(url, options = {}) {
  const response = await fetch(url, { credentials: "omit", referrerPolicy: "no-referrer", ...options });
  if (response.ok) return response;
  throw new Told(await response.json());
}

/** Sends `body`, as JSON, to the service. */
export function post(url, body, language, signal) {
  const headers = { "Content-Type": "application/json", "Accept-Language": language };
  return reach(url, { method: "POST", headers, body: JSON.stringify(body), signal });
}

/** What the service rendered for `url`, as nodes. */
export async function take(url) {
  return rendered(await (await reach(url)).json());
}

/** Rendered `html` as nodes, its links to pages leading to the service's and opened in a new tab. */
export function rendered({ html }) {
  const content = fragment(html);
  for (const link of content.querySelectorAll("a[href]")) {
    link.href = new URL(link.getAttribute("href"), SERVICE);
    if (!link.protocol.startsWith("http")) continue;
    link.target = "_blank";
    link.relList.add("noopener");
  }
  return content;
}
