// One box that ticks every row of the page; shown by script only, because it does nothing without.

export default function tickAll(label) {
  const all = label.querySelector("input");
  const rows = () => [...document.querySelectorAll(`input[type=checkbox][name="${label.dataset.name}"]`)];
  label.hidden = false;
  function look() {
    const ticked = rows().filter((row) => row.checked).length;
    all.checked = ticked > 0 && ticked === rows().length;
    all.indeterminate = ticked > 0 && ticked < rows().length;
  }
  all.addEventListener("change", () => {
    for (const row of rows()) row.checked = all.checked;
  });
  document.addEventListener("change", (event) => {
    if (event.target.name === label.dataset.name) look();
  });
  look();
}
