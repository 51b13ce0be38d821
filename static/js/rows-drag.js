// Rows that are moved by dragging their grip, or with Alt and the arrow keys; rows.js renumbers them afterwards.

export default function rowsDrag(box) {
  const list = box.querySelector("[data-rows]");
  let dragged = null;

  function settle() {
    box.dispatchEvent(new CustomEvent("rows:moved"));
  }

  function over(y) {
    return [...list.children].find((row) => {
      const { top, height } = row.getBoundingClientRect();
      return y < top + height / 2;
    });
  }

  box.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    dragged = grip.closest("[data-row]");
    dragged.classList.add("is-dragged");
    grip.setPointerCapture(event.pointerId);
  });
  box.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    const before = over(event.clientY);
    if (before === dragged || before?.previousElementSibling === dragged) return;
    if (before) before.before(dragged);
    else if (list.lastElementChild !== dragged) list.append(dragged);
  });
  function drop() {
    if (!dragged) return;
    dragged.classList.remove("is-dragged");
    dragged = null;
    settle();
  }
  box.addEventListener("pointerup", drop);
  box.addEventListener("pointercancel", drop);

  box.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const row = event.target.closest("[data-row]");
    if (!row) return;
    event.preventDefault();
    const focused = document.activeElement;
    if (event.key === "ArrowUp") row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    settle();
    focused.focus();
  });
}
