// A finding names moments; the click on one shows it in the player.
export default function moments(box) {
  const video = box.querySelector("video");
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-moment]");
    if (!button) return;
    video.currentTime = Number(button.dataset.moment);
    video.focus();
    video.scrollIntoView({ block: "nearest" });
  });
}
