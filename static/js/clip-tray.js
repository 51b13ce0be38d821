// Below the drop zone: what has not ended, what waits for a case. Asked anew whenever a film has arrived.
const QUIET_MS = 400;

export default function tray(box) {
  let timer = 0;
  const refresh = async () => {
    const answer = await fetch(box.dataset.tray, { credentials: "same-origin" });
    // A choice somebody is just making must not be swept away under the hand.
    if (!answer.ok || box.contains(document.activeElement)) return;
    box.innerHTML = await answer.text();
    // Only now: main.js waits for this module, so that asking for it at the top would wait for ever.
    const { enhance } = await import("./main.js");
    await enhance(box);
  };
  document.addEventListener("upload:done", () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, QUIET_MS);
  });
}
