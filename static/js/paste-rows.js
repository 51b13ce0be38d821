// Rows of a pasted message: asks the server what the page behind an address says and fills what is still empty.
// No network is a normal case: after two pages that could not be reached it asks no more.

import { postJson } from "./http.js";

const AT_ONCE = 3;
const GIVE_UP_AFTER = 2;

export default function pasteRows(form) {
  const field = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const known = new Set([...document.querySelectorAll("#outlet-names option")].map((option) => option.value));

  // The level is asked only for an outlet that is not in the registry.
  form.addEventListener("change", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && event.target.name.endsWith("-outlet")) askLevel(row);
  });

  function askLevel(row) {
    const name = field(row, "outlet").value.trim();
    row.querySelector("[data-level]").hidden = !name || known.has(name);
  }

  const lacking = (row) => ["title", "outlet", "published_on"].filter((name) => !field(row, name).value);
  const waiting = [...form.querySelectorAll("[data-row]")].filter(
    (row) => form.dataset.look && field(row, "take").checked && field(row, "address").value && lacking(row).length,
  );
  let failed = 0;

  async function look(row) {
    const said = row.querySelector("[data-said]");
    said.textContent = form.dataset.looking;
    let found = { reached: false };
    try {
      found = await postJson(form.dataset.look, { address: field(row, "address").value });
    } catch {
      // The office has a page to fill in either way.
    }
    failed = found.reached ? 0 : failed + 1;
    said.textContent = "";
    if (!found.reached) return;
    const filled = lacking(row).filter((name) => found[name]);
    for (const name of filled) field(row, name).value = found[name];
    field(row, "excerpt").value = found.excerpt ?? "";
    if (!filled.length) return;
    said.textContent = form.dataset.seen;
    askLevel(row);
    field(row, "title").dispatchEvent(new Event("change", { bubbles: true }));
  }

  async function work() {
    while (waiting.length && failed < GIVE_UP_AFTER) await look(waiting.shift());
  }

  for (let lane = 0; lane < AT_ONCE; lane += 1) work();
}
