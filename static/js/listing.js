// The list is asked for anew as soon as a filter changes; without a script there is the button "Apply".

export default function listing(form) {
  form.querySelector("[data-apply]").hidden = true;
  const send = () => {
    // Fields that say nothing stay out of the address, so that one list has one address.
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
    form.requestSubmit();
  };
  for (const select of form.querySelectorAll("select")) select.addEventListener("change", send);
  for (const date of form.querySelectorAll("input[type=date]")) {
    // Typing a date by keyboard passes through complete but wrong years; only a finished choice counts.
    date.addEventListener("blur", () => date.value !== date.defaultValue && send());
    date.addEventListener("keydown", (event) => event.key === "Enter" && (event.preventDefault(), send()));
  }
  form.querySelector("input[type=search]")?.addEventListener("search", (event) => {
    if (event.target.value !== event.target.defaultValue) send();
  });
  // Coming back by the browser's own button finds the fields usable again.
  addEventListener("pageshow", () => [...form.elements].forEach((field) => (field.disabled = false)));
}
