// A number that grows while the page stands on the screen.

import { fill, getJson } from "./http.js";

const EVERY_MS = 5000;

export default function count(place) {
  const { url, key, words } = place.dataset;
  async function look() {
    try {
      place.textContent = fill(words, { n: (await getJson(url))[key] });
    } catch {
      // The next look may reach the server again; the last number stays.
    }
  }
  look();
  setInterval(look, EVERY_MS);
}
