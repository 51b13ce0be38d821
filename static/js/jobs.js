// Work in the background, live: one job on a page (data-job) or all that run, in the top bar (data-running).
import { announce, getJson } from "./http.js";

const EVERY_MS = 2000;
const SLOWER_MS = 15000;
const ENDED = new Set(["done", "failed", "cancelled"]);

// Asks again and again until ask() gives false; a hidden tab waits, a lost line is asked less often.
function poll(ask) {
  let timer = 0;
  const turn = async () => {
    clearTimeout(timer);
    if (document.hidden) return;
    let next;
    try {
      next = (await ask()) ? EVERY_MS : 0;
    } catch (error) {
      // 401 and 404 do not mend themselves; a server that is being restarted does.
      next = error.status && error.status < 500 ? 0 : SLOWER_MS;
    }
    if (next) timer = setTimeout(turn, next);
  };
  document.addEventListener("visibilitychange", turn);
  document.addEventListener("jobs:changed", turn);
  turn();
}

function one(box) {
  const words = JSON.parse(box.dataset.words);
  const bar = box.querySelector("progress");
  const put = (name, text) => {
    const place = box.querySelector(`[${name}]`);
    if (place && place.textContent !== text) place.textContent = text;
  };
  let over = false;
  poll(async () => {
    if (over) return false;
    const job = await getJson(box.dataset.job);
    box.classList.replace(`job-${box.dataset.state}`, `job-${job.state}`);
    box.dataset.state = job.state;
    bar.value = job.progress;
    put("data-percent", `${Math.round(job.progress * 100)} %`);
    put("data-state-word", words[job.state] ?? job.state);
    put("data-message", job.message ?? "");
    put("data-left", job.left ?? "");
    const fault = box.querySelector("[data-error]");
    fault.hidden = !job.error;
    fault.querySelector("span").textContent = job.error ?? "";
    box.querySelector("[data-can-retry]")?.toggleAttribute("hidden", !job.can_retry);
    box.querySelector("[data-can-cancel]")?.toggleAttribute("hidden", !job.can_cancel);
    over = ENDED.has(job.state);
    if (over) {
      announce(`${box.querySelector(".job-title").textContent}: ${words[job.state]}`);
      box.dispatchEvent(new CustomEvent("job:ended", { bubbles: true, detail: job }));
      if ("reload" in box.dataset) location.reload();
    }
    return !over;
  });
}

function line(text) {
  const note = document.createElement("p");
  note.className = "job-message";
  note.textContent = text;
  return note;
}

function all(box) {
  const list = box.querySelector("[data-list]");
  const summary = box.querySelector("[data-summary]");
  const label = summary.textContent;
  poll(async () => {
    const { jobs, count = jobs.length, all_left: allLeft } = await getJson(box.dataset.running);
    box.hidden = jobs.length === 0;
    summary.textContent = `${label} ${count}`;
    summary.title = allLeft ?? "";
    list.replaceChildren(...jobs.map((job) => {
      const item = document.createElement("li");
      const title = document.createElement(job.url ? "a" : "span");
      if (job.url) title.href = job.url;
      title.textContent = job.title;
      const bar = document.createElement("progress");
      bar.className = "bar";
      bar.max = 1;
      bar.value = job.progress;
      bar.setAttribute("aria-label", job.title);
      item.append(title, bar);
      const told = [job.message, job.left].filter(Boolean).join(" · ");
      if (told) item.append(line(told));
      return item;
    }));
    if (allLeft) {
      const last = document.createElement("li");
      last.append(line(allLeft));
      list.append(last);
    }
    return jobs.length > 0;
  });
}

export default function jobs(box) {
  if (box.dataset.job) one(box);
  else all(box);
}
