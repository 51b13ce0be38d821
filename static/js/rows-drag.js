// Rows that are moved by dragging their grip, or with Alt and the arrow keys; rows.js renumbers them afterwards.
//
// While a row is dragged all rows are folded to one line of the same height, so that a long list is a short way.
// The dragged row itself stays where it is in the document and its neighbours move around it: an element that
// is put elsewhere loses the pointer, and a finger could then drag it by one row only.

import { announce, fill } from "./http.js";

const EDGE_PX = 56;
const STEP_PX = 10;

class Drag {
  constructor(box, list, row, event) {
    Object.assign(this, { box, list, row, y: event.clientY, before: [...list.children], held: event.pointerId });
    list.style.minHeight = `${list.offsetHeight}px`;
    for (const one of this.before) one.dataset.shown = this.nameOf(one);
    row.classList.add("is-dragged");
    list.classList.add("is-sorting");
    this.meetPointer();
    this.frame = requestAnimationFrame(() => this.scroll());
  }

  // The name of a row, or the first words typed into it; the number of minutes is no name.
  nameOf(row) {
    if (row.dataset.label) return row.dataset.label;
    const fields = [...row.querySelectorAll('input[type="text"]:not([inputmode]), textarea')];
    return fields.find((field) => field.value.trim())?.value.trim() ?? "";
  }

  // Folding moved the row away from the pointer: scroll it back, and pad what cannot be scrolled.
  meetPointer() {
    const off = () => {
      const { top, height } = this.row.getBoundingClientRect();
      return this.y - top - height / 2;
    };
    scrollBy({ top: -off(), behavior: "instant" });
    this.list.style.paddingTop = `${Math.max(0, off())}px`;
  }

  rows() {
    return [...this.list.children];
  }

  to(y) {
    this.y = y;
    const rows = this.rows();
    const { top, height } = rows[0].getBoundingClientRect();
    const wanted = Math.min(rows.length - 1, Math.max(0, Math.floor((y - top) / height)));
    for (let at = rows.indexOf(this.row); at < wanted; at += 1) this.row.before(this.row.nextElementSibling);
    for (let at = rows.indexOf(this.row); at > wanted; at -= 1) this.row.after(this.row.previousElementSibling);
    this.rows().forEach((row, index) => (row.querySelector("[data-number]").textContent = index + 1));
  }

  // Near the upper and lower edge of the window the page goes along.
  scroll() {
    const by = this.y < EDGE_PX ? -STEP_PX : this.y > innerHeight - EDGE_PX ? STEP_PX : 0;
    const { top, bottom } = this.list.getBoundingClientRect();
    if ((by < 0 && top < EDGE_PX) || (by > 0 && bottom > innerHeight)) {
      scrollBy({ top: by, behavior: "instant" });
      this.to(this.y);
    }
    this.frame = requestAnimationFrame(() => this.scroll());
  }

  end(keeps) {
    cancelAnimationFrame(this.frame);
    if (!keeps) this.list.append(...this.before);
    this.list.classList.remove("is-sorting");
    this.list.style.minHeight = this.list.style.paddingTop = "";
    this.row.classList.remove("is-dragged");
    for (const one of this.before) delete one.dataset.shown;
    this.row.scrollIntoView({ block: "nearest", behavior: "instant" });
    return this.rows().some((row, index) => row !== this.before[index]);
  }
}

export default function rowsDrag(box) {
  const list = box.querySelector("[data-rows]");
  let drag = null;

  function settle(row) {
    box.dispatchEvent(new CustomEvent("rows:moved"));
    announce(fill(box.dataset.moved, { n: [...list.children].indexOf(row) + 1 }));
  }

  function end(keeps) {
    if (!drag) return;
    const { row } = drag;
    const moved = drag.end(keeps);
    drag = null;
    if (moved) settle(row);
    else box.dispatchEvent(new CustomEvent("rows:moved"));
  }

  box.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest("[data-grip]");
    if (!grip || drag || event.button !== 0) return;
    event.preventDefault();
    grip.setPointerCapture(event.pointerId);
    drag = new Drag(box, list, grip.closest("[data-row]"), event);
  });
  box.addEventListener("pointermove", (event) => {
    if (drag?.held === event.pointerId) drag.to(event.clientY);
  });
  box.addEventListener("pointerup", (event) => {
    if (drag?.held === event.pointerId) end(true);
  });
  box.addEventListener("pointercancel", () => end(false));
  addEventListener("blur", () => end(false));
  document.addEventListener("keydown", (event) => {
    if (!drag || event.key !== "Escape") return;
    event.preventDefault();
    end(false);
  });

  box.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const row = event.target.closest("[data-row]");
    if (!row) return;
    event.preventDefault();
    const focused = document.activeElement;
    if (event.key === "ArrowUp") row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    settle(row);
    focused.focus();
  });
}
