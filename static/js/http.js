// Talking to our own server: JSON in and out, with the token that every changing request must carry.

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

// A page that stays open for longer than its token is good for takes the token of the page as it is now.
export async function renewToken() {
  const answer = await fetch(location.href, { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector('meta[name="csrf-token"]')?.content;
  if (token) document.querySelector('meta[name="csrf-token"]').content = token;
}

export async function getJson(url, options = {}) {
  const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin", ...options });
  if (!answer.ok) throw new HttpError(answer.status);
  return answer.json();
}

export async function postJson(url, body = {}) {
  const answer = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new HttpError(answer.status, await readMessage(answer));
  return answer.status === 204 ? null : answer.json();
}

// The server answers a program with {"message": …}; anything else is not for people's eyes.
export async function readMessage(answer) {
  if (!(answer.headers.get("Content-Type") ?? "").includes("json")) return "";
  try {
    return (await answer.json()).message ?? "";
  } catch {
    return "";
  }
}

export class HttpError extends Error {
  constructor(status, message = "") {
    super(message || `HTTP ${status}`);
    this.status = status;
    this.said = message;
  }
}

export function announce(text) {
  const place = document.getElementById("announcer");
  if (place) place.textContent = text;
}

export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
