// Copies a text as it stands on the page, a line a paragraph.
export default function copy(box) {
  const button = box.querySelector("[data-copy]");
  const said = box.querySelector("[data-said]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = [...box.querySelectorAll("[data-text] > *")].map((line) => line.textContent).join("\n");
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = box.dataset.done;
    } catch {
      // Without https a browser has no clipboard, or the person said no.
      said.textContent = box.dataset.failed;
      getSelection().selectAllChildren(box.querySelector("[data-text]"));
    }
  });
}
