// Opens the picture large in a dialog; without a script the link opens the picture itself.

let dialog = null;

function build() {
  dialog = document.createElement("dialog");
  dialog.className = "lightbox";
  dialog.innerHTML = '<img alt=""><div class="lightbox-foot"><p></p><button class="btn btn-secondary btn-sm" type="button"></button></div>';
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("button")) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.querySelector("img").removeAttribute("src"));
  document.body.append(dialog);
}

export default function lightbox(link) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!dialog) build();
    const picture = dialog.querySelector("img");
    picture.src = link.href;
    picture.alt = link.querySelector("img").alt;
    dialog.querySelector("p").textContent = link.dataset.caption;
    dialog.querySelector("button").textContent = link.dataset.close;
    dialog.setAttribute("aria-label", link.dataset.caption);
    dialog.showModal();
    dialog.addEventListener("close", () => link.focus(), { once: true });
  });
}
