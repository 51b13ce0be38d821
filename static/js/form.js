// After a refusal the summary of errors takes the focus, so that it is read first.

export default function form(summary) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    (field.closest(".field") ?? field).scrollIntoView({ block: "center" });
    // A replaced control (case picker) says which one is used in its place.
    (document.getElementById(field.dataset.standin) ?? field).focus({ preventScroll: true });
  });
}
