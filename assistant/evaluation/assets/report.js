"use strict";
// Without this script everything can be read; with it the questions can be filtered and the plots switched.
{
  const byId = (id) => document.getElementById(id);
  const fold = (text) => text.toLowerCase().replace(/\s+/g, " ");

  const openFor = (hash) => {
    const target = hash.length > 1 && byId(decodeURIComponent(hash.slice(1)));
    for (let each = target; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
    if (target && target.matches(".case")) target.firstElementChild.open = true;
  };
  addEventListener("hashchange", () => openFor(location.hash));
  openFor(location.hash);

  const chooser = document.querySelector(".switch");
  if (chooser) {
    const buttons = [...chooser.querySelectorAll("button")];
    const show = (shown) => {
      for (const button of buttons) {
        const part = byId(button.dataset.shows);
        button.setAttribute("aria-pressed", String(button === shown));
        part.classList.add("switched");
        part.open = true;
        part.hidden = button !== shown;
      }
    };
    for (const button of buttons) button.addEventListener("click", () => show(button));
    chooser.hidden = false;
    show(buttons[0]);
  }

  const filters = byId("filters");
  if (filters) {
    const rows = [...document.querySelectorAll(".case")];
    const choices = [...filters.querySelectorAll("select")];
    const find = byId("find");
    const count = byId("count");
    let texts = null;
    const text = (row) => fold([...row.querySelectorAll("[data-find]")].map((each) => each.textContent).join(" "));
    const has = (row, choice) => {
      const { by } = choice.dataset;
      const several = by === "rule" || by === "outcome";
      return several ? row.dataset[by].split(" ").includes(choice.value) : row.dataset[by] === choice.value;
    };
    const apply = () => {
      const words = fold(find.value).split(" ").filter(Boolean);
      if (words.length && !texts) texts = rows.map(text);
      const chosen = choices.filter((choice) => choice.value);
      let shown = 0;
      rows.forEach((row, n) => {
        const fits = chosen.every((choice) => has(row, choice)) && words.every((word) => texts[n].includes(word));
        row.hidden = !fits;
        shown += fits;
      });
      const { text: told, nothing } = count.dataset;
      count.textContent = shown ? told.replace("{shown}", shown).replace("{all}", rows.length) : nothing;
    };
    let waiting;
    find.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(apply, 150);
    });
    for (const choice of choices) choice.addEventListener("change", apply);
    const clear = () => {
      find.value = "";
      for (const choice of choices) choice.value = "";
      apply();
    };
    byId("clear").addEventListener("click", () => {
      clear();
      find.focus();
    });
    const open = (opened) => {
      for (const row of rows) if (!row.hidden) row.firstElementChild.open = opened;
    };
    byId("open-all").addEventListener("click", () => open(true));
    byId("close-all").addEventListener("click", () => open(false));
    for (const link of document.querySelectorAll("a[data-rule]"))
      link.addEventListener("click", () => {
        clear();
        choices.find((choice) => choice.dataset.by === "rule").value = link.dataset.rule;
        apply();
      });
    filters.hidden = false;
    // A browser that comes back to the page may have kept what was chosen.
    if (find.value || choices.some((choice) => choice.value)) apply();
  }
}
