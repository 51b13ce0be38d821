// A label round a file input becomes a place to drop files on; upload.js and drop-form.js share it.
export function onDrop(label, take) {
  for (const name of ["dragenter", "dragover"]) label.addEventListener(name, (event) => (event.preventDefault(), label.classList.add("is-over")));
  for (const name of ["dragleave", "drop"]) label.addEventListener(name, () => label.classList.remove("is-over"));
  label.addEventListener("drop", (event) => (event.preventDefault(), take([...event.dataTransfer.files])));
}
