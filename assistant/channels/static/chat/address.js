// Keeps the address in step with the conversation, so that Back, Reload and the other languages find it.

const MOST = 10;

// Returns a function that puts what is now shown into the address and into the links that carry it along.
export function addressOf(form, log, context) {
  const language = document.documentElement.lang;
  return () => {
    const turns = [...log.querySelectorAll("[data-answer]")].slice(-MOST).map((each) => ["turn", each.dataset.answer]);
    const said = Object.entries(context.said());
    const here = (lang) => new URLSearchParams([...turns, ...said, ["lang", lang]]);
    history.replaceState(null, "", `/?${here(language)}${location.hash}`);
    // Another language begins where this one is: at the newest question.
    const place = turns.length ? `#a-${turns.at(-1)[1]}` : "";
    for (const link of document.querySelectorAll("nav [hreflang]")) {
      link.search = here(link.hreflang);
      link.hash = place;
    }
    const taken = new URLSearchParams([...turns, ["lang", language]]);
    for (const link of form.querySelectorAll("[data-export]")) link.search = taken;
    form.querySelector("#new").search = new URLSearchParams([...said, ["lang", language]]);
  };
}
