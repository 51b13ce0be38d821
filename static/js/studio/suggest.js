// Versions of the chosen film that the server proposes; taking one fills the ranges, and undo brings the old ones back.

import { announce, fill, readMessage } from "../http.js";
import { clock } from "./time.js";

export class Suggestions {
  constructor(place, words, hooks) {
    this.place = place;
    this.words = words;
    this.hooks = hooks;
    this.button = place.querySelector("[data-suggest-ask]");
    this.said = place.querySelector("[data-suggest-said]");
    this.list = place.querySelector("[data-suggest-list]");
    this.template = place.querySelector("template");
    place.hidden = false;
    this.button.addEventListener("click", () => this.ask());
  }

  async ask() {
    const film = this.hooks.film();
    if (!film || this.button.getAttribute("aria-disabled") === "true") return;
    this.button.setAttribute("aria-disabled", "true");
    this.list.replaceChildren();
    this.said.textContent = this.words.asking;
    try {
      const answer = await fetch(film.suggestions, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.ok) this.show(film, await answer.json());
      else this.said.textContent = (await readMessage(answer)) || this.words.unanswered;
    } catch {
      this.said.textContent = this.words.unanswered;
    } finally {
      this.button.setAttribute("aria-disabled", "false");
    }
  }

  show(film, told) {
    this.list.replaceChildren(...told.versions.map((version, index) => this.item(film, version, index + 1)));
    this.said.textContent = [fill(this.words.suggested, { count: told.versions.length, film: film.name }), ...told.notes].join(" ");
  }

  item(film, version, number) {
    const item = this.template.content.firstElementChild.cloneNode(true);
    const put = (name, text) => (item.querySelector(`[data-${name}]`).textContent = text);
    put("title", `${number}. ${version.title}`);
    put("length", clock(version.duration_s));
    put("reason", version.reason);
    item.querySelector("[data-pieces]").replaceChildren(
      ...version.ranges.map((range) => {
        const line = document.createElement("li");
        const span = document.createElement("span");
        span.className = "suggestion-span";
        span.textContent = `${clock(range.start_s)} – ${clock(range.end_s)}`;
        line.append(span, ` ${range.reason}`);
        return line;
      }),
    );
    const take = item.querySelector("[data-take]");
    take.addEventListener("click", () => {
      this.hooks.take(film, version.ranges.map((range) => range.frames));
      announce(fill(this.words.taken, { number }));
      this.said.textContent = fill(this.words.taken, { number });
    });
    return item;
  }
}
