// The film of a review: the time as timecode, the playhead among the comments, jumps to a comment's frame, and a
// comment on the picture that is shown. Words are commented on by selecting them.

import { frameAt, middleOf, timecode } from "./studio/time.js";
import { typing } from "./typing.js";

export default function review(box) {
  const player = JSON.parse(box.dataset.player);
  const at = box.querySelector("[data-at]");
  const body = box.querySelector("[data-body]");
  const video = box.querySelector(".review-player video");
  if (video && player.rate) film(box, video, player, at, body);
  const text = box.querySelector("[data-text]");
  const passage = box.querySelector("[data-passage]");
  if (text && passage) passages(text, passage);
}

function film(box, video, player, at, body) {
  const rate = player.rate[0] / player.rate[1];
  const output = box.querySelector("[data-time]");
  const head = box.querySelector("[data-head]");
  const bar = box.querySelector(".marks");
  const last = player.frames - 1;
  const now = () => Math.min(frameAt(video.currentTime, rate), last);
  const show = () => {
    output.textContent = timecode(now(), rate);
    head.setAttribute("x", String(Math.min((now() * 1000) / player.frames, 997)));
  };
  const seek = (frame) => {
    video.pause();
    video.currentTime = middleOf(Math.max(0, Math.min(frame, last)), rate);
  };
  for (const name of ["timeupdate", "seeking", "seeked", "loadedmetadata"]) video.addEventListener(name, show);

  const mark = (id) => {
    box.querySelectorAll(".remark").forEach((one) => one.classList.toggle("is-current", one.id === id));
  };
  box.addEventListener("click", (event) => {
    const place = event.target.closest("[data-frame]");
    if (!place) return;
    seek(Number(place.dataset.frame));
    const remark = place.closest(".remark")?.id ?? place.getAttribute("href")?.slice(1);
    if (remark) mark(remark);
    if (place.closest(".remark")) video.scrollIntoView({ block: "nearest" });
  });
  bar.addEventListener("click", (event) => {
    if (event.target.closest("[data-frame]")) return;
    const { left, width } = bar.getBoundingClientRect();
    seek(Math.floor(((event.clientX - left) / width) * player.frames));
  });

  const remark = () => {
    if (!body) return;
    video.pause();
    at.value = timecode(now(), rate);
    at.dispatchEvent(new Event("input", { bubbles: true }));
    body.focus();
    body.scrollIntoView({ block: "nearest" });
  };
  // Whoever begins to write means the picture that stands still before him.
  body?.addEventListener("focus", () => {
    if (!at.value && !body.value && video.currentTime > 0) at.value = timecode(now(), rate);
  });
  box.querySelector("[data-remark]")?.addEventListener("click", remark);
  for (const button of box.querySelectorAll("[data-step]")) button.addEventListener("click", () => seek(now() + Number(button.dataset.step)));
  const keys = {
    " ": () => (video.paused ? video.play() : video.pause()),
    ArrowLeft: (shift) => seek(now() - (shift ? 10 : 1)),
    ArrowRight: (shift) => seek(now() + (shift ? 10 : 1)),
    c: remark,
  };
  document.addEventListener("keydown", (event) => {
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target) || document.querySelector("dialog[open]")) return;
    // A button or link answers to the space bar itself.
    if (event.key === " " && /^(BUTTON|A|SUMMARY)$/.test(event.target.tagName)) return;
    event.preventDefault();
    act(event.shiftKey);
  }, { capture: true });
  show();
}

function passages(text, passage) {
  document.addEventListener("selectionchange", () => {
    const chosen = getSelection();
    if (chosen.isCollapsed || !text.contains(chosen.anchorNode) || !text.contains(chosen.focusNode)) return;
    // Several paragraphs cannot be found again as one string; the first one names the place.
    const words = chosen.toString().trim().split("\n")[0].slice(0, 300);
    if (!words) return;
    passage.value = words;
    passage.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
