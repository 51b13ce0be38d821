// Writes the times and findings that the server worked out beside the rows they belong to.

export default function showTimes(box) {
  const place = box.querySelector("[data-live]");
  const rows = box.querySelector("[data-rows]");

  function write() {
    const slots = [...place.querySelectorAll("[data-slot]")];
    [...rows.children].forEach((row, index) => {
      const slot = slots[index];
      row.querySelector("[data-time]").textContent = slot?.dataset.slot ?? "";
      const says = row.querySelector("[data-says]");
      says.replaceChildren();
      for (const said of slot?.querySelectorAll("div") ?? []) {
        const line = document.createElement("li");
        line.append(...[...said.cloneNode(true).childNodes]);
        says.append(line);
      }
    });
  }

  new MutationObserver(write).observe(place, { childList: true });
  write();
}
