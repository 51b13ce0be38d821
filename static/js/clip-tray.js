// Below the drop zone: what has not ended, what waits for a case. A film is given to a case by dragging it there, or
// by picking it up and pressing the case, which is the same for a keyboard and a finger. Asked anew whenever a film
// has arrived.
import { fill, postJson } from "./http.js";

const QUIET_MS = 400;
const LOOK_MS = 4000;
const MOST_LOOKS = 15;

class Tray {
  constructor(box) {
    this.box = box;
    this.words = JSON.parse(box.dataset.words);
    this.body = box.querySelector("[data-body]");
    this.said = box.querySelector("[data-said]");
    this.undo = box.querySelector("[data-undo]");
    this.timer = 0;
    this.looks = 0;
    this.turn = 0;
    this.dragged = [];
    document.addEventListener("upload:done", () => {
      this.looks = MOST_LOOKS;
      this.soon(QUIET_MS);
    });
    box.addEventListener("click", (event) => this.click(event));
    box.addEventListener("input", (event) => event.target.matches("[data-search]") && this.search(event.target));
    box.addEventListener("keydown", (event) => event.key === "Escape" && this.letGo());
    for (const name of ["focusin", "pointerdown"]) box.addEventListener(name, (event) => this.offer(event.target));
    for (const name of ["dragstart", "dragover", "dragleave", "drop", "dragend"]) box.addEventListener(name, (event) => this[name](event));
    this.dress();
  }

  // What works only with this script is shown by it.
  dress() {
    for (const film of this.films()) {
      film.draggable = true;
      film.querySelector("[data-pick]").hidden = false;
    }
    for (const cases of this.body.querySelectorAll("[data-cases]")) cases.hidden = false;
  }

  // A hundred films with a hundred cases each would be a page of ten thousand options.
  offer(select) {
    if (select.matches("select[name=case_id]") && select.options.length === 1) select.append(this.body.querySelector("[data-options]").content.cloneNode(true));
  }

  soon(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), wait);
  }

  films() {
    return [...this.body.querySelectorAll("[data-film]")];
  }

  picked() {
    return this.films().filter((film) => film.classList.contains("is-picked"));
  }

  async refresh(force = false) {
    const turn = (this.turn += 1);
    const answer = await fetch(this.box.dataset.tray, { credentials: "same-origin" }).catch(() => null);
    const text = answer?.ok ? await answer.text() : null;
    // What was asked for before something else happened is not newer than what stands there.
    if (text === null || (turn !== this.turn && !force)) return;
    // A choice somebody is just making must not be swept away under the hand.
    if (!force && (this.body.contains(document.activeElement) || this.dragged.length || this.picked().length)) return this.again();
    const sought = this.body.querySelector("[data-search]")?.value ?? "";
    this.body.innerHTML = text;
    this.dress();
    const search = this.body.querySelector("[data-search]");
    if (search && sought) {
      search.value = sought;
      this.search(search);
    }
    // Only now: main.js waits for this module, so that asking for it at the top would wait for ever.
    const { enhance } = await import("./main.js");
    await enhance(this.body);
    // What has just come is looked at within seconds: its picture, or that it is no film.
    if (this.body.querySelector("[data-unseen]")) this.again();
  }

  again() {
    if (this.looks <= 0) return;
    this.looks -= 1;
    this.soon(LOOK_MS);
  }

  click(event) {
    const pick = event.target.closest("[data-pick]");
    const target = event.target.closest("[data-case]");
    if (pick) this.pick(pick.closest("[data-film]"));
    else if (target) this.choose(target);
    else if (event.target.closest("[data-undo]")) this.assign(this.last, "");
  }

  pick(film) {
    const on = film.classList.toggle("is-picked");
    film.querySelector("[data-pick]").setAttribute("aria-pressed", String(on));
    const count = this.picked().length;
    if (count) this.tell(fill(this.words.picked, { count }));
    else this.said.hidden = true;
  }

  letGo() {
    for (const film of this.picked()) this.pick(film);
  }

  choose(target) {
    const films = this.picked();
    if (films.length) this.assign(films.map((film) => Number(film.dataset.film)), target.dataset.case);
    else this.tell(this.words.none);
  }

  async assign(films, caseId) {
    try {
      const answer = await postJson(this.box.dataset.assign, { films, case: caseId });
      this.last = caseId ? answer.films : null;
      this.tell(answer.message, Boolean(caseId));
      await this.refresh(true);
      // The hands go on with the next film.
      (this.body.querySelector("[data-pick]") ?? this.undo).focus();
    } catch (error) {
      this.tell(error.said || this.words.failed);
    }
  }

  tell(text, undo = false) {
    this.said.hidden = false;
    this.said.querySelector("[data-message]").textContent = text;
    this.undo.hidden = !undo;
  }

  search(input) {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const target of this.body.querySelectorAll("[data-case]")) {
      const text = target.textContent.toLowerCase();
      target.parentElement.hidden = !words.every((word) => text.includes(word));
      if (!target.parentElement.hidden) count += 1;
    }
    this.body.querySelector("[data-found]").textContent = words.length ? fill(this.words.found, { count }) : "";
  }

  dragstart(event) {
    const film = event.target.closest?.("[data-film]");
    if (!film) return;
    // Whoever drags one of several that are picked up means them all.
    const films = film.classList.contains("is-picked") ? this.picked() : [film];
    this.dragged = films;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", films.map((one) => one.dataset.name).join("\n"));
    for (const one of films) one.classList.add("is-dragged");
  }

  dragover(event) {
    const target = this.dragged.length && event.target.closest?.("[data-case]");
    if (!target) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    target.classList.add("is-over");
  }

  dragleave(event) {
    event.target.closest?.("[data-case]")?.classList.remove("is-over");
  }

  drop(event) {
    const target = event.target.closest?.("[data-case]");
    if (!target || !this.dragged.length) return;
    event.preventDefault();
    target.classList.remove("is-over");
    this.assign(this.dragged.map((film) => Number(film.dataset.film)), target.dataset.case);
  }

  dragend() {
    for (const film of this.dragged) film.classList.remove("is-dragged");
    this.dragged = [];
  }
}

export default function tray(box) {
  return new Tray(box);
}
