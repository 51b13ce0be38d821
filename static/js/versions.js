// How a version or a cover would look, drawn by the server shortly after somebody stops moving a slider. The part that
// a crop keeps is chosen on the whole picture: dragged there, or moved by the keys of its slider.

const WAIT_MS = 250;

// The window over the whole picture and the slider say the same thing.
function cropStage(stage, slider) {
  const share = Number(stage.dataset.share);
  const place = () => {
    const frame = stage.querySelector("[data-crop-window]");
    frame.style.width = `${100 * share}%`;
    frame.style.left = `${Number(slider.value) * (1 - share)}%`;
  };
  let grip = null;
  const moveTo = (event) => {
    const box = stage.getBoundingClientRect();
    const left = (event.clientX - box.left) / box.width - grip;
    slider.value = String(Math.round((100 * Math.min(Math.max(left, 0), 1 - share)) / (1 - share)));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  };
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    const box = stage.getBoundingClientRect();
    const within = (event.clientX - box.left) / box.width - (Number(slider.value) / 100) * (1 - share);
    // Beside the window its middle jumps to the pointer; inside it is taken where it was touched.
    grip = within >= 0 && within <= share ? within : share / 2;
    stage.setPointerCapture(event.pointerId);
    moveTo(event);
    slider.focus({ preventScroll: true });
  });
  stage.addEventListener("pointermove", (event) => grip !== null && moveTo(event));
  for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, () => (grip = null));
  slider.addEventListener("input", place);
  place();
}

export default function versions(box) {
  const form = box.querySelector("form");
  if (!form) return;
  const fold = box.querySelector("details.version-try");
  const stage = box.querySelector("[data-crop-stage]");
  const clock = box.querySelector("[data-clock]");
  let timer = 0;
  let touched = false;

  function question(image) {
    const fields = new FormData(form);
    const frame = fields.get("frame") ?? box.dataset.frame;
    if ("whole" in image.dataset) return new URLSearchParams({ frame });
    const words = { frame, x: fields.get("x") ?? "50", fit: fields.get("fit") ?? "" };
    if (fields.has("title")) words.title = fields.has("with_title") ? fields.get("title") : "";
    return new URLSearchParams(words);
  }

  const isSeen = (image) => image.checkVisibility() || (image.hidden && image.parentElement.checkVisibility());

  function draw() {
    for (const image of box.querySelectorAll("[data-look-picture]")) {
      if (!isSeen(image)) continue;
      // What is made already stays to be seen until somebody changes something.
      if (!touched && image.getAttribute("src")) continue;
      const src = `${image.dataset.look ?? box.dataset.look}?${question(image)}`;
      if (image.getAttribute("src") !== src) image.src = src;
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
  if (stage) cropStage(stage, form.elements.x);
  tell();
  draw();
}
