// How a version or a cover would look, drawn by the server shortly after somebody stops moving a slider.

const WAIT_MS = 250;

export default function versions(box) {
  const form = box.querySelector("form");
  if (!form) return;
  const fold = box.querySelector("details.version-try");
  const clock = box.querySelector("[data-clock]");
  let timer = 0;
  let touched = false;

  function question() {
    const fields = new FormData(form);
    const words = { frame: fields.get("frame") ?? box.dataset.frame, x: fields.get("x") ?? "50", fit: fields.get("fit") ?? "" };
    if (fields.has("title")) words.title = fields.has("with_title") ? fields.get("title") : "";
    return new URLSearchParams(words);
  }

  function draw() {
    if (fold && !fold.open) return;
    const asked = question();
    for (const image of box.querySelectorAll("[data-look-picture]")) {
      // What is made already stays to be seen until somebody changes something.
      if (!touched && image.getAttribute("src")) continue;
      image.src = `${image.dataset.look ?? box.dataset.look}?${asked}`;
      image.hidden = false;
    }
  }

  function tell() {
    if (!clock) return;
    const seconds = Number(form.elements.frame.value) / Number(box.dataset.rate);
    const whole = Math.floor(seconds);
    clock.textContent = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}.${String(Math.floor((seconds - whole) * 100)).padStart(2, "0")}`;
  }

  form.addEventListener("input", () => {
    touched = true;
    tell();
    clearTimeout(timer);
    timer = setTimeout(draw, WAIT_MS);
  });
  fold?.addEventListener("toggle", draw);
  tell();
  draw();
}
