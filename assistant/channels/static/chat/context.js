// The county and the kind of organisation: chosen in the form, remembered on this device, shown as chips.

const KEY = "utblick.context";
const FIELDS = ["region", "persona"];

// `changed` is called after each choice. Returns said(): what is chosen, without what is not.
export function contextOf(form, changed) {
  const fields = FIELDS.map((name) => form.elements.namedItem(name)).filter(Boolean);
  const chips = new Map([...form.querySelectorAll("[data-field]")].map((chip) => [chip.dataset.field, chip]));
  const said = () => Object.fromEntries(fields.filter((each) => each.value).map((each) => [each.name, each.value]));

  function show() {
    for (const field of fields) {
      const chip = chips.get(field.name);
      chip.querySelector(".what").textContent = field.value ? field.selectedOptions[0].text : "";
      chip.parentElement.hidden = !field.value;
    }
  }

  function choose() {
    show();
    keep(said());
    changed();
  }

  if (Object.keys(said()).length) keep(said());
  else {
    const kept = remembered();
    for (const field of fields) {
      if ([...field.options].some((option) => option.value === kept[field.name])) field.value = kept[field.name];
    }
  }
  show();
  for (const field of fields) field.addEventListener("change", choose);
  for (const [name, chip] of chips) {
    chip.addEventListener("click", (event) => {
      event.preventDefault();
      form.elements.namedItem(name).value = "";
      choose();
      form.querySelector("#context summary").focus();
    });
  }
  form.querySelector("#keep").parentElement.hidden = true;
  form.querySelector("#remembered").hidden = false;
  return { said };
}

// A browser may refuse to keep anything; the choices then last as long as the page.
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function keep(said) {
  try {
    if (Object.keys(said).length) localStorage.setItem(KEY, JSON.stringify(said));
    else localStorage.removeItem(KEY);
  } catch {
    // Nothing to do: see above.
  }
}
