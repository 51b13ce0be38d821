// A message stays until it is closed; only the button to close it needs a script.

export default function flash(box) {
  const button = box.querySelector("[data-dismiss]");
  button.hidden = false;
  button.addEventListener("click", () => {
    box.remove();
    document.getElementById("main")?.focus();
  });
}
