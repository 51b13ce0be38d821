// Turns the unfolding question into a dialog: focus starts on Cancel, Escape closes, focus returns to the button.

let count = 0;

export default function confirm(details) {
  const summary = details.querySelector("summary");
  const form = details.querySelector("form");
  const button = document.createElement("button");
  button.type = "button";
  button.className = summary.className;
  button.append(...summary.childNodes);
  button.setAttribute("aria-haspopup", "dialog");

  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const question = form.querySelector(".confirm-question");
  question.id = `confirm-${(count += 1)}`;
  dialog.setAttribute("aria-labelledby", question.id);
  const detail = form.querySelector(".confirm-detail");
  if (detail) {
    detail.id = `${question.id}-detail`;
    dialog.setAttribute("aria-describedby", detail.id);
  }
  const cancel = document.createElement("button");
  cancel.type = "button";
  cancel.className = "btn btn-secondary";
  cancel.textContent = details.dataset.cancel;
  cancel.addEventListener("click", () => dialog.close());
  form.querySelector(".dialog-acts").append(cancel);
  dialog.append(form);

  button.addEventListener("click", () => {
    dialog.showModal();
    cancel.focus();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => button.focus());
  // A second click while the first is on its way would do it twice.
  form.addEventListener("submit", () => setTimeout(() => form.querySelectorAll("button").forEach((b) => (b.disabled = true))));
  details.replaceWith(button, dialog);
}
