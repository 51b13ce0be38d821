// Says under the form's title while a piece is typed that its link is logged already, or that it looks like a
// copy. Without an answer nothing is said: the server looks again when the piece is saved.

import { postJson } from "./http.js";

const ASKED = ["address", "title", "outlet", "published_on"];

export default function pieceSeen(place) {
  const form = place.closest("form");
  let asked = "";
  let turn = 0;

  async function ask() {
    const typed = Object.fromEntries(ASKED.map((name) => [name, form.elements[name].value.trim()]));
    const question = JSON.stringify(typed);
    if (question === asked) return;
    asked = question;
    turn += 1;
    const mine = turn;
    let said = [];
    try {
      ({ said } = await postJson(place.dataset.url, { ...typed, piece: place.dataset.piece }));
    } catch {
      // Nothing is said then.
    }
    if (mine === turn) show(said);
  }

  function show(said) {
    place.replaceChildren(
      ...said.map((one) => {
        const line = document.createElement("p");
        line.className = `piece-seen piece-seen-${one.tone}`;
        const about = document.createElement(one.url ? "a" : "span");
        about.textContent = one.title;
        if (one.url) Object.assign(about, { href: one.url, target: "_blank", rel: "noopener" });
        line.append(one.words, " ", about);
        return line;
      }),
    );
  }

  form.addEventListener("change", (event) => ASKED.includes(event.target.name) && ask());
  form.elements.address.addEventListener("paste", () => setTimeout(ask));
  ask();
}
