// A small table becomes cards on a phone: each cell learns the head of its column, which the style shows there.
// Without this module the table scrolls sideways in its box.
export default function cards(box) {
  const heads = [...box.querySelectorAll("thead th")].map((head) => head.textContent.trim());
  for (const row of box.querySelectorAll("tbody tr")) {
    [...row.cells].forEach((cell, index) => {
      if (cell.colSpan === 1) cell.dataset.label ??= heads[index];
    });
  }
  box.classList.add("table-cards");
}
