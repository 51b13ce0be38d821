// Choosing several of many: a field narrows the ticked list; the native <select multiple> stays the one that is sent.

export default function casePicker(box) {
  const select = box.querySelector("select");
  const { label, placeholder, none, chosen, remove } = box.dataset;
  select.classList.add("is-replaced");
  const picker = document.createElement("div");
  picker.className = "picker";
  picker.innerHTML = '<ul class="picker-chosen"></ul><input class="form-control" type="search" autocomplete="off"><ul class="picker-list"></ul><p class="picker-state" role="status"></p>';
  const [tags, field, list, state] = picker.children;
  field.id = `${select.id}-search`;
  field.placeholder = placeholder;
  select.dataset.standin = field.id;
  tags.setAttribute("aria-label", label);
  list.setAttribute("aria-label", label);
  box.querySelector("label").htmlFor = field.id;
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) field.setAttribute(name, select.getAttribute(name));
  }

  const entries = [...select.options].map((option) => {
    const item = document.createElement("li");
    const text = document.createElement("label");
    const tick = document.createElement("input");
    tick.type = "checkbox";
    tick.className = "form-check-input";
    tick.checked = option.selected;
    tick.addEventListener("change", () => choose(option, tick.checked));
    text.append(tick, option.text);
    item.append(text);
    return { option, item, tick, words: option.text.toLowerCase() };
  });
  const empty = document.createElement("li");
  empty.className = "picker-none";
  empty.textContent = none;
  list.append(...entries.map((entry) => entry.item), empty);

  function choose(option, on) {
    option.selected = on;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function show() {
    const wanted = field.value.toLowerCase().split(/\s+/);
    let found = 0;
    for (const { item, words } of entries) {
      item.hidden = !wanted.every((word) => words.includes(word));
      if (!item.hidden) found += 1;
    }
    empty.hidden = found > 0;
  }

  function tell() {
    const on = entries.filter(({ option }) => option.selected);
    entries.forEach(({ option, tick }) => (tick.checked = option.selected));
    tags.replaceChildren(...on.map(({ option }) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-label", `${remove} ${option.text}`);
      button.append(option.text, " ×");
      button.addEventListener("click", () => {
        choose(option, false);
        field.focus();
      });
      item.append(button);
      return item;
    }));
    state.textContent = chosen.replace("{n}", on.length);
  }

  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => {
    const shown = entries.filter(({ item }) => !item.hidden);
    if (event.key === "Enter") {
      // Enter ticks the only one left and never sends the form half-filled.
      event.preventDefault();
      if (shown.length === 1) choose(shown[0].option, !shown[0].option.selected);
    } else if (event.key === "ArrowDown" && shown.length) {
      event.preventDefault();
      shown[0].tick.focus();
    }
  });
  list.addEventListener("keydown", (event) => {
    const shown = entries.filter(({ item }) => !item.hidden).map(({ tick }) => tick);
    const at = shown.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || at < 0) return;
    event.preventDefault();
    (shown[at + step] ?? (step < 0 ? field : shown[at])).focus();
  });
  select.addEventListener("change", tell);
  box.append(picker);
  show();
  tell();
}
