// While a plan is being written the server says what its rules make of it; the rules stand there alone.

import { csrfToken } from "./http.js";

export default function live(box) {
  const form = box.closest("form");
  const place = box.querySelector("[data-live]");
  let timer = 0;
  let asked = 0;

  async function ask() {
    const mine = (asked += 1);
    const body = new FormData(form);
    let answer;
    try {
      answer = await fetch(box.dataset.url, { method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": csrfToken() } });
    } catch {
      // The line is down: what stands there stays, and saving will say so.
      return;
    }
    if (!answer.ok || answer.redirected) return;
    const text = await answer.text();
    // Only the newest question may answer.
    if (mine === asked) place.innerHTML = text;
  }

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(ask, 400);
  }

  box.addEventListener("input", soon);
  box.addEventListener("change", soon);
}
