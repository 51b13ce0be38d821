// Rows of a form that are added, removed and moved in place. Without this script the same buttons send the form
// and the server answers with the rows rearranged, so every name here is written as the server would write it.

export default function rows(box) {
  const { name } = box.dataset;
  const list = box.querySelector("[data-rows]");
  const blank = box.querySelector("template[data-blank]");
  const numbered = new RegExp(`^${name}-\\d+-`);

  function renumber() {
    [...list.children].forEach((row, index) => {
      row.querySelector("[data-number]").textContent = index + 1;
      for (const element of row.querySelectorAll("[id], [name], [for], [aria-describedby]")) {
        for (const attribute of ["id", "name", "for", "aria-describedby"]) {
          const value = element.getAttribute(attribute);
          if (value && numbered.test(value)) element.setAttribute(attribute, value.replace(numbered, `${name}-${index}-`));
        }
      }
      for (const button of row.querySelectorAll("button[data-act]")) {
        button.value = `${button.dataset.act}:${name}:${index}`;
        button.setAttribute("aria-label", button.getAttribute("aria-label").replace(/\d+/, index + 1));
      }
    });
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // Another module moved rows in the list.
  box.addEventListener("rows:moved", renumber);

  function add() {
    const row = blank.content.firstElementChild.cloneNode(true);
    list.append(row);
    renumber();
    row.querySelector("input:not([type=hidden]), select").focus();
  }

  box.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-row]");
    const { act } = button.dataset;
    if (act === "add") {
      add();
      return;
    }
    if (act === "remove") {
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      renumber();
      (next?.querySelector('[data-act="remove"]') ?? box.querySelector('[data-act="add"]')).focus();
      return;
    }
    if (act === "up") row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    renumber();
    button.focus();
  });
}
