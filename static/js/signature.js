// A box to sign in with finger, pen or mouse; what was drawn goes into a hidden field as PNG. Whoever cannot
// draw chooses a photo of the signed slip below: that field works by keyboard.

export default function signature(box) {
  const pad = box.querySelector("canvas");
  const field = box.querySelector("input[type=hidden]");
  const clear = box.querySelector("[data-clear]");
  const ink = pad.getContext("2d");
  box.hidden = false;

  function fresh() {
    pad.width = 960;
    pad.height = 360;
    ink.fillStyle = "#fff";
    ink.fillRect(0, 0, pad.width, pad.height);
    ink.lineWidth = 5;
    ink.lineCap = ink.lineJoin = "round";
    ink.strokeStyle = "#111";
  }

  const at = (event) => {
    const shown = pad.getBoundingClientRect();
    return [((event.clientX - shown.left) * pad.width) / shown.width, ((event.clientY - shown.top) * pad.height) / shown.height];
  };

  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    ink.beginPath();
    ink.moveTo(...at(event));
    ink.lineTo(...at(event));
    ink.stroke();
  });
  pad.addEventListener("pointermove", (event) => {
    if (!pad.hasPointerCapture(event.pointerId)) return;
    ink.lineTo(...at(event));
    ink.stroke();
  });
  pad.addEventListener("pointerup", () => {
    field.value = pad.toDataURL("image/png");
    clear.hidden = false;
  });
  clear.addEventListener("click", () => {
    fresh();
    field.value = "";
    clear.hidden = true;
  });

  fresh();
  if (field.value) {
    const before = new Image();
    before.addEventListener("load", () => ink.drawImage(before, 0, 0));
    before.src = field.value;
    clear.hidden = false;
  }
}
