// Loads what a page asks for: data-module="name" runs the default export of /static/js/name.js on the element.

export async function enhance(root) {
  const elements = [...root.querySelectorAll("[data-module]")];
  const names = new Set(elements.flatMap((element) => element.dataset.module.split(" ")));
  const modules = new Map(await Promise.all([...names].map(async (name) => [name, await import(`./${name}.js`)])));
  for (const element of elements) {
    for (const name of element.dataset.module.split(" ")) modules.get(name).default(element);
  }
}

// A page that says "saved" forgets the draft of the form before it, even where it has no form of its own.
if ("saved" in document.body.dataset) await import("./drafts.js");
await enhance(document);
document.documentElement.dataset.ready = "";
