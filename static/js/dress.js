// Cards and names as they will look, drawn by the server shortly after somebody stops typing.

const WAIT_MS = 350;

export default function dress(form) {
  const field = (name) => form.elements[name];
  const picture = (kind) => form.querySelector(`[data-preview=${kind}]`);
  let name = form.querySelector("[name=name_name]");
  let timer = 0;

  function show(kind, url, words) {
    const image = picture(kind);
    const address = `${url}?${new URLSearchParams(words)}`;
    const empty = !Object.values(words)[0].trim();
    image.hidden = empty;
    form.querySelector(`[data-none=${kind}]`).hidden = !empty;
    if (!empty && image.getAttribute("src") !== address) image.src = address;
  }

  function draw() {
    for (const kind of ["opening", "end"]) {
      show(kind, form.dataset.card, { title: field(`${kind}_title`).value, subtitle: field(`${kind}_subtitle`).value });
    }
    const role = name?.closest(".name-row").querySelector("[name=name_role]");
    show("name", form.dataset.name, { name: name?.value ?? "", role: role?.value ?? "" });
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(draw, WAIT_MS);
  });
  form.addEventListener("focusin", (event) => {
    const row = event.target.closest(".name-row");
    if (!row) return;
    name = row.querySelector("[name=name_name]");
    draw();
  });
  for (const button of form.querySelectorAll("[data-propose]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      for (const one of button.closest("fieldset").querySelectorAll("[data-proposal]")) one.value = one.dataset.proposal;
      draw();
    });
  }
  form.querySelector("[data-add-name]").addEventListener("click", (event) => {
    event.preventDefault();
    const row = form.querySelector("[data-new-name]").content.firstElementChild.cloneNode(true);
    form.querySelector("[data-names]").append(row);
    row.querySelector("input").focus();
  });
  draw();
}
