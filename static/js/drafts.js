// What is typed is kept in this browser until it was saved: it outlives a refused form, a closed tab and an
// expired login. A page that says "saved" (data-saved on <body>) is the sign to forget what was sent.

const PREFIX = "qichuang-draft:";
const SENT = "qichuang-drafts-sent";
const KEEP_MS = 14 * 24 * 3600 * 1000;
const SECRET = new Set(["password", "file", "hidden", "submit", "button"]);

const kept = (field) => field.name && !SECRET.has(field.type) && field.type !== "search";
const fields = (form) => [...form.elements].filter(kept);

function read(form) {
  const values = {};
  for (const field of fields(form)) {
    if (field.type === "checkbox" || field.type === "radio") {
      values[field.name] ??= [];
      if (field.checked) values[field.name].push(field.value);
    } else if (field.multiple) values[field.name] = [...field.selectedOptions].map((option) => option.value);
    else values[field.name] = field.value;
  }
  return values;
}

function write(form, values) {
  for (const field of fields(form)) {
    const value = values[field.name];
    if (value === undefined) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = value.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = value.includes(option.value);
    else field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

const sent = () => JSON.parse(sessionStorage.getItem(SENT) ?? "[]");

function forgetSaved() {
  if (!("saved" in document.body.dataset)) return;
  sent().forEach((key) => localStorage.removeItem(key));
  sessionStorage.removeItem(SENT);
}

function forgetOld() {
  for (const key of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
    if (Date.now() - JSON.parse(localStorage.getItem(key)).at > KEEP_MS) localStorage.removeItem(key);
  }
}

forgetSaved();
forgetOld();

export default function drafts(form) {
  // The programme stands in the path, so the same key in two programmes is two drafts.
  const key = `${PREFIX}${location.pathname}:${form.dataset.draft}`;
  const fresh = read(form);
  const stored = JSON.parse(localStorage.getItem(key) ?? "null");
  // A refused form comes back with what was typed; the server's copy is then the newer one.
  if (stored && !("refused" in form.dataset) && JSON.stringify(stored.values) !== JSON.stringify(fresh)) {
    write(form, stored.values);
    const note = document.createElement("p");
    note.className = "draft-note";
    note.setAttribute("role", "status");
    const discard = document.createElement("button");
    discard.type = "button";
    discard.className = "btn btn-quiet btn-sm";
    discard.textContent = form.dataset.discard;
    discard.addEventListener("click", () => {
      localStorage.removeItem(key);
      write(form, fresh);
      note.remove();
    });
    note.append(form.dataset.restored, discard);
    form.prepend(note);
  }
  let timer = 0;
  const keep = () => {
    clearTimeout(timer);
    const values = read(form);
    if (JSON.stringify(values) === JSON.stringify(fresh) && !("refused" in form.dataset)) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify({ at: Date.now(), values }));
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 300);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  addEventListener("pagehide", keep);
  form.addEventListener("submit", () => {
    keep();
    sessionStorage.setItem(SENT, JSON.stringify([...new Set([...sent(), key])]));
  });
}
