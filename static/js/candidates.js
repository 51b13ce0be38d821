// Finding and sorting the candidates of a line-up in place, so that nothing typed is lost: hidden rows are sent too.

export default function candidates(box) {
  const body = box.querySelector("tbody");
  const find = box.querySelector("[data-find]");
  const field = find.querySelector("input");
  const found = find.querySelector("[data-found]");

  function look() {
    const words = field.value.trim().toLowerCase().split(/\s+/);
    let shown = 0;
    for (const row of body.rows) {
      const text = `${row.cells[1].textContent} ${row.cells[2].textContent}`.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    const said = found.dataset.words.replace("{count}", shown).replace("{total}", body.rows.length);
    found.textContent = field.value.trim() ? said : "";
  }

  function value(row, column, kind) {
    const cell = row.cells[column];
    if (kind === "chosen") return cell.querySelector("input").checked ? 1 : 0;
    if (kind === "number") return Number.parseFloat(cell.querySelector("input").value) || -1;
    return cell.textContent.trim();
  }

  function sort(head) {
    const { sort: kind } = head.dataset;
    const upwards = kind === "text" ? head.ariaSort !== "ascending" : head.ariaSort === "descending";
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", upwards ? "ascending" : "descending");
    const rows = [...body.rows].map((row) => [value(row, head.cellIndex, kind), row]);
    rows.sort(([a], [b]) => (kind === "text" ? a.localeCompare(b, "zh") : a - b) * (upwards ? 1 : -1));
    body.append(...rows.map(([, row]) => row));
  }

  for (const head of box.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sorts";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head));
    head.append(button);
  }
  find.hidden = false;
  field.addEventListener("input", (event) => {
    // Searching changes nothing of the plan, so its limits need not be asked for anew.
    event.stopPropagation();
    look();
  });
  field.addEventListener("keydown", (event) => {
    // Enter would send the whole plan.
    if (event.key === "Enter") event.preventDefault();
  });
}
