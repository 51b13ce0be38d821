// The list of clips while some of them are rendered: one question for all rows of the page, every two seconds.
import { announce, getJson } from "./http.js";

const EVERY_MS = 2000;
const SLOWER_MS = 15000;

export default function clipQueue(list) {
  const rows = new Map([...list.querySelectorAll("[data-rendering]")].map((row) => [Number(row.dataset.rendering), row]));
  if (!rows.size) return;
  const address = `${list.dataset.url}?${new URLSearchParams([...rows.keys()].map((id) => ["clip", id]))}`;
  let timer = 0;

  function show(clip) {
    const row = rows.get(clip.id);
    const bar = row.querySelector("progress");
    if (clip.progress !== null && bar) {
      bar.value = clip.progress;
      row.querySelector("[data-place]").textContent = clip.place;
      return false;
    }
    row.querySelector(".state").outerHTML = clip.badge;
    const blank = row.closest("tr")?.querySelector(".film-thumb-none");
    if (clip.poster && blank) blank.replaceWith(Object.assign(new Image(120, 68), { src: clip.poster, alt: "", className: "film-thumb" }));
    for (const gone of row.querySelectorAll("progress, [data-place], button")) gone.remove();
    rows.delete(clip.id);
    announce(clip.words);
    return true;
  }

  async function turn() {
    clearTimeout(timer);
    if (document.hidden) return;
    let next = EVERY_MS;
    try {
      for (const clip of (await getJson(address)).clips) if (rows.has(clip.id)) show(clip);
      if (!rows.size) {
        // Somebody may be ticking boxes: the page is only made anew while nobody does.
        if (!list.querySelector("input:checked")) location.reload();
        return;
      }
    } catch (error) {
      if (error.status && error.status < 500) return;
      next = SLOWER_MS;
    }
    timer = setTimeout(turn, next);
  }
  document.addEventListener("visibilitychange", turn);
  timer = setTimeout(turn, EVERY_MS);
}
