// data-key on a field: that key focuses it from anywhere but another field; Escape gives the focus back.

import { typing } from "./typing.js";

export default function shortcuts(field) {
  let before = null;
  document.addEventListener("keydown", (event) => {
    if (event.key !== field.dataset.key || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || document.querySelector("dialog[open]") || field.offsetParent === null) return;
    event.preventDefault();
    before = document.activeElement;
    field.focus();
    field.select();
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    field.blur();
    before?.focus();
  });
}
