// Signing in by phone. What was typed is kept on the phone first and sent then; without network it waits here
// and is sent as soon as there is one. Every sign-in carries a number of its own, so sending again is harmless.

import { announce, fill } from "./http.js";

const RETRY_MS = 8000;

export default function signIn(box) {
  const { here, pass, worker } = box.dataset;
  const words = JSON.parse(box.dataset.words);
  const store = `qichuang-sign-in:${here}`;
  const form = box.querySelector("[data-form]");
  const done = box.querySelector("[data-done]");
  const refusal = box.querySelector("[data-refusal]");
  const button = form.querySelector("button[type=submit]");
  const field = (name) => form.elements[name];
  let csrf = field("csrf_token")?.value ?? "";
  let busy = false;

  const waiting = () => JSON.parse(localStorage.getItem(store) ?? "[]");
  const keep = (entries) => (entries.length ? localStorage.setItem(store, JSON.stringify(entries)) : localStorage.removeItem(store));
  const forget = (entry) => keep(waiting().filter((one) => one.client_id !== entry.client_id));

  function show(state, name) {
    form.hidden = true;
    done.hidden = false;
    done.classList.toggle("is-waiting", state === "waiting");
    done.querySelector(".phone-mark").textContent = state === "waiting" ? "…" : "✓";
    done.querySelector("[data-said]").textContent = fill(words[state], { name });
    done.querySelector("[data-note]").textContent = { counted: words.countedNote, waiting: words.waitingNote }[state] ?? "";
    done.querySelector("[data-other]").hidden = state !== "known";
    announce(fill(words[state], { name }));
    done.focus();
  }

  function back(entry = {}) {
    for (const name of ["name", "organisation", "phone"]) field(name).value = entry[name] ?? "";
    field("another").checked = Boolean(entry.another);
    field("client_id").value = crypto.randomUUID?.() ?? numbered();
    box.querySelector("[data-another]").hidden = !entry.another;
    done.hidden = true;
    form.hidden = false;
  }

  function refuse(message, name) {
    refusal.textContent = message;
    refusal.hidden = false;
    const wrong = name && field(name);
    if (wrong) {
      wrong.setAttribute("aria-invalid", "true");
      wrong.focus();
    }
  }

  async function post(entry) {
    return fetch(here, {
      method: "POST",
      credentials: "same-origin",
      headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrf },
      body: JSON.stringify({ ...entry, pressed_at: undefined, waited_s: entry.tried ? (Date.now() - entry.pressed_at) / 1000 : 0 }),
    });
  }

  // The page may be hours old or come from this phone's store; then its token is renewed once.
  async function send(entry) {
    let answer = await post(entry);
    if (answer.status === 400) {
      const fresh = await fetch(pass, { credentials: "same-origin", cache: "no-store" });
      if (!fresh.ok) return fresh;
      csrf = (await fresh.json()).csrf;
      answer = await post(entry);
    }
    return answer;
  }

  async function flush() {
    if (busy) return;
    busy = true;
    try {
      for (const entry of waiting()) await deliver(entry);
    } finally {
      busy = false;
      button.disabled = false;
    }
  }

  async function deliver(entry) {
    let answer = null;
    try {
      answer = await send(entry);
    } catch {
      // No network: it stays in the store.
    }
    if (answer?.ok) {
      const { state } = await answer.json();
      forget(entry);
      last = entry;
      show(state, entry.name);
    } else if (answer?.status === 422 || answer?.status === 404) {
      const { message, field: name } = await answer.json();
      forget(entry);
      back(entry);
      refuse(message, name);
    } else {
      keep(waiting().map((one) => (one.client_id === entry.client_id ? { ...one, tried: true } : one)));
      show("waiting", entry.name);
    }
  }

  let last = {};
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    refusal.hidden = true;
    for (const name of ["name", "organisation"]) {
      field(name).removeAttribute("aria-invalid");
      if (!field(name).value.trim()) return refuse(words.missing, name);
    }
    field("phone").removeAttribute("aria-invalid");
    const entry = { client_id: field("client_id").value || numbered(), pressed_at: Date.now() };
    for (const name of ["name", "organisation", "phone"]) entry[name] = field(name).value.trim();
    entry.another = field("another").checked;
    keep([...waiting().filter((one) => one.client_id !== entry.client_id), entry]);
    button.disabled = true;
    announce(words.sending);
    flush();
    return undefined;
  });
  box.querySelector("[data-next]").addEventListener("click", () => {
    back();
    field("name").focus();
  });
  box.querySelector("[data-other]").addEventListener("click", () => {
    back({ ...last, another: true });
    field("phone").focus();
  });
  addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && waiting().length && flush());
  setInterval(() => waiting().length && flush(), RETRY_MS + Math.random() * 4000);

  back();
  if (waiting().length) {
    show("waiting", waiting()[0].name);
    flush();
  }
  keepPage(worker);
}

function numbered() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

async function keepPage(worker) {
  // Only over HTTPS or on this machine does a browser let a page be kept.
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register(worker);
    const ready = await navigator.serviceWorker.ready;
    navigator.serviceWorker.addEventListener("message", (event) => {
      if (event.data?.kept) document.documentElement.dataset.kept = "";
    });
    const parts = performance.getEntriesByType("resource").map((one) => one.name);
    const ours = parts.filter((url) => url.startsWith(`${location.origin}/`) && /\.(css|js|svg|woff2?)(\?|$)/.test(url));
    ready.active.postMessage({ keep: [location.href, ...new Set(ours)] });
  } catch {
    // The page works without it; only opening it again needs the network then.
  }
}
