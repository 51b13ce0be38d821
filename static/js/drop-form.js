// A form whose files can be dropped together: each goes to the first field that takes its kind, and is named there.
// A field without `accept` takes what no other field does.
import { onDrop } from "./drop.js";

export default function dropForm(form) {
  const zones = [...form.querySelectorAll("label.drop")].map((label) => ({ label, input: label.querySelector("input"), said: label.querySelector("[data-chosen]") }));

  const kinds = (input) => input.accept.split(",").map((kind) => kind.trim().toLowerCase()).filter(Boolean);
  const takes = (input, file) => kinds(input).length === 0 || kinds(input).some((kind) => file.name.toLowerCase().endsWith(kind));

  function tell({ input, said, label }) {
    const names = [...input.files].map((file) => file.name);
    said.textContent = names.join("、");
    label.classList.toggle("has-files", names.length > 0);
  }

  // What lies in a field that takes several stays when more comes.
  function give(zone, files) {
    const all = new DataTransfer();
    for (const file of zone.input.multiple ? [...zone.input.files, ...files] : files.slice(0, 1)) all.items.add(file);
    zone.input.files = all.files;
    tell(zone);
  }

  // What no field takes is given to the one it was dropped on: the server says what is wrong with it.
  function sort(files, here) {
    const chosen = new Map();
    for (const file of files) {
      const zone = zones.find(({ input }) => takes(input, file)) ?? here;
      chosen.set(zone, [...(chosen.get(zone) ?? []), file]);
    }
    for (const [zone, some] of chosen) give(zone, some);
  }

  for (const zone of zones) {
    zone.input.addEventListener("change", () => tell(zone));
    onDrop(zone.label, (files) => sort(files, zone));
    tell(zone);
  }
}
